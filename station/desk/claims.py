"""What each worker claims: the list as the page shows it, and the form it is pasted into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from members.privacy import mask_name
from requests_app.dossier_handling import ClaimLine
from requests_app.parties import Claimant
from requests_app.reading_access import REASON_MIN, NotAllowed, ReasonTooShort, unmask_parties
from requests_app.stages.handling.rules import ClaimDraft, Problem, apportion
from requests_app.stages.handling.settlement import DoesNotAddUp, list_claims
from station import parts
from station.desk import words
from station.desk.access import Visitor, staff_page
from station.desk.acts import Act, ActForm, Files, draw, page_of, refused
from station.desk.case import Case, case_of, dossier_or_404, meet_case, why_not_handle
from station.desk.entry_fields import fault_words, words_field
from station.desk.pasted import Row, read_rows
from station.desk.typed import typed_in
from station.templatetags.portal_ui import yuan

SHOWN_AT_ONCE = 6
TEXT_MAX = 30_000

_PROBLEMS: Mapping[str, parts.Words] = {
    "no_claims": _("请至少写一行"),
    "claim_not_positive": _("第%(line)d行：主张金额要大于0"),
    "amount_too_large": _("第%(line)d行：金额太大，请核对单位是不是元"),
    "agreed_negative": _("第%(line)d行：协议金额不能小于0"),
}


class ClaimsForm(ActForm):
    """A list of claims, a line a worker."""

    lines = words_field(
        _("明细，每人一行"),
        most=TEXT_MAX,
        rows=12,
        missing=_("请至少写一行"),
        help_text=_(
            "姓名 岗位 月份 主张金额，后面可加协议金额。可从表格整列粘贴；"
            "用制表符、逗号或空格分开都行。例如：陈某某 厨师 7–9月 23,200.00"
        ),
    )
    rows: Sequence[Row] = ()

    def clean_lines(self) -> str:
        """Read the lines; say for each that cannot be read what is wrong."""
        text: str = self.cleaned_data["lines"]
        self.rows, faults = read_rows(text)
        if faults:
            raise forms.ValidationError([fault_words(each) for each in faults])
        return text

    def drafts(self) -> list[ClaimDraft]:
        """Return the lines as drafts."""
        return [
            ClaimDraft(each.name, each.post, each.months, each.claimed_fen, each.agreed_fen)
            for each in self.rows
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One line of the table. ``paid`` and ``open`` share out what came in by the agreement."""

    name: str
    post: str
    months: str
    claimed: str
    agreed: str
    paid: str
    open: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTable:
    """The list with its totals; ``more`` stands folded."""

    rows: Sequence[ClaimRow]
    more: Sequence[ClaimRow]
    total: ClaimRow
    people: int
    is_settled: bool
    is_clear: bool


def claim_table(case: Case) -> ClaimTable | None:
    """Return the list of claims, None where there is none."""
    handling = case.dossier.handling
    if not handling.claims:
        return None
    settled = handling.settlement
    agreed = [each.agreed_fen or 0 for each in handling.claims]
    paid_fen = settled.paid_fen if settled else 0
    shares = apportion(paid_fen, agreed) if settled else [0] * len(agreed)
    rows = [_row(line, share, case) for line, share in zip(handling.claims, shares, strict=True)]
    total = ClaimRow(
        name="",
        post="",
        months="",
        claimed=_amount(handling.claimed_fen),
        agreed=_amount(sum(agreed)) if any(agreed) else "—",
        paid=_amount(paid_fen) if settled else "—",
        open=_amount(settled.open_fen) if settled else "—",
    )
    return ClaimTable(
        rows=rows[:SHOWN_AT_ONCE],
        more=rows[SHOWN_AT_ONCE:],
        total=total,
        people=len(rows),
        is_settled=settled is not None,
        is_clear=case.shows_parties,
    )


def list_action(case: Case) -> parts.Action | None:
    """Return the button that opens the list for writing; who may not work here gets none."""
    if not case.handles or case.dossier.handling.settlement is not None:
        return None
    label = gettext("重新登记明细") if case.dossier.handling.claims else pgettext("act", "登记明细")
    return parts.Action(
        label=label,
        href=reverse("desk:claims", args=[case.number]),
        icon="table",
        why=why_not_list(case, 0),
    )


def why_not_list(case: Case, _target: int) -> str:
    """Return why the list cannot be written now; "" when it can."""
    if why := why_not_handle(case):
        return why
    if case.dossier.handling.settlement is not None:
        return gettext("协议已经登记，明细不再改动")
    return ""


