"""The wall screen: open matters, rates and money of a unit, for everybody who walks past.

Nothing flagged, no names, no group of one to four and nothing that gives one away
(requests_app/figures/publishing.py). The page asks for itself anew and keeps no session alive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from members.queries import working_calendar
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue
from requests_app.clock import LightColor
from requests_app.figures.publishing import (
    KEPT,
    PublicNumber,
    Shown,
    nested_number,
    public_groups,
    public_number,
    public_parts,
    public_rate,
)
from requests_app.figures.reading import read_figures
from requests_app.figures.rules import Code
from requests_app.figures.standing import Standing, read_standing
from requests_app.figures.tally import Dimension, Figures
from requests_app.figures.window import Period, window_of
from requests_app.lifecycle import Stage
from requests_app.queries import accesses_of
from station import parts
from station.context import Look
from station.desk import figure_words, words
from station.desk.access import Visitor, staff_page
from station.desk.figure_ask import read_asked
from station.desk.figure_words import TERMS, number

RATES = (Code.CLOSED, Code.IN_TIME, Code.SOLVED, Code.SATISFIED_OWN, Code.FIRST_GO)
MOST_CLASSES = 7
BAR_FULL = 1000
LIGHTS: Mapping[LightColor, tuple[parts.LightCode, parts.Words]] = {
    LightColor.RED: ("red", _("超期")),
    LightColor.YELLOW: ("amber", _("临期")),
    LightColor.GREEN: ("green", _("正常")),
    LightColor.UNSTARTED: ("none", _("未起算")),
    LightColor.MET: ("done", _("已答复")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One box of the strip: all open matters, or one stage."""

    label: parts.Words
    value: str
    lights: list[parts.Light] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A rate on the wall: 97.3 with 290 / 298, or why there is none."""

    label: parts.Words
    percent: str
    is_least: bool
    base: str


@require_safe
@staff_page
def wall(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show the wall, or with htmx what is on it. GET: unit."""
    now = visitor.now
    asked = read_asked(request, visitor)
    catalogue = current_catalogue(timezone.localdate(now))
    window = window_of(Period.YEAR, now=now)
    requests = asked.requests(visitor.scope).filter(flags=[])
    counted = read_figures(
        requests,
        window,
        scope=visitor.scope,
        accesses=accesses_of(catalogue),
        calendar=working_calendar(now),
    )
    context = {
        "asked": asked,
        "look": Look(theme="dark", mode=""),
        "address": asked.address("desk:wall"),
        "today": words.today_words(now),
        "now": now,
        "since": gettext("今年以来 · %(first)s至%(last)s")
        % {"first": f"{window.first:%m-%d}", "last": f"{window.last:%m-%d}"},
        "strip": strip_of(read_standing(requests, window)),
        "rates": _shares(counted),
        "reached": _share(counted, Code.REACHED),
        "classes": _classes(counted, catalogue),
        "received": _said(public_number(counted.total(Code.RECEIVED).base)),
        "closed": _said(_closed(counted)),
        **_money(counted),
        **_spans(counted),
    }
    whole = "desk/wall.html" if not request.headers.get("HX-Request") else "desk/wall.html#wall"
    return render(request, whole, context)


def strip_of(standing: Standing) -> list[Column]:
    """Return the strip: the open matters with their lights, then the four stages.

    A stage shows its own lights only where no light of any stage is few.
    """
    stages = {stage.value: sum(lights.values()) for stage, lights in standing.items()}
    lights = {
        color.value: sum(each.get(color, 0) for each in standing.values()) for color in LIGHTS
    }
    total = sum(stages.values())
    shown, lit = public_parts(stages), public_parts(lights)
    inner = [amount for each in standing.values() for amount in each.values()]
    is_open = all(public_number(amount).shown is Shown.EXACT for amount in inner)
    columns = [
        Column(
            label=gettext("在办"),
            value=_said(public_number(total)),
            lights=_lights(lit) if lit else [],
        )
    ]
    for stage, amount in (shown or {}).items():
        own = standing[Stage(stage)]
        exact = {color.value: PublicNumber(Shown.EXACT, own.get(color, 0)) for color in LIGHTS}
        columns.append(
            Column(
                label=words.stage_label(stage),
                value=_said(amount),
                lights=_lights(exact) if is_open else [],
            )
        )
    return columns


