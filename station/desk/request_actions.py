"""What staff do on a request: every view parses, calls one verb, answers in words."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from members.models import Enterprise
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import UnknownCode
from requests_app.dossier import Dossier
from requests_app.lifecycle import MOVES
from requests_app.models import Finding, Request
from requests_app.moves import IllegalMove, StaleRequest
from requests_app.parking import resume_request
from requests_app.queries import accesses_of, visible_to
from requests_app.reading_access import (
    REASON_MAX,
    REASON_MIN,
    NotAllowed,
    ReasonTooShort,
    may_settle_employer,
    unmask,
)
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.corrections import (
    confirm_finding,
    correct_item,
    link_enterprise,
    settle_employer_unknown,
)
from station.desk import words
from station.desk.access import Visitor, staff_page
from station.desk.employer import EmployerSearch
from station.desk.request_page import dossier_or_404, render_request, why_not

LONGEST_ID = 18  # digits that fit a bigint


@require_POST
@staff_page
def request_move(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Make a move of the lifecycle: POST move, version."""
    dossier = dossier_or_404(visitor, number)
    code, version = request.POST.get("move", ""), _whole(request.POST.get("version", ""))
    make = _MOVES.get(code)
    if make is None:
        raise Http404
    try:
        make(dossier.request.pk, visitor, version)
    except (StaleRequest, IllegalMove):
        return _changed_meanwhile(request, visitor, number)
    except NotAllowed:
        return _refused(request, dossier, why_not(visitor, dossier, MOVES[code].label))
    messages.success(request, gettext("已签收，您是承办人。期限和下一步见本页。"))
    return _back(number)


def _sign(request_id: int, visitor: Visitor, version: int) -> Request:
    return sign_for(request_id, actor=visitor.account, version=version, now=visitor.now)


_MOVES: dict[str, Callable[[int, Visitor, int], Request]] = {"sign_for": _sign}


