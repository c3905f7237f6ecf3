"""A machine step that fails half way leaves nothing; one taken twice does nothing more."""

from datetime import timedelta

import pytest

from members.models import Notice
from requests_app import due
from requests_app.lifecycle import State, Via
from requests_app.models import Event, PersonalLink, Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.stages.completion import hearing, reviewing
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.routing import service
from tests.services.ending.acts import (
    ANGRY,
    act,
    answered,
    call,
    fresh,
    machine,
    submit,
    timer_of,
)
from tests.town import MONDAY, Town

LATER = MONDAY + timedelta(hours=1)


def to_submitted(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)


def to_answered(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)
    machine(wage)
    act(accept_result, wage, actor=town.county_handler)


def to_rework(town: Town, wage: Request) -> None:
    answered(wage)
    call(wage, ANGRY)


# The last thing that each step does; there it breaks.
STEPS = {
    State.SUBMITTED: (to_submitted, reviewing, "tell_assignee", State.IN_REVIEW),
    State.ANSWERED: (to_answered, hearing, "tell_assignee", State.TO_CALL),
    State.REWORK: (to_rework, service, "tell_signers", State.DISPATCHED),
}


def rows() -> tuple[int, ...]:
    """Count everything that a step may write."""
    kinds = (Event, Timer, Notice, PersonalLink)
    return tuple(kind._default_manager.count() for kind in kinds)


def broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("killed half way")


@pytest.mark.parametrize("state", STEPS)
def test_a_step_that_breaks_leaves_nothing_and_is_taken_again(
    town: Town, wage: Request, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    bring, module, last, after = STEPS[state]
    bring(town, wage)
    before, written = fresh(wage), rows()
    assert before.state == state
    with monkeypatch.context() as patched:
        patched.setattr(module, last, broken)
        assert due.take_step(wage.pk, via=Via.CELERY, now=MONDAY) is False
    failed = fresh(wage)
    assert (failed.state, failed.seq, failed.version) == (state, before.seq, before.version)
    assert bytes(failed.chain_head) == bytes(before.chain_head)
    assert (failed.attempts, rows()) == (1, written)
    assert failed.wake_at is not None
    assert due.take_step(wage.pk, via=Via.SWEEP, now=failed.wake_at) is True
    assert fresh(wage).state == after
    assert fresh(wage).attempts == 0


@pytest.mark.parametrize("state", STEPS)
def test_a_step_taken_twice_does_nothing_the_second_time(
    town: Town, wage: Request, state: State
) -> None:
    bring, _module, _last, after = STEPS[state]
    bring(town, wage)
    assert due.take_step(wage.pk, via=Via.CELERY, now=LATER) is True
    once = rows()
    for via in (Via.CELERY, Via.SWEEP):
        assert due.take_step(wage.pk, via=via, now=LATER) is False
    assert (fresh(wage).state, rows()) == (after, once)


def test_a_silence_that_breaks_leaves_nothing_and_is_taken_again(
    town: Town, wage: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(wage)
    timer = timer_of(wage, TimerRule.SILENCE)
    written, seq = rows(), fresh(wage).seq
    with monkeypatch.context() as patched:
        patched.setattr(hearing, "tell_assignee", broken)
        assert due.take_timer(timer.pk, via=Via.CELERY, now=timer.due_at) is False
    again = Timer.objects.get(pk=timer.pk)
    assert (again.done_at, again.attempts, rows(), fresh(wage).seq) == (None, 1, written, seq)
    assert due.take_timer(timer.pk, via=Via.SWEEP, now=again.due_at) is True
    assert due.take_timer(timer.pk, via=Via.SWEEP, now=again.due_at) is False
    assert Notice.objects.filter(template="timer.silence").count() == 1
