from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.stages.handling.rules import (
    LARGEST_FEN,
    ClaimDraft,
    InstalmentDraft,
    InstalmentStanding,
    Problem,
    ProblemCode,
    check_claims,
    check_payment,
    check_settlement,
    may_contact,
    representatives_wanted,
    warns_of_guessing,
)

TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
YUAN = 100


def claims(*fen: int) -> list[ClaimDraft]:
    return [ClaimDraft("王某", "服务员", "7月至10月", each) for each in fen]


def parts(*lines: tuple[int, int]) -> tuple[InstalmentDraft, ...]:
    """Return instalments from (days after today, fen)."""
    return tuple(InstalmentDraft(TODAY + timedelta(days=days), fen) for days, fen in lines)


def problems_of(
    *,
    agreed: Sequence[int] = (60, 40),
    instalments: Sequence[InstalmentDraft] = parts((0, 70), (30, 30)),
    signed_on: date = TODAY,
) -> list[Problem]:
    return check_settlement(
        signed_on=signed_on, today=TODAY, agreed=agreed, instalments=instalments
    )


@pytest.mark.parametrize(
    ("fen", "problems"),
    [
        pytest.param((), [Problem("no_claims")], id="nobody-claims"),
        pytest.param((1,), [], id="one-fen"),
        pytest.param((0,), [Problem("claim_not_positive", 1)], id="nothing"),
        pytest.param((5, -1), [Problem("claim_not_positive", 2)], id="less-than-nothing"),
        pytest.param((LARGEST_FEN,), [], id="the-largest"),
        pytest.param((LARGEST_FEN + 1,), [Problem("amount_too_large", 1)], id="too-large"),
        pytest.param(
            (0, 5, LARGEST_FEN + 1),
            [Problem("claim_not_positive", 1), Problem("amount_too_large", 3)],
            id="every-line-is-named",
        ),
        pytest.param((2_000_000,) * 20, [], id="twenty-workers"),
    ],
)
def test_claims(fen: tuple[int, ...], problems: list[Problem]) -> None:
    assert check_claims(claims(*fen)) == problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        pytest.param({}, [], id="adds-up"),
        pytest.param({"agreed": ()}, [Problem("no_claims")], id="nobody"),
        pytest.param(
            {"agreed": (110, -10)}, [Problem("agreed_negative", 2)], id="a-negative-share"
        ),
        pytest.param({"agreed": (100, 0)}, [], id="one-waives-all-of-it"),
        pytest.param(
            {"agreed": (0, 0), "instalments": parts((0, 1))},
            [Problem("nothing_agreed"), Problem("instalments_do_not_sum", fen=-1)],
            id="nothing-agreed",
        ),
        pytest.param(
            {"agreed": (LARGEST_FEN,), "instalments": parts((0, LARGEST_FEN))},
            [],
            id="the-largest",
        ),
        pytest.param(
            {"agreed": (LARGEST_FEN, 1), "instalments": parts((0, LARGEST_FEN + 1))},
            [Problem("amount_too_large")],
            id="too-large",
        ),
        pytest.param(
            {"signed_on": TOMORROW, "instalments": parts((1, 100))},
            [Problem("signed_in_future")],
            id="signed-tomorrow",
        ),
        pytest.param({"instalments": ()}, [Problem("no_instalments")], id="no-instalments"),
        pytest.param(
            {"instalments": parts((0, 100), (1, 0))},
            [Problem("instalment_not_positive", 2)],
            id="an-instalment-of-nothing",
        ),
        pytest.param(
            {"instalments": parts((0, 110), (1, -10))},
            [Problem("instalment_not_positive", 2)],
            id="an-instalment-back",
        ),
        pytest.param(
            {"instalments": parts((0, 70), (30, 29))},
            [Problem("instalments_do_not_sum", fen=1)],
            id="one-fen-short",
        ),
        pytest.param(
            {"instalments": parts((0, 70), (30, 31))},
            [Problem("instalments_do_not_sum", fen=-1)],
            id="one-fen-over",
        ),
        pytest.param({"instalments": parts((5, 70), (5, 30))}, [], id="two-on-one-day"),
        pytest.param(
            {"instalments": parts((30, 70), (29, 30))},
            [Problem("instalment_dates_reversed", 2)],
            id="dates-reversed",
        ),
        pytest.param(
            {"instalments": parts((-1, 70), (-1, 20), (0, 10))},
            [Problem("instalment_before_signing", 1), Problem("instalment_before_signing", 2)],
            id="due-before-signing",
        ),
        pytest.param(
            {"instalments": parts((9, 70), (3, 20), (5, 10))},
            [Problem("instalment_dates_reversed", 2), Problem("instalment_dates_reversed", 3)],
            id="behind-the-latest-so-far",
        ),
    ],
)
def test_settlements(changes: dict[str, object], problems: list[Problem]) -> None:
    assert problems_of(**changes) == problems  # type: ignore[arg-type]


OPEN = InstalmentStanding(2, TODAY, amount_fen=100, paid_fen=60, signed_on=TODAY)


