"""The fixtures are shared with tests/browser; after each journey the station must be sound."""

from collections.abc import Iterator

import pytest

from tests.journeys.cast import NEVER_LOGGED
from tests.worker.stack import Stack


def pytest_configure(config: pytest.Config) -> None:
    """Load the shared fixtures, once for both folders that use them."""
    config.pluginmanager.import_plugin("tests.journeys.fixtures")


@pytest.fixture(autouse=True)
def _sound_station(live_station: Stack) -> Iterator[None]:
    """Afterwards every chain holds, and no log knows who said what."""
    yield
    assert "all chains hold" in live_station.manage("verify_chain")
    said = live_station.whole_log()
    assert [words for words in NEVER_LOGGED if words in said] == []
