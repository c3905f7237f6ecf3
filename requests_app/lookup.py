"""The look-up of a request by its code: the sender's only way in, without any account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from members.attempts import admit_attempt, bucket_of, take_back_attempt
from members.models import AttemptKind
from requests_app.disclosure import REPLIED, Given, Standing, standing_of
from requests_app.lifecycle import State
from requests_app.models import Event, Request
from requests_app.onlookers import looks_at
from requests_app.replies import standing_reply
from requests_app.stages.completion.feedback import note_told_by_code
from requests_app.stages.sensing.intake import lookup_hash

# Several people of one factory look up behind one address; a guesser of 16 digits needs more.
FREE_TRIES = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a try gives: the standing, or nothing; and how long to wait before the next try."""

    standing: Standing | None
    wait_seconds: int = 0


def look_up(*, code: str, network: str, now: datetime, is_staff: bool = False) -> Answer:
    """Return where the request of this 16-digit code stands; a reply shown counts as told.

    Wrong tries are counted per network and slow it down; nobody is locked out, and a try
    made while waiting is neither compared nor counted. The right code takes only its own try
    back, so that whoever owns one code cannot wash a network clean to guess others.
    An unknown code answers exactly like a wrong one. ``is_staff``: the browser is logged in
    as staff, who may look for the worker but are not the one to be told.
    """
    bucket = bucket_of(f"network:{network or 'unknown'}", kind=AttemptKind.LOOKUP)
    admission = admit_attempt(kind=AttemptKind.LOOKUP, bucket=bucket, now=now, free=FREE_TRIES)
    if not admission.is_admitted:
        return Answer(None, admission.wait_seconds)
    request = (
        Request.objects.filter(lookup_hash=lookup_hash(code))
        .select_related("holder", "station")
        .first()
    )
    if request is None:
        return Answer(None)
    take_back_attempt(kind=AttemptKind.LOOKUP, bucket=bucket, at=now)
    has_reply = State(request.state) in REPLIED
    standing = _standing(request, standing_reply(request, now=now) if has_reply else None)
    if standing.reply and request.told_at is None and not is_staff:
        note_told_by_code(request.pk, now=now)
    return Answer(standing)


def _standing(request: Request, given: Given | None) -> Standing:
    """Read the dates of the walk, in the order of the events, and who looked."""
    rows: Sequence[tuple[str, datetime]] = list(
        Event.objects.filter(request=request).order_by("seq").values_list("kind", "at")
    )
    return standing_of(
        number=request.number,
        state=request.state,
        flags=frozenset(request.flags),
        station=request.station.name,
        holder=request.holder.name if request.holder else "",
        registered_at=request.registered_at,
        events=rows,
        due_at=request.due_at,
        original_due_at=request.original_due_at,
        due_is_provisional=request.due_is_provisional,
        reworks=request.reworks,
        given=given,
        closed_as=request.closed_as,
        closed_at=request.closed_at,
        looks=None if request.is_anonymous else looks_at(request),
    )