def _lights(amounts: Mapping[str, PublicNumber]) -> list[parts.Light]:
    """Return the lights that burn; that nothing is late is said, too."""
    found = []
    for color, (code, word) in LIGHTS.items():
        amount = amounts[color]
        if amount.shown is Shown.EXACT and not amount.value:
            if color is LightColor.RED and any(_burns(each) for each in amounts.values()):
                found.append(parts.Light(code="done", word=gettext("无超期")))
            continue
        lit = gettext("%(light)s%(number)s") % {"light": word, "number": _said(amount)}
        found.append(parts.Light(code=code, word=lit))
    return found


def _burns(amount: PublicNumber) -> bool:
    return amount.shown is not Shown.EXACT or amount.value > 0


def _said(amount: PublicNumber) -> str:
    """Return 34, <5 for one to four, and a dash for what is kept back."""
    if amount.shown is Shown.EXACT:
        return number(amount.value)
    return "<5" if amount.shown is Shown.FEW else "—"


def _closed(counted: Figures) -> PublicNumber:
    """Return how many were closed: with the base of 一次办结率 it would tell the unreached."""
    closed, spoken = counted.total(Code.UNREACHED).base, counted.total(Code.FIRST_GO).base
    return nested_number(closed, part=spoken)


def _shares(counted: Figures) -> list[Share]:
    """Return the rates; one's own words only where what staff wrote down is not few."""
    opinions, own = counted.total(Code.SOLVED).base, counted.total(Code.SATISFIED_OWN).base
    is_told = nested_number(opinions, part=own) != KEPT
    return [_share(counted, code) for code in RATES if code is not Code.SATISFIED_OWN or is_told]


def _share(counted: Figures, code: Code) -> Share:
    total = counted.total(code)
    rate = public_rate(total.hit, total.base)
    hit = f"≥{_said(rate.hit)}" if rate.is_least else _said(rate.hit)
    base = gettext("还没有") if not total.base else f"{hit} / {_said(rate.base)}"
    return Share(label=TERMS[code].label, percent=rate.percent, is_least=rate.is_least, base=base)


def _classes(counted: Figures, catalogue: Catalogue) -> list[tuple[str, str, int]]:
    """Return the matters received this year: name, number, length of the bar."""
    received = {
        key: counted.rate(Code.RECEIVED, Dimension.CLASS, key).base
        for key in counted.keys(Dimension.CLASS)
    }
    groups = public_groups(received, most=MOST_CLASSES)
    if groups is None:
        return []
    longest = max((amount for _key, amount in groups.groups), default=0)
    longest = max(longest, groups.others, 1)
    named = [
        (figure_words.key_label(Dimension.CLASS, key, catalogue, {}), amount)
        for key, amount in groups.groups
    ]
    if groups.others:
        named.append((gettext("其余事项"), groups.others))
    return [(label, number(amount), amount * BAR_FULL // longest) for label, amount in named]


def _money(counted: Figures) -> dict[str, Any]:
    """Return the sum that came in, and for how many; of one to four people nothing is told."""
    people = public_number(counted.money.people)
    return {
        "recovered": figure_words.wan(counted.money.fen) if people.shown is Shown.EXACT else "—",
        "people": _said(people),
    }


def _spans(counted: Figures) -> dict[str, str]:
    spans = counted.spans()
    ninetieth = "" if spans.ninetieth is None else figure_words.hours(spans.ninetieth)
    return {"middle": figure_words.middle_hours(spans), "ninetieth": ninetieth}
