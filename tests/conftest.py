"""What every test may lean on: this run's services, and templates that fail on unknown names."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template import Engine
from hypothesis import settings as hypothesis_settings

from members.keys import forget_keys
from members.queries import forget_calendar
from station.devkit.doctor import find_chromium, has_chinese_font
from station.devkit.services import Services, services_of_test_run, throwaway_services
from tests.undefined import RaisingMarker

# A busy machine is no wrong answer: pytest's own timeout ends what hangs. The daily run draws the
# same few examples each time; `--hypothesis-profile thorough` (make drills) draws many new ones.
hypothesis_settings.register_profile("house", deadline=None, max_examples=15, derandomize=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=1_000)
hypothesis_settings.load_profile("house")

# What takes longest comes first, by turns a file that waits for processes and one that keeps the
# processor busy: two run side by side. In each file the order stays random.
FIRST = (
    "worker/test_drills",
    "browser/test_handling_pages",
    "worker/test_deliveries",
    "browser/test_pages",
)


def pytest_sessionstart() -> None:
    """Compile the catalogues: a fresh clone has none."""
    call_command("compilemessages", verbosity=0)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from walking what collecting imports, now and at every test.

    Hundreds of thousands of objects that live to the end: a sixth of the time of the rules' tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped with a clear line; under .ci/run they fail.

    The longest files come first, so that two processes end at about the same time.
    """
    items.sort(key=_place_in_line)
    reason = _why_no_browser()
    if reason is None or os.environ.get("REQUIRE_TOOLS"):
        return
    for item in items:
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.skip(reason=reason))


def _place_in_line(item: pytest.Item) -> int:
    name = f"{item.path.parent.name}/{item.path.stem}"
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _why_no_browser() -> str | None:
    if find_chromium() is None:
        return "no Chromium on this machine (apt-get install chromium)"
    if not has_chinese_font():
        return "no Chinese font on this machine (apt-get install fonts-noto-cjk)"
    return None


@pytest.fixture(scope="session")
def services() -> Iterator[Services | None]:
    """Start PostgreSQL and Valkey for this run; None when the environment names others."""
    own = services_of_test_run(environ=os.environ)
    if own is not None:
        own.join()
    yield own
    if own is not None:
        own.leave()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, services: Services | None
) -> None:
    """Start the services only when the first test asks for the database (pytest-django hook)."""


@pytest.fixture
def own_services() -> Iterator[Callable[[str], Services]]:
    """Give a drill servers of its own, to kill, freeze or empty without hurting other tests."""
    started: list[Services] = []

    def start(label: str) -> Services:
        fresh = throwaway_services(label)
        fresh.join()
        started.append(fresh)
        return fresh

    yield start
    for each in started:
        each.leave()


@pytest.fixture
def process_environ(transactional_db: None) -> dict[str, str]:
    """Environment for a worker, sweeper or web process on the test's own database."""
    found = connection.settings_dict
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "station.settings",
        "DATABASE_URL": f"postgres://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}"
        f"?host={found['HOST']}&port={found['PORT'] or 5432}",
        "REDIS_URL": settings.REDIS_URL,
        "DATABASE_POOL": "0",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }


@pytest.fixture(autouse=True)
def _unknown_names_fail() -> None:
    """Make unknown template names fail, also after a test whose settings made new engines."""
    Engine.get_default().string_if_invalid = RaisingMarker("%s")


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """Forget the keys and the calendar of the test before: its rows are gone."""
    forget_keys()
    forget_calendar()
