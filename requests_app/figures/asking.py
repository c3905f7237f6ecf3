"""Measures as questions to the database: the same definitions as ``rules.py``, nothing added.

A measure is about requests, opinions, results that somebody was called about, or settlements.
``rows_about`` gives one row for each of them under the names the conditions use, so that the
numbers and the lists behind them are filtered by one and the same condition.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import and_, or_

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from members.scope import Scope
from requests_app.figures.conditions import (
    AtLeast,
    Condition,
    InWindow,
    IsOneOf,
    NotLater,
    NotYet,
)
from requests_app.figures.rules import MEASURES, Code, Measure, Subject
from requests_app.figures.tally import HIDDEN, Dimension
from requests_app.figures.window import Window
from requests_app.models import CallAttempt, Payment, Request
from requests_app.queries import Accesses, open_in_lists, visible_to

DAYS = frozenset({"signed_on"})  # fields that hold days, not moments


def requests_at(scope: Scope, station_ids: Iterable[int]) -> QuerySet[Request]:
    """Return what these stations took in, of what the account may see.

    The station stands on the request since it was registered: a service area may move on, what
    happened where does not.
    """
    return visible_to(scope).filter(station__in=list(station_ids))


# ---- rows ---------------------------------------------------------------------------


def rows_about(subject: Subject, requests: QuerySet[Request], window: Window) -> QuerySet[Request]:
    """Return one row for each thing a measure of this subject may count."""
    return _ROWS[subject](requests, window)


def _opinions(requests: QuerySet[Request], _window: Window) -> QuerySet[Request]:
    return requests.filter(results__ratings__isnull=False).annotate(
        row_id=F("results__ratings"),
        given_at=F("results__ratings__given_at"),
        source=F("results__ratings__source"),
        satisfaction=F("results__ratings__level"),
        is_solved=F("results__ratings__is_solved"),
    )


def _calls(requests: QuerySet[Request], window: Window) -> QuerySet[Request]:
    tried = CallAttempt.objects.filter(tried_at__gte=window.start, tried_at__lt=window.end)
    of_result = tried.filter(result=OuterRef("results")).order_by().values("result")
    reached = tried.filter(is_reached=True, result=OuterRef("results"))
    # The two numbers are for lists; asked of every row, they would cost a count more than the rest.
    return requests.filter(results__in=tried.values("result")).annotate(
        row_id=F("results"),
        was_tried=Value(True),
        was_reached=Exists(reached),
        tries=Subquery(of_result.values(n=Count("pk"))),
        answered_tries=Subquery(of_result.values(n=Count("pk", filter=Q(is_reached=True)))),
    )


def _settlements(requests: QuerySet[Request], window: Window) -> QuerySet[Request]:
    standing = Payment.objects.filter(
        instalment__settlement=OuterRef("settlement"), voided_at=None
    ).order_by()
    received = standing.values("instalment__settlement").values(fen=Sum("amount_fen"))
    inside = received.filter(paid_on__gte=window.first, paid_on__lte=window.last)
    return requests.filter(settlement__isnull=False).annotate(
        row_id=F("settlement"),
        signed_on=F("settlement__signed_on"),
        agreed_fen=F("settlement__agreed_fen"),
        people=F("settlement__people"),
        received_fen=Coalesce(Subquery(received), 0),
        received_in_fen=Coalesce(Subquery(inside), 0),
    )


_ROWS: Mapping[Subject, Callable[[QuerySet[Request], Window], QuerySet[Request]]] = {
    Subject.REQUEST: lambda requests, _window: requests.annotate(row_id=F("pk")),
    Subject.OPINION: _opinions,
    Subject.CALL: _calls,
    Subject.SETTLEMENT: _settlements,
}


# ---- conditions -----------------------------------------------------------------------


def part_of(measure: Measure, part: str, window: Window) -> Q:
    """Return the rows of one part of a measure (or of its base) as a condition.

    The database's side of ``Measure.part_of``.
    """
    demands = measure.demands(part)
    if not all(demands.fails):
        return Q(pk__in=())  # what holds without conditions never fails
    asked = _all(demands.holds, window)
    return reduce(and_, (~_all(group, window) for group in demands.fails), asked)


def in_any_window(codes: Iterable[Code], window: Window) -> Q:
    """Return what any of the measures could count; everything else need not be looked at."""
    return reduce(or_, (_all(MEASURES[code].population, window) for code in codes))


def _all(conditions: Iterable[Condition], window: Window) -> Q:
    return reduce(and_, (_condition(each, window) for each in conditions), Q())


def _condition(one: Condition, window: Window) -> Q:
    match one:
        case InWindow(field) if field in DAYS:
            return Q((f"{field}__gte", window.first), (f"{field}__lte", window.last))
        case InWindow(field):
            return Q((f"{field}__gte", window.start), (f"{field}__lt", window.end))
        case NotYet(field):
            return Q((f"{field}__gte", window.now))
        case NotLater(field, limit):
            return Q((f"{field}__lte", F(limit)))
        case IsOneOf(field, values):
            return Q((f"{field}__in", values))
        case AtLeast(field, least):
            return Q((f"{field}__gte", least))


# ---- splits ---------------------------------------------------------------------------


def key_of(dimension: Dimension, scope: Scope, accesses: Accesses) -> Combinable:
    """Return the value of a row in one dimension, as text.

    Lists show this account neither the matter nor the holder of a confidential request, so
    class and level of it are HIDDEN here, too: nobody can read off a group what it is about.
    """
    match dimension:
        case Dimension.STATION:
            return F("station__code")
        case Dimension.CHANNEL:
            return F("channel")
        case Dimension.CLASS:
            value: Combinable = Coalesce("item__class_code", "topic")
        case Dimension.LEVEL:
            value = Coalesce("holder__level", Value(""))
    return Case(
        When(open_in_lists(scope, accesses), then=value),
        default=Value(HIDDEN),
        output_field=CharField(),
    )
