"""The agreement: its sums and instalments as the page shows them, and the form that records it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.dossier_handling import InstalmentLine, PaymentLine
from requests_app.stages.handling.approach import ApproachNotAgreed
from requests_app.stages.handling.rules import InstalmentDraft, may_contact
from requests_app.stages.handling.settlement import DoesNotAddUp, SettlementDraft, sign_settlement
from station import parts
from station.desk import words
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_handle, why_not_work
from station.desk.claims import claimant_name, problem_words
from station.desk.entry_fields import DayField, fault_words, words_field
from station.desk.pasted import Part, read_amounts, read_parts
from station.templatetags.portal_ui import yuan

TERMS_MAX = 1000
SCHEDULE_MAX = 4_000
AGREED_MAX = 30_000

# Which field each problem stands beside, and its words.
PROBLEMS: Mapping[str, tuple[str, parts.Words]] = {
    "no_claims": ("agreed", _("先登记明细，再登记协议")),
    "agreed_negative": ("agreed", _("第%(line)d行：协议金额不能小于0")),
    "nothing_agreed": ("agreed", _("协议金额合计要大于0")),
    "amount_too_large": ("agreed", _("金额太大，请核对单位是不是元")),
    "signed_in_future": ("signed_on", _("签订日期不能晚于今天")),
    "no_instalments": ("schedule", _("请至少写一期；一次付清就写一行")),
    "instalment_not_positive": ("schedule", _("第%(line)d期：金额要大于0")),
    "instalment_before_signing": ("schedule", _("第%(line)d期：约定日期早于签订日期")),
    "instalment_dates_reversed": ("schedule", _("第%(line)d期：约定日期早于前一期")),
}


class SettlementForm(ActForm):
    """What both sides signed."""

    signed_on = DayField(label=_("签订日期"))
    share = forms.DecimalField(
        label=_("统一比例（%）"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        max_digits=5,
        help_text=_("每人都按主张的同一比例，就填在这里，下面的逐人金额不用改。"),
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-narrow"}
        ),
        error_messages={
            "invalid": _("比例请填0到100的数"),
            "min_value": _("比例请填0到100的数"),
            "max_value": _("比例请填0到100的数"),
            "max_digits": _("比例最多两位小数"),
            "max_decimal_places": _("比例最多两位小数"),
            "max_whole_digits": _("比例请填0到100的数"),
        },
    )
    agreed = words_field(
        _("逐人协议金额"),
        most=AGREED_MAX,
        rows=8,
        required=False,
        help_text=_("每行最后的数是这个人的协议金额，顺序与明细相同。可整列粘贴。"),
    )
    schedule = words_field(
        _("分期"),
        most=SCHEDULE_MAX,
        rows=5,
        missing=_("请至少写一期；一次付清就写一行"),
        help_text=_("每期一行：日期 金额。最后一期可写“其余”。例如：2026-12-16 其余"),
    )
    terms = words_field(
        _("违约条款"),
        most=TERMS_MAX,
        rows=3,
        required=False,
        help_text=_("逾期怎么办，例如“逾期按日加付0.05%”。"),
    )
    court_offered = forms.BooleanField(
        label=_("已告知双方可在30日内共同申请司法确认"), required=False
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.claimed = [each.claimed_fen for each in case.dossier.handling.claims]
        initial = {"signed_on": case.today, "agreed": _proposed(case)}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_agreed(self) -> str:
        """Read one amount a claimant."""
        text: str = self.cleaned_data["agreed"]
        if self.cleaned_data.get("share") is not None:
            return text
        self.amounts, faults = read_amounts(text)
        if faults:
            raise forms.ValidationError([fault_words(each) for each in faults])
        if len(self.amounts) != len(self.claimed):
            told = gettext("明细有%(people)d人，这里有%(lines)d行，每人一行")
            counted = {"people": len(self.claimed), "lines": len(self.amounts)}
            raise forms.ValidationError(told % counted)
        return text

    def clean_schedule(self) -> list[Part]:
        """Read the instalments; only the last may be "the rest"."""
        found, faults = read_parts(self.cleaned_data["schedule"])
        if faults:
            raise forms.ValidationError([fault_words(each) for each in faults])
        if any(each.amount_fen is None for each in found[:-1]):
            raise forms.ValidationError(gettext("只有最后一期可以写“其余”"))
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a share beside single sums: nobody could say which of them holds."""
        values = super().clean()
        is_typed = bool(values.get("agreed")) and "agreed" in self.changed_data
        if values.get("share") is not None and is_typed:
            self.add_error(
                "share", gettext("统一比例和逐人金额只用一种：清空比例，或把逐人金额改回原样")
            )
        return values

    def draft(self) -> SettlementDraft:
        """Return what was typed as a draft."""
        values = self.cleaned_data
        agreed = self._agreed(values["share"])
        return SettlementDraft(
            signed_on=values["signed_on"],
            agreed=tuple(agreed),
            instalments=tuple(_with_rest(values["schedule"], sum(agreed))),
            terms=values["terms"],
            court_offered=values["court_offered"],
        )

    def _agreed(self, share: Decimal | None) -> Sequence[int]:
        if share is None:
            return self.amounts
        return [_share_of(fen, share) for fen in self.claimed]


