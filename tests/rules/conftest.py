"""Rules are quick: a test of one that is not belongs elsewhere or needs a smaller case."""

import time
from collections.abc import Generator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# Three times what the slowest needs (training the item model, a quarter of a second), in seconds
# of CPU: a busy machine slows the clock on the wall, hardly this one. docs/performance.md, Tests.
CPU_SECONDS = 0.75


@pytest.fixture(scope="session", autouse=True)
def _table_of_characters() -> None:
    """Let hypothesis make its table of Unicode outside any test: a second, once a checkout."""

    @settings(max_examples=1)
    @given(st.text())
    def read_anything(text: str) -> None:
        assert text is not None

    read_anything()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test of a rule that takes long; not while counting lines or drawing many examples."""
    started = time.thread_time()
    outcome = yield
    spent = time.thread_time() - started
    measured = item.config.pluginmanager.hasplugin("_cov")
    if spent > CPU_SECONDS and not measured and settings.get_current_profile_name() == "house":
        pytest.fail(f"{spent:.2f} s of CPU for one rule, {CPU_SECONDS} at most", pytrace=False)
    return outcome
