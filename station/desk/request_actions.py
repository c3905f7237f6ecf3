"""What staff do on a request: every view parses, calls one verb, answers in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import UnknownCode
from requests_app.models import Finding, Request
from requests_app.moves import IllegalMove, StaleRequest
from requests_app.parking import resume_request
from requests_app.reading_access import NotAllowed, ReasonTooShort, unmask, unmask_parties
from requests_app.stages.completion.reviewing import HandlerStandsAside, accept_result
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.corrections import confirm_finding, correct_item
from station import parts
from station.desk import words
from station.desk.access import Visitor, staff_page
from station.desk.acts import back, changed_meanwhile, refused, whole
from station.desk.case import Case, case_of, dossier_or_404, meet_case, sealed_case, why_not_work
from station.desk.next_steps import why_not_move
from station.desk.request_page import render_request

NOT_YOURS = _("这一步不由您操作")


@dataclass(frozen=True, slots=True)
class _Made:
    """How a move is made from a button, and what is said when it was."""

    make: Callable[..., Request]
    said: parts.Words


_MOVES = {
    "sign_for": _Made(sign_for, _("已签收，您是承办人。期限和下一步见本页。")),
    "accept_result": _Made(accept_result, _("已通过，答复已给诉求人。")),
}


@require_POST
@staff_page
def request_move(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Make a move of the lifecycle that asks for nothing else: POST move, version."""
    case = sealed_case(visitor, number)
    code, version = request.POST.get("move", ""), whole(request.POST.get("version", ""))
    known = _MOVES.get(code)
    if known is None:
        raise Http404
    try:
        known.make(case.row.pk, actor=visitor.account, version=version, now=visitor.now)
    except (StaleRequest, IllegalMove):
        return changed_meanwhile(request, sealed_case(visitor, number))
    except NotAllowed:
        return refused(request, case, why_not_move(case, code), heading=NOT_YOURS)
    except HandlerStandsAside:
        return refused(request, case, gettext("承办人与用人单位有利害关系，请退回，系统会换人办理"))
    messages.success(request, str(known.said))
    return back(case)


@require_POST
@staff_page
def finding_confirm(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Confirm a finding: POST confirm (its id)."""
    case = sealed_case(visitor, number)
    finding_id = whole(request.POST.get("confirm", ""))
    try:
        finding = confirm_finding(case.row.pk, finding_id, actor=visitor.account, now=visitor.now)
    except Finding.DoesNotExist as error:
        raise Http404 from error
    except NotAllowed:
        return refused(request, case, why_not_work(case), heading=NOT_YOURS)
    messages.success(request, gettext("已确认，记在您名下。"))
    fragment = "employer" if finding.kind == "enterprise" else "findings"
    return back_after_edit(request, case, finding.request, fragment)


@require_POST
@staff_page
def item_correct(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Choose the item: POST item (code), version."""
    case = sealed_case(visitor, number)
    code, version = request.POST.get("item", ""), whole(request.POST.get("version", ""))
    label = words.item_label(current_catalogue(timezone.localdate(visitor.now)), code)
    try:
        corrected = correct_item(
            case.row.pk, code, actor=visitor.account, version=version, now=visitor.now
        )
    except UnknownCode as error:
        raise Http404 from error
    except StaleRequest:
        kept = [(gettext("您选的事项"), label)]
        return changed_meanwhile(request, sealed_case(visitor, number), kept=kept)
    except NotAllowed:
        why = why_not_work(case) or gettext("结果提交以后事项不再改；不对的，由审核人退回")
        return refused(request, case, why, heading=NOT_YOURS)
    messages.success(request, gettext("事项已定为“%(item)s”。") % {"item": label})
    return back_after_edit(request, case, corrected, "item")


@require_POST
@staff_page
def identity_unmask(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Show who asked in clear for this one answer: POST reason; what=parties for the parties."""
    dossier = dossier_or_404(visitor, number)
    reason = request.POST.get("reason", "").replace("\x00", "")
    is_parties = request.POST.get("what") == "parties"
    try:
        about: dict[str, Any] = {"actor": visitor.account, "reason": reason, "now": visitor.now}
        shown = None if is_parties else unmask(dossier.request.pk, **about)
        if is_parties:
            unmask_parties(dossier.request.pk, **about)
    except ReasonTooShort:
        what = "parties" if is_parties else "identity"
        case = meet_case(visitor, number)
        return render_request(request, case, reason=reason, bad_reason=what, status=422)
    except NotAllowed:
        case = sealed_case(visitor, number)
        return refused(request, case, why_not_work(case), heading=NOT_YOURS)
    fresh = dossier_or_404(visitor, number)  # with the entry just written
    case = case_of(visitor, fresh, is_noted=True, shows_parties=is_parties)
    return render_request(request, case, shown=shown)


@require_POST
@staff_page
def request_resume(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Let the machine try a parked request again."""
    case = sealed_case(visitor, number)
    try:
        resume_request(case.row.pk, actor=visitor.account, now=visitor.now)
    except StaleRequest:
        return changed_meanwhile(request, sealed_case(visitor, number))
    except NotAllowed:
        why = gettext("“恢复”由办理诉求的人员操作")
        return refused(request, case, why, heading=NOT_YOURS)
    messages.success(request, gettext("已恢复，系统正在重新处理。"))
    return back(case)


def back_after_edit(
    request: HttpRequest, case: Case, edited: Request, fragment: str
) -> HttpResponse:
    """Say when an edit sent the request on; lead to the inbox when it left the visitor's sight."""
    if edited.state != case.row.state:
        messages.info(request, gettext("按这次改动，系统正在重新分级和交办。"))
    return back(case, fragment)