@pytest.mark.parametrize(
    ("standing", "amount", "paid_on", "problems"),
    [
        pytest.param(OPEN, 40, TODAY, [], id="exactly-the-rest"),
        pytest.param(
            replace(OPEN, signed_on=TODAY - timedelta(days=400)),
            1,
            TODAY - timedelta(days=400),
            [],
            id="paid-long-ago",
        ),
        pytest.param(OPEN, 41, TODAY, [Problem("more_than_agreed", 2, 40)], id="one-fen-over"),
        pytest.param(OPEN, 0, TODAY, [Problem("not_positive")], id="nothing"),
        pytest.param(OPEN, -1, TODAY, [Problem("not_positive")], id="back"),
        pytest.param(OPEN, 40, TOMORROW, [Problem("paid_in_future")], id="tomorrow"),
        pytest.param(OPEN, 40, YESTERDAY, [Problem("paid_before_signing")], id="before-signing"),
        pytest.param(
            OPEN,
            41,
            TOMORROW,
            [Problem("more_than_agreed", 2, 40), Problem("paid_in_future")],
            id="both-are-said",
        ),
        pytest.param(None, 1, TODAY, [Problem("no_such_instalment")], id="no-such-instalment"),
        pytest.param(
            InstalmentStanding(1, TODAY, 100, 100, TODAY),
            1,
            TODAY,
            [Problem("more_than_agreed", 1, 0)],
            id="already-paid",
        ),
    ],
)
def test_payments(
    standing: InstalmentStanding | None, amount: int, paid_on: date, problems: list[Problem]
) -> None:
    assert check_payment(standing, amount_fen=amount, paid_on=paid_on, today=TODAY) == problems


@pytest.mark.parametrize(
    ("approach", "is_overridden", "may"),
    [
        ("none", False, False),
        ("none", True, True),
        ("unnamed", False, True),
        ("named", False, True),
        ("named", True, True),
        ("a word nobody knows", False, False),
    ],
)
def test_the_employer_is_approached_only_as_agreed_or_for_a_life(
    approach: str, is_overridden: bool, may: bool
) -> None:
    assert may_contact(approach, is_overridden=is_overridden) is may


@pytest.mark.parametrize(
    ("approach", "headcount", "warns"),
    [
        ("unnamed", 4, True),
        ("unnamed", 5, False),
        ("unnamed", None, True),  # nobody counted: it may be one
        ("named", 1, False),
        ("none", 1, False),
    ],
)
def test_few_could_know(approach: str, headcount: int | None, warns: bool) -> None:
    assert warns_of_guessing(approach, headcount) is warns


@pytest.mark.parametrize(
    ("people", "wanted"),
    [
        (1, (0, 1)),
        (2, (1, 5)),
        (9, (1, 5)),
        (10, (3, 5)),  # mediation and arbitration law, art. 7
        (20, (3, 5)),
    ],
)
def test_representatives(people: int, wanted: tuple[int, int]) -> None:
    assert representatives_wanted(people) == wanted


# ---- properties -----------------------------------------------------------------------------

sums = st.integers(1, 10**9)


@given(st.lists(st.integers(-5, 5) | sums, max_size=8))
def test_every_bad_claim_is_named_once(fen: list[int]) -> None:
    bad = [Problem("claim_not_positive", line) for line, each in enumerate(fen, 1) if each <= 0]
    assert check_claims(claims(*fen)) == (bad if fen else [Problem("no_claims")])


@given(st.lists(sums, min_size=1, max_size=6), st.lists(st.integers(0, 90), max_size=6))
def test_an_agreement_cut_into_parts_in_order_adds_up(agreed: list[int], days: list[int]) -> None:
    total, dates = sum(agreed), sorted(days)[: sum(agreed) - 1]
    cut = parts(*((day, 1) for day in dates), (90, total - len(dates)))
    assert problems_of(agreed=agreed, instalments=cut) == []


@given(st.lists(sums, min_size=1, max_size=6), st.integers(-(10**6), 10**6).filter(bool))
def test_what_is_missing_or_over_is_said_to_the_fen(agreed: list[int], off: int) -> None:
    wrong = parts((0, sum(agreed) - off))
    expected = Problem("instalments_do_not_sum", fen=off)
    assert expected in problems_of(agreed=agreed, instalments=wrong)


@given(st.permutations(range(5)))
def test_only_dates_in_order_pass(days: list[int]) -> None:
    found = problems_of(agreed=[5], instalments=parts(*((day, 1) for day in days)))
    assert (not found) == (days == sorted(days))
    code: ProblemCode = "instalment_dates_reversed"
    assert {each.code for each in found} <= {code}


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(-5, 1100))
def test_payments_never_pass_what_was_agreed(amount: int, paid: int, more: int) -> None:
    standing = InstalmentStanding(1, TODAY, amount, min(paid, amount), TODAY)
    found = check_payment(standing, amount_fen=more, paid_on=TODAY, today=TODAY)
    assert (not found) == (0 < more <= standing.open_fen)


@given(st.integers(1, 500))
def test_representatives_are_never_fewer_for_more_people(people: int) -> None:
    few, many = representatives_wanted(people)
    more_few, more_many = representatives_wanted(people + 1)
    assert 0 <= few <= many <= 5
    assert (few, many) <= (more_few, more_many)
