"""``load_calendar``: what a fresh station gets, what a second call leaves, what is refused."""

from datetime import date, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pghistory.models import Context

from members.models import CalendarDay, OfficeHours
from members.queries import forget_calendar, provisional_years, working_calendar
from members.workdays import Due
from tests.makers import NOW, make_unit
from tests.services.test_almanac import at

pytestmark = pytest.mark.django_db


def load(*words: str) -> str:
    """Run the command as from the command line; return what it prints."""
    out = StringIO()
    call_command("load_calendar", *words, stdout=out)
    return out.getvalue().strip()


def test_a_fresh_station_gets_its_calendar() -> None:
    assert load() == "工作日历：2024—2027年，新增1461天。"
    assert CalendarDay.objects.filter(confirmed=True).count() == 366 + 365 + 365
    assert CalendarDay.objects.filter(confirmed=False).count() == 365
    hours = OfficeHours.objects.get()
    assert (hours.unit, hours.from_on, hours.closes) == (None, date(2024, 1, 1), time(17, 30))
    verbs = {context.metadata["verb"] for context in Context.objects.all()}
    assert verbs == {"load_calendar", "set_office_hours"}


def test_limits_are_final_as_far_as_the_notices_reach() -> None:
    load()
    forget_calendar()
    known = working_calendar(NOW)
    assert known.is_workday(date(2026, 2, 14))  # a make-up Saturday
    assert provisional_years(at("2026-06-01T10:00")) == ()
    assert provisional_years(at("2026-12-01T10:00")) == (2027,)
    assert known.due_moment(at("2026-12-28T10:00"), 2) == Due(
        at=at("2026-12-30T17:30"), provisional=False
    )


def test_a_second_call_adds_nothing_and_changes_nothing() -> None:
    load()
    CalendarDay.objects.filter(date="2027-02-13").update(kind="makeup", name="改", confirmed=True)
    before = (list(CalendarDay.objects.values()), list(OfficeHours.objects.values()))
    contexts = Context.objects.count()

    assert load() == "工作日历：2024—2027年，新增0天。"
    assert (list(CalendarDay.objects.values()), list(OfficeHours.objects.values())) == before
    assert Context.objects.count() == contexts


def test_a_later_year_joins_those_that_are_there() -> None:
    load("2026")
    assert load("2028", "2026", "2028") == "工作日历：2026—2028年，新增366天。"
    years = set(CalendarDay.objects.values_list("date__year", "confirmed"))
    assert years == {(2026, True), (2028, False)}
    assert OfficeHours.objects.get().from_on == date(2026, 1, 1)


def test_the_stations_own_hours_are_left_alone() -> None:
    OfficeHours.objects.create(from_on=date(2025, 1, 1), closes=time(18, 0))
    load("2026")
    assert OfficeHours.objects.get().closes == time(18, 0)


def test_hours_of_one_unit_alone_are_not_those_of_all() -> None:
    unit = make_unit()
    OfficeHours.objects.create(unit=unit, from_on=date(2025, 1, 1), closes=time(20, 0))
    load("2026")
    assert set(OfficeHours.objects.values_list("unit", "closes")) == {
        (unit.pk, time(20, 0)),
        (None, time(17, 30)),
    }


@pytest.mark.parametrize(
    ("words", "is_confirmed"),
    [(["2025"], True), (["2025", "--confirmed"], False), (["2025", "--confirmed", "2025"], True)],
)
def test_what_is_confirmed_may_be_said(words: list[str], *, is_confirmed: bool) -> None:
    load(*words)
    assert set(CalendarDay.objects.values_list("confirmed", flat=True)) == {is_confirmed}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["next"], "next: 1950–2099"),
        (["0"], "0: 1950–2099"),
        (["1949"], "1949: 1950–2099"),
        (["10000"], "10000: 1950–2099"),
        (["２０２６"], "1950–2099"),
        (["2026", "--confirmed", "soon"], "soon: 1950–2099"),
        (["2026", "--confirmed", "2025"], "确认的年份须在载入的年份之中"),
        (["2026", "2027", "--confirmed", "2026", "2027"], "还没有2027年的放假通知"),
    ],
)
def test_what_cannot_be_loaded_is_said_and_loads_nothing(words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        load(*words)
    assert not CalendarDay.objects.exists()
    assert not OfficeHours.objects.exists()
