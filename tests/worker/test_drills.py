"""The promises of architecture.md §3, with real processes that are really killed.

CI runs small numbers; ``make drills`` runs the large ones.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.worker.stack import TO_CLOSED, Stack, kill

SMALL = 24
STORM_SECONDS = 10.0
# Seven requests a second: a station's whole year in an afternoon, and no flood.
CALM_PAUSE = 0.12
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def whole_station() -> Iterator[Stack]:
    with Stack("d") as stack:
        yield stack


@pytest.fixture
def station(whole_station: Stack) -> Stack:
    """Give the drills one station; each finds it whole and working."""
    whole_station.mend()
    whole_station.warm_up()
    return whole_station


def send_and_wait(
    station: Stack, count: int, *, offset: int = 0, pause: float = 0.0, seconds: float = 90
) -> list[str]:
    numbers = station.submit(count, offset=offset, pause=pause)
    station.wait_until_all_dispatched(numbers, seconds=seconds)
    assert len(numbers) == count
    assert station.verdict(numbers).is_clean, station.verdict(numbers)
    return numbers


def test_a_calm_station_moves_every_step_by_celery(station: Stack) -> None:
    numbers = send_and_wait(station, SMALL)
    assert station.steps_by_via(numbers) == {"celery": 3 * SMALL}
    station.manage("verify_chain")


def test_timers_are_fired_by_celery_and_without_a_broker_by_the_sweepers(
    station: Stack,
) -> None:
    calm = send_and_wait(station, 10, offset=40_000)
    assert station.let_limits_pass(calm) == 10
    assert station.wait_for_timers(calm, seconds=60) == {"celery": 10}
    station.services.valkey.kill()
    stranded = send_and_wait(station, 10, offset=50_000)
    station.let_limits_pass(stranded)
    assert station.wait_for_timers(stranded, seconds=60) == {"sweep": 10}


def test_without_a_worker_the_celery_check_fails_and_the_sweepers_carry_on(
    station: Stack,
) -> None:
    """The negative control of the calm check: the net works, and the check sees it."""
    kill(station.workers.pop())
    numbers = send_and_wait(station, 10, offset=600)
    assert station.steps_by_via(numbers) == {"sweep": 30}


def test_with_valkey_off_or_frozen_the_sweepers_move_everything(station: Stack) -> None:
    with station.services.valkey.frozen():
        started = time.monotonic()
        frozen = send_and_wait(station, 10, offset=500)
        assert time.monotonic() - started < 60  # a half-second once, then the breaker is open
    station.services.valkey.kill()
    numbers = send_and_wait(station, SMALL, offset=700)
    assert station.steps_by_via([*frozen, *numbers]) == {"sweep": 3 * (SMALL + 10)}
    assert station.delays(numbers)[int(SMALL * 0.99) - 1] <= 15


def storm(station: Stack, *, total: int) -> list[str]:
    """Submit while workers are killed, Valkey is emptied and PostgreSQL restarts."""
    before = count_of(station)
    with ThreadPoolExecutor(max_workers=1) as pool:
        sender = pool.submit(station.submit, total, offset=10_000, pause=STORM_SECONDS / total)
        while count_of(station) == before and not sender.done():
            time.sleep(0.05)
        for fault in (_kill_worker, _empty_valkey, _kill_worker, _restart_postgres, _kill_sweeper):
            fault(station)
            time.sleep(STORM_SECONDS / 10)
        return sender.result(timeout=300)


def count_of(station: Stack) -> int:
    return int(station.query("SELECT count(*) FROM requests_app_request")[0][0])


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
    station.wait_until_all_dispatched(numbers, seconds=120)
    assert station.verdict(numbers).is_clean, station.verdict(numbers)
    station.manage("verify_chain")


def test_a_pipeline_that_trusts_its_messages_fails_the_same_check(station: Stack) -> None:
    """Teeth: without the sweep, requests sent while the broker was away are lost.

    With the sweep they all arrive, so it is the sweep that makes the difference.
    """
    while station.sweepers:
        kill(station.sweepers.pop())
    station.services.valkey.kill()
    unheard = station.submit(5, offset=800)
    station.services.valkey.start()
    heard = station.submit(5, offset=900)  # a new process: its breaker is closed
    station.wait_until_all_dispatched(heard, seconds=90)
    verdict = station.verdict([*unheard, *heard])
    assert verdict.faults["lost"] == sorted(unheard)
    assert not verdict.is_clean
    station.start_sweeper()
    station.wait_until_all_dispatched(unheard, seconds=60)
    assert station.verdict([*unheard, *heard]).is_clean


def finish_and_wait(
    station: Stack, count: int, *, offset: int, pause: float = 0.0, seconds: float = 90
) -> list[str]:
    numbers = station.finish(count, offset=offset, pause=pause)
    station.wait_until_all(numbers, "closed", seconds=seconds)
    assert len(numbers) == count
    assert ending_faults(station, numbers) == []
    return numbers


def ending_faults(station: Stack, numbers: list[str]) -> list[tuple[object, ...]]:
    """Return every request that was not answered, linked and closed exactly once."""
    return station.query(
        "WITH ends AS (SELECT r.number, r.state, r.attempts,"
        " (SELECT count(*) FROM requests_app_event e"
        "   WHERE e.request_id = r.id AND e.kind = 'reply.given') AS replies,"
        " (SELECT count(*) FROM requests_app_event e"
        "   WHERE e.request_id = r.id AND e.kind = 'request.closed') AS closes,"
        " (SELECT count(*) FROM requests_app_personallink l"
        "   JOIN requests_app_result s ON s.id = l.result_id WHERE s.request_id = r.id) AS links"
        " FROM requests_app_request r WHERE r.number = ANY(%s))"
        " SELECT * FROM ends"
        " WHERE (state, attempts, replies, closes, links) <> ('closed', 0, 1, 1, 1)",
        numbers,
    )


def test_what_people_finish_is_closed_by_celery_and_without_a_broker_by_the_sweepers(
    station: Stack,
) -> None:
    calm = finish_and_wait(station, 8, offset=60_000)
    assert station.steps_by_via(calm, TO_CLOSED) == {"celery": 16}
    station.services.valkey.kill()
    stranded = finish_and_wait(station, 8, offset=61_000)
    assert station.steps_by_via(stranded, TO_CLOSED) == {"sweep": 16}


def test_a_worker_killed_in_mid_step_loses_nothing(station: Stack) -> None:
    """Both of its children have written the move and wait to insert the link: then SIGKILL."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        with station.stuck_at("requests_app_personallink") as waiting:
            people = pool.submit(station.finish, 8, offset=62_000)
            while waiting() < 2 and not people.done():
                time.sleep(0.05)
            assert waiting() >= 2
            kill(station.workers.pop())
            station.start_worker()
        numbers = people.result(timeout=120)
    station.wait_until_all(numbers, "closed", seconds=60)
    assert ending_faults(station, numbers) == []
    station.manage("verify_chain")


