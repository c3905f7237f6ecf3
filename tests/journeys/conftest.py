"""The fixtures are shared with tests/browser; after the journeys the station must be sound."""

from collections.abc import Iterator

import pytest

from tests.journeys.cast import NEVER_LOGGED
from tests.worker.stack import Stack


def pytest_configure(config: pytest.Config) -> None:
    """Load the shared fixtures, once for both folders that use them."""
    config.pluginmanager.import_plugin("tests.journeys.fixtures")


@pytest.fixture(scope="module", autouse=True)
def _whole_chains(live_station: Stack) -> Iterator[None]:
    """After the journeys of a module every event chain holds."""
    yield
    assert "all chains hold" in live_station.manage("verify_chain")


@pytest.fixture(autouse=True)
def _discreet_logs(live_station: Stack) -> Iterator[None]:
    """After each journey no log knows who said what."""
    yield
    said = live_station.whole_log()
    assert "Task requests.sense" in said, "the worker's log is the one that is read"
    assert [words for words in NEVER_LOGGED if words in said] == []
