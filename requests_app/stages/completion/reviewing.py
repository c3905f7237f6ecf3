"""Review by a person without conflict, then the reply reaches the worker."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from members.models import Account
from members.queries import working_calendar
from requests_app.alarms import end_timers, set_numbered_timers, tell, tell_assignee
from requests_app.catalogue.snapshot import item_terms
from requests_app.lifecycle import Via
from requests_app.locking import lock_for_move
from requests_app.models import Event, Request, Result, Review
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, chain_key, move
from requests_app.rerouting import is_handler_tied, reroute_from_tied_handler
from requests_app.sealing import RequestVault
from requests_app.stages.completion.drawing import draw_reviewer
from requests_app.stages.completion.links import make_link
from requests_app.stages.completion.rules import REVIEW_WORKDAYS, needs_review, workday_limit

NOTE_MIN = 5
NOTE_MAX = 500
REOPEN_DAYS = 30  # where no item says how long a matter may be taken up again


class NoteTooShort(Exception):
    """A result goes back only with words that say what is missing."""


class HandlerStandsAside(Exception):
    """The handler is tied to the enterprise by now: the answer cannot be theirs."""


def send_for_review(request: Request, *, via: Via, now: datetime) -> None:
    """Draw a reviewer, or give the reply at once where the item asks for none.

    A handler who changed the item has chosen the terms of the review: somebody else looks.
    Called with the row locked and due.
    """
    item = item_terms(request.item_id)
    review = "other" if item is None or _has_changed_item(request) else item.review
    if not needs_review(review, number=request.number, key=chain_key()):
        cause = Cause(via=via, now=now, because=[{"code": "no_review", "review": review}])
        _give_reply(request, "pass_unreviewed", cause)
        return
    drawn = draw_reviewer(request, now=now)
    move(
        request,
        "send_for_review",
        Cause(via=via, now=now, because=drawn.because, data={"reviewer": drawn.account_id}),
        changes={"assignee_id": drawn.account_id, "assignee_unit_id": drawn.unit_id},
    )
    limit = workday_limit(now, REVIEW_WORKDAYS, working_calendar(now))
    set_numbered_timers(request, TimerRule.REVIEW, {standing_result(request).number: limit})
    tell_assignee(request, template="review.asked", now=now)


@transaction.atomic
def accept_result(
    request_id: int, *, actor: Account, version: int, now: datetime, via: Via = Via.PERSON
) -> Request:
    """Accept the result: the worker gets the reply and is asked for an opinion.

    Who may: whoever it was drawn for, never the handler. Raises HandlerStandsAside, and what
    ``lock_for_move`` raises.
    """
    request = lock_for_move(request_id, "accept_result", actor=actor, version=version, now=now)
    if is_handler_tied(request, now=now):
        raise HandlerStandsAside(request.number)
    result = standing_result(request)
    Review.objects.create(result=result, reviewer=actor, is_accepted=True, decided_at=now)
    _give_reply(request, "accept_result", Cause(via=via, now=now, actor=actor))
    return request


@transaction.atomic
def return_result(
    request_id: int, *, note: str, actor: Account, version: int, now: datetime
) -> Request:
    """Send the result back to its handler, with what is missing. The clock goes on.

    A handler who has to stand aside by now loses it to the routing. Who may: whoever it was
    drawn for. Raises NoteTooShort, and what ``lock_for_move`` raises.
    """
    request = lock_for_move(request_id, "return_result", actor=actor, version=version, now=now)
    words = note.strip()
    if not NOTE_MIN <= len(words) <= NOTE_MAX:
        raise NoteTooShort(request.number)
    vault = RequestVault.of_request(request)
    Review.objects.create(
        result=standing_result(request),
        reviewer=actor,
        is_accepted=False,
        note_sealed=vault.seal_text(words, "review"),
        decided_at=now,
    )
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    move(
        request,
        "return_result",
        replace(cause, note=words),
        changes={"assignee_id": None, "assignee_unit_id": None},
    )
    end_timers(request, TimerRule.REVIEW, TimerRule.STAND_IN, now=now)
    if not reroute_from_tied_handler(request, cause):
        tell(request, [request.handler_id], template="review.returned", now=now)
    return request


def _has_changed_item(request: Request) -> bool:
    """Whether the handler put another item in the place of one that was decided."""
    edits = Event.objects.filter(
        request=request, kind="item.corrected", actor_id=request.handler_id
    )
    data = edits.values_list("data", flat=True)
    return any(each["from"] and each["from"] != each["to"] for each in data)


def standing_result(request: Request) -> Result:
    """Return the newest result of a request; Result.DoesNotExist when there is none."""
    return Result.objects.filter(request=request).latest("number")


def reopen_days(request: Request) -> int:
    """Return for how many days after its close a request may be taken up again."""
    item = item_terms(request.item_id)
    return item.reopen_days if item else REOPEN_DAYS


def _give_reply(request: Request, code: str, cause: Cause) -> None:
    """Make the move that answers the worker, with the link to say what they think of it."""
    move(
        request,
        code,
        cause,
        changes={"answered_at": cause.now, "assignee_id": None, "assignee_unit_id": None},
    )
    make_link(standing_result(request), days=reopen_days(request), now=cause.now)
    lights = (TimerRule.LIGHT_YELLOW, TimerRule.LIGHT_RED)
    end_timers(request, *lights, TimerRule.REVIEW, TimerRule.STAND_IN, now=cause.now)
