"""Who stands aside: everybody tied until the employer is settled, then only its own people."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.recusal import (
    EVERYBODY_TIED,
    NOBODY,
    Shunned,
    whom_to_keep_from_judging,
    whom_to_shun,
)

TIES = st.frozensets(st.integers(min_value=1, max_value=5), max_size=3)
OF_SEVEN = Shunned(frozenset({7}))


@pytest.mark.parametrize(
    ("needs_recusal", "is_settled", "enterprise", "shunned", "kept_from_judging"),
    [
        (False, False, None, NOBODY, NOBODY),
        (False, False, 7, NOBODY, OF_SEVEN),  # linked by the machine: the number is shut already
        (False, True, 7, NOBODY, OF_SEVEN),
        (True, False, None, EVERYBODY_TIED, EVERYBODY_TIED),
        (True, False, 7, EVERYBODY_TIED, EVERYBODY_TIED),  # mentioned in the story, not settled
        (True, True, 7, OF_SEVEN, OF_SEVEN),
        (True, True, None, NOBODY, NOBODY),  # in no register
    ],
)
def test_whom_to_shun(
    needs_recusal: bool,
    is_settled: bool,
    enterprise: int | None,
    shunned: Shunned,
    kept_from_judging: Shunned,
) -> None:
    def decide(rule: Callable[..., Shunned]) -> Shunned:
        return rule(
            needs_recusal=needs_recusal, employer_is_settled=is_settled, enterprise_id=enterprise
        )

    assert decide(whom_to_shun) == shunned
    assert decide(whom_to_keep_from_judging) == kept_from_judging


@pytest.mark.parametrize(
    ("shunned", "ties", "stands_aside"),
    [
        (NOBODY, {7}, False),
        (EVERYBODY_TIED, set(), False),
        (EVERYBODY_TIED, {7}, True),
        (Shunned(frozenset({7})), {7, 8}, True),
        (Shunned(frozenset({7})), {8}, False),
        (Shunned(frozenset({7})), set(), False),
    ],
)
def test_who_is_included(shunned: Shunned, ties: set[int], stands_aside: bool) -> None:
    assert shunned.includes(ties) is stands_aside


@given(st.booleans(), st.booleans(), st.none() | st.integers(1, 5), TIES)
def test_nobody_without_a_tie_ever_stands_aside_and_doubt_shuts_out_more(
    needs_recusal: bool, is_settled: bool, enterprise: int | None, ties: frozenset[int]
) -> None:
    def stands_aside(*, settled: bool) -> bool:
        return whom_to_shun(
            needs_recusal=needs_recusal, employer_is_settled=settled, enterprise_id=enterprise
        ).includes(ties)

    if not ties:
        assert stands_aside(settled=is_settled) is False
    if stands_aside(settled=True):
        assert stands_aside(settled=False) is True
