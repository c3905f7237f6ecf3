from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from members.almanac import confirm_year, load_calendar, set_office_hours
from members.models import CalendarDay, OfficeHours
from members.queries import forget_calendar, provisional_years, working_calendar
from members.workdays import SHANGHAI, DayKind, Due
from tests.makers import NOW, make_calendar, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> None:
    forget_calendar()
    make_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("received_on", "workdays", "due_on", "is_provisional"),
    [
        ("2026-09-30", 5, "2026-10-13", False),
        ("2026-02-13", 5, "2026-02-27", False),
        ("2026-04-30", 5, "2026-05-11", False),
        ("2026-01-01", 1, "2026-01-04", False),
        ("2026-09-18", 3, "2026-09-22", False),
        ("2025-09-30", 15, "2025-10-28", False),
        ("2026-12-25", 5, "2027-01-04", True),
    ],
)
def test_limits_follow_the_loaded_calendar(
    calendar: None, received_on: str, workdays: int, due_on: str, is_provisional: bool
) -> None:
    due = working_calendar(NOW).due_moment(at(f"{received_on}T10:00"), workdays)
    assert due == Due(at=at(f"{due_on}T17:30"), provisional=is_provisional)


def test_every_day_of_the_published_years_is_right(calendar: None) -> None:
    # Written out from the three published notices.
    off = {
        2024: "0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007",
        2025: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
        2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
    }
    makeup = {
        2024: "0204 0218 0407 0428 0511 0914 0929 1012",
        2025: "0126 0208 0427 0928 1011",
        2026: "0104 0214 0228 0509 0920 1010",
    }

    def days(year: int, spans: str) -> set[date]:
        found = set()
        for span in spans.split():
            first, _, last = span.partition("-")
            start, end = (
                date(year, int(text[:2]), int(text[2:])) for text in (first, last or first)
            )
            found |= {date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)}
        return found

    known = working_calendar(NOW)
    for year, spans in off.items():
        works = days(year, makeup[year])
        expected = {
            day: day in works or (day.isoweekday() < 6 and day not in days(year, spans))
            for day in known.days
            if day.year == year
        }
        assert {day: known.is_workday(day) for day in expected} == expected
        assert {day for day, kind in known.days.items() if kind == DayKind.MAKEUP} >= works


def test_the_unpublished_year_guesses_no_days_in_lieu(calendar: None) -> None:
    year = CalendarDay.objects.filter(date__year=2027)
    assert year.count() == 365
    assert not year.filter(confirmed=True).exists()
    assert not year.filter(kind="makeup").exists()
    holidays = [f"{day:%m%d}" for day in year.filter(kind="holiday").values_list("date", flat=True)]
    expected = "0101 0205 0206 0207 0208 0405 0501 0502 0609 0915 1001 1002 1003"
    assert holidays == expected.split()


def test_loading_again_keeps_what_staff_edited(calendar: None) -> None:
    CalendarDay.objects.filter(date="2027-01-02").update(kind="makeup", name="改")
    added = load_calendar(years=(2027, 2028), confirmed_years=(2027,), actor=None, now=NOW)
    assert added == 366
    edited = CalendarDay.objects.get(date="2027-01-02")
    assert (edited.kind, edited.name, edited.confirmed) == ("makeup", "改", False)


def test_banner_shows_while_a_limit_may_end_in_an_unpublished_year(
    calendar: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert provisional_years(at("2026-10-01T10:00")) == ()
    assert provisional_years(at("2026-11-20T10:00")) == (2027,)
    assert provisional_years(at("2027-03-01T10:00")) == (2027,)
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm_year(year=2027, actor=None, now=NOW) == 365
    assert provisional_years(at("2026-11-20T10:00")) == ()
    assert confirm_year(year=2027, actor=None, now=NOW) == 0
    due = working_calendar(NOW).due_moment(at("2026-12-25T10:00"), 5)
    assert due == Due(at=at("2027-01-04T17:30"), provisional=False)


def test_an_incomplete_year_is_not_confirmed(calendar: None) -> None:
    CalendarDay.objects.get(date="2027-07-01").delete()
    with pytest.raises(ValidationError):
        confirm_year(year=2027, actor=None, now=NOW)


def test_one_day_that_is_not_confirmed_makes_the_year_provisional(calendar: None) -> None:
    CalendarDay.objects.filter(date="2026-12-31").update(confirmed=False)
    assert provisional_years(at("2026-06-01T10:00")) == (2026,)


def test_without_any_rows_every_year_is_provisional() -> None:
    forget_calendar()
    assert provisional_years(at("2026-06-01T10:00")) == (2026,)
    assert working_calendar(NOW).due_moment(at("2026-11-20T10:00"), 1).provisional


def test_office_hours_are_those_of_the_unit_and_the_day(calendar: None) -> None:
    unit, other = make_unit(), make_unit()
    set_office_hours(from_on=date(2026, 1, 1), actor=None, now=NOW)
    set_office_hours(from_on=date(2026, 1, 1), actor=None, now=NOW)
    assert OfficeHours.objects.count() == 1
    OfficeHours.objects.create(unit=unit, from_on=date(2026, 3, 1), closes=time(20, 0))
    OfficeHours.objects.create(from_on=date(2026, 6, 1), closes=time(18, 0))
    forget_calendar()

    def closes(moment: str, unit_id: int | None) -> time:
        return working_calendar(at(moment), unit_id=unit_id).office.closes

    assert closes("2026-05-31T10:00", None) == time(17, 30)
    assert closes("2026-06-01T10:00", None) == time(18, 0)
    assert closes("2026-06-01T10:00", unit.pk) == time(20, 0)
    assert closes("2026-02-01T10:00", unit.pk) == time(17, 30)
    assert closes("2026-06-01T10:00", other.pk) == time(18, 0)


def test_the_calendar_is_read_once_a_minute(
    calendar: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    forget_calendar()
    with django_assert_num_queries(2):
        working_calendar(NOW)
        working_calendar(NOW)
        provisional_years(NOW)
