import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.accounts import totp

# RFC 6238, appendix B: its secret in base32, its moments, the last six digits of its values.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC)) == code


@pytest.mark.parametrize(
    ("periods", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_one_period_of_drift_is_taken(periods: int, is_right: bool) -> None:
    shown = totp.code_at(RFC_SECRET, NOON + timedelta(seconds=30 * periods))
    found = totp.matching_counter(RFC_SECRET, shown, now=NOON)
    assert found == (totp.counter_at(NOON) + periods if is_right else None)


def test_a_code_is_good_once() -> None:
    code = totp.code_at(RFC_SECRET, NOON)
    used = totp.matching_counter(RFC_SECRET, code, now=NOON)
    assert used is not None
    assert totp.matching_counter(RFC_SECRET, code, now=NOON, after=used) is None


def test_an_older_code_is_gone_once_a_newer_was_used() -> None:
    older = totp.code_at(RFC_SECRET, NOON - timedelta(seconds=30))
    assert totp.matching_counter(RFC_SECRET, older, now=NOON, after=totp.counter_at(NOON)) is None


def test_spaces_do_not_matter() -> None:
    code = totp.code_at(RFC_SECRET, NOON)
    assert totp.matching_counter(RFC_SECRET, f" {code[:3]} {code[3:]}", now=NOON) is not None


@given(st.text(max_size=20))
def test_any_text_is_answered_without_an_error(text: str) -> None:
    found = totp.matching_counter(RFC_SECRET, text, now=NOON)
    assert found is None or text.strip()


def test_secrets_have_160_bits_and_differ() -> None:
    first, second = totp.new_secret(), totp.new_secret()
    assert len(base64.b32decode(first)) == 20
    assert first != second
