"""Calling back: each try is a row; what the worker says to the caller ends the matter."""

from datetime import datetime

from django.db import transaction

from members.models import Account
from members.queries import scope_of
from members.workdays import SHANGHAI
from requests_app.alarms import end_timers
from requests_app.lifecycle import State, Via
from requests_app.models import CallAttempt, Request, Result
from requests_app.models.completion import RatingSource
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, StaleRequest, edit
from requests_app.queries import is_assigned, visible_to
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.completion.drawing import reviewers_of
from requests_app.stages.completion.hearing import Answer, settle_hearing, take_opinion
from requests_app.stages.completion.reviewing import standing_result
from requests_app.stages.completion.rules import TRIES_NEEDED

NOTE_MAX = 500


@transaction.atomic
def record_call(
    request_id: int,
    *,
    answer: Answer | None,
    note: str = "",
    actor: Account,
    version: int,
    now: datetime,
) -> Request:
    """Record one try to reach the worker; with ``answer`` they picked up and said so much.

    Who may: whoever it was drawn for, never who handled or reviewed it. The third unanswered
    try, on a second day and after the period of silence, closes the request as unreached.
    Raises Request.DoesNotExist for what the actor cannot see, NotAllowed, StaleRequest.
    """
    request = _locked(request_id, actor=actor, version=version, now=now)
    result = standing_result(request)
    words = note.strip()
    CallAttempt.objects.create(
        result=result,
        caller=actor,
        tried_at=now,
        is_reached=answer is not None,
        note_sealed=RequestVault.of_request(request).seal_text(words, "call") if words else None,
    )
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    told = {} if answer is None or request.told_at else {"told_at": now}
    edit(
        request,
        "callback.tried",
        Cause(
            via=Via.PERSON,
            now=now,
            actor=actor,
            data={"reached": answer is not None},
            note=words,
        ),
        changes=told,
    )
    if answer is None:
        settle_hearing(request, result, cause)
        if request.assignee_unit_id is not None and request.state == State.CLOSED:
            _give_up_sample(request, result, cause)
        return request
    take_opinion(request, answer, RatingSource.CALL, cause)
    if request.state == State.CLOSED and request.assignee_unit_id is not None:
        _end_sample(request, cause)
    return request


def _give_up_sample(request: Request, result: Result, cause: Cause) -> None:
    if CallAttempt.objects.filter(result=result).count() >= TRIES_NEEDED:
        _end_sample(request, cause)


def _end_sample(request: Request, cause: Cause) -> None:
    """The sample of a closed request is over: heard, or tried often enough."""
    edit(
        request,
        "callback.ended",
        cause,
        changes={"assignee_id": None, "assignee_unit_id": None},
    )
    end_timers(request, TimerRule.CALLBACK, now=cause.now)


def may_call(request: Request, *, actor_id: int) -> bool:
    """Whether this account has not judged the result it would ask about: one statement."""
    return actor_id not in reviewers_of(request)


def _locked(request_id: int, *, actor: Account, version: int, now: datetime) -> Request:
    scope = scope_of(actor, now.astimezone(SHANGHAI).date())
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if request.version != version:
        raise StaleRequest(request.number)
    is_waiting = State(request.state) in {State.TO_CALL, State.CLOSED}
    if not (is_waiting and is_assigned(scope, request) and may_call(request, actor_id=actor.pk)):
        raise NotAllowed(request.number)
    return request
