"""The station and the browser are those of the journeys."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures shared with tests/journeys, once for both."""
    config.pluginmanager.import_plugin("tests.journeys.fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the pages of handling last: their requests stand above the journeys' in the inbox."""
    items.sort(key=lambda item: item.path.stem == "test_handling_pages")
