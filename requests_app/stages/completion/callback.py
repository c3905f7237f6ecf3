"""Calling back: each try is a row; what the worker says to the caller ends the matter."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from members.models import Account
from members.queries import scope_of
from members.workdays import SHANGHAI
from requests_app.alarms import end_timers
from requests_app.lifecycle import State, Via
from requests_app.models import CallAttempt, Request
from requests_app.models.completion import RatingSource
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, StaleRequest, edit, together
from requests_app.queries import is_assigned, visible_to
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.completion.hearing import Answer, settle_hearing, take_opinion
from requests_app.stages.completion.rules import TRIES_NEEDED
from requests_app.stages.completion.standing import Standing, read_standing

NOTE_MAX = 500


@transaction.atomic
def record_call(
    request_id: int,
    *,
    answer: Answer | None,
    has_declined: bool = False,
    note: str = "",
    actor: Account,
    version: int,
    now: datetime,
) -> Request:
    """Record one try to reach the worker; with ``answer`` they picked up and said so much.

    ``has_declined``: they picked up, were told and would not say what they think. Who may:
    whoever it was drawn for; where nobody was, never who handled or reviewed it. The third try
    without an opinion, on a second day and after the period of silence, closes the request as
    unreached.
    Raises Request.DoesNotExist for what the actor cannot see, NotAllowed, StaleRequest.
    """
    request = _locked(request_id, actor=actor, version=version, now=now)
    standing = read_standing(request, now=now)
    words = note.strip()
    is_reached = answer is not None or has_declined
    CallAttempt.objects.create(
        result=standing.result,
        caller=actor,
        tried_at=now,
        is_reached=is_reached,
        note_sealed=RequestVault.of_request(request).seal_text(words, "call") if words else None,
    )
    if answer is None:
        standing = standing.with_try(now)
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    with together(request):
        _keep_try(request, replace(cause, data={"reached": is_reached}, note=words))
        _draw_conclusion(request, standing, answer, cause, is_reached=is_reached)
    return request


def _keep_try(request: Request, tried: Cause) -> None:
    """Write the try; whoever picked up has been told the reply."""
    is_told_now = tried.data["reached"] and request.told_at is None
    edit(request, "callback.tried", tried, changes={"told_at": tried.now} if is_told_now else {})


def _draw_conclusion(
    request: Request, standing: Standing, answer: Answer | None, cause: Cause, *, is_reached: bool
) -> None:
    """Let follow what follows; a sample ends with whoever picks up, or tried often enough."""
    if answer is None:
        settle_hearing(request, standing, cause)
    else:
        take_opinion(request, standing, answer, RatingSource.CALL, cause)
    is_sample = request.state == State.CLOSED and request.assignee_unit_id is not None
    if is_sample and (is_reached or len(standing.hearing.tries) >= TRIES_NEEDED):
        _end_sample(request, cause)


def _end_sample(request: Request, cause: Cause) -> None:
    """Nobody has to call a closed request any more."""
    edit(
        request,
        "callback.ended",
        cause,
        changes={"assignee_id": None, "assignee_unit_id": None},
    )
    end_timers(request, TimerRule.CALLBACK, TimerRule.STAND_IN, now=cause.now)


def _locked(request_id: int, *, actor: Account, version: int, now: datetime) -> Request:
    scope = scope_of(actor, now.astimezone(SHANGHAI).date())
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if request.version != version:
        raise StaleRequest(request.number)
    is_waiting = State(request.state) in {State.TO_CALL, State.CLOSED}
    if not (is_waiting and is_assigned(scope, request)):
        raise NotAllowed(request.number)
    return request
