"""Reads the figures of a window: three statements, whatever the number of rows."""

from collections.abc import Iterable, Sequence
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
    MEASURES,
    Code,
    Money,
    Recovered,
    Subject,
    recovered_of,
)
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
    moments = {
        "begun": ArrayAgg(Epoch("registered_at"), filter=answered),
        "ended": ArrayAgg(Epoch("answered_at"), filter=answered),
    }
    nothing = Value(None, output_field=ArrayField(BigIntegerField()))
    none = dict.fromkeys(moments, nothing)
    asked = [
        _grouped(requests, counting, Subject.REQUEST, dimension, columns).annotate(
            **(moments if dimension is Dimension.CLASS else none)
        )
        for dimension in Dimension
    ]
    for dimension, key, *numbers, begun, ended in asked[0].union(*asked[1:], all=True):
        yield Counted(
            Dimension(dimension),
            key,
            dict(zip(columns, numbers, strict=True)),
            office_seconds(begun or (), ended or (), calendar=calendar),
        )


def _count_heard(requests: QuerySet[Request], counting: _Counting) -> Iterable[Counted]:
    """Count opinions by every dimension, and calls by class: one statement."""
    columns = (*_columns(Subject.OPINION), *_columns(Subject.CALL))
    first, *others = [
        *(_grouped(requests, counting, Subject.OPINION, each, columns) for each in Dimension),
        _grouped(requests, counting, Subject.CALL, Dimension.CLASS, columns),
    ]
    for dimension, key, *numbers in first.union(*others, all=True):
        yield Counted(Dimension(dimension), key, dict(zip(columns, numbers, strict=True)))


def _columns(subject: Subject) -> tuple[Column, ...]:
    """Return every part of every measure about a subject, in a fixed order."""
    return tuple(
        (code, part)
        for code, measure in MEASURES.items()
        if measure.subject is subject
        for part in measure.parts
    )


def _grouped(
    requests: QuerySet[Request],
    counting: _Counting,
    subject: Subject,
    dimension: Dimension,
    columns: Sequence[Column],
) -> QuerySet[Any]:
    """Return one row a group: dimension, key, and the number of rows in each column."""
    window = counting.window
    own = {code for code, _part in columns if MEASURES[code].subject is subject}
    counts: dict[str, Combinable] = {
        f"{code}_{part}": (
            Count("pk", filter=part_of(MEASURES[code], part, window)) if code in own else Value(0)
        )
        for code, part in columns
    }
    rows: QuerySet[Any] = rows_about(subject, requests, window)
    counted: QuerySet[Any] = (
        rows.filter(in_any_window(own, window))
        .order_by()
        .annotate(
            split=Value(dimension.value),
            split_key=key_of(dimension, counting.scope, counting.accesses),
        )
        .values_list("split", "split_key")
        .annotate(**counts)
    )
    return counted
