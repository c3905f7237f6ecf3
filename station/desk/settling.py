"""Which employer is meant, settled by a person: linked from the register, or in none."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from members.models import Enterprise
from requests_app.moves import StaleRequest
from requests_app.reading_access import NotAllowed
from requests_app.stages.sensing.corrections import link_enterprise, settle_employer_unknown
from station.desk.access import Visitor, staff_page
from station.desk.acts import changed_meanwhile, refused, whole
from station.desk.case import Case, meet_case, sealed_case
from station.desk.employer import EmployerSearch
from station.desk.request_actions import NOT_YOURS, back_after_edit
from station.desk.request_page import render_request


@require_POST
@staff_page
def employer_link(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Settle which enterprise is meant: POST version with enterprise (id) or employer (a name).

    A name that exactly one enterprise has is linked; any other leads to what was found.
    """
    case = sealed_case(visitor, number)
    if not case.settles:
        return refused(request, case, _settlers_only(case), heading=NOT_YOURS)
    if "enterprise" in request.POST:
        chosen = whole(request.POST["enterprise"])
        return _settle(request, case, get_object_or_404(Enterprise, pk=chosen, is_active=True))
    search = EmployerSearch(request.POST)
    is_found = search.is_valid()
    hit = search.sure_hit() if is_found else None
    if hit is None:
        whole_case = meet_case(visitor, number)
        return render_request(request, whole_case, search=search, status=200 if is_found else 422)
    return _settle(request, case, hit)


@require_POST
@staff_page
def employer_unlisted(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Settle that the register has no such employer: POST version."""
    return _settle(request, sealed_case(visitor, number), None)


def _settle(request: HttpRequest, case: Case, firm: Enterprise | None) -> HttpResponse:
    """Call the verb for an enterprise or for none, and say what it came to."""
    row, version = case.row, whole(request.POST.get("version", ""))
    actor, now = case.visitor.account, case.visitor.now
    try:
        if firm is None:
            settled = settle_employer_unknown(row.pk, actor=actor, version=version, now=now)
        else:
            settled = link_enterprise(row.pk, firm.pk, actor=actor, version=version, now=now)
    except StaleRequest:
        name = firm.name if firm else gettext("名录里没有这家单位")
        kept = [(gettext("您认定的用人单位"), name)]
        return changed_meanwhile(request, sealed_case(case.visitor, row.number), kept=kept)
    except NotAllowed:
        return refused(request, case, _settlers_only(case), heading=NOT_YOURS)
    if firm is None:
        messages.success(request, gettext("已记下：名录里没有这家单位，或与单位无关。"))
    else:
        messages.success(request, gettext("用人单位已认定为“%(firm)s”。") % {"firm": firm.name})
    return back_after_edit(request, case, settled, "employer")


def _settlers_only(case: Case) -> str:
    unit = (case.row.holder or case.row.station).short_name
    return gettext("用人单位由%(unit)s没有任何利害关系的办理人员认定") % {"unit": unit}
