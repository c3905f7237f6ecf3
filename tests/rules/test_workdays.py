"""Working days: the published calendars of 2024 to 2026, written out by hand."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.workdays import SHANGHAI, DayKind, Due, OfficeDay, WorkCalendar


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


OFF = [
    *_days("2025-10-01", "2025-10-08"),
    *_days("2026-01-01", "2026-01-03"),
    *_days("2026-02-15", "2026-02-23"),
    *_days("2026-04-04", "2026-04-06"),
    *_days("2026-05-01", "2026-05-05"),
    *_days("2026-06-19", "2026-06-21"),
    *_days("2026-09-25", "2026-09-27"),
    *_days("2026-10-01", "2026-10-07"),
]
MAKEUP = [
    date(2025, 9, 28),
    date(2025, 10, 11),
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
CALENDAR = WorkCalendar(
    days=dict.fromkeys(OFF, DayKind.HOLIDAY) | dict.fromkeys(MAKEUP, DayKind.MAKEUP),
    confirmed_years=frozenset({2025, 2026}),
)


def at(text: str) -> datetime:
    """Moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("received_on", "workdays", "due_on"),
    [
        ("2026-09-30", 5, "2026-10-13"),  # National Day, then make-up Saturday 10-10
        ("2026-02-13", 5, "2026-02-27"),  # Friday; Saturday 02-14 works, then Spring Festival
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-01-01", 1, "2026-01-04"),  # a Sunday that works
        ("2026-09-18", 3, "2026-09-22"),  # Sunday 09-20 works
        ("2025-09-30", 15, "2025-10-28"),
        ("2026-11-20", 1, "2026-11-23"),
    ],
)
def test_due_moment_when_holidays_lie_between(received_on: str, workdays: int, due_on: str) -> None:
    due = CALENDAR.due_moment(at(f"{received_on}T10:00"), workdays)
    assert due == Due(at=at(f"{due_on}T17:30"), provisional=False)


def test_due_moment_when_next_year_is_unpublished() -> None:
    due = CALENDAR.due_moment(at("2026-12-25T10:00"), 5)
    assert due == Due(at=at("2027-01-01T17:30"), provisional=True)


def test_due_moment_counts_the_day_in_shanghai() -> None:
    # 16:30 UTC on Thursday is already Friday in Shanghai.
    received = datetime.fromisoformat("2026-11-19T16:30:00+00:00")
    assert CALENDAR.due_moment(received, 1).at == at("2026-11-23T17:30")


@pytest.mark.parametrize("workdays", [0, -1, 100_000])
def test_due_moment_when_limit_is_nonsense(workdays: int) -> None:
    with pytest.raises(ValueError, match=r"limit|working days"):
        CALENDAR.due_moment(at("2026-11-19T10:00"), workdays)


def test_moments_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.due_moment(datetime(2026, 11, 19), 1)  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T09:00", 2, "2026-11-20T11:00"),
        ("2026-11-20T11:00", 1, "2026-11-20T12:00"),  # ends with the morning
        ("2026-11-20T11:00", 2, "2026-11-20T15:00"),  # over the break
        ("2026-11-20T16:30", 2, "2026-11-23T09:30"),  # over a weekend
        ("2026-11-21T03:00", 1, "2026-11-23T09:30"),
        ("2026-09-30T17:00", 1, "2026-10-08T09:00"),
        ("2026-11-20T06:00", 7, "2026-11-20T17:30"),  # one whole office day
        ("2026-11-20T12:30", 0, "2026-11-20T14:00"),
        ("2026-11-20T17:30", 0, "2026-11-23T08:30"),
        ("2026-11-20T09:15", 0, "2026-11-20T09:15"),
    ],
)
def test_add_working_hours(start: str, hours: float, end: str) -> None:
    assert CALENDAR.add_working_hours(at(start), hours) == at(end)


def test_add_working_hours_refuses_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_hours(at("2026-11-20T09:00"), -1)


def test_add_working_hours_ends_in_an_error_when_absurd() -> None:
    with pytest.raises(ValueError, match="more than"):
        CALENDAR.add_working_hours(at("2026-11-20T09:00"), 100_000)


def test_working_seconds_of_a_lifetime_is_an_error_not_a_wrong_sum() -> None:
    with pytest.raises(ValueError, match="more than"):
        CALENDAR.working_seconds(at("2026-11-20T09:00"), at("2086-11-20T09:00"))


@pytest.mark.parametrize(
    ("a", "b", "seconds"),
    [
        ("2026-11-20T09:00", "2026-11-20T10:30", 5400),
        ("2026-11-20T11:00", "2026-11-20T15:00", 7200),
        ("2026-11-20T17:00", "2026-11-23T09:00", 3600),
        ("2026-11-20T10:00", "2026-11-20T10:00", 0),
        ("2026-11-20T10:00", "2026-11-20T09:00", 0),
        ("2026-10-01T08:00", "2026-10-07T23:00", 0),
    ],
)
def test_working_seconds(a: str, b: str, seconds: int) -> None:
    assert CALENDAR.working_seconds(at(a), at(b)) == seconds


def test_add_workdays_backwards() -> None:
    assert CALENDAR.add_workdays(date(2026, 10, 13), -5) == date(2026, 9, 30)
    assert CALENDAR.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_unnamed_days_fall_back_to_weekdays() -> None:
    blank = WorkCalendar()
    assert [blank.is_workday(date(2030, 7, day)) for day in range(1, 8)] == [True] * 5 + [False] * 2


def test_office_hours_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="office hours"):
        OfficeDay(opens=time(13, 0))


moments = st.datetimes(
    min_value=datetime(2025, 9, 1),  # noqa: DTZ001 - the zone is added by the strategy
    max_value=datetime(2026, 11, 30),  # noqa: DTZ001
).map(lambda naive: naive.replace(microsecond=0, tzinfo=SHANGHAI))


@given(moments, st.integers(min_value=1, max_value=60))
def test_due_moment_is_close_of_a_later_workday(moment: datetime, workdays: int) -> None:
    due = CALENDAR.due_moment(moment, workdays).at
    assert due.time() == CALENDAR.office.closes
    assert due.date() > moment.date()
    assert CALENDAR.is_workday(due.date())
    assert CALENDAR.due_moment(moment, workdays + 1).at > due


@given(moments, st.integers(min_value=1, max_value=60))
def test_workdays_between_are_as_many_as_asked(moment: datetime, workdays: int) -> None:
    due_on = CALENDAR.due_moment(moment, workdays).at.date()
    span = _days((moment.date() + timedelta(days=1)).isoformat(), due_on.isoformat())
    assert sum(CALENDAR.is_workday(day) for day in span) == workdays


@given(moments, st.integers(min_value=0, max_value=200))
def test_working_hours_added_are_the_hours_measured(moment: datetime, hours: int) -> None:
    end = CALENDAR.add_working_hours(moment, hours)
    assert CALENDAR.working_seconds(moment, end) == hours * 3600


@given(moments, moments, moments)
def test_working_seconds_add_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    parts = CALENDAR.working_seconds(a, b) + CALENDAR.working_seconds(b, c)
    assert CALENDAR.working_seconds(a, c) == parts
