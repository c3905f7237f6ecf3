"""What the holder of a look-up code may be shown (docs/rules.md, "Progress by code"). Pure.

A slip with a code can be found or taken away, so the answer never holds the narrative, a
name, the employer or the item; and for delicate matters not even who holds it, nor the reply.
Whoever had name and phone shown is told by unit and role, never by name.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from members.privacy import mask_identifiers
from requests_app.lifecycle import STATES, Stage, State


def _(message: str) -> str:
    """Mark a message id for the translation catalogue; pure modules translate nothing."""
    return message


# Flags under which the holder's name gives nothing away. Any other flag, also one that is
# added to the catalogue later, hides it.
OPEN_FLAGS = frozenset({"mass", "safety"})

# The reply stands, and may be read, judged or still be judged.
REPLIED = frozenset({State.ANSWERED, State.TO_CALL, State.CLOSED})


class PublicStep(StrEnum):
    """The four steps a worker sees, in order."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    ANSWERED = "answered"


# The event whose moment is the date of the step.
STEP_EVENTS = {
    PublicStep.SUBMITTED: "request.registered",
    PublicStep.ACCEPTED: "request.sensed",
    PublicStep.HANDLING: "request.signed",
    PublicStep.ANSWERED: "reply.given",
}
REOPENED = "request.reopened"
# Both are dated anew in a second round; handling begins when it was taken up again.
ROUND_STEPS = (PublicStep.HANDLING, PublicStep.ANSWERED)

# The step that is going on in each stage; earlier ones are done.
CURRENT_STEPS = {
    Stage.SENSING: PublicStep.ACCEPTED,
    Stage.ROUTING: PublicStep.HANDLING,
    Stage.HANDLING: PublicStep.HANDLING,
    Stage.COMPLETION: PublicStep.ANSWERED,
}

UNSIGNED = frozenset({Stage.SENSING, Stage.ROUTING})
IN_PROGRESS = STATES[State.SIGNED].public_label
RATED = _("已评价")


