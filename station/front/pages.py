"""Pages that only tell: home, privacy, accessibility; and the quick way out."""

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.queries import find_enterprises, working_calendar
from members.workdays import OfficeDay
from station.front.hotlines import ADVICE, EMERGENCY
from station.front.stations import open_stations
from station.parts import Light

SUGGESTIONS = 8
SHORTEST_TERM = 2  # one letter would match half of the register


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours of today as a light and as words."""

    light: Light
    office: OfficeDay


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the two ways in, the numbers that help at once, and where the station is."""
    stations = open_stations()
    now = timezone.now()
    alone = stations[0] if len(stations) == 1 else None
    context = {
        "stations": stations,
        "hours": opening(now, unit_id=alone.pk if alone else None),
        "emergency": EMERGENCY,
        "advice": ADVICE,
    }
    return render(request, "front/home.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say who reads what, for how long, and what anonymous means."""
    return render(request, "front/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what works for whom, what does not yet, and where to tell us."""
    return render(request, "front/accessibility.html")


@require_safe
@never_cache
def leave(_request: HttpRequest) -> HttpResponse:
    """Quick exit: wipe what this site left in the browser and go to a neutral page."""
    response = HttpResponseRedirect(settings.QUICK_EXIT_URL)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response["Referrer-Policy"] = "no-referrer"  # the neutral site must not learn of this one
    return response


@require_safe
def employers(request: HttpRequest) -> HttpResponse:
    """Offer names of the public register for a term (name, pinyin, initials): options only."""
    term = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    found = find_enterprises(term, limit=SUGGESTIONS) if len(term) >= SHORTEST_TERM else []
    return render(request, "front/report_employers.html", {"enterprises": found})


def opening(now: datetime, *, unit_id: int | None = None) -> Hours:
    """Return whether the station is open, until when, or when it opens next."""
    calendar = working_calendar(now, unit_id=unit_id)
    local = timezone.localtime(now)
    office = calendar.office
    clock = local.time()
    if not calendar.is_workday(local.date()):
        return Hours(Light(code="none", word=_("今天休息")), office)
    if clock < office.opens:
        word = _("今天%(time)s开门") % {"time": _clock(office.opens)}
        return Hours(Light(code="none", word=word), office)
    if office.lunch_from <= clock < office.lunch_to:
        word = _("午休，%(time)s开门") % {"time": _clock(office.lunch_to)}
        return Hours(Light(code="none", word=word), office)
    if clock >= office.closes:
        return Hours(Light(code="none", word=_("今天已下班")), office)
    until = office.lunch_from if clock < office.lunch_from else office.closes
    word = _("开放中，到%(time)s") % {"time": _clock(until)}
    return Hours(Light(code="green", word=word), office)


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"
