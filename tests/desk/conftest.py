from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from members.models import Account
from requests_app.catalogue.snapshot import forget_catalogue
from tests.accounts.login import passed_second_factor
from tests.standing import lay_down_town
from tests.town import MONDAY, Town


@pytest.fixture
def town(db: None, settings: Settings, tmp_path: Path) -> Iterator[Town]:
    """A town at nine on a Monday, its catalogue and calendar already in memory."""
    settings.MEDIA_ROOT = str(tmp_path)
    forget_catalogue()
    with time_machine.travel(MONDAY, tick=False):
        yield lay_down_town()
    forget_catalogue()


@pytest.fixture
def desk_of() -> Callable[[Account], Client]:
    """Give a browser in which the account is logged in, second factor and all."""

    def open_desk(account: Account) -> Client:
        client = Client()
        passed_second_factor(client, account)
        return client

    return open_desk
