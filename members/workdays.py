"""Working days and office hours in Asia/Shanghai. Pure: the calendar is passed in.

The rules are those of docs/rules.md "Working days": the day of receipt is not counted,
a limit ends at close of business of its last working day, make-up weekends count as
working days, and a year without a published calendar gives provisional answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Ten years of working days: beyond this a limit is a typing error, not a limit.
LONGEST_SPAN = 2_600
_SATURDAY = 6


class DayKind(StrEnum):
    """What the statutory calendar says of one day."""

    WORKDAY = "workday"
    RESTDAY = "restday"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """Office hours of a working day, local time, with one break."""

    opens: time = time(8, 30)
    lunch_from: time = time(12, 0)
    lunch_to: time = time(14, 0)
    closes: time = time(17, 30)

    def __post_init__(self) -> None:
        if not self.opens < self.lunch_from <= self.lunch_to < self.closes:
            raise ValueError("office hours must run: opens < lunch_from <= lunch_to < closes")


@dataclass(frozen=True, slots=True)
class Due:
    """A moment by which something is due.

    ``provisional`` says that a day on the way lies in a year whose calendar has not been
    published. Once it has, a request's limit is worked out again (requests_app.recompute).
    """

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Kinds of days, the years that are confirmed, and the office hours.

    A day that ``days`` does not name is a working day from Monday to Friday.
    """

    days: Mapping[date, DayKind] = field(default_factory=dict)
    confirmed_years: frozenset[int] = frozenset()
    office: OfficeDay = OfficeDay()

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day."""
        kind = self.days.get(day)
        if kind is None:
            return day.isoweekday() < _SATURDAY
        return kind in (DayKind.WORKDAY, DayKind.MAKEUP)

    def add_workdays(self, day: date, n: int) -> date:
        """Return the n-th working day after ``day``, or before it for a negative n.

        ``day`` itself is never counted; n = 0 gives ``day`` back.
        """
        if abs(n) > LONGEST_SPAN:
            raise ValueError(f"more than {LONGEST_SPAN} working days")
        step = timedelta(days=1 if n > 0 else -1)
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def due_moment(self, received_at: datetime, workdays: int) -> Due:
        """Return the close of business of the ``workdays``-th working day after receipt."""
        if workdays < 1:
            raise ValueError("a limit in working days is at least 1")
        received_on = _local(received_at).date()
        due_on = self.add_workdays(received_on, workdays)
        at = datetime.combine(due_on, self.office.closes, SHANGHAI)
        return Due(at=at, provisional=self.is_provisional(received_on, due_on))

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a day from ``first`` to ``last`` lies in an unconfirmed year."""
        return not self.confirmed_years.issuperset(range(first.year, last.year + 1))

    def add_working_hours(self, moment: datetime, hours: float) -> datetime:
        """Return the moment when ``hours`` of office time have passed since ``moment``.

        Time outside office hours does not count. A span that ends exactly with the
        morning or the day ends at the break, not after it.
        """
        if hours < 0:
            raise ValueError("hours must not be negative")
        left = timedelta(hours=hours)
        start = _local(moment)
        spans = self._office_spans(start.date())
        while True:
            opens, closes = next(spans)
            begins = max(opens, start)
            if begins < closes and left <= closes - begins:
                return begins + left
            left -= max(closes - begins, timedelta())

    def working_seconds(self, a: datetime, b: datetime) -> int:
        """Return the seconds of office time from ``a`` to ``b``; 0 when b is not later."""
        start, end = _local(a), _local(b)
        total = timedelta()
        spans = self._office_spans(start.date())
        while True:
            opens, closes = next(spans)
            if opens >= end:
                return int(total.total_seconds())
            total += max(min(closes, end) - max(opens, start), timedelta())

    def _office_spans(self, first: date) -> Iterator[tuple[datetime, datetime]]:
        """Morning and afternoon of every working day from ``first`` on, in order."""
        office, day = self.office, first
        for _ in range(LONGEST_SPAN):
            if not self.is_workday(day):
                day = self.add_workdays(day, 1)
            for opens, closes in (
                (office.opens, office.lunch_from),
                (office.lunch_to, office.closes),
            ):
                yield (
                    datetime.combine(day, opens, SHANGHAI),
                    datetime.combine(day, closes, SHANGHAI),
                )
            day += timedelta(days=1)
        raise ValueError(f"more than {LONGEST_SPAN} working days")


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI)
