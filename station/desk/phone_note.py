"""A request told to staff: the form, the receipt to read out, employer names while typing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.queries import find_enterprises
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.inbox import count_unread
from requests_app.lifecycle import Via
from requests_app.stages.sensing.intake import (
    FormKeyLapsed,
    FormKeyReused,
    Receipt,
    confirm_written_down,
    register_report,
)
from station.desk.access import Visitor, staff_page
from station.desk.forms import NoteForm
from station.fields import FORM_KEY
from station.stations import stations_of

SHORTEST_TERM, LONGEST_TERM = 1, 80  # characters typed before names are offered


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def request_new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show the form; a POST registers the request and shows number and code, once."""
    stations = stations_of(visitor.scope)
    if not stations:
        why = gettext("登记诉求由片区的登记员、专职工作者、站长或承办人操作")
        context = {"number": "", "why": why, "heading": gettext("这一步不由您操作"), "kept": []}
        return render(request, "desk/request_refused.html", context, status=403)
    catalogue = current_catalogue(timezone.localdate(visitor.now))
    if request.method != "POST":
        return _form(request, visitor, NoteForm(stations=stations, catalogue=catalogue))
    form = NoteForm(request.POST, request.FILES, stations=stations, catalogue=catalogue)
    if not form.is_valid():
        return _form(request, visitor, form, status=422)
    try:
        receipt = register_report(
            form.report(), via=Via.PERSON, now=visitor.now, actor=visitor.account
        )
    except FormKeyReused:
        form.renewed()
        return _form(request, visitor, form, is_reused=True, status=409)
    except FormKeyLapsed as lapsed:
        return render(request, "desk/note_lapsed.html", {"number": lapsed.number}, status=409)
    return _receipt(request, visitor, form, receipt)


@require_POST
@staff_page
def request_told(request: HttpRequest, _visitor: Visitor) -> HttpResponse:
    """The code has been read out or printed: forget it and go on to the request."""
    key, number = request.POST.get("form_key", ""), request.POST.get("number", "")
    if FORM_KEY.fullmatch(key):
        confirm_written_down(form_key=key)
    # Whether the number exists is answered by the page it leads to, as for anybody else.
    is_number = number.isascii() and number.isalnum() and len(number) <= 24
    response = redirect("desk:request-detail", number) if is_number else redirect("desk:inbox")
    response.status_code = 303
    return response


@require_safe
@staff_page
def employer_names(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Offer names of enterprises for what is being typed, as options of a list."""
    term = request.GET.get("employer", "").replace("\x00", "").strip()
    is_fit = SHORTEST_TERM <= len(term) <= LONGEST_TERM and bool(visitor.scope.duties)
    context = {"enterprises": find_enterprises(term) if is_fit else []}
    return render(request, "desk/employer_names.html", context)


def _form(
    request: HttpRequest,
    visitor: Visitor,
    form: NoteForm,
    *,
    is_reused: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "is_reused": is_reused,
        "unread": count_unread(visitor.scope.account_id),
    }
    return render(request, "desk/request_new.html", context, status=status)


def _receipt(
    request: HttpRequest, visitor: Visitor, form: NoteForm, receipt: Receipt
) -> HttpResponse:
    """Show number and code. The staff_page keeps the answer out of every cache."""
    context = {
        "receipt": receipt,
        "form_key": form.cleaned_data["form_key"],
        "is_anonymous": form.cleaned_data["is_anonymous"],
        "at": visitor.now,
        "unread": count_unread(visitor.scope.account_id),
    }
    return render(request, "desk/note_receipt.html", context)