@require_POST
@staff_page
def finding_confirm(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Confirm a finding: POST confirm (its id)."""
    dossier = dossier_or_404(visitor, number)
    finding_id = _whole(request.POST.get("confirm", ""))
    try:
        finding = confirm_finding(
            dossier.request.pk, finding_id, actor=visitor.account, now=visitor.now
        )
    except Finding.DoesNotExist as error:
        raise Http404 from error
    except NotAllowed:
        return _refused(request, dossier, _staff_only(dossier))
    messages.success(request, gettext("已确认，记在您名下。"))
    fragment = "employer" if finding.kind == "enterprise" else "findings"
    return _back_after_edit(request, visitor, dossier, finding.request, fragment)


@require_POST
@staff_page
def item_correct(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Choose the item: POST item (code), version."""
    dossier = dossier_or_404(visitor, number)
    code, version = request.POST.get("item", ""), _whole(request.POST.get("version", ""))
    label = words.item_label(current_catalogue(timezone.localdate(visitor.now)), code)
    try:
        corrected = correct_item(
            dossier.request.pk, code, actor=visitor.account, version=version, now=visitor.now
        )
    except UnknownCode as error:
        raise Http404 from error
    except StaleRequest:
        kept = gettext("您选的事项是“%(item)s”，还没有保存。") % {"item": label}
        return _changed_meanwhile(request, visitor, number, kept=kept)
    except NotAllowed:
        return _refused(request, dossier, _staff_only(dossier))
    messages.success(request, gettext("事项已定为“%(item)s”。") % {"item": label})
    return _back_after_edit(request, visitor, dossier, corrected, "item")


@require_POST
@staff_page
def employer_link(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Settle which enterprise is meant: POST version with enterprise (id) or employer (a name).

    A name that exactly one enterprise has is linked; any other leads to what was found.
    """
    dossier = dossier_or_404(visitor, number)
    catalogue = current_catalogue(timezone.localdate(visitor.now))
    if not may_settle_employer(visitor.scope, dossier.request, accesses_of(catalogue)):
        return _refused(request, dossier, _settlers_only(dossier))
    if "enterprise" in request.POST:
        chosen = _whole(request.POST["enterprise"])
        firm = get_object_or_404(Enterprise, pk=chosen, is_active=True)
    else:
        search = EmployerSearch(request.POST)
        is_found = search.is_valid()
        hit = search.sure_hit() if is_found else None
        if hit is None:
            status = 200 if is_found else 422
            return render_request(request, visitor, dossier, search=search, status=status)
        firm = hit
    return _settle(request, visitor, dossier, firm)


@require_POST
@staff_page
def employer_unlisted(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Settle that the register has no such employer: POST version."""
    return _settle(request, visitor, dossier_or_404(visitor, number), None)


def _settle(
    request: HttpRequest, visitor: Visitor, dossier: Dossier, firm: Enterprise | None
) -> HttpResponse:
    """Call the verb for an enterprise or for none, and say what it came to."""
    row, version = dossier.request, _whole(request.POST.get("version", ""))
    actor, now = visitor.account, visitor.now
    try:
        if firm is None:
            settled = settle_employer_unknown(row.pk, actor=actor, version=version, now=now)
        else:
            settled = link_enterprise(row.pk, firm.pk, actor=actor, version=version, now=now)
    except StaleRequest:
        name = firm.name if firm else gettext("名录里没有这家单位")
        kept = gettext("您认定的用人单位是“%(firm)s”，还没有保存。") % {"firm": name}
        return _changed_meanwhile(request, visitor, row.number, kept=kept)
    except NotAllowed:
        return _refused(request, dossier, _settlers_only(dossier))
    if firm is None:
        messages.success(request, gettext("已记下：名录里没有这家单位，或与单位无关。"))
    else:
        messages.success(request, gettext("用人单位已认定为“%(firm)s”。") % {"firm": firm.name})
    return _back_after_edit(request, visitor, dossier, settled, "employer")


@require_POST
@staff_page
def identity_unmask(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Show name and phone in clear for this one answer: POST reason."""
    dossier = dossier_or_404(visitor, number)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        shown = unmask(dossier.request.pk, actor=visitor.account, reason=reason, now=visitor.now)
    except ReasonTooShort:
        error = gettext("理由写%(least)d到%(most)d个字，例如“打电话核对地址”") % {
            "least": REASON_MIN,
            "most": REASON_MAX,
        }
        return render_request(
            request, visitor, dossier, reason=reason, reason_error=error, status=422
        )
    except NotAllowed:
        return _refused(request, dossier, _staff_only(dossier))
    return render_request(request, visitor, dossier_or_404(visitor, number), shown=shown)


@require_POST
@staff_page
def request_resume(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Let the machine try a parked request again."""
    dossier = dossier_or_404(visitor, number)
    try:
        resume_request(dossier.request.pk, actor=visitor.account, now=visitor.now)
    except StaleRequest:
        return _changed_meanwhile(request, visitor, number)
    except NotAllowed:
        return _refused(request, dossier, gettext("“恢复”由办理诉求的人员操作"))
    messages.success(request, gettext("已恢复，系统正在重新处理。"))
    return _back(number)


def _whole(text: str) -> int:
    """Return a number from a form; -1, which matches nothing, for anything else."""
    fits = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
    return int(text) if fits else -1


def _back(number: str, fragment: str = "") -> HttpResponse:
    """Lead back to the request after a POST (303, so a reload asks nothing twice)."""
    target = reverse("desk:request-detail", args=[number])
    response = redirect(f"{target}#{fragment}" if fragment else target)
    response.status_code = 303
    return response


def _back_after_edit(
    request: HttpRequest, visitor: Visitor, dossier: Dossier, edited: Request, fragment: str
) -> HttpResponse:
    """Say when an edit sent the request on; lead to the inbox when it left the visitor's sight."""
    if edited.state != dossier.request.state:
        messages.info(request, gettext("按这次改动，系统正在重新分级和交办。"))
    if visible_to(visitor.scope).filter(pk=edited.pk).exists():
        return _back(edited.number, fragment)
    return redirect("desk:inbox")


def _changed_meanwhile(
    request: HttpRequest, visitor: Visitor, number: str, *, kept: str = ""
) -> HttpResponse:
    """409: somebody was faster; say who and when, and that nothing was lost."""
    dossier = dossier_or_404(visitor, number)
    last = dossier.events[0]
    context = {
        "number": number,
        "who": last.actor or gettext("系统"),
        "ago": words.span_words(visitor.now - last.at),
        "state": gettext(dossier.request.state_label),
        "kept": kept,
    }
    return render(request, "desk/request_changed.html", context, status=409)


def _refused(request: HttpRequest, dossier: Dossier, why: str) -> HttpResponse:
    """403: the account sees the request but may not do this; say who may."""
    context = {"number": dossier.request.number, "why": why}
    return render(request, "desk/request_refused.html", context, status=403)


def _staff_only(dossier: Dossier) -> str:
    row = dossier.request
    unit = (row.holder or row.station).short_name
    return gettext("这一步由%(unit)s的办理人员操作，与单位有利害关系的人员须回避") % {"unit": unit}


def _settlers_only(dossier: Dossier) -> str:
    row = dossier.request
    unit = (row.holder or row.station).short_name
    return gettext("用人单位由%(unit)s没有任何利害关系的办理人员认定") % {"unit": unit}
