"""Rules are quick: a test of one that is not belongs elsewhere or needs a smaller case."""

import time
from collections.abc import Generator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# Three times what the slowest needs (training the item model, a quarter of a second), in seconds
# of CPU: a busy machine slows the clock on the wall, hardly this one. docs/performance.md, Tests.
CPU_SECONDS = 0.75

# What pytest-django and the suite clean up around each test. Rules touch none of it, and ten
# fixtures a test would be a tenth of their time; a name that is no longer used does no harm.
NOT_FOR_RULES = (
    "_dj_autoclear_mailbox",
    "_django_clear_site_cache",
    "_django_db_marker",
    "_django_isolate_apps",
    "_django_set_urlconf",
    "_django_setup_unittest",
    "_fresh_caches",
    "_live_server_helper",
    "_template_string_if_invalid_marker",
    "_unknown_names_fail",
)
for each in NOT_FOR_RULES:
    globals()[each] = pytest.fixture(name=each, scope="session")(lambda: None)


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
