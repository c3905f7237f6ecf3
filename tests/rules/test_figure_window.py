from datetime import date, datetime, timedelta

import pytest

from requests_app.figures.window import LONGEST_DAYS, WindowProblem, own_window

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
TODAY = MONDAY.date()


def test_a_window_never_reaches_beyond_today() -> None:
    window = own_window(date(2026, 11, 1), date(2026, 12, 31), now=MONDAY)
    assert (window.first, window.last) == (date(2026, 11, 1), TODAY)


def test_one_day_is_a_window() -> None:
    window = own_window(TODAY, TODAY, now=MONDAY)
    assert window.end - window.start == timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 11, 2), date(2026, 11, 1), "order"),
        (date(2026, 11, 24), date(2026, 11, 25), "future"),
        (TODAY - timedelta(days=LONGEST_DAYS), TODAY, "long"),
    ],
)
def test_what_is_no_window_says_why(first: date, last: date, code: str) -> None:
    with pytest.raises(WindowProblem) as caught:
        own_window(first, last, now=MONDAY)
    assert caught.value.code == code


def test_five_years_are_a_window() -> None:
    first = TODAY - timedelta(days=LONGEST_DAYS - 1)
    assert own_window(first, TODAY, now=MONDAY).first == first
