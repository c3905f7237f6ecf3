"""Money shared out by weights: nothing appears, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from requests_app.stages.handling.rules import ClaimDraft, Problem, apportion, check_claims


def test_what_rounding_leaves_goes_to_the_largest_remainders() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(2, [1, 2, 4]) == [0, 1, 1]
    assert apportion(0, [5, 5]) == [0, 0]


def test_without_weights_nobody_gets_anything() -> None:
    assert apportion(100, []) == []
    assert apportion(100, [0, 0]) == [0, 0]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=40))
def test_the_shares_add_up_and_none_is_off_by_a_fen(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)
    whole = sum(weights)
    assert sum(shares) == (total if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert whole == 0 or abs(share * whole - total * weight) < whole


def test_a_proposed_sum_is_not_negative() -> None:
    drafts = [ClaimDraft("甲", "", "", 100, 0), ClaimDraft("乙", "", "", 100, -1)]
    assert check_claims(drafts) == [Problem("agreed_negative", 2)]
