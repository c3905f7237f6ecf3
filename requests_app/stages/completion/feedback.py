"""The worker's opinion by personal link or at the counter; what was told, and by whom."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from members.models import Account
from requests_app.conflicts import handlers_of
from requests_app.lifecycle import State, Via
from requests_app.locking import lock_for_work
from requests_app.models import PersonalLink, Rating, Request
from requests_app.models.completion import RatingSource
from requests_app.moves import Cause, edit, together
from requests_app.reading_access import NotAllowed
from requests_app.stages.completion.hearing import Answer, take_opinion
from requests_app.stages.completion.standing import read_standing

OPEN_FOR_OPINION = frozenset({State.TO_CALL, State.CLOSED})
HAS_REPLY = OPEN_FOR_OPINION | {State.ANSWERED}
WAYS_OF_TELLING = ("phone", "counter", "message", "visit", "letter")


class NotOpenForOpinion(Exception):
    """The reply this opinion is about no longer stands, or there is none yet."""


@transaction.atomic
def rate_by_link(link_id: int, answer: Answer, *, now: datetime) -> Rating:
    """Keep what the worker says through the personal link; dissatisfied, it is done again.

    Anyone who holds the link may, once; the surface refuses whoever is logged in as staff.
    Raises PersonalLink.DoesNotExist when the link is revoked or lapsed, NotOpenForOpinion.
    """
    link = PersonalLink.objects.select_related("result").get(
        pk=link_id, revoked_at=None, expires_at__gt=now
    )
    request = Request.objects.select_for_update(of=("self",)).get(pk=link.result.request_id)
    if State(request.state) not in OPEN_FOR_OPINION:
        raise NotOpenForOpinion(request.number)
    PersonalLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now)
    cause = Cause(via=Via.PERSON, now=now)
    with together(request):
        if request.told_at is None:
            told = replace(cause, data={"way": "link"})
            edit(request, "reply.told", told, changes={"told_at": now})
        standing = read_standing(request, now=now)
        return take_opinion(request, standing, answer, RatingSource.LINK, cause)


@transaction.atomic
def rate_at_counter(
    request_id: int, answer: Answer, *, actor: Account, version: int, now: datetime
) -> Rating:
    """Write down what the worker says at the counter; marked and counted apart.

    Who may: see ``may_work_on``, but never who handled it. Raises NotOpenForOpinion, and what
    ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    if not may_write_down(request, account_id=actor.pk):
        raise NotAllowed(request.number)
    if State(request.state) not in OPEN_FOR_OPINION:
        raise NotOpenForOpinion(request.number)
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    with together(request):
        standing = read_standing(request, now=now)
        return take_opinion(request, standing, answer, RatingSource.COUNTER, cause)


def may_write_down(request: Request, *, account_id: int) -> bool:
    """Whether this account may enter the worker's opinion: never who handled it, in any round."""
    return account_id not in handlers_of(request)


@transaction.atomic
def note_told(request_id: int, way: str, *, actor: Account, version: int, now: datetime) -> Request:
    """Record that the worker has been given the reply, and how.

    Who may: see ``may_work_on``. Told again changes nothing. Raises NotOpenForOpinion when
    there is no reply yet, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    if way not in WAYS_OF_TELLING or State(request.state) not in HAS_REPLY:
        raise NotOpenForOpinion(request.number)
    if request.told_at is None:
        cause = Cause(via=Via.PERSON, now=now, actor=actor, data={"way": way})
        edit(request, "reply.told", cause, changes={"told_at": now})
    return request


@transaction.atomic
def note_told_by_code(request_id: int, *, now: datetime) -> None:
    """Record that whoever has the look-up code was shown the reply: once, the first time.

    The surface calls it in the POST that shows the reply, never for a browser of staff.
    Where the reply no longer stands by now, nothing is noted.
    """
    request = Request.objects.select_for_update(of=("self",)).get(pk=request_id)
    if request.told_at is None and State(request.state) in HAS_REPLY:
        cause = Cause(via=Via.PERSON, now=now, data={"way": "code"})
        edit(request, "reply.told", cause, changes={"told_at": now})
