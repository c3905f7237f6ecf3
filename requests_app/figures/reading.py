"""Reads the figures of a window: three statements, whatever the number of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, Func, QuerySet, Value
from django.db.models.expressions import Combinable

from members.scope import Scope
from members.workdays import WorkCalendar
from requests_app.figures.asking import in_any_window, key_of, part_of, rows_about
from requests_app.figures.office_clock import office_seconds
from requests_app.figures.rules import (
    BASE,
    HIT,
    MEASURES,
    Code,
    Demands,
    Money,
    Recovered,
    Subject,
    recovered_of,
)
from requests_app.figures.splitting import KeyValue, OnlyFor, WhichKey, place_of
from requests_app.figures.tally import Counted, Dimension, Figures, grouped
from requests_app.figures.window import Window
from requests_app.models import Request
from requests_app.queries import Accesses

type Column = tuple[Code, str]


@dataclass(frozen=True, slots=True)
class _Counting:
    """What every count is asked with."""

    window: Window
    scope: Scope
    accesses: Accesses

    def key_of(self, dimension: Dimension) -> Combinable:
        """Return the value of a row in one dimension."""
        return key_of(dimension, self.scope, self.accesses)


class Epoch(Func):
    """Whole seconds since 1970."""

    template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
    output_field = BigIntegerField()


def read_figures(
    requests: QuerySet[Request],
    window: Window,
    *,
    scope: Scope,
    accesses: Accesses,
    calendar: WorkCalendar,
) -> Figures:
    """Return every figure of these requests in the window: three statements."""
    counting = _Counting(window, scope, accesses)
    of_requests = list(_count_requests(requests, counting, calendar))
    heard = _count_heard(requests, counting)
    by_class = (each for each in of_requests if each.dimension is Dimension.CLASS)
    return Figures(
        window=window,
        groups=grouped(chain(of_requests, heard)),
        seconds={each.key: each.seconds for each in by_class},
        money=read_money(requests, window),
    )


def read_money(requests: QuerySet[Request], window: Window) -> Recovered:
    """Return what was recovered in the window and of what was agreed in it: one statement."""
    signed = part_of(MEASURES[Code.AGREED], BASE, window)
    flowing = part_of(MEASURES[Code.RECOVERED], BASE, window)
    found: QuerySet[Any] = rows_about(Subject.SETTLEMENT, requests, window)
    return recovered_of(
        Money(
            agreed_fen=agreed,
            people=people,
            received_fen=received,
            received_in_fen=inside,
            is_signed_in=window.first <= signed_on <= window.last,
        )
        for signed_on, agreed, people, received, inside in found.filter(
            signed | flowing
        ).values_list("signed_on", "agreed_fen", "people", "received_fen", "received_in_fen")
    )


def _count_requests(
    requests: QuerySet[Request], counting: _Counting, calendar: WorkCalendar
) -> Iterable[Counted]:
    """Count the measures about requests by every dimension, with the answers' moments by class."""
    columns = _columns(Subject.REQUEST)
    answered = part_of(MEASURES[Code.ANSWERED], BASE, counting.window)
    by_class = counting.key_of(Dimension.CLASS)
    moments = {
        name: OnlyFor(
            by_class,
            ArrayAgg(Epoch(field), filter=answered),
            output_field=ArrayField(BigIntegerField()),
        )
        for name, field in (("begun", "registered_at"), ("ended", "answered_at"))
    }
    rows = _split(requests, counting, Subject.REQUEST, columns, tuple(Dimension))
    for _one, place, key, *numbers, begun, ended in rows.annotate(**moments):
        seconds = office_seconds(begun or (), ended or (), calendar=calendar)
        yield Counted(_dimension(place), key, _tally(columns, numbers), seconds)


def _count_heard(requests: QuerySet[Request], counting: _Counting) -> Iterable[Counted]:
    """Count opinions by every dimension, and calls by class: one statement."""
    columns = _columns(Subject.OPINION) | _columns(Subject.CALL)
    opinions = _split(requests, counting, Subject.OPINION, columns, tuple(Dimension))
    calls = _split(requests, counting, Subject.CALL, columns, (Dimension.CLASS,))
    for _one, place, key, *numbers in opinions.union(calls, all=True):
        # Calls have one key only; its number is that of none of the others.
        dimension = _dimension(place) if place else Dimension.CLASS
        yield Counted(dimension, key, _tally(columns, numbers))


def _dimension(place: int) -> Dimension:
    return tuple(Dimension)[place_of(place, len(Dimension))]


def _columns(subject: Subject) -> dict[Column, str]:
    """Return the column of each number of a subject's measures; the same question is asked once."""
    names: dict[Demands, str] = {}
    return {
        (code, part): names.setdefault(measure.demands(part), f"{code}_{part}")
        for code, measure in MEASURES.items()
        if measure.subject is subject
        for part in (BASE, HIT, *measure.left_out)
    }


def _tally(columns: Mapping[Column, str], numbers: Sequence[int]) -> dict[Column, int]:
    """Return the number of each column's measures, from one row of the answer."""
    told = dict(zip(dict.fromkeys(columns.values()), numbers, strict=True))
    return {column: told[name] for column, name in columns.items()}


def _split(
    requests: QuerySet[Request],
    counting: _Counting,
    subject: Subject,
    columns: Mapping[Column, str],
    dimensions: Sequence[Dimension],
) -> QuerySet[Any]:
    """Return one row a group of each dimension: which one, its key, the number in each column."""
    window = counting.window
    own = [code for code, measure in MEASURES.items() if measure.subject is subject]
    counts: dict[str, Combinable] = {
        name: (
            Count("pk", filter=part_of(MEASURES[code], part, window)) if code in own else Value(0)
        )
        for (code, part), name in columns.items()
        if name == f"{code}_{part}"  # who asked it first
    }
    keys = [counting.key_of(dimension) for dimension in dimensions]
    rows: QuerySet[Any] = rows_about(subject, requests, window)
    counted: QuerySet[Any] = (
        rows.filter(in_any_window(own, window))
        .order_by()
        .annotate(one=Value(1))
        .values_list("one")
        .annotate(split=WhichKey(*keys), split_key=KeyValue(*keys), **counts)
    )
    return counted
