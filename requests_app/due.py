"""What falls due on requests: machine steps, timers and periodic jobs.

The Celery tasks and the sweepers call the same verbs here; only ``via`` differs.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from members.attempts import drop_old_attempts
from members.due import DueRow, Job, Source
from requests_app.alarms import fire_timer
from requests_app.anchors import seal_chains
from requests_app.housekeeping import drop_remains
from requests_app.lifecycle import STATES, State, Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, record
from requests_app.recompute import recompute_limits
from requests_app.stages.completion.hearing import end_silence, follow_up
from requests_app.stages.completion.reminding import look_again, remind_assignee
from requests_app.stages.completion.reviewing import send_for_review
from requests_app.stages.routing.service import NobodyFree, dispatch, triage
from requests_app.stages.sensing.intake import forget_lapsed_codes
from requests_app.stages.sensing.service import sense

log = logging.getLogger(__name__)

PARK_AFTER = 8  # failed attempts
LONGEST_BACK_OFF = timedelta(hours=1)
TIMER_TASK = "requests.fire_timer"

STEPS: Mapping[State, Callable[..., None]] = {
    State.REGISTERED: sense,
    State.ACCEPTED: triage,
    State.TRIAGED: dispatch,
    State.SUBMITTED: send_for_review,
    State.ANSWERED: follow_up,
    State.REWORK: dispatch,
}

# Timers that decide something; all others only speak.
DECIDING_TIMERS: Mapping[str, Callable[..., None]] = {
    TimerRule.SILENCE: end_silence,
    TimerRule.REVIEW: remind_assignee,
    TimerRule.CALLBACK: remind_assignee,
    TimerRule.STAND_IN: look_again,
}


def take_step(request_id: int, *, via: Via, now: datetime) -> bool:
    """Make the request's due machine step in one transaction; return whether one was made.

    Returns quietly when the row is gone, not due, parked or locked by somebody else.
    A failing step is a rollback and a counted attempt; after eight the row is parked. Where
    only people can help (nobody is free), it is parked at once.
    """
    try:
        with transaction.atomic():
            request = (
                Request.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("station")
                .filter(pk=request_id, wake_at__lte=now, parked_at=None)
                .first()
            )
            if request is None:
                return False
            STEPS[State(request.state)](request, via=via, now=now)
    except (OperationalError, InterfaceError):
        raise  # the database is away: not the row's fault, and nothing can be noted
    except NobodyFree:
        _count_failure(request_id, "NobodyFree", via=via, now=now, park_after=1)
        return False
    except Exception as error:
        log.exception("step failed: request=%s", request_id)
        _count_failure(request_id, type(error).__name__, via=via, now=now)
        return False
    return True


def take_timer(timer_id: int, *, via: Via, now: datetime) -> bool:
    """Fire a due timer in one transaction; return whether it fired. Same rules as a step."""
    try:
        with transaction.atomic():
            # The request first, as in every verb: signing holds it while it ends its timers.
            request = (
                Request.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(timers=timer_id)
                .first()
            )
            timer = (
                Timer.objects.select_for_update()
                .filter(pk=timer_id, request=request, done_at=None, due_at__lte=now)
                .first()
            )
            if request is None or timer is None:
                return False
            fire = DECIDING_TIMERS.get(timer.rule, fire_timer)
            fire(timer, request, via=via, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("timer failed: timer=%s", timer_id)
        _count_timer_failure(timer_id, type(error).__name__, via=via, now=now)
        return False
    return True


@transaction.atomic
def _count_failure(
    request_id: int, reason: str, *, via: Via, now: datetime, park_after: int = PARK_AFTER
) -> None:
    """Count a failed step; push the next try back, or park the row in plain sight.

    A row that somebody else has moved on since the failure is left alone.
    """
    rows = Request.objects.select_for_update()
    request = rows.filter(pk=request_id, wake_at__lte=now, parked_at=None).first()
    if request is None:
        return
    request.attempts += 1
    if request.attempts >= park_after:
        _park(request, reason, via=via, now=now)
        return
    Request.objects.filter(pk=request_id).update(
        attempts=request.attempts, wake_at=now + back_off(request.attempts)
    )


@transaction.atomic
def _count_timer_failure(timer_id: int, reason: str, *, via: Via, now: datetime) -> None:
    """Count a failed timer; after eight failures its request is parked."""
    request = Request.objects.select_for_update(of=("self",)).filter(timers=timer_id).first()
    timer = Timer.objects.filter(pk=timer_id, done_at=None, due_at__lte=now).first()
    if request is None or timer is None:
        return
    Timer.objects.filter(pk=timer_id).update(
        attempts=timer.attempts + 1, due_at=now + back_off(timer.attempts + 1)
    )
    if timer.attempts + 1 == PARK_AFTER:
        _park(request, f"{timer.rule}: {reason}", via=via, now=now)


def _park(request: Request, reason: str, *, via: Via, now: datetime) -> None:
    record(
        request,
        "request.parked",
        Cause(via=via, now=now, data={"reason": reason}),
        changes={"parked_at": now, "parked_reason": reason, "attempts": request.attempts},
    )


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after the nth failure: 2, 4, 8 … seconds, one hour at most."""
    # A timer is tried for ever; without the bound its wait would outgrow what a date can hold.
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_BACK_OFF)


def _due_steps(now: datetime, limit: int) -> Sequence[DueRow]:
    rows = (
        Request.objects.filter(wake_at__lte=now, parked_at=None)
        .order_by("wake_at")
        .values_list("id", "wake_at", "state")[:limit]
    )
    return [DueRow(STATES[State(state)].task, pk, at) for pk, at, state in rows if at]


def _due_timers(now: datetime, limit: int) -> Sequence[DueRow]:
    rows = (
        Timer.objects.filter(done_at=None, due_at__lte=now)
        .order_by("due_at")
        .values_list("id", "due_at")[:limit]
    )
    return [DueRow(TIMER_TASK, pk, at) for pk, at in rows]


SOURCES = (
    Source(
        "steps",
        _due_steps,
        lambda row_id, via, now: take_step(row_id, via=Via(via), now=now),
        nudge_after=timedelta(seconds=2),
    ),
    # Nobody nudges a timer at a commit, so the sweeper nudges it the moment it is due.
    Source(
        "timers",
        _due_timers,
        lambda row_id, via, now: take_timer(row_id, via=Via(via), now=now),
        nudge_after=timedelta(0),
    ),
)

JOBS = (
    Job("seal", timedelta(minutes=10), lambda now: seal_chains(now=now)),
    Job("drop_attempts", timedelta(hours=1), lambda now: drop_old_attempts(now=now)),
    Job("forget_codes", timedelta(minutes=1), lambda now: forget_lapsed_codes(now=now)),
    Job("recompute_limits", timedelta(hours=1), lambda now: recompute_limits(now=now)),
    Job("drop_remains", timedelta(hours=1), lambda now: drop_remains(now=now)),
)