@pytest.mark.drill
def test_hundreds_that_people_finish_are_closed_by_celery(station: Stack) -> None:
    numbers = finish_and_wait(station, 300, offset=70_000, pause=CALM_PAUSE, seconds=300)
    assert station.steps_by_via(numbers, TO_CLOSED) == {"celery": 600}


@pytest.mark.drill
def test_a_storm_over_the_way_to_the_end_loses_nothing(station: Stack) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        people = pool.submit(station.finish, 200, offset=80_000)
        for fault in (_kill_worker, _empty_valkey, _kill_worker, _restart_postgres, _kill_sweeper):
            time.sleep(STORM_SECONDS / 5)
            fault(station)
        numbers = people.result(timeout=300)
    station.wait_until_all(numbers, "closed", seconds=300)
    assert ending_faults(station, numbers) == []
    station.manage("verify_chain")


@pytest.mark.drill
def test_a_thousand_calm_requests_are_all_celerys(station: Stack) -> None:
    numbers = send_and_wait(station, 1000, offset=20_000, pause=CALM_PAUSE, seconds=300)
    assert station.steps_by_via(numbers) == {"celery": 3000}


@pytest.mark.drill
def test_a_thousand_requests_without_valkey_arrive_within_fifteen_seconds(station: Stack) -> None:
    station.services.valkey.kill()
    numbers = send_and_wait(station, 1000, offset=30_000, pause=CALM_PAUSE, seconds=300)
    assert station.steps_by_via(numbers) == {"sweep": 3000}
    assert station.delays(numbers)[989] <= 15


@pytest.mark.drill
def test_a_long_storm(station: Stack) -> None:
    total = int(os.environ.get("DRILL_REQUESTS", "400"))
    numbers = storm(station, total=total)
    assert len(numbers) == total
    station.wait_until_all_dispatched(numbers, seconds=300)
    assert station.verdict(numbers).is_clean, station.verdict(numbers)
