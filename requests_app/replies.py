"""The reply as the worker's pages read it: by look-up code, and once more by the personal link.

Both ask ``disclosure`` first; the words are opened only when they may be shown.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from requests_app.disclosure import Follow, Given, follow_of, may_show_reply
from requests_app.lifecycle import State
from requests_app.models import PersonalLink, Rating, Request, RequestKey, Result
from requests_app.models.completion import LinkPurpose, RatingSource
from requests_app.sealing import RequestVault
from requests_app.stages.completion.links import token_of
from requests_app.stages.completion.rules import MOST_REWORKS, Opinion


def standing_reply(request: Request, *, now: datetime) -> Given | None:
    """Return the reply that stands with the way to judge it; None before there is one.

    One statement, and a second for the key when the words may be shown.
    """
    by_link = Rating.objects.filter(result=OuterRef("result"), source=RatingSource.LINK)
    link = (
        PersonalLink.objects.select_related("result")
        .filter(result__request=request, purpose=LinkPurpose.RATING, revoked_at=None)
        .annotate(is_rated=Exists(by_link))
        .order_by("-result__number")
        .first()
    )
    if link is None:
        return None
    is_good = link.expires_at > now
    return Given(
        text=_words_of(request, link.result),
        outcome=link.result.outcome,
        is_rated=link.is_rated,
        token=token_of(link) if is_good else "",
        rate_until=link.expires_at if is_good else None,
    )


def _words_of(request: Request, result: Result) -> str:
    """Open the reply where it may be shown; "" where not, or when its key has been erased."""
    if not may_show_reply(State(request.state), request.flags):
        return ""
    try:
        vault = RequestVault.of_request(request)
    except RequestKey.DoesNotExist:
        return ""
    return vault.open_text(result.reply_sealed, "reply")


# ---- by personal link -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the page of a rating link shows: the reply to judge, or what was said of it.

    ``said`` is what came in by this link, with what follows from it. ``promise_at`` is the
    day of a second round, once it has one. ``may_ask_again``: no second round has been.
    """

    number: str
    reply: str = field(repr=False)
    reply_is_hidden: bool
    outcome: str
    may_ask_again: bool
    said: Opinion | None
    follows: Follow
    promise_at: datetime | None


def read_sheet(link_id: int, *, now: datetime) -> Sheet | None:
    """Return what this link's page shows; None when it shows nothing any more.

    A link that has brought its opinion still says what follows, though a second round has
    revoked it: whoever sends twice gets the same answer. Two statements, and the key's.
    """
    link = PersonalLink.objects.select_related("result__request").filter(pk=link_id).first()
    if link is None or link.purpose != LinkPurpose.RATING:
        return None
    rating = Rating.objects.filter(result=link.result, source=RatingSource.LINK).first()
    is_good = link.revoked_at is None and link.expires_at > now
    if rating is None and not is_good:
        return None
    request = link.result.request
    state = State(request.state)
    is_shown = may_show_reply(state, request.flags)
    return Sheet(
        number=request.number,
        reply=_words_of(request, link.result) if rating is None else "",
        reply_is_hidden=not is_shown,
        outcome=link.result.outcome if is_shown else "",
        may_ask_again=request.reworks < MOST_REWORKS,
        said=_opinion(rating) if rating else None,
        follows=follow_of(state, is_taken_up_again=request.reworks > link.result.rework),
        promise_at=None if state is State.REWORK else request.due_at,
    )


def _opinion(rating: Rating) -> Opinion:
    return Opinion(rating.source, rating.level, rating.is_solved, rating.wants_rework)