def _share_of(fen: int, share: Decimal) -> int:
    return int((fen * share / 100).quantize(Decimal(1), ROUND_HALF_UP))


def _with_rest(found: Sequence[Part], total: int) -> list[InstalmentDraft]:
    rest = total - sum(each.amount_fen or 0 for each in found)
    return [
        InstalmentDraft(each.due_on, rest if each.amount_fen is None else each.amount_fen)
        for each in found
    ]


def _proposed(case: Case) -> str:
    """Return a line a claimant: number, masked name, and the sum that was proposed or claimed."""
    lines = []
    for each in case.dossier.handling.claims:
        fen = each.claimed_fen if each.agreed_fen is None else each.agreed_fen
        lines.append(f"{each.line}\t{claimant_name(each, case)}\t{fen // 100}.{fen % 100:02d}")
    return "\n".join(lines)


# ---- as the page shows it ---------------------------------------------------------------


def sums(case: Case) -> list[parts.Sum]:
    """Return claimed, agreed, recovered, missing; nothing where nothing is claimed."""
    handling = case.dossier.handling
    if not handling.claims:
        return []
    settled = handling.settlement
    found = [parts.Sum(label=gettext("主张"), amount=yuan(handling.claimed_fen))]
    if settled is None:
        return found
    share = f"{settled.paid_fen / settled.agreed_fen:.1%}"
    return [
        *found,
        parts.Sum(label=gettext("协议"), amount=yuan(settled.agreed_fen)),
        parts.Sum(label=gettext("已追回"), amount=yuan(settled.paid_fen), share=share),
        parts.Sum(
            label=gettext("未到账"),
            amount=yuan(settled.open_fen),
            is_alert=bool(settled.late(case.today)),
        ),
    ]


def instalments(case: Case) -> list[parts.Instalment]:
    """Return the instalments as cards."""
    settled = case.dossier.handling.settlement
    return [_card(each, case) for each in settled.instalments] if settled else []


def instalment_light(line: InstalmentLine, case: Case) -> parts.Light:
    """Return paid, late by so many working days, due today, or not due yet."""
    if line.open_fen <= 0:
        return parts.Light(code="done", word=gettext("已付清"))
    if line.is_late(case.today):
        days = _workdays_between(line.due_on, case)
        word = gettext("超期%(distance)s") % {"distance": words.days(days)}
        return parts.Light(code="red", word=word if days else gettext("已超期"))
    if line.due_on <= case.calendar.add_workdays(case.today, 1):
        is_today = line.due_on == case.today
        word = gettext("今日到期") if is_today else gettext("剩%(n)s") % {"n": words.days(1)}
        return parts.Light(code="amber", word=word)
    return parts.Light(code="none", word=gettext("未到期"))


def _workdays_between(due: date, case: Case) -> int:
    day, count = due, 0
    while day < case.today:
        day += timedelta(days=1)
        count += case.calendar.is_workday(day)
    return count


