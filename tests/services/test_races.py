"""What two hands at once must not do: to a row, to its timers, to the sweep."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from members.due import DueRow, Source
from members.models import AffiliationKind, Notice, Role
from members.register import affiliate, assign_role
from requests_app import due
from requests_app.lifecycle import State, Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.stages.routing.service import sign_for
from station.management.commands import sweep
from tests.services.test_due import run_machine
from tests.services.test_intake import register
from tests.town import MONDAY, SINCE, Town

HELD_SECONDS = 10.0  # longer than anything here takes; a call that waits for the lock shows


@contextmanager
def held_by_somebody(request_id: int) -> Iterator[None]:
    """Hold the request's row lock on another connection."""
    has_it, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Request.objects.select_for_update().get(pk=request_id)
            has_it.set()
            may_go.wait(HELD_SECONDS)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert has_it.wait(HELD_SECONDS)
    try:
        yield
    finally:
        may_go.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_timer_takes_no_lock_while_somebody_holds_its_request(town: Town) -> None:
    request_id = register(town).request_id
    run_machine(request_id)
    timer = Timer.objects.get(request=request_id, rule=TimerRule.SIGN_FOR)
    with held_by_somebody(request_id):
        assert due.take_timer(timer.pk, via=Via.CELERY, now=timer.due_at) is False
    assert due.take_timer(timer.pk, via=Via.CELERY, now=timer.due_at) is True


def test_a_late_failure_leaves_a_row_alone_that_has_moved_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = register(town).request_id
    steps, count_failure = due.STEPS, due._count_failure

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("killed half way")

    def overtaken(row_id: int, reason: str, *, via: Via, now: datetime) -> None:
        monkeypatch.setattr(due, "STEPS", steps)
        run_machine(row_id)
        count_failure(row_id, reason, via=via, now=now)

    monkeypatch.setattr(due, "STEPS", dict.fromkeys(steps, broken))
    monkeypatch.setattr(due, "_count_failure", overtaken)
    assert due.take_step(request_id, via=Via.CELERY, now=MONDAY) is False
    moved = Request.objects.get(pk=request_id)
    assert (moved.state, moved.attempts, moved.wake_at) == (State.DISPATCHED, 0, None)


def test_a_timer_that_never_works_is_tried_once_an_hour_for_ever() -> None:
    assert [due.back_off(n) for n in (11, 12, 50, 30_000)] == [
        timedelta(seconds=2048),
        *[due.LONGEST_BACK_OFF] * 3,
    ]


def test_one_broken_row_does_not_stop_the_sweep(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []

    def run(row_id: int, _via: str, _now: datetime) -> bool:
        if row_id == 1:
            raise RuntimeError("poison")
        settled.append(row_id)
        return False

    long_ago = MONDAY - timedelta(days=3650)
    rows = [DueRow("requests.sense", row_id, long_ago) for row_id in (1, 2)]
    source = Source("test", lambda _now, _limit: rows, run, nudge_after=timedelta(0))
    monkeypatch.setattr(sweep, "SOURCES", (source,))
    monkeypatch.setattr(sweep, "JOBS", ())
    sweep.Sweeper(name="sweep:test").turn()
    assert settled == [2]


@pytest.mark.parametrize("reason", ["left", "tied"])
def test_a_handler_who_may_not_act_any_more_is_not_reminded(town: Town, reason: str) -> None:
    request = Request.objects.get(pk=register(town).request_id)
    run_machine(request.pk)
    request.refresh_from_db()
    sign_for(request.pk, actor=town.street_handler, version=request.version, now=MONDAY)
    assign_role(
        account=town.head,
        role=Role.HANDLER,
        unit=town.street,
        from_on=SINCE,
        actor=None,
        now=MONDAY,
    )
    if reason == "left":
        town.street_handler.role_assignments.update(to_on=SINCE)
    else:
        affiliate(
            account=town.street_handler,
            enterprise=town.restaurant,
            kind=AffiliationKind.RELATIVE,
            from_on=SINCE,
        )
    timer = Timer.objects.get(request=request, rule=TimerRule.LIGHT_RED)
    due.take_timer(timer.pk, via=Via.SWEEP, now=timer.due_at)
    told = Notice.objects.filter(template="timer.light_red").values_list("account", flat=True)
    assert list(told) == [town.head.pk]
