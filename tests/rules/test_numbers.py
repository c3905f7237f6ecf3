import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc  # type: ignore[import-untyped]

from members.numbers import (
    NumberError,
    check_credit_code,
    check_resident_id,
    credit_check_character,
    normalise_phone,
    resident_check_character,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "+8613812345678",
        "008613812345678",
        "8613812345678",
        "１３８１２３４５６７８",
        " (138) 1234.5678 ",
    ],
)
def test_normalise_phone_when_written_in_many_ways(text: str) -> None:
    assert normalise_phone(text) == "13812345678"


@pytest.mark.parametrize(
    "text",
    ["", "1381234567", "138123456789", "12812345678", "057487654321", "abc", "13812345x78", "\0"],
)
def test_normalise_phone_when_wrong(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        normalise_phone(text)
    assert caught.value.message
    assert caught.value.hint


def test_normalise_phone_refuses_digits_of_other_scripts() -> None:
    with pytest.raises(NumberError):
        normalise_phone("١٣٨١٢٣٤٥٦٧٨")


@given(st.text())
def test_normalise_phone_gives_eleven_digits_or_an_error(text: str) -> None:
    try:
        digits = normalise_phone(text)
    except NumberError:
        return
    assert len(digits) == 11
    assert digits.isdecimal()
    assert normalise_phone(digits) == digits


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_credit_code_agrees_with_an_independent_library(body: str) -> None:
    for last in ALPHABET:
        try:
            ours = check_credit_code(body + last) == body + last
        except NumberError:
            ours = False
        # The library also asks for a known registry and digits in the area.
        theirs = uscc.calc_check_digit(body) == last
        assert ours == theirs


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_credit_code_catches_every_single_slip(body: str, place: int, other: str) -> None:
    code = body + credit_check_character(body)
    slipped = code[:place] + other + code[place + 1 :]
    if slipped == code:
        assert check_credit_code(slipped.lower()) == code
    else:
        with pytest.raises(NumberError):
            check_credit_code(slipped)


@pytest.mark.parametrize("text", ["", "9133020", "I" * 18, "91330200MA2A" * 2])
def test_credit_code_when_malformed(text: str) -> None:
    with pytest.raises(NumberError):
        check_credit_code(text)


def test_resident_id_agrees_with_an_independent_library() -> None:
    for serial in range(1000):
        body = f"33020319900307{serial:03d}"
        number = body + resident_check_character(body)
        assert check_resident_id(number) == number
        assert ric.calc_check_digit(number) == number[-1]


@pytest.mark.parametrize(
    "text",
    ["", "33020319900307001", "330203199002300011", "33020319900307001Y", "3302031990030700１9"],
)
def test_resident_id_when_wrong(text: str) -> None:
    with pytest.raises(NumberError):
        check_resident_id(text)


def test_resident_id_reads_a_small_x_and_full_width() -> None:
    body = next(
        b for n in range(1000) if resident_check_character(b := f"33020319900307{n:03d}") == "X"
    )
    assert check_resident_id(f" {body}ｘ ") == f"{body}X"


def test_resident_id_when_check_character_is_wrong() -> None:
    body = "33020319900307001"
    right = resident_check_character(body)
    wrong = next(c for c in "0123456789X" if c != right)
    with pytest.raises(NumberError, match="校验位"):
        check_resident_id(body + wrong)
