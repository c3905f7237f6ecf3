import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.attempts import LONGEST_DELAY, decide_delay


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 42), (10**9, 42)],
)
def test_delay_grows_to_its_cap(wrong: int, seconds: int) -> None:
    assert decide_delay(wrong) == seconds


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_delay_never_falls_and_never_locks_out(wrong: int, free: int) -> None:
    delay = decide_delay(wrong, free=free)
    assert 0 <= delay <= decide_delay(wrong + 1, free=free) <= LONGEST_DELAY
    assert (delay == 0) == (wrong < free)
