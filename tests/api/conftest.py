from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from members.api_clients import open_client
from members.models import Account, ApiClient, ApiScope
from requests_app.catalogue.snapshot import forget_catalogue
from tests.api.machines import Machine, token_for
from tests.standing import lay_down_town
from tests.town import MONDAY, Town

type MachineOf = Callable[..., Machine]


@pytest.fixture
def town(db: None, settings: Settings, tmp_path: Path) -> Iterator[Town]:
    """A town at nine on a Monday, its catalogue and calendar already in memory."""
    settings.MEDIA_ROOT = str(tmp_path)
    forget_catalogue()
    with time_machine.travel(MONDAY, tick=False):
        yield lay_down_town()
    forget_catalogue()


@pytest.fixture
def machine_of(town: Town) -> MachineOf:
    """Make a machine act for an account, with all scopes or the named ones."""

    def make(account: Account, *scopes: ApiScope) -> Machine:
        account.set_unusable_password()  # the people of the town have passwords
        account.save(update_fields=["password"])
        made = open_client(
            name=f"{account.username}-{ApiClient.objects.count()}",
            account=account,
            scopes=scopes or tuple(ApiScope),
        )
        return Machine(token_for(made))

    return make
