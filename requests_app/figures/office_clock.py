"""Office time between many pairs of moments at once. Pure; agrees with WorkCalendar."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from members.workdays import SHANGHAI, WorkCalendar

type Seconds = NDArray[np.int64]


def office_seconds(
    begun: Sequence[int], ended: Sequence[int], *, calendar: WorkCalendar
) -> list[int]:
    """Return the seconds of office time from each begun to each ended, in seconds since 1970.

    The same as ``WorkCalendar.working_seconds``, which walks the days for one pair at a time;
    this lays the days out once. 0 where the end is not later.
    """
    if not begun:
        return []
    first, last = _day(min(*begun, *ended)), _day(max(*begun, *ended))
    opens, lengths = _spans(first, last, calendar)
    before = np.concatenate(([0], np.cumsum(lengths)))

    def passed(moments: Sequence[int]) -> Seconds:
        at = np.asarray(moments, dtype=np.int64)
        span = np.searchsorted(opens, at, side="right") - 1
        into: Seconds = np.minimum(at - opens[span], lengths[span])
        done: Seconds = before[span] + into
        return done

    return [int(each) for each in np.maximum(passed(ended) - passed(begun), 0)]


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment, SHANGHAI).date()


def _spans(first: date, last: date, calendar: WorkCalendar) -> tuple[Seconds, Seconds]:
    """Return when office spans open and how long they last; an empty one stands in front."""
    office, opens, lengths = calendar.office, [_second(first, time())], [0]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if calendar.is_workday(day):
            for start, end in (
                (office.opens, office.lunch_from),
                (office.lunch_to, office.closes),
            ):
                opens.append(_second(day, start))
                lengths.append(_second(day, end) - opens[-1])
    return np.asarray(opens, dtype=np.int64), np.asarray(lengths, dtype=np.int64)


def _second(day: date, at: time) -> int:
    return int(datetime.combine(day, at, SHANGHAI).timestamp())