def _card(line: InstalmentLine, case: Case) -> parts.Instalment:
    is_late = line.is_late(case.today)
    due = gettext("约定%(day)s") % {"day": date_format(line.due_on, "Y-m-d")}
    owed = gettext("还欠%(amount)s") % {"amount": f" {yuan(line.open_fen)}"} if is_late else ""
    may_pay = line.open_fen > 0 and not why_not_work(case)
    return parts.Instalment(
        label=gettext("第%(n)d期") % {"n": line.number},
        light=instalment_light(line, case),
        amount=line.amount_fen,
        paid=line.paid_fen,
        due=due,
        owed=owed,
        receipts=[_receipt(each, case) for each in line.payments],
        is_late=is_late,
        pay=reverse("desk:payment-new", args=[case.number, line.number]) if may_pay else "",
    )


def _receipt(payment: PaymentLine, case: Case) -> parts.Receipt:
    told = gettext("%(day)s到账 %(amount)s") % {
        "day": date_format(payment.paid_on, "m-d"),
        "amount": yuan(payment.amount_fen),
    }
    may_void = not payment.is_void and not why_not_work(case)
    return parts.Receipt(
        text=told,
        is_void=payment.is_void,
        voucher=reverse("desk:request-file", args=[case.number, payment.voucher])
        if payment.voucher
        else "",
        void=reverse("desk:payment-void", args=[case.number, payment.id]) if may_void else "",
    )


def settle_action(case: Case) -> parts.Action | None:
    """Return the button that records the agreement; who may not work here gets none."""
    if not case.handles or case.dossier.handling.settlement is not None:
        return None
    return parts.Action(
        label=gettext("登记协议"),
        href=reverse("desk:settlement-new", args=[case.number]),
        icon="handshake",
        why=why_not_settle(case, 0),
    )


def why_not_settle(case: Case, _target: int) -> str:
    """Return why no agreement can be recorded now; "" when one can."""
    if why := why_not_handle(case):
        return why
    row, handling = case.row, case.dossier.handling
    if handling.settlement is not None:
        return gettext("协议已经登记")
    if not handling.claims:
        return gettext("先登记明细")
    if not may_contact(row.approach, is_overridden=row.approach_overridden_at is not None):
        return gettext("诉求人还没有同意联系单位")
    return ""


# ---- the act ------------------------------------------------------------------------


def _make_form(
    case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> SettlementForm:
    return SettlementForm(data, files, case=case)


def _perform(case: Case, _target: int, form: SettlementForm, version: int) -> object:
    try:
        return sign_settlement(
            case.row.pk, form.draft(), actor=case.account, version=version, now=case.now
        )
    except ApproachNotAgreed:
        form.add_error(None, gettext("诉求人还没有同意联系单位"))
    except DoesNotAddUp as error:
        for problem in error.problems:
            if problem.code == "instalments_do_not_sum":
                form.add_error("schedule", _gap_words(problem.fen))
                continue
            field, _told = PROBLEMS[problem.code]
            told = problem_words(problem, {code: told for code, (_f, told) in PROBLEMS.items()})
            form.add_error(field, told)
    return None


def _gap_words(fen: int) -> str:
    """Return by how much the instalments miss the agreement."""
    amount = yuan(abs(fen))
    if fen > 0:
        return gettext("各期合计比协议金额少%(amount)s") % {"amount": f" {amount}"}
    return gettext("各期合计比协议金额多%(amount)s") % {"amount": f" {amount}"}


def _context(case: Case, _target: int) -> Mapping[str, Any]:
    handling = case.dossier.handling
    told = {"people": len(handling.claims), "amount": yuan(handling.claimed_fen)}
    return {"lead": gettext("明细%(people)d人，主张合计 %(amount)s") % told}


settlement_new = page_of(
    Act(
        title=_("登记协议"),
        button=_("登记协议"),
        said=_("协议已登记，每期到期系统会提醒。"),
        fragment="settlement",
        why_not=why_not_settle,
        make_form=_make_form,
        perform=_perform,
        template="desk/settlement_new.html",
        context=_context,
    )
)
