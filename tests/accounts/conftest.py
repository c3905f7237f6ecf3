from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from members.keys import forget_keys
from members.models import Account, Role
from station.accounts import totp
from station.accounts.enrol import enrol_totp
from tests.makers import NOW, make_account
from tests.people import PASSWORD


class Clock:
    """The moment of the test; it stands still until it is moved."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def forward(self, **amount: float) -> None:
        self._traveller.shift(timedelta(**amount))


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture(autouse=True)
def _small_desk(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.accounts.urls"
    forget_keys()
    yield
    forget_keys()


@pytest.fixture
def newcomer(db: None) -> Account:
    """Has a password of her own and no authenticator yet."""
    return make_account(username="chen", name="陈一", password=PASSWORD, role=Role.WORKER)


@pytest.fixture
def chen(newcomer: Account) -> Account:
    """Has a password and an authenticator."""
    enrol_totp(newcomer, totp.new_secret(), now=NOW)
    return newcomer
