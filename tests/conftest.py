"""What every test may lean on: this run's services, and templates that fail on unknown names."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from station.devkit.services import Services, services_of_test_run, throwaway_services


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
