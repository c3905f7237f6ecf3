from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.workdays import SHANGHAI, OfficeDay, WorkCalendar
from requests_app.catalogue.shipped import default_catalogue
from requests_app.clock import (
    Light,
    LightColor,
    decide_deadlines,
    light_for,
    sign_limit,
    yellow_moment,
)

CATALOGUE = default_catalogue()
CALENDAR = WorkCalendar(confirmed_years=frozenset({2026}), office=OfficeDay())


def at(text: str) -> datetime:
    """Monday 2026-11-23 is day 23 of a plain month; times are local."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


MONDAY = at("23 10:00")


def test_a_difficult_item_is_due_fifteen_working_days_after_receipt() -> None:
    limits = decide_deadlines(
        registered_at=MONDAY,
        dispatched_at=MONDAY + timedelta(minutes=1),
        item=CATALOGUE.item("WAGE-02"),
        grade=CATALOGUE.grade("difficult"),
        urgency=CATALOGUE.urgency("urgent"),
        calendar=CALENDAR,
    )
    assert limits.due.at == datetime(2026, 12, 14, 17, 30, tzinfo=SHANGHAI)
    assert limits.due.provisional is False


def test_an_item_with_its_own_days_overrides_the_grade() -> None:
    item = CATALOGUE.item("ENTP-02")
    assert item.deadline_workdays == 10
    limits = decide_deadlines(
        registered_at=MONDAY,
        dispatched_at=MONDAY,
        item=item,
        grade=CATALOGUE.grade(item.grade),
        urgency=CATALOGUE.urgency("normal"),
        calendar=CALENDAR,
    )
    assert limits.due.at == datetime(2026, 12, 7, 17, 30, tzinfo=SHANGHAI)


def test_a_late_dispatch_costs_us_and_not_the_worker() -> None:
    due = {
        decide_deadlines(
            registered_at=MONDAY,
            dispatched_at=MONDAY + timedelta(days=late),
            item=None,
            grade=CATALOGUE.grade("general"),
            urgency=CATALOGUE.urgency("normal"),
            calendar=CALENDAR,
        ).due.at
        for late in (0, 1, 2)
    }
    assert due == {at("30 17:30")}


@pytest.mark.parametrize(
    ("urgency", "dispatched", "sign_by"),
    [
        ("normal", "23 08:30", "24 09:30"),  # eight hours, seven a day
        ("priority", "23 10:00", "23 16:00"),
        ("priority", "27 17:00", "30 12:00"),  # over a weekend, ends with the morning
        ("urgent", "28 23:00", "29 01:00"),  # Saturday night counts
        ("critical", "28 23:30", "29 00:30"),
    ],
)
def test_sign_limits(urgency: str, dispatched: str, sign_by: str) -> None:
    limit = sign_limit(at(dispatched), urgency=CATALOGUE.urgency(urgency), calendar=CALENDAR)
    assert limit == at(sign_by)


@pytest.mark.parametrize(
    ("now", "light"),
    [
        ("23 10:00", Light(LightColor.GREEN, 5)),
        ("26 12:00", Light(LightColor.GREEN, 2)),
        ("27 17:29", Light(LightColor.YELLOW, 1)),
        ("28 09:00", Light(LightColor.YELLOW, 1)),  # a Saturday is no working day
        ("30 17:00", Light(LightColor.YELLOW, 0, 30)),
        ("30 17:30", Light(LightColor.YELLOW, 0, 0)),
        ("30 17:42", Light(LightColor.RED, 0, 12)),
    ],
)
def test_the_light_of_a_five_day_limit(now: str, light: Light) -> None:
    shown = light_for(started_at=MONDAY, due_at=at("30 17:30"), now=at(now), calendar=CALENDAR)
    assert shown == light


def test_an_overdue_light_counts_working_days_past() -> None:
    friday = at("20 17:30")
    shown = light_for(
        started_at=at("16 09:00"), due_at=friday, now=at("24 09:00"), calendar=CALENDAR
    )
    assert shown == Light(LightColor.RED, 2)


@pytest.mark.parametrize(
    ("now", "minutes"), [("23 23:00", 90), ("24 01:00", 30)], ids=["before", "after"]
)
def test_a_limit_round_the_clock_is_near_also_past_midnight(now: str, minutes: int) -> None:
    shown = light_for(
        started_at=at("23 22:30"), due_at=at("24 00:30"), now=at(now), calendar=CALENDAR
    )
    assert shown.minutes == minutes


def test_without_a_deadline_the_light_has_not_started() -> None:
    shown = light_for(started_at=MONDAY, due_at=None, now=MONDAY, calendar=CALENDAR)
    assert shown == Light(LightColor.UNSTARTED)


@given(
    st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 1)),  # noqa: DTZ001 - made aware below
    st.integers(1, 30),
)
def test_yellow_comes_after_the_start_and_not_after_red(start: datetime, days: int) -> None:
    begins = start.replace(tzinfo=SHANGHAI)
    due_at = CALENDAR.due_moment(begins, days).at
    yellow_at = yellow_moment(begins, due_at, calendar=CALENDAR)
    assert begins <= yellow_at <= due_at
    used = CALENDAR.working_seconds(begins, yellow_at)
    assert used <= 0.7 * CALENDAR.working_seconds(begins, due_at) + 1
