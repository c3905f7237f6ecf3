"""The station and the browser are those of the journeys."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures shared with tests/journeys, once for both."""
    config.pluginmanager.import_plugin("tests.journeys.fixtures")
