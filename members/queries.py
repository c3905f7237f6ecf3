"""Reads of the registers that other packages build on. No writes."""

import threading
import time as clock
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from members.models import (
    Account,
    Affiliation,
    CalendarDay,
    Enterprise,
    OfficeHours,
    RoleAssignment,
    ServiceArea,
    Union,
)
from members.scope import Duty, Scope
from members.workdays import SHANGHAI, DayKind, OfficeDay, WorkCalendar

__all__ = ["Duty", "Scope"]

CALENDAR_SECONDS = 60.0
_ANNOTATED: Sequence[str] = ("scope_duties", "scope_ties")  # by accounts_with_scope


# ---- accounts ---------------------------------------------------------------------


def accounts_with_scope(on: date) -> QuerySet[Account]:
    """Accounts annotated with duties and ties of the day: one statement for all three.

    Every page and every act asks for it, so a thread puts the question of a day together once.
    """
    return _accounts_with_scope(on, threading.get_ident()).all()


@lru_cache(maxsize=32)
def _accounts_with_scope(on: date, _thread: int) -> QuerySet[Account]:
    """The question itself, never evaluated. Compiling it is no work for two threads at once."""
    duties = (
        RoleAssignment.objects.in_force(on)
        .filter(account=OuterRef("pk"), unit__is_active=True)
        .order_by("pk")
        .values(
            duty=JSONObject(
                unit_id="unit_id", unit_path="unit__path", level="unit__level", role="role"
            )
        )
    )
    ties = (
        Affiliation.objects.in_force(on)
        .filter(account=OuterRef("pk"))
        .order_by("enterprise_id")
        .values("enterprise_id")
    )
    rows: QuerySet[Account] = Account.objects.annotate(
        scope_duties=ArraySubquery(duties), scope_ties=ArraySubquery(ties)
    )
    return rows


def scope_in(account: Account) -> Scope:
    """Build the scope from an account that came through ``accounts_with_scope``."""
    loaded = vars(account)
    return _scope(account.pk, loaded["scope_duties"], loaded["scope_ties"])


def scope_of(account: Account, on: date) -> Scope:
    """Return what the account may act for on that day. An inactive account: nothing."""
    active = accounts_with_scope(on).filter(pk=account.pk, is_active=True)
    for duties, ties in active.values_list(*_ANNOTATED):
        return _scope(account.pk, duties, ties)
    return Scope(account_id=account.pk)


def _scope(account_id: int, duties: Iterable[Mapping[str, Any]], ties: Iterable[int]) -> Scope:
    return Scope(
        account_id=account_id,
        duties=tuple(Duty(**duty) for duty in duties),
        affiliated_enterprise_ids=frozenset(ties),
    )


# ---- territory --------------------------------------------------------------------


def enterprise_names() -> list[tuple[int, str, str]]:
    """Id, name and short name of every enterprise in business, for matching in texts."""
    rows = Enterprise.objects.filter(is_active=True).order_by("pk")
    return list(rows.values_list("pk", "name", "short_name"))


def find_enterprises(term: str, *, limit: int = 10) -> list[Enterprise]:
    """Enterprises by name, pinyin, initials or credit code; those that begin with it first."""
    term = term.strip()
    if not term:
        return []
    key = term.lower().replace(" ", "")
    begins = (
        Q(name__startswith=term)
        | Q(short_name__startswith=term)
        | Q(pinyin__startswith=key)
        | Q(initials__startswith=key)
        | Q(credit_code=term.upper())
    )
    rows = Enterprise.objects.filter(is_active=True)
    first = list(rows.filter(begins)[:limit])
    if len(first) < limit:
        inside = rows.filter(name__contains=term).exclude(pk__in=[row.pk for row in first])
        first += inside[: limit - len(first)]
    return first


def station_of(enterprise: Enterprise, *, on: date) -> int | None:
    """Return the id of the station that serves an enterprise on a day, or None."""
    row = enterprises_served(on).get(pk=enterprise.pk)
    station: int | None = vars(row)["served_from"]
    return station


def enterprises_served(on: date) -> QuerySet[Enterprise]:
    """Enterprises annotated with ``served_from``, the id of the station of the day, or None.

    The enterprise's own service area goes before its union's, that before its community's.
    """
    station = Coalesce(
        _area(on, enterprise="pk"), _area(on, union="union_id"), _area(on, union="community_id")
    )
    return Enterprise.objects.annotate(served_from=station)


def unions_served(on: date) -> QuerySet[Union]:
    """Unions annotated with ``served_from``: the union of one enterprise is served with it."""
    station = Coalesce(
        _area(on, enterprise="enterprise_id"),
        _area(on, union="pk"),
        _area(on, union="enterprise__community_id"),
    )
    return Union.objects.annotate(served_from=station)


def _area(on: date, **subject: str) -> Subquery:
    """Return the station of one subject; the database allows at most one a day."""
    same = {field: OuterRef(name) for field, name in subject.items()}
    return Subquery(ServiceArea.objects.in_force(on).filter(**same).values("station_id")[:1])


# ---- calendar ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _CalendarRows:
    days: Mapping[date, DayKind]
    confirmed_years: frozenset[int]
    office: tuple[tuple[date, int | None, OfficeDay], ...]
    loaded_at: float


_rows: _CalendarRows | None = None
_lock = threading.Lock()


def working_calendar(now: datetime, *, unit_id: int | None = None) -> WorkCalendar:
    """Return the calendar with the office hours in force at ``now``.

    A unit's own hours go before the general ones. The rows are kept in the process for
    60 seconds, so an edit reaches every process within a minute.
    """
    rows = _calendar_rows()
    today = now.astimezone(SHANGHAI).date()
    office = OfficeDay()
    for unit in (None, unit_id):
        for from_on, of_unit, hours in rows.office:
            if of_unit == unit and from_on <= today:
                office = hours
    return WorkCalendar(days=rows.days, confirmed_years=rows.confirmed_years, office=office)


def provisional_years(now: datetime) -> tuple[int, ...]:
    """Return the years among this and the next whose calendar is not published yet.

    Pages show a banner while a limit that is running now may end in such a year: from
    1 November on for the next year, always for this one.
    """
    today = now.astimezone(SHANGHAI).date()
    years = [today.year]
    if (today + timedelta(days=61)).year > today.year:
        years.append(today.year + 1)
    return tuple(year for year in years if year not in _calendar_rows().confirmed_years)


def forget_calendar() -> None:
    """Read the calendar anew at the next question: after an edit, and between tests."""
    global _rows  # noqa: PLW0603 - one cache a process
    _rows = None


def _calendar_rows() -> _CalendarRows:
    global _rows  # noqa: PLW0603 - one cache a process
    with _lock:
        if _rows is None or clock.monotonic() - _rows.loaded_at > CALENDAR_SECONDS:
            _rows = _load_calendar_rows()
        return _rows


def _load_calendar_rows() -> _CalendarRows:
    days: dict[date, DayKind] = {}
    confirmed: dict[int, int] = {}
    for day, kind, is_confirmed in CalendarDay.objects.values_list("date", "kind", "confirmed"):
        days[day] = DayKind(kind)
        confirmed[day.year] = confirmed.get(day.year, 0) + is_confirmed
    office = tuple(
        (
            row.from_on,
            row.unit_id,
            OfficeDay(row.opens, row.lunch_from, row.lunch_to, row.closes),
        )
        for row in OfficeHours.objects.order_by("from_on", "pk")
    )
    whole = frozenset(year for year, count in confirmed.items() if count == _days_in(year))
    return _CalendarRows(days, whole, office, clock.monotonic())


def _days_in(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
