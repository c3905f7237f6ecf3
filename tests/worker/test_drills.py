"""The promises of architecture.md §3, with real processes that are really killed.

CI runs small numbers; ``make drills`` runs the large ones.
"""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from tests.worker.stack import Stack, kill

SMALL = 40
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("drills")]


@pytest.fixture
def station() -> Iterator[Stack]:
    with Stack("d") as stack:
        yield stack


def test_a_calm_station_moves_every_step_by_celery(station: Stack) -> None:
    numbers = station.submit(SMALL)
    assert station.wait_until_dispatched(SMALL, seconds=60) == SMALL
    assert station.steps_by_via() == {"celery": 3 * SMALL}
    assert station.verdict(numbers).is_clean
    station.manage("verify_chain")


def test_without_a_worker_the_celery_check_fails_and_the_sweepers_carry_on() -> None:
    """The negative control of the calm check: the net works, and the check sees it."""
    with Stack("n", workers=0) as stack:
        numbers = stack.submit(10)
        assert stack.wait_until_dispatched(10, seconds=60) == 10
        assert stack.steps_by_via() == {"sweep": 30}
        assert stack.verdict(numbers).is_clean


def test_with_valkey_off_the_sweepers_move_everything(station: Stack) -> None:
    station.services.valkey.kill()
    numbers = station.submit(SMALL)
    assert station.wait_until_dispatched(SMALL, seconds=60) == SMALL
    assert station.steps_by_via() == {"sweep": 3 * SMALL}
    assert station.delays()[int(SMALL * 0.99) - 1] <= 15
    assert station.verdict(numbers).is_clean


def test_a_frozen_valkey_delays_nobody_at_the_counter(station: Stack) -> None:
    with station.services.valkey.frozen():
        started = time.monotonic()
        numbers = station.submit(10)
        assert time.monotonic() - started < 15  # one half-second, then the breaker is open
        assert station.wait_until_dispatched(10, seconds=60) == 10
    assert station.verdict(numbers).is_clean


def storm(station: Stack, *, total: int) -> list[str]:
    """Submit while workers are killed, Valkey is emptied and PostgreSQL restarts."""
    numbers: list[str] = []
    sender = threading.Thread(target=lambda: numbers.extend(station.submit(total)))
    sender.start()
    faults = [_kill_worker, _empty_valkey, _kill_worker, _restart_postgres, _kill_sweeper]
    for fault in faults:
        time.sleep(1.0)
        fault(station)
    sender.join(timeout=120)
    assert not sender.is_alive()
    return numbers


def _kill_worker(station: Stack) -> None:
    kill(station.workers.pop())
    station.start_worker()


def _kill_sweeper(station: Stack) -> None:
    kill(station.sweepers.pop())
    station.start_sweeper()


def _empty_valkey(station: Stack) -> None:
    station.services.valkey.ask("FLUSHALL")


def _restart_postgres(station: Stack) -> None:
    station.services.postgres.kill()
    station.services.postgres.start()


def test_a_storm_of_faults_loses_nothing_and_tells_nobody_twice(station: Stack) -> None:
    numbers = storm(station, total=SMALL)
    assert len(numbers) == SMALL
    assert station.wait_until_dispatched(SMALL, seconds=90) == SMALL, station.log()
    assert station.verdict(numbers).is_clean, station.verdict(numbers)
    station.manage("verify_chain")


def test_a_naive_pipeline_fails_the_same_check() -> None:
    """Teeth: a chain of messages without a sweep loses requests in the same kind of storm."""
    with Stack("t", sweepers=0) as stack:
        stack.services.valkey.kill()
        lost_at_once = stack.submit(5)
        stack.services.valkey.start()
        time.sleep(6)  # longer than the breaker stays open
        kept = stack.submit(5, offset=100)
        stack.wait_until_dispatched(5, seconds=30)
        verdict = stack.verdict([*lost_at_once, *kept])
        assert set(verdict.faults["lost"]) == set(lost_at_once)
        assert not verdict.is_clean


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_a_thousand_calm_requests_are_all_celerys(station: Stack) -> None:
    numbers = station.submit(1000)
    assert station.wait_until_dispatched(1000, seconds=300) == 1000
    assert station.steps_by_via() == {"celery": 3000}
    assert station.verdict(numbers).is_clean


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_a_thousand_requests_without_valkey_arrive_within_fifteen_seconds(station: Stack) -> None:
    station.services.valkey.kill()
    numbers = station.submit(1000)
    assert station.wait_until_dispatched(1000, seconds=300) == 1000
    assert station.steps_by_via() == {"sweep": 3000}
    assert station.delays()[989] <= 15
    assert station.verdict(numbers).is_clean


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("total", [int(os.environ.get("DRILL_REQUESTS", "400"))])
def test_a_long_storm(station: Stack, total: int) -> None:
    numbers = storm(station, total=total)
    assert station.wait_until_dispatched(total, seconds=300) == total
    assert station.verdict(numbers).is_clean, station.verdict(numbers)
