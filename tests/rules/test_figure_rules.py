"""What each figure counts, as a table; and what holds for all of them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.figures.rules import (
    BASE,
    HIT,
    MEASURES,
    NOT_YET_DUE,
    REST,
    UNREACHED,
    Code,
    Money,
    Rate,
    percent_of,
    recovered_of,
    spans_of,
)
from requests_app.figures.tally import Counted, Dimension, Figures, grouped, rate_of
from requests_app.figures.window import Period, Window, window_of

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
WINDOW = Window(date(2026, 11, 1), date(2026, 11, 23), MONDAY)
BEFORE = datetime.fromisoformat("2026-10-31T23:59:59+08:00")
FIRST = datetime.fromisoformat("2026-11-01T00:00:00+08:00")
INSIDE = datetime.fromisoformat("2026-11-10T12:00:00+08:00")
TONIGHT = datetime.fromisoformat("2026-11-23T17:30:00+08:00")
AFTER = datetime.fromisoformat("2026-11-24T00:00:00+08:00")
LATER = INSIDE + timedelta(hours=1)

PLAIN: dict[str, Any] = {
    "registered_at": INSIDE,
    "due_at": INSIDE,
    "original_due_at": INSIDE,
    "answered_at": INSIDE,
    "closed_at": INSIDE,
    "closed_as": "heard",
    "state": "closed",
    "reworks": 0,
    "given_at": INSIDE,
    "source": "link",
    "satisfaction": 3,
    "is_solved": True,
    "was_tried": True,
    "was_reached": True,
    "signed_on": date(2026, 11, 23),
    "received_fen": 1,
    "received_in_fen": 1,
}


@pytest.mark.parametrize(
    ("code", "changes", "part"),
    [
        (Code.RECEIVED, {}, HIT),
        (Code.RECEIVED, {"registered_at": FIRST}, HIT),
        (Code.RECEIVED, {"registered_at": BEFORE}, None),
        (Code.RECEIVED, {"registered_at": AFTER}, None),
        # closed of due: the limit has come, and it is closed now
        (Code.CLOSED, {}, HIT),
        (Code.CLOSED, {"state": "to_call"}, REST),
        (Code.CLOSED, {"due_at": None}, None),
        (Code.CLOSED, {"due_at": BEFORE}, None),
        (Code.CLOSED, {"due_at": TONIGHT}, NOT_YET_DUE),
        (Code.CLOSED, {"due_at": MONDAY}, NOT_YET_DUE),
        (Code.CLOSED, {"due_at": MONDAY - timedelta(microseconds=1)}, HIT),
        (Code.CLOSED_RECEIVED, {"due_at": None, "state": "accepted"}, REST),
        (Code.CLOSED_RECEIVED, {"due_at": TONIGHT}, HIT),
        # answered by the limit, the last moment included
        (Code.IN_TIME, {}, HIT),
        (Code.IN_TIME, {"answered_at": LATER}, REST),
        (Code.IN_TIME, {"answered_at": None}, REST),
        (Code.IN_TIME, {"due_at": LATER, "answered_at": LATER, "state": "to_call"}, HIT),
        (Code.IN_FIRST_TIME, {"due_at": LATER, "answered_at": LATER}, REST),
        (Code.IN_FIRST_TIME, {"due_at": LATER}, HIT),
        (Code.IN_FIRST_TIME, {"original_due_at": None}, REST),
        # the first reply was enough; nobody knows where nobody could be asked
        (Code.FIRST_GO, {}, HIT),
        (Code.FIRST_GO, {"reworks": 1}, REST),
        (Code.FIRST_GO, {"closed_as": "unreached"}, UNREACHED),
        (Code.FIRST_GO, {"closed_as": "unreached", "reworks": 1}, UNREACHED),
        (Code.FIRST_GO, {"closed_at": None, "closed_as": ""}, None),
        (Code.UNREACHED, {"closed_as": "unreached"}, HIT),
        (Code.UNREACHED, {"closed_as": "answered"}, REST),
        (Code.ANSWERED, {"answered_at": None}, None),
        (Code.ANSWERED, {}, HIT),
        # opinions, each where it came from; 基本满意 still counts
        (Code.SOLVED, {}, HIT),
        (Code.SOLVED, {"is_solved": False}, REST),
        (Code.SOLVED, {"given_at": BEFORE}, None),
        (Code.SOLVED, {"source": "call"}, HIT),
        (Code.SOLVED_OWN, {"source": "call"}, None),
        (Code.SOLVED_TOLD, {"source": "call"}, HIT),
        (Code.SOLVED_TOLD, {"source": "counter", "is_solved": False}, REST),
        (Code.SOLVED_TOLD, {}, None),
        (Code.SATISFIED_OWN, {}, HIT),
        (Code.SATISFIED_OWN, {"satisfaction": 2}, REST),
        (Code.SATISFIED_OWN, {"source": "counter"}, None),
        (Code.SATISFIED_TOLD, {"source": "counter", "satisfaction": 5}, HIT),
        # closed because nobody could be asked: what is said afterwards makes it neither
        (Code.SOLVED, {"closed_as": "unreached"}, UNREACHED),
        (Code.SOLVED, {"closed_as": "unreached", "given_at": LATER}, UNREACHED),
        (Code.SOLVED, {"closed_as": "unreached", "closed_at": LATER}, HIT),
        (Code.SATISFIED_OWN, {"closed_as": "unreached"}, UNREACHED),
        (Code.SATISFIED_TOLD, {"closed_as": "unreached", "source": "call"}, UNREACHED),
        (Code.REACHED, {}, HIT),
        (Code.REACHED, {"was_reached": False}, REST),
        (Code.REACHED, {"was_tried": False, "was_reached": False}, None),
        (Code.RECOVERED, {}, HIT),
        (Code.RECOVERED, {"received_in_fen": 0}, None),
        (Code.RECOVERED, {"signed_on": date(2026, 1, 1)}, HIT),
        (Code.AGREED, {}, HIT),
        (Code.AGREED, {"received_fen": 0}, REST),
        (Code.AGREED, {"signed_on": date(2026, 10, 31)}, None),
        (Code.AGREED, {"signed_on": date(2026, 11, 1)}, HIT),
    ],
)
def test_where_a_row_falls(code: Code, changes: dict[str, Any], part: str | None) -> None:
    assert MEASURES[code].part_of(PLAIN | changes, WINDOW) == part


moments = st.sampled_from([None, BEFORE, FIRST, INSIDE, LATER, MONDAY, TONIGHT, AFTER])
rows = st.fixed_dictionaries(
    {
        "registered_at": moments.filter(bool),
        "due_at": moments,
        "original_due_at": moments,
        "answered_at": moments,
        "closed_at": moments,
        "closed_as": st.sampled_from(["", "heard", "answered", "unreached"]),
        "state": st.sampled_from(["signed", "to_call", "closed"]),
        "reworks": st.integers(0, 1),
        "given_at": moments.filter(bool),
        "source": st.sampled_from(["link", "call", "counter"]),
        "satisfaction": st.integers(1, 5),
        "is_solved": st.booleans(),
        "was_tried": st.booleans(),
        "was_reached": st.booleans(),
        "signed_on": st.sampled_from([date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 23)]),
        "received_fen": st.integers(0, 2),
        "received_in_fen": st.integers(0, 2),
    }
)


@settings(max_examples=40)
@given(st.lists(rows, max_size=6), st.sampled_from(list(Code)), st.integers(0, 6))
def test_parts_add_up_and_groups_add_up(drawn: list[dict[str, Any]], code: Code, cut: int) -> None:
    measure = MEASURES[code]

    def tally(some: list[dict[str, Any]]) -> dict[tuple[Code, str], int]:
        told = Counter(measure.part_of(row, WINDOW) for row in some)
        numbers = {(code, part): told[part] for part in measure.parts}
        return numbers | {(code, BASE): told[HIT] + told[REST]}

    whole = rate_of(code, tally(drawn))
    inside = [row for row in drawn if measure.part_of(row, WINDOW) is not None]
    assert 0 <= whole.hit <= whole.base
    assert whole.base + sum(whole.left_out.values()) == len(inside)
    one, other = rate_of(code, tally(drawn[:cut])), rate_of(code, tally(drawn[cut:]))
    assert one + other == whole
    counted = [
        Counted(dimension, key, tally(part))
        for dimension in Dimension
        for key, part in (("a", drawn[:cut]), ("b", drawn[cut:]))
    ]
    figures = Figures(WINDOW, grouped(counted))
    assert figures.total(code) == whole
    for dimension in Dimension:
        assert sum(figures.rate(code, dimension, key).base for key in "ab") == whole.base


@settings(max_examples=40)
@given(rows)
def test_closed_unreached_is_never_solved_or_satisfied(drawn: dict[str, Any]) -> None:
    silent = drawn | {"closed_as": "unreached", "closed_at": FIRST}
    for code in (Code.SOLVED, Code.SATISFIED_OWN, Code.SATISFIED_TOLD, Code.FIRST_GO):
        assert MEASURES[code].part_of(silent, WINDOW) not in {HIT, REST}


# ---- rates ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (290, 298, "97.3"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 16, "6.3"),  # 6.25: half goes up
        (0, 10, "0.0"),
        (10, 10, "100.0"),
        (9999, 10_000, "99.9"),  # all but one is not all
        (1, 10_000, "0.1"),  # one is not none
    ],
)
def test_a_share_is_rounded_half_up_but_never_to_all_or_none(
    part: int, whole: int, shown: str
) -> None:
    assert percent_of(part, whole) == shown


@settings(max_examples=50)
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_shown_share_is_within_a_twentieth_of_a_per_cent(pair: tuple[int, int]) -> None:
    part, whole = pair
    shown = float(percent_of(part, whole))
    assert abs(shown - 100 * part / whole) <= 0.1 + 1e-9
    assert (shown == 100) == (part == whole)
    assert (shown == 0) == (part == 0)


@pytest.mark.parametrize(("base", "percent"), [(0, ""), (9, ""), (10, "50.0"), (11, "45.5")])
def test_a_rate_is_made_from_ten_cases_up(base: int, percent: str) -> None:
    assert Rate(base // 2, base).percent == percent


@pytest.mark.parametrize(
    ("hit", "base", "left_out"), [(2, 1, {}), (-1, 1, {}), (0, 0, {"unreached": -1})]
)
def test_impossible_rates_are_refused(hit: int, base: int, left_out: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="of"):
        Rate(hit, base, left_out)


# ---- how long -------------------------------------------------------------------------


def test_median_and_nine_tenths_of_ten() -> None:
    spans = spans_of([100, 10, 20, 30, 40, 50, 60, 70, 80, 90])
    assert (spans.count, spans.median, spans.ninetieth) == (10, 55, 90)


def test_nine_answers_make_no_median() -> None:
    spans = spans_of(range(9))
    assert (spans.count, spans.median, spans.ninetieth) == (9, None, None)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10**7), min_size=10, max_size=30))
def test_nine_tenths_take_no_longer(seconds: list[int]) -> None:
    spans = spans_of(seconds)
    assert spans.ninetieth is not None
    assert 10 * sum(each <= spans.ninetieth for each in seconds) >= 9 * len(seconds)
    assert 10 * sum(each < spans.ninetieth for each in seconds) < 9 * len(seconds)


def test_answers_are_measured_by_class_and_together() -> None:
    figures = Figures(WINDOW, {}, seconds={"WAGE": range(10), "LIFE": range(100, 110)})
    assert figures.spans("WAGE").median == 4.5
    assert figures.spans("MIND").count == 0
    assert figures.spans().median == 54.5
    assert figures.keys(Dimension.CLASS) == []


def test_what_is_not_hit_is_the_rest() -> None:
    assert Rate(3, 8).rest == 5


# ---- money ----------------------------------------------------------------------------

THE_CASE = Money(
    agreed_fen=40_000_000,
    people=20,
    received_fen=25_000_000,
    received_in_fen=5_000_000,
    is_signed_in=True,
)


def test_money_of_the_window_and_of_its_settlements_stand_apart() -> None:
    old = Money(
        agreed_fen=10_000,
        people=3,
        received_fen=10_000,
        received_in_fen=4_000,
        is_signed_in=False,
    )
    unpaid = Money(agreed_fen=900, people=1, received_fen=0, received_in_fen=0, is_signed_in=True)
    found = recovered_of([THE_CASE, old, unpaid])
    assert (found.fen, found.people, found.settlements) == (5_004_000, 23, 2)
    assert (found.paid_fen, found.agreed_fen) == (25_000_000, 40_000_900)
    assert found.paid == Rate(1, 2)
    assert found.paid_people == Rate(20, 21)
    assert found.percent == ""


def test_ten_settlements_make_a_rate() -> None:
    found = recovered_of([THE_CASE] * 10)
    assert found.percent == "62.5"


monies = st.builds(
    lambda agreed, share, inside, people, signed: Money(
        agreed_fen=agreed,
        people=people,
        received_fen=agreed * share // 10,
        received_in_fen=agreed * share // 10 * inside // 10,
        is_signed_in=signed,
    ),
    st.integers(1, 10**9),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(1, 50),
    st.booleans(),
)


@settings(max_examples=40)
@given(st.lists(monies, max_size=8), st.integers(0, 8))
def test_money_adds_up(rows: list[Money], cut: int) -> None:
    whole, one, other = recovered_of(rows), recovered_of(rows[:cut]), recovered_of(rows[cut:])
    assert 0 <= whole.paid_fen <= whole.agreed_fen
    assert whole.fen == one.fen + other.fen
    assert whole.paid_people == one.paid_people + other.paid_people
    assert whole.settlements <= len(rows)


# ---- windows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "now", "first"),
    [
        (Period.MONTH, MONDAY, date(2026, 11, 1)),
        (Period.QUARTER, MONDAY, date(2026, 10, 1)),
        (Period.YEAR, MONDAY, date(2026, 1, 1)),
        (Period.QUARTER, MONDAY.replace(month=3), date(2026, 1, 1)),
        # 23:30 in London is the next day in Shanghai
        (Period.MONTH, datetime(2026, 10, 31, 16, 30, tzinfo=UTC), date(2026, 11, 1)),
    ],
)
def test_windows_begin_on_a_first_and_end_today(period: Period, now: datetime, first: date) -> None:
    window = window_of(period, now=now)
    assert window.first == first
    assert window.start <= now < window.end
