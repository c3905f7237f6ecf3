"""The form: written, confirmed where needed, answered once with number and code.

The answer is a page, not a redirect: a code must never stand in an address. What is sent
again under the same key gets the same answer (requests_app.stages.sensing.intake).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from members.privacy import find_identifiers, mask_identifiers
from requests_app.lifecycle import Via
from requests_app.stages.sensing.intake import (
    FormKeyLapsed,
    FormKeyReused,
    Receipt,
    confirm_written_down,
    register_report,
)
from requests_app.stages.sensing.rules import crisis_flags
from requests_app.stages.sensing.understand.cues import scan_cues
from station.address import client_network
from station.fields import FILES_GONE, new_form_key, without_unsavable
from station.front.forms import ReportForm
from station.front.hotlines import Hotline, hotlines_for
from station.front.limiter import Gate, check_answer, counter, decide_gate, new_question
from station.front.stations import open_stations

log = logging.getLogger(__name__)

# Cookies stay until "written down": the page still has to send one form.
WIPE_PAGE = '"cache", "storage"'
WIPE_ALL = '"cache", "cookies", "storage"'

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def unstored[**P](view: View[P]) -> View[P]:
    """Keep the page out of every cache: it shows what somebody wrote, or a code."""

    @wraps(view)
    @cache_control(no_store=True, private=True)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    return wrapped


@dataclass(frozen=True, slots=True)
class Sending:
    """One post of the form with what was read of it before anything is decided."""

    request: HttpRequest
    form: ReportForm
    hotlines: tuple[Hotline, ...]
    gate: Gate


@unstored
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it. Anyone may send; nothing is ever refused for its words."""
    stations = open_stations()
    wanted = request.GET.get("station", "") or request.POST.get("station", "")
    if request.method != "POST" or "edit" in request.POST:
        data, _lost = without_unsavable(request.POST)
        initial = {**data.dict(), "form_key": data.get("form_key") or new_form_key()}
        form = ReportForm(stations=stations, wanted=wanted, initial=initial)
        return _show_form(request, form)
    form = ReportForm(request.POST, request.FILES, stations=stations, wanted=wanted)
    flags = crisis_flags(cue.code for cue in scan_cues(str(form.data.get("story", ""))))
    sending = Sending(
        request=request,
        form=form,
        hotlines=hotlines_for(flags),
        gate=_gate(request, is_crisis=bool(flags)),
    )
    return _take(sending)


@unstored
@require_POST
def noted(request: HttpRequest) -> HttpResponse:
    """The sender has written the code down: nobody can read it from here any more."""
    confirm_written_down(form_key=request.POST.get("form_key", ""))
    response = HttpResponseRedirect(reverse("front:home"), status=303)
    response["Clear-Site-Data"] = WIPE_ALL if "anonymous" in request.POST else WIPE_PAGE
    return response


def _gate(request: HttpRequest, *, is_crisis: bool) -> Gate:
    """Count this post and decide whether a question comes first."""
    posts = counter.count(client_network(request), now=timezone.now())
    token = request.POST.get("question_token", "")
    answer = check_answer(token, request.POST.get("answer", "")) if token else None
    return decide_gate(posts, is_crisis=is_crisis, answer=answer)


def _take(sending: Sending) -> HttpResponse:
    """Ask what has still to be asked, else register and answer."""
    form, request = sending.form, sending.request
    if not form.is_valid() or sending.gate is Gate.ASK:
        return _show_form(request, form, hotlines=sending.hotlines, asks=sending.gate is Gate.ASK)
    if form.cleaned_data["is_anonymous"] and "shown" not in request.POST:
        marks = find_identifiers(form.cleaned_data["story"])
        if marks or find_identifiers(form.cleaned_data["employer"]):
            return _show_identifiers(sending)
    if sending.gate is Gate.HOLD:
        # There is no queue for held requests yet: such a request is taken like any other.
        log.info("intake_after_wrong_answer")
    try:
        receipt = register_report(form.report(), via=Via.PERSON, now=timezone.now())
    except FormKeyReused:
        return _show_again(sending)
    except FormKeyLapsed as lapsed:
        return render(request, "front/report_lapsed.html", {"number": lapsed.number})
    return _show_receipt(sending, receipt)


def _show_form(
    request: HttpRequest,
    form: ReportForm,
    *,
    hotlines: tuple[Hotline, ...] = (),
    asks: bool = False,
) -> HttpResponse:
    """Draw the form; a network past the limit meets the question at once."""
    if form.is_bound and asks and form.is_valid() and form.cleaned_data["photos"]:
        form.add_error("photos", FILES_GONE)
    if not form.is_bound:
        posts = counter.count(client_network(request), now=timezone.now(), adds=False)
        asks = decide_gate(posts + 1, is_crisis=False, answer=None) is Gate.ASK
    context = {
        "form": form,
        "hotlines": hotlines,
        "question": new_question() if asks else None,
        "is_question_new": asks and form.is_bound,
    }
    return render(request, "front/report_form.html", context)


def _show_identifiers(sending: Sending) -> HttpResponse:
    """Show an anonymous sender what would give them away, and what is sent instead."""
    values = sending.form.cleaned_data
    context = {
        **_carried(sending),
        "story": values["story"],
        "marks": find_identifiers(values["story"]),
        "masked_story": mask_identifiers(values["story"]),
        "employer": values["employer"],
        "masked_employer": mask_identifiers(values["employer"]),
    }
    return render(sending.request, "front/report_identifiers.html", context)


def _show_again(sending: Sending) -> HttpResponse:
    """The key was used for another text: ask before a second request is made of it."""
    context = _carried(sending, form_key=new_form_key())
    return render(sending.request, "front/report_again.html", context)


def _carried(sending: Sending, *, form_key: str = "") -> Mapping[str, Any]:
    """Return what every confirm page sends along; files have to be chosen again."""
    pairs = sending.form.carried(form_key=form_key)
    if "shown" in sending.request.POST:
        pairs.append(("shown", "1"))
    for name in ("question_token", "answer"):
        if value := sending.request.POST.get(name):
            pairs.append((name, value))
    return {
        "form": sending.form,
        "pairs": pairs,
        "has_files": bool(sending.request.FILES.getlist("photos")),
        "hotlines": sending.hotlines,
    }


def _show_receipt(sending: Sending, receipt: Receipt) -> HttpResponse:
    """Show number and code, words of help first where there was danger in the text."""
    values = sending.form.cleaned_data
    context = {
        "receipt": receipt,
        "form_key": values["form_key"],
        "is_anonymous": values["is_anonymous"],
        "approach": values["approach"],
        "station": sending.form.chosen_station,
        "track_at": f"{sending.request.get_host()}{reverse('front:track')}",
        "hotlines": sending.hotlines,
    }
    response = render(sending.request, "front/report_receipt.html", context)
    if values["is_anonymous"]:
        response["Clear-Site-Data"] = WIPE_PAGE
    return response