def claimant_name(line: ClaimLine, case: Case) -> str:
    """Return the worker of a line, masked unless just unmasked."""
    name = case.words.claimants.get(line.line, Claimant("")).name
    return name if case.shows_parties else mask_name(name)


def _row(line: ClaimLine, share: int, case: Case) -> ClaimRow:
    who = case.words.claimants.get(line.line, Claimant(""))
    agreed, is_settled = line.agreed_fen, case.dossier.handling.settlement is not None
    return ClaimRow(
        name=claimant_name(line, case),
        post=who.post,
        months=who.months,
        claimed=_amount(line.claimed_fen),
        agreed="—" if agreed is None else _amount(agreed),
        paid=_amount(share) if is_settled else "—",
        open=_amount((agreed or 0) - share) if is_settled else "—",
    )


def _amount(fen: int) -> str:
    """Return 23,200.00: the head of the column says yuan."""
    return yuan(fen).replace("¥", "")


def problem_words(problem: Problem, table: Mapping[str, parts.Words]) -> str:
    """Return one problem in words."""
    return str(table[problem.code]) % {"line": problem.line, "fen": yuan(abs(problem.fen))}


# ---- the act ------------------------------------------------------------------------


def _make_form(
    _case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> ClaimsForm:
    return ClaimsForm(data, files)


def _perform(case: Case, _target: int, form: ClaimsForm, version: int) -> object:
    try:
        return list_claims(
            case.row.pk, form.drafts(), actor=case.account, version=version, now=case.now
        )
    except DoesNotAddUp as error:
        typed = [0, *(each.line for each in form.rows)]
        for problem in error.problems:
            there = Problem(problem.code, typed[problem.line], problem.fen)
            form.add_error("lines", problem_words(there, _PROBLEMS))
    return None


def _context(case: Case, _target: int) -> Mapping[str, Any]:
    return {
        "table": claim_table(case),
        # named, for the page is also drawn at the address that fills the list in
        "action": reverse("desk:claims", args=[case.number]),
        "may_fill": bool(case.dossier.handling.claims) and not case.shows_parties,
        "reason": "",
        "reason_error": "",
        "reason_min": REASON_MIN,
    }


_ACT = Act(
    title=pgettext_lazy("act", "登记明细"),
    button=pgettext_lazy("act", "登记明细"),
    said=_("明细已登记。"),
    fragment="settlement",
    why_not=why_not_list,
    make_form=_make_form,
    perform=_perform,
    template="desk/claims.html",
    context=_context,
)
claims = page_of(_ACT)


@require_POST
@staff_page
def claims_fill(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Show the list in clear inside the form, to correct a line of it: POST reason, lines."""
    case = meet_case(visitor, number)
    sent = ClaimsForm(request.POST)
    if why := why_not_list(case, 0):
        return refused(request, case, why, kept=typed_in(sent))
    if not case.dossier.handling.claims:
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        unmask_parties(case.row.pk, actor=visitor.account, reason=reason, now=visitor.now)
    except ReasonTooShort:
        context = {"reason": reason, "reason_error": words.reason_words()}
        form = ClaimsForm(initial={"lines": sent["lines"].value()})
        return draw(
            request, _ACT, case, 0, form, version=case.row.version, status=422, extra=context
        )
    except NotAllowed:
        return refused(request, case, gettext("现在不能操作"), kept=typed_in(sent))
    clear = case_of(visitor, dossier_or_404(visitor, number), is_noted=True, shows_parties=True)
    listed = _typed_again(clear)
    own = [each for each in (sent["lines"].value() or "").splitlines() if each.strip()]
    added = [each for each in own if each not in listed]
    told = gettext("您写的%(n)d行接在现有明细后面，请核对有没有重复。") % {"n": len(added)}
    form = ClaimsForm(initial={"lines": "\n".join([*listed, *added])})
    extra = {"lead": told if added else ""}
    return draw(request, _ACT, clear, 0, form, version=clear.row.version, extra=extra)


def _typed_again(case: Case) -> list[str]:
    """Return the list as it could have been pasted, a line a worker."""
    lines = []
    for line in case.dossier.handling.claims:
        who = case.words.claimants.get(line.line, Claimant(""))
        cells = [who.name, who.post, who.months, _amount(line.claimed_fen)]
        if line.agreed_fen is not None:
            cells.append(_amount(line.agreed_fen))
        lines.append("\t".join(cells))
    return lines
