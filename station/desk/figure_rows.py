"""The rows behind a number of the figures, as the reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue
from requests_app.figures.behind import PAGE_SIZE, Behind, BehindAsk, read_behind
from requests_app.figures.rules import HIT, MEASURES, Subject
from requests_app.figures.tally import Dimension
from requests_app.figures.window import Window
from requests_app.models import Request
from requests_app.models.completion import RatingSource, Satisfaction
from requests_app.queries import accesses_of, is_confidential
from station import parts
from station.desk import figure_words, words
from station.desk.access import Visitor, staff_page
from station.desk.figure_ask import Asked, behind_of, read_asked
from station.desk.figures import span_words
from station.desk.inbox import title_of
from station.templatetags.portal_ui import yuan

HEADS: Mapping[Subject, Sequence[parts.Words]] = {
    Subject.REQUEST: (_("登记"), _("办理期限"), _("答复"), _("办结")),
    Subject.OPINION: (_("评价时间"), _("来源"), _("满意度"), _("是否解决")),
    Subject.CALL: (_("拨打次数"), _("接通次数"), _("办结")),
    Subject.SETTLEMENT: (_("签订"), _("人数"), _("协议金额"), _("期内到账"), _("至今到账")),
}
NUMBERS: Mapping[Subject, frozenset[int]] = {  # columns that stand right
    Subject.CALL: frozenset({0, 1}),
    Subject.SETTLEMENT: frozenset({1, 2, 3, 4}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: the request it is about, what happened, and which side of the ratio it is on."""

    href: str
    title: str
    number: str
    source: str
    holder: str
    cells: Sequence[tuple[parts.Words, str, bool]]  # head, words, whether it is a number
    part: str
    tone: str  # of the tag: "green" for a hit, "" for the rest


@require_safe
@staff_page
def figure_rows(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """List the rows that a number counts. GET: those of the figures, and of, part, by, key, page.

    404 for a number that does not exist.
    """
    ask = behind_of(request)
    if ask is None:
        raise Http404
    asked = read_asked(request, visitor)
    catalogue = current_catalogue(timezone.localdate(visitor.now))
    accesses = accesses_of(catalogue)
    found = read_behind(
        asked.requests(visitor.scope), ask, asked.window, scope=visitor.scope, accesses=accesses
    )
    subject = MEASURES[ask.code].subject
    lines = [
        _line(
            row,
            ask,
            asked.window,
            catalogue,
            secret=is_confidential(visitor.scope, row, accesses),
        )
        for row in found.rows
    ]
    context = {
        "asked": asked,
        "unread": asked.choices.unread,
        "title": figure_words.TERMS[ask.code].rows,
        "terms": figure_words.TERMS[ask.code],
        "narrowed": _narrowed(ask, asked, catalogue),
        "span": span_words(asked, now=visitor.now),
        "heads": [
            (head, position in NUMBERS.get(subject, ()))
            for position, head in enumerate(HEADS[subject])
        ],
        "lines": lines,
        "has_parts": bool(MEASURES[ask.code].hit),
        "sums": _sums(found) if subject is Subject.SETTLEMENT and lines else [],
        "page": _page(found, ask),
        "ask": ask,
        "back": asked.address("desk:figures"),
        "first_page": asked.rows(ask.code, ask.part, _split(ask)),
    }
    return render(request, "desk/figure_rows.html", context)


def _split(ask: BehindAsk) -> tuple[Dimension, str] | None:
    return (ask.dimension, ask.key) if ask.dimension is not None else None


def _narrowed(ask: BehindAsk, asked: Asked, catalogue: Catalogue) -> list[str]:
    """Return what narrows the list beside unit and window: the group, and the part."""
    found = []
    if ask.dimension is not None:
        stations = {station.code: station.name for station in asked.stations}
        found.append(figure_words.key_label(ask.dimension, ask.key, catalogue, stations))
    if label := figure_words.part_label(ask.code, ask.part):
        found.append(label)
    return found


def _line(
    row: Request, ask: BehindAsk, window: Window, catalogue: Catalogue, *, secret: bool
) -> Line:
    """Return one row; a confidential one shows neither matter, holder, people nor money."""
    measure, facts = MEASURES[ask.code], vars(row)
    part = measure.part_of(facts, window) or ""
    told = _CELLS[measure.subject](row, facts, window.now, secret=secret)
    return Line(
        href=reverse("desk:request-detail", args=[row.number]),
        title=title_of(row, catalogue, secret=secret),
        number=row.number,
        source=words.channel_label(row.channel),
        holder=gettext("专人") if secret else (row.holder.short_name if row.holder else "—"),
        cells=[
            (head, cell, position in NUMBERS.get(measure.subject, ()))
            for position, (head, cell) in enumerate(zip(HEADS[measure.subject], told, strict=True))
        ],
        part=figure_words.part_label(ask.code, part),
        tone="green" if part == HIT else "",
    )


def _of_request(
    row: Request, _facts: Mapping[str, Any], now: datetime, *, secret: bool
) -> list[str]:
    moments = (row.registered_at, row.due_at, row.answered_at, row.closed_at)
    told = [words.moment_words(at, now=now) or "—" for at in moments]
    if row.closed_as and not secret:
        told[-1] = f"{told[-1]} {row.get_closed_as_display()}"
    return told


def _of_opinion(
    _row: Request, facts: Mapping[str, Any], now: datetime, *, secret: bool
) -> list[str]:
    at = words.moment_words(facts["given_at"], now=now)
    source = str(RatingSource(facts["source"]).label)
    if secret:
        return [at, source, gettext("已隐去"), gettext("已隐去")]
    solved = gettext("已解决") if facts["is_solved"] else gettext("未解决")
    return [at, source, str(Satisfaction(facts["satisfaction"]).label), solved]


def _of_call(row: Request, facts: Mapping[str, Any], now: datetime, **_secret: bool) -> list[str]:
    closed = words.moment_words(row.closed_at, now=now) or "—"
    return [str(facts["tries"]), str(facts["answered_tries"]), closed]


def _of_settlement(
    _row: Request, facts: Mapping[str, Any], _now: datetime, *, secret: bool
) -> list[str]:
    signed_on: date = facts["signed_on"]
    if secret:
        return [signed_on.isoformat(), *[gettext("已隐去")] * 4]
    return [
        signed_on.isoformat(),
        figure_words.people(facts["people"]),
        yuan(facts["agreed_fen"]),
        yuan(facts["received_in_fen"]),
        yuan(facts["received_fen"]),
    ]


_CELLS = {
    Subject.REQUEST: _of_request,
    Subject.OPINION: _of_opinion,
    Subject.CALL: _of_call,
    Subject.SETTLEMENT: _of_settlement,
}


def _sums(found: Behind) -> list[tuple[str, str]]:
    """Return the sums over all pages."""
    return [
        (gettext("人数"), figure_words.people(found.people)),
        (gettext("协议金额"), yuan(found.agreed_fen)),
        (gettext("期内到账"), yuan(found.received_in_fen)),
        (gettext("至今到账"), yuan(found.received_fen)),
    ]


def _page(found: Behind, ask: BehindAsk) -> Page[Request]:
    """Return the page as Django's pager knows it; the rows are already the right ones."""
    pages: Paginator[Request] = _Counted(found.rows, PAGE_SIZE)
    pages.count = found.total
    return Page(found.rows, min(ask.page, found.pages), pages)


class _Counted(Paginator[Request]):
    """A paginator whose count came with the rows."""

    count = 0  # known from the rows, never asked again
