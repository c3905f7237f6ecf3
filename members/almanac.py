"""The statutory calendar: filled from the `holidays` package, edited by staff.

docs/rules.md "Working days": a confirmed year holds every day of the State Council's
notice, make-up days included. A year without notice is Monday to Friday less the statutory
days, marked as not confirmed; days in lieu that the package guesses are left out.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from holidays import country_holidays

from members.history import recorded
from members.models import Account, CalendarDay, CalendarDayKind, OfficeHours
from members.queries import forget_calendar

CONFIRMED_SOURCE = "国务院办公厅关于{year}年部分节假日安排的通知"
PROVISIONAL_SOURCE = "全国年节及纪念日放假办法（{year}年安排未公布）"
_SATURDAY = 6


def load_calendar(
    *,
    years: Collection[int],
    confirmed_years: Collection[int],
    actor: Account | None,
    now: datetime,
) -> int:
    """Insert the days that are missing; return how many. Rows that exist are left alone."""
    rows = [row for year in sorted(years) for row in _year(year, year in confirmed_years)]
    with transaction.atomic(), recorded("load_calendar", actor=actor, now=now):
        before = CalendarDay.objects.count()
        CalendarDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        added = CalendarDay.objects.count() - before
        transaction.on_commit(forget_calendar)
    return added


def has_notice(year: int) -> bool:
    """Whether the package has the notice of a year: every notice so far makes up for days off."""
    return any(day.year == year for day in country_holidays("CN", years=year).weekend_workdays)


def confirm_year(*, year: int, actor: Account | None, now: datetime) -> int:
    """Mark every day of a year as confirmed once the notice has been entered.

    Raises ValidationError when a day is missing. Returns how many days changed.
    """
    rows = CalendarDay.objects.filter(date__year=year)
    with transaction.atomic(), recorded("confirm_year", actor=actor, now=now):
        if rows.count() != len([*_days_of(year)]):
            raise ValidationError(_("这一年的日历不完整，不能确认。"), code="incomplete")
        changed = rows.filter(confirmed=False).update(confirmed=True)
        transaction.on_commit(forget_calendar)
    return changed


def set_office_hours(*, from_on: date, actor: Account | None, now: datetime) -> OfficeHours:
    """Set the usual office hours for every unit from a day on, unless that day has some."""
    with recorded("set_office_hours", actor=actor, now=now):
        row, _is_new = OfficeHours.objects.get_or_create(unit=None, from_on=from_on)
    forget_calendar()
    return row


def _year(year: int, is_confirmed: bool) -> Iterator[CalendarDay]:
    # "observed" are the days in lieu: part of the notice, guesses without one.
    known = country_holidays("CN", years=year, observed=is_confirmed, language="zh_CN")
    makeups = known.weekend_workdays if is_confirmed else frozenset[date]()
    source = (CONFIRMED_SOURCE if is_confirmed else PROVISIONAL_SOURCE).format(year=year)
    for day in _days_of(year):
        name = known.get(day, "")
        yield CalendarDay(
            date=day,
            kind=_kind(day, is_holiday=bool(name), is_makeup=day in makeups),
            name=name[:40],
            source=source,
            confirmed=is_confirmed,
        )


def _kind(day: date, *, is_holiday: bool, is_makeup: bool) -> CalendarDayKind:
    if is_makeup:
        return CalendarDayKind.MAKEUP
    if is_holiday:
        return CalendarDayKind.HOLIDAY
    is_weekend = day.isoweekday() >= _SATURDAY
    return CalendarDayKind.RESTDAY if is_weekend else CalendarDayKind.WORKDAY


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
