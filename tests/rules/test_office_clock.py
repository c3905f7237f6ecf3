"""The quick clock for many spans says what the calendar says for one."""

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from members.workdays import SHANGHAI, DayKind, OfficeDay, WorkCalendar
from requests_app.figures.office_clock import office_seconds

CALENDAR = WorkCalendar(
    days={
        date(2026, 10, 1): DayKind.HOLIDAY,
        date(2026, 10, 2): DayKind.HOLIDAY,
        date(2026, 10, 10): DayKind.MAKEUP,  # a Saturday that is worked
    },
    confirmed_years=frozenset({2026}),
    office=OfficeDay(time(8, 30), time(12), time(14), time(17, 30)),
)
START = datetime(2026, 9, 28, tzinfo=SHANGHAI)
seconds = st.integers(0, 20 * 24 * 3600)
edges = st.sampled_from(
    [
        day * 86_400 + at
        for day in (0, 2, 3, 4, 5, 12, 13)
        for at in (0, 30_600, 43_200, 50_400, 63_000, 86_399)
    ]
)
moments = st.one_of(seconds, edges).map(lambda passed: START + timedelta(seconds=passed))


@settings(max_examples=40)
@given(st.lists(st.tuples(moments, moments), max_size=5))
def test_many_spans_are_as_long_as_one_by_one(pairs: list[tuple[datetime, datetime]]) -> None:
    found = office_seconds(
        [int(a.timestamp()) for a, _b in pairs],
        [int(b.timestamp()) for _a, b in pairs],
        calendar=CALENDAR,
    )
    assert found == [CALENDAR.working_seconds(a, b) for a, b in pairs]


def test_a_day_has_seven_hours() -> None:
    begun, ended = START, START + timedelta(days=1)
    assert office_seconds(
        [int(begun.timestamp())], [int(ended.timestamp())], calendar=CALENDAR
    ) == [7 * 3600]
