"""Money that comes in: the form of an instalment, the voided entry, the number of a court case."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.dossier_handling import InstalmentLine, PaymentLine, SettlementLine
from requests_app.stages.handling.settlement import (
    CASE_NUMBER_MAX,
    DoesNotAddUp,
    receive_payment,
    record_case_number,
    void_payment,
)
from station import parts
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_handle, why_not_work
from station.desk.claims import problem_words
from station.desk.entry_fields import DayField, YuanField, words_field
from station.fields import PaperField
from station.templatetags.portal_ui import yuan

_FIELDS: Mapping[str, tuple[str, parts.Words]] = {
    "not_positive": ("amount", _("金额要大于0")),
    "more_than_agreed": ("amount", _("这一期只差 %(fen)s，填多了。多付的记到下一期")),
    "paid_in_future": ("paid_on", _("到账日期不能晚于今天")),
    "paid_before_signing": ("paid_on", _("到账日期早于协议签订日期")),
}
_WORDS = {code: told for code, (_field, told) in _FIELDS.items()}


class PaymentForm(ActForm):
    """What came in for one instalment."""

    amount = YuanField(label=_("金额（元）"), error_messages={"required": _("请填写金额")})
    paid_on = DayField(label=_("到账日期"))
    voucher = PaperField(
        label=_("付款凭证"),
        required=False,
        help_text=_("转账记录或收条，照片或PDF，不超过10MB。"),
    )


class VoidForm(ActForm):
    """Nothing to fill in: the button is the question."""


class CaseNumberForm(ActForm):
    """Under which number an arbitration or a court has taken over."""

    case_number = words_field(
        _("案号"),
        most=CASE_NUMBER_MAX,
        missing=_("请填写案号"),
        help_text=_("仲裁或法院受理后的案号，例如（2026）东津民初123号。"),
    )


def pay_action(case: Case) -> parts.Action | None:
    """Return the button for money of the instalment that is due first; None when none is open."""
    line = next_open(case)
    if line is None or why_not_work(case):
        return None
    return parts.Action(
        label=gettext("登记到账"),
        href=reverse("desk:payment-new", args=[case.number, line.number]),
        icon="banknote",
    )


def next_open(case: Case) -> InstalmentLine | None:
    """Return the first instalment that is not paid in full."""
    settled = case.dossier.handling.settlement
    return (
        next((each for each in settled.instalments if each.open_fen > 0), None) if settled else None
    )


def case_number_action(case: Case) -> parts.Action | None:
    """Return the button that notes the number of a court case."""
    settled = case.dossier.handling.settlement
    if not case.handles or settled is None or settled.open_fen <= 0:
        return None
    return parts.Action(
        label=gettext("更正案号") if settled.case_number else pgettext("act", "登记案号"),
        href=reverse("desk:case-number", args=[case.number]),
        icon="scale",
        why=why_not_handle(case),
    )


# ---- payment -------------------------------------------------------------------------


def _instalment(case: Case, number: int) -> InstalmentLine:
    settled = case.dossier.handling.settlement
    found = (each for each in settled.instalments if each.number == number) if settled else ()
    line = next(iter(found), None)
    if line is None or not case.reads:
        raise Http404
    return line


def _why_not_pay(case: Case, number: int) -> str:
    line = _instalment(case, number)
    if why := why_not_work(case):
        return why
    return "" if line.open_fen > 0 else gettext("第%(n)d期已经付清") % {"n": number}


def _pay_form(case: Case, number: int, data: QueryDict | None, files: Files | None) -> PaymentForm:
    open_fen = _instalment(case, number).open_fen
    amount = f"{open_fen // 100}.{open_fen % 100:02d}"
    return PaymentForm(data, files, initial={"amount": amount, "paid_on": case.today})


def _pay(case: Case, number: int, form: PaymentForm, version: int) -> object:
    sent = form.cleaned_data
    try:
        return receive_payment(
            case.row.pk,
            instalment=number,
            amount_fen=sent["amount"],
            paid_on=sent["paid_on"],
            voucher=sent["voucher"],
            actor=case.account,
            version=version,
            now=case.now,
        )
    except DoesNotAddUp as error:
        for problem in error.problems:
            form.add_error(_FIELDS[problem.code][0], problem_words(problem, _WORDS))
    return None


def _pay_context(case: Case, number: int) -> Mapping[str, Any]:
    line = _instalment(case, number)
    told = {"n": number, "amount": yuan(line.amount_fen), "open": yuan(line.open_fen)}
    return {"lead": gettext("第%(n)d期 %(amount)s，未到账 %(open)s") % told}


# ---- void ----------------------------------------------------------------------------


def _payment(case: Case, payment_id: int) -> PaymentLine:
    settled: SettlementLine | None = case.dossier.handling.settlement
    lines = settled.instalments if settled else ()
    found = (each for line in lines for each in line.payments if each.id == payment_id)
    payment = next(found, None)
    if payment is None or not case.reads:
        raise Http404
    return payment


def _why_not_void(case: Case, payment_id: int) -> str:
    payment = _payment(case, payment_id)
    if why := why_not_work(case):
        return why
    return gettext("这一笔已经作废") if payment.is_void else ""


def _void_form(_case: Case, _target: int, data: QueryDict | None, files: Files | None) -> VoidForm:
    return VoidForm(data, files)


def _void(case: Case, payment_id: int, _form: VoidForm, version: int) -> object:
    return void_payment(case.row.pk, payment_id, actor=case.account, version=version, now=case.now)


def _void_context(case: Case, payment_id: int) -> Mapping[str, Any]:
    payment = _payment(case, payment_id)
    told = {
        "n": payment.instalment,
        "day": f"{payment.paid_on:%Y-%m-%d}",
        "amount": yuan(payment.amount_fen),
        "who": payment.recorded_by,
    }
    lead = gettext("第%(n)d期 %(day)s到账 %(amount)s，由%(who)s登记。作废后不再计入，记录会保留。")
    return {"lead": lead % told, "is_danger": True}


# ---- the court -------------------------------------------------------------------------


def _why_not_court(case: Case, _target: int) -> str:
    if why := why_not_handle(case):
        return why
    settled = case.dossier.handling.settlement
    return "" if settled else gettext("还没有登记协议")


def _court_form(
    case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> CaseNumberForm:
    settled = case.dossier.handling.settlement
    number = settled.case_number if settled else ""
    return CaseNumberForm(data, files, initial={"case_number": number})


def _court(case: Case, _target: int, form: CaseNumberForm, version: int) -> object:
    return record_case_number(
        case.row.pk,
        form.cleaned_data["case_number"],
        actor=case.account,
        version=version,
        now=case.now,
    )


def _court_context(_case: Case, _target: int) -> Mapping[str, Any]:
    return {"lead": gettext("仲裁或法院已经受理的，登记案号后可以提交办结，未到账的由其继续处理。")}


payment_new = page_of(
    Act(
        title=_("登记到账"),
        button=_("登记到账"),
        said=_("到账已登记。"),
        fragment="settlement",
        why_not=_why_not_pay,
        make_form=_pay_form,
        perform=_pay,
        context=_pay_context,
    )
)
payment_void = page_of(
    Act(
        title=pgettext_lazy("act", "作废一笔到账"),
        button=_("作废"),
        said=_("这一笔已作废。"),
        fragment="settlement",
        why_not=_why_not_void,
        make_form=_void_form,
        perform=_void,
        context=_void_context,
    )
)
case_number = page_of(
    Act(
        title=pgettext_lazy("act", "登记案号"),
        button=pgettext_lazy("act", "登记案号"),
        said=_("案号已登记。"),
        fragment="settlement",
        why_not=_why_not_court,
        make_form=_court_form,
        perform=_court,
        context=_court_context,
    )
)
