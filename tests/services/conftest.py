from collections.abc import Iterator

import pytest

from members.keys import forget_keys
from members.queries import forget_calendar
from requests_app.catalogue.snapshot import forget_catalogue
from tests.town import Town, build_town


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A whole town; what processes remember is forgotten around it."""
    _forget()
    yield build_town()
    _forget()


def _forget() -> None:
    forget_catalogue()
    forget_calendar()
    forget_keys()
