"""Timers that only speak: who hears when a moment has come. They change no state and no version."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from members.notices.notify import NoticeDraft, queue_notices
from requests_app.conflicts import conflicted_in
from requests_app.lifecycle import State, Via
from requests_app.models import Instalment, Request, Step, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, record
from requests_app.people import are_tied, people_on_call, signer_ids

# The deadline to answer runs until the worker has the reply.
RUNNING = frozenset(
    {State.DISPATCHED, State.SIGNED, State.SUBMITTED, State.IN_REVIEW, State.REWORK}
)
UNFINISHED = frozenset(State) - {State.CLOSED}
# A timer speaks only while the request is in one of these states; otherwise it ends silently.
SPEAKS_IN: Mapping[str, frozenset[str]] = {
    TimerRule.SIGN_FOR: frozenset({State.DISPATCHED}),
    TimerRule.LIGHT_YELLOW: RUNNING,
    TimerRule.LIGHT_RED: RUNNING,
    TimerRule.STEP: UNFINISHED,
    TimerRule.INSTALMENT: frozenset(State),  # a debt does not end with the file
    TimerRule.REVIEW: frozenset({State.IN_REVIEW}),
    TimerRule.CALLBACK: frozenset({State.TO_CALL, State.CLOSED}),
}
# Clocks of one round of routing and answering; a new round sets its own.
ROUND_RULES = (
    TimerRule.SIGN_FOR,
    TimerRule.LIGHT_YELLOW,
    TimerRule.LIGHT_RED,
    TimerRule.REVIEW,
    TimerRule.CALLBACK,
    TimerRule.SILENCE,
    TimerRule.STAND_IN,
)


def set_timers(request: Request, moments: Mapping[TimerRule, datetime]) -> None:
    """Insert timers of the request's round in one statement."""
    Timer.objects.bulk_create(
        Timer(request=request, rule=rule, round=request.round, due_at=due_at)
        for rule, due_at in moments.items()
    )


def set_numbered_timers(request: Request, rule: TimerRule, moments: Mapping[int, datetime]) -> None:
    """Insert timers of one rule, each for its own thing (a step, an instalment): one statement.

    One that exists stays as it is.
    """
    Timer.objects.bulk_create(
        (
            Timer(request=request, rule=rule, round=request.round, level=number, due_at=due_at)
            for number, due_at in moments.items()
        ),
        ignore_conflicts=True,
    )


def end_timers(request: Request, *rules: TimerRule, now: datetime) -> None:
    """End the open timers of these rules, in whatever round: one statement."""
    Timer.objects.filter(request=request, rule__in=rules, done_at=None).update(done_at=now)


def fire_timer(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """Tell who must know that a moment has come. Called with both rows locked and due.

    Writes one event and the notices; version and state never change. What was done in time
    ends silently.
    """
    rule = TimerRule(timer.rule)
    still_open = _STILL_OPEN.get(rule)
    matters = still_open is None or still_open(timer, request)
    if matters and request.state in SPEAKS_IN[rule]:
        record(
            request,
            "timer.fired",
            Cause(
                via=via,
                now=now,
                data={"rule": timer.rule, "round": timer.round, "level": timer.level},
            ),
        )
        _tell(timer, request, now=now)
    Timer.objects.filter(pk=timer.pk).update(done_at=now)


def _is_step_open(timer: Timer, request: Request) -> bool:
    steps = Step.objects.filter(request=request, order=timer.level)
    return steps.filter(done_at=None, waived_at=None).exists()


def _is_instalment_open(timer: Timer, request: Request) -> bool:
    rows = Instalment.objects.filter(settlement__request=request, number=timer.level)
    paid = Coalesce(Sum("payments__amount_fen", filter=Q(payments__voided_at=None)), 0)
    return rows.annotate(paid=paid).filter(paid__lt=F("amount_fen")).exists()


def _is_call_open(_timer: Timer, request: Request) -> bool:
    return request.assignee_unit_id is not None


_STILL_OPEN: Mapping[TimerRule, Callable[[Timer, Request], bool]] = {
    TimerRule.STEP: _is_step_open,
    TimerRule.INSTALMENT: _is_instalment_open,
    TimerRule.CALLBACK: _is_call_open,
}


def _tell(timer: Timer, request: Request, *, now: datetime) -> None:
    template = f"timer.{timer.rule}"
    if timer.rule in {TimerRule.REVIEW, TimerRule.CALLBACK}:
        tell_assignee(request, template=template, now=now)
    elif request.holder_id is None:  # a task of a flag, before anybody holds the request
        on_call = people_on_call(request.station_id, shunned=request.shunned, now=now)
        tell(request, on_call, template=template, now=now)
    else:
        tell_signers(request, template=template, now=now, only=request.handler_id)


def tell_signers(
    request: Request,
    *,
    template: str,
    now: datetime,
    only: int | None = None,
) -> None:
    """Queue one notice for each free signer of the holder, or for the handler (``only``) alone.

    A handler who has left the unit or is tied to the enterprise since is not told; the unit's
    free signers are.
    """
    if request.holder_id is None:
        return
    free = signer_ids(request.holder_id, shunned=request.shunned, now=now)
    others = [one for one in free if one != request.former_handler_id]
    tell(request, [only] if only in free else others, template=template, now=now)


def tell_assignee(request: Request, *, template: str, now: datetime) -> None:
    """Queue a notice for who was drawn to review or call; for the unit's free people if nobody.

    Free is who had no hand in it. Somebody drawn who is tied to the enterprise since is not told.
    """
    drawn, shunned = request.assignee_id, request.kept_from_judging
    if drawn is not None and not are_tied([drawn], shunned, now=now):
        tell(request, [drawn], template=template, now=now)
    elif request.assignee_unit_id is not None:
        free = signer_ids(request.assignee_unit_id, shunned=shunned, now=now)
        conflicted = conflicted_in(request)
        tell(request, [one for one in free if one not in conflicted], template=template, now=now)


def tell(
    request: Request, account_ids: Collection[int | None], *, template: str, now: datetime
) -> None:
    """Queue one notice for each of these people; it holds the number and nothing else.

    The key holds the request's seq: a repeated step is a no-op, a new event a new notice.
    """
    queue_notices(
        [
            NoticeDraft(
                key=f"{template}:{request.number}:{request.seq}:{account_id}",
                account_id=account_id,
                template=template,
                params={"number": request.number},
                request_id=request.pk,
            )
            for account_id in account_ids
            if account_id is not None
        ],
        now=now,
    )
