"""The fences around a login, without the pages."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from station.accounts.guessing import (
    NAME_FREE,
    NETWORK_FREE,
    admit,
    code_fences,
    forgive,
    password_fences,
)
from tests.makers import NOW

OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"

pytestmark = pytest.mark.django_db


def is_admitted(name: str, network: str, *, now: datetime = NOW) -> bool:
    try:
        admit(password_fences(name, network), now=now)
    except ValidationError:
        return False
    return True


def guess_many(count: int, network: str) -> list[bool]:
    return [is_admitted(f"nobody{number}", network) for number in range(count)]


def test_many_names_from_one_address_are_slowed() -> None:
    assert all(guess_many(NETWORK_FREE, OFFICE))
    assert not is_admitted("somebody-new", OFFICE)
    assert is_admitted("somebody-new", ELSEWHERE)


def test_a_wait_of_the_address_does_not_count_against_the_name() -> None:
    guess_many(NETWORK_FREE, OFFICE)
    assert not any(is_admitted("chen", OFFICE) for _ in range(9))
    assert is_admitted("chen", ELSEWHERE)


def test_an_own_account_does_not_wash_the_address_clean() -> None:
    moment = NOW
    for number in range(NETWORK_FREE - 1):
        moment = NOW + timedelta(seconds=number)
        assert is_admitted(f"nobody{number}", OFFICE, now=moment)
        right = moment + timedelta(milliseconds=500)
        fences = password_fences("own", OFFICE)
        admit(fences, now=right)
        forgive(fences, now=right)
    assert is_admitted("nobody-last", OFFICE, now=moment)
    assert not is_admitted("somebody-new", OFFICE, now=moment)


def test_code_and_password_are_counted_apart() -> None:
    for _ in range(5):
        admit(code_fences(7, OFFICE), now=NOW)
    with pytest.raises(ValidationError):
        admit(code_fences(7, OFFICE), now=NOW)
    assert is_admitted("7", OFFICE)


def test_a_visitor_without_an_address_is_fenced_too() -> None:
    assert all(guess_many(NETWORK_FREE, ""))
    assert not is_admitted("somebody-new", "")


def test_the_table_holds_neither_names_nor_addresses() -> None:
    fences = password_fences("chen", OFFICE)
    assert {len(fence.bucket) for fence in fences} == {32}
    assert password_fences("Chen ", OFFICE) == fences


def test_a_constant_guesser_does_not_keep_the_owner_out() -> None:
    moment = NOW
    for _ in range(120):  # a try whenever the wait allows one, for more than an hour
        moment += timedelta(seconds=43)
        is_admitted("chen", ELSEWHERE, now=moment)
    assert not is_admitted("chen", ELSEWHERE, now=moment)
    assert is_admitted("chen", OFFICE, now=moment)


def test_guessers_of_one_name_from_many_addresses_are_slowed() -> None:
    tries = [is_admitted("chen", f"192.0.2.{at % 200}") for at in range(NAME_FREE)]
    assert all(tries)
    assert not is_admitted("chen", OFFICE)
    assert is_admitted("somebody-else", OFFICE)


def test_the_owner_coming_in_forgets_only_their_own_wrong_tries() -> None:
    for at in range(NAME_FREE - 1):
        is_admitted("chen", f"192.0.2.{at % 200}")
    fences = password_fences("chen", OFFICE)
    right = NOW + timedelta(seconds=1)
    admit(fences, now=right)
    forgive(fences, now=right)
    assert is_admitted("chen", OFFICE, now=right)
    assert not is_admitted("chen", "192.0.2.250", now=right)