class Follow(StrEnum):
    """What comes after the worker's opinion."""

    AGAIN = "again"  # another person does it again
    CALL = "call"  # somebody calls back, then it ends
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The reply that stands, as it was read from its rows.

    ``text`` is "" when its key has been erased. ``token`` opens the link for an opinion and
    is "" once the link is good no longer; ``rate_until`` is when that will be.
    """

    text: str = field(repr=False)
    outcome: str
    is_rated: bool = False
    token: str = field(default="", repr=False)
    rate_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unmasking:
    """Names were shown in clear, once. ``role`` and ``unit`` are "" when not known.

    ``of_parties``: the names of parties and claimants, not the applicant's name and phone.
    """

    at: datetime
    role: str
    unit: str
    reason: str
    of_parties: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looked: every unmasking, newest first, and how often by how many the words were opened.

    ``is_hidden``: units and reasons are left out, because they would give the matter away.
    """

    unmaskings: tuple[Unmasking, ...]
    openings: int
    readers: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a request stands, in what may be told.

    ``holder`` is "" when it is not decided yet or not told (``holder_is_hidden``).
    ``dates`` gives the moment of every step that was reached. ``promise_at`` is the close of
    business of the last handling day, None while a second round has no date of its own;
    ``original_promise_at`` is set when it has moved. ``round`` counts from 1; 2 means that
    another person does it again. ``reply`` is "" before there is one and when it is told by a
    person only (``reply_is_hidden``). ``ended`` is how a closed request ended.
    ``looks`` is None for an anonymous request: there is no name to look at.
    """

    number: str
    state: State
    public_label: str
    station: str
    holder: str
    holder_is_hidden: bool
    current: PublicStep
    dates: dict[PublicStep, datetime]
    promise_at: datetime | None
    original_promise_at: datetime | None
    promise_is_provisional: bool
    round: int = 1
    reply: str = field(default="", repr=False)
    reply_is_hidden: bool = False
    outcome: str = ""
    is_rated: bool = False
    rating_token: str = field(default="", repr=False)
    rate_until: datetime | None = None
    ended: str = ""
    ended_at: datetime | None = None
    looks: Looks | None = None


def may_name_holder(flags: Collection[str]) -> bool:
    """Whether whoever has the code may read which unit holds the request."""
    return OPEN_FLAGS.issuperset(flags)


def may_show_reply(state: State, flags: Collection[str]) -> bool:
    """Whether the reply may stand on a page that opens by code or link.

    A reply tells what the matter is about, so it asks for no less than the holder's name;
    and one that no longer stands is not shown as if it did.
    """
    return state in REPLIED and may_name_holder(flags)


def follow_of(state: State, *, is_taken_up_again: bool) -> Follow:
    """Return what comes after an opinion of a result; a second round may have begun since."""
    if is_taken_up_again:
        return Follow.AGAIN
    return Follow.ENDED if state is State.CLOSED else Follow.CALL


def told_looks(looks: Looks, flags: Collection[str]) -> Looks:
    """Return the looks as whoever has the code may read them.

    The reason is in the words of staff: numbers that identify somebody are masked, and where the
    holder is not named it is left out with the unit, for it might name both unit and matter.
    """
    if may_name_holder(flags):
        told = [replace(each, reason=mask_identifiers(each.reason)) for each in looks.unmaskings]
        return replace(looks, unmaskings=tuple(told))
    told = [replace(each, unit="", reason="") for each in looks.unmaskings]
    return replace(looks, unmaskings=tuple(told), is_hidden=True)


def standing_of(
    *,
    number: str,
    state: str,
    flags: Collection[str],
    station: str,
    holder: str,
    registered_at: datetime,
    events: Sequence[tuple[str, datetime]],
    due_at: datetime | None,
    original_due_at: datetime | None,
    due_is_provisional: bool,
    reworks: int = 0,
    given: Given | None = None,
    closed_as: str = "",
    closed_at: datetime | None = None,
    looks: Looks | None = None,
) -> Standing:
    """Return what may be told. ``events`` holds (kind, moment), oldest first."""
    known = State(state)
    hidden = not may_name_holder(flags)
    promise = None if known is State.REWORK else due_at
    reply = given if given and known in REPLIED else None
    shown = reply if reply and may_show_reply(known, flags) else None
    return Standing(
        number=number,
        state=known,
        public_label=_public_label(known, reworks=reworks, is_rated=bool(reply and reply.is_rated)),
        station=station,
        holder="" if hidden else holder,
        holder_is_hidden=hidden and bool(holder),
        current=_current_step(known),
        dates=_step_dates(known, events, registered_at=registered_at, reworks=reworks),
        promise_at=promise,
        original_promise_at=original_due_at if original_due_at != promise else None,
        promise_is_provisional=due_is_provisional,
        round=reworks + 1,
        reply=shown.text if shown else "",
        reply_is_hidden=reply is not None and hidden,
        outcome=shown.outcome if shown else "",
        is_rated=reply is not None and reply.is_rated,
        rating_token=reply.token if reply and not reply.is_rated else "",
        rate_until=reply.rate_until if reply and not reply.is_rated else None,
        ended=closed_as if known is State.CLOSED else "",
        ended_at=closed_at if known is State.CLOSED else None,
        looks=told_looks(looks, flags) if looks is not None else None,
    )


def _public_label(state: State, *, reworks: int, is_rated: bool) -> str:
    """Return the public word: a second round never steps back, a rated one is not asked again."""
    if reworks and STATES[state].stage is Stage.ROUTING:
        return IN_PROGRESS
    if is_rated and state in {State.ANSWERED, State.TO_CALL}:
        return RATED
    return STATES[state].public_label


def _current_step(state: State) -> PublicStep:
    """Return the step going on; what is written but not yet given is still being handled."""
    step = CURRENT_STEPS[STATES[state].stage]
    is_unread = step is PublicStep.ANSWERED and state not in REPLIED
    return PublicStep.HANDLING if is_unread else step


def _step_dates(
    state: State,
    events: Sequence[tuple[str, datetime]],
    *,
    registered_at: datetime,
    reworks: int,
) -> dict[PublicStep, datetime]:
    """Return the first moment of each step, of the steps of a second round since it began.

    Handling that a new dispatch has undone is no longer dated.
    """
    first: dict[str, datetime] = {}
    for kind, at in events:
        if kind == REOPENED and reworks:
            for step in ROUND_STEPS:
                first.pop(STEP_EVENTS[step], None)
            first[STEP_EVENTS[PublicStep.HANDLING]] = at
        first.setdefault(kind, at)
    dates = {step: first[kind] for step, kind in STEP_EVENTS.items() if kind in first}
    dates.setdefault(PublicStep.SUBMITTED, registered_at)
    if STATES[state].stage in UNSIGNED and not reworks:
        dates.pop(PublicStep.HANDLING, None)
    return dates
