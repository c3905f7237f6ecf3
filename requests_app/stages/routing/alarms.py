"""Timers of the routing stage: what is set at dispatch, and who hears when one falls due."""

from collections.abc import Collection, Mapping
from datetime import datetime

from members.notices.notify import NoticeDraft, queue_notices
from requests_app.lifecycle import State, Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, record
from requests_app.people import shunned_enterprises, signer_ids

# A timer speaks only while the request is in one of these states; otherwise it ends silently.
SPEAKS_IN: Mapping[str, frozenset[str]] = {
    TimerRule.SIGN_FOR: frozenset({State.DISPATCHED}),
    TimerRule.LIGHT_YELLOW: frozenset({State.DISPATCHED, State.SIGNED}),
    TimerRule.LIGHT_RED: frozenset({State.DISPATCHED, State.SIGNED}),
}


def set_timers(request: Request, moments: Mapping[TimerRule, datetime]) -> None:
    """Insert the timers of the request's round in one statement."""
    Timer.objects.bulk_create(
        Timer(request=request, rule=rule, round=request.round, due_at=due_at)
        for rule, due_at in moments.items()
    )


def fire_timer(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """Tell who must know that a moment has come. Called with both rows locked and due.

    Writes one event and the notices; version and state never change.
    """
    if request.state in SPEAKS_IN[timer.rule]:
        record(
            request,
            "timer.fired",
            Cause(via=via, now=now, data={"rule": timer.rule, "round": timer.round}),
        )
        tell_signers(
            request,
            template=f"timer.{timer.rule}",
            shunned=shunned_enterprises(request),
            now=now,
            only=request.handler_id,
        )
    Timer.objects.filter(pk=timer.pk).update(done_at=now)


def tell_signers(
    request: Request,
    *,
    template: str,
    shunned: Collection[int],
    now: datetime,
    only: int | None = None,
) -> None:
    """Queue one notice for each free signer of the holder, or for the handler (``only``) alone.

    A handler who has left the unit or is tied to the enterprise since is not told; the unit's
    free signers are. The key holds the request's seq: a repeated step is a no-op, a new event
    a new notice.
    """
    if request.holder_id is None:
        return
    free = signer_ids(request.holder_id, shunned=shunned, now=now)
    people = [only] if only in free else free
    queue_notices(
        [
            NoticeDraft(
                key=f"{template}:{request.number}:{request.seq}:{account_id}",
                account_id=account_id,
                template=template,
                params={"number": request.number},
                request_id=request.pk,
            )
            for account_id in people
        ],
        now=now,
    )
