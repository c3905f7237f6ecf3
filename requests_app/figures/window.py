"""The stretch of days that figures are about (docs/rules.md, "Figures"). Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from members.workdays import SHANGHAI

LONGEST_DAYS = 5 * 366  # the files themselves are kept five years
QUARTER_MONTHS = 3


class Period(StrEnum):
    """The windows a page offers."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"


class WindowProblem(Exception):
    """The two days make no window; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days in Shanghai, both counted, looked at from ``now``."""

    first: date
    last: date
    now: datetime

    @property
    def start(self) -> datetime:
        """The first moment inside."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)


def window_of(period: Period, *, now: datetime) -> Window:
    """Return the month, quarter or year that ``now`` lies in, up to today."""
    today = now.astimezone(SHANGHAI).date()
    month = {
        Period.MONTH: today.month,
        Period.QUARTER: (today.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1,
    }.get(period, 1)
    return Window(date(today.year, month, 1), today, now)


def own_window(first: date, last: date, *, now: datetime) -> Window:
    """Return the window from one day to another, not beyond today.

    Raises WindowProblem: "order" when the days are the wrong way round, "future" when the
    first day has not come, "long" when it is more than five years.
    """
    today = now.astimezone(SHANGHAI).date()
    if last < first:
        raise WindowProblem("order")
    if first > today:
        raise WindowProblem("future")
    last = min(last, today)
    if (last - first).days >= LONGEST_DAYS:
        raise WindowProblem("long")
    return Window(first, last, now)
