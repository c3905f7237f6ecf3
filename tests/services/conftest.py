from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from members.keys import forget_keys
from members.queries import forget_calendar
from requests_app.catalogue.snapshot import forget_catalogue
from tests.standing import lay_down_town
from tests.town import Town


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    """Keep files and anchors of the tests out of the checkout's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ANCHOR_DIR = str(tmp_path / "anchors")


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A whole town; what processes remember is forgotten around it."""
    _forget()
    yield lay_down_town()
    _forget()


def _forget() -> None:
    forget_catalogue()
    forget_calendar()
    forget_keys()
