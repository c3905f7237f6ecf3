"""What the holder of a look-up code may be shown (docs/rules.md, "Progress by code"). Pure.

A slip with a code can be found or taken away, so the answer never holds the narrative, a
name, the employer or the item; and for delicate matters not even who holds it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from requests_app.lifecycle import STATES, Stage, State

# Flags under which the holder's name gives nothing away. Any other flag, also one that is
# added to the catalogue later, hides it.
OPEN_FLAGS = frozenset({"mass", "safety"})


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
}

# The step that is going on in each stage; earlier ones are done.
CURRENT_STEPS = {
    Stage.SENSING: PublicStep.ACCEPTED,
    Stage.ROUTING: PublicStep.HANDLING,
    Stage.HANDLING: PublicStep.HANDLING,
    Stage.COMPLETION: PublicStep.ANSWERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a request stands, in what may be told.

    ``holder`` is "" when it is not decided yet or not told (``holder_is_hidden``).
    ``dates`` gives the moment of every step that was reached. ``promise_at`` is the close of
    business of the last handling day; ``original_promise_at`` is set when it has moved.
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


def may_name_holder(flags: Collection[str]) -> bool:
    """Whether whoever has the code may read which unit holds the request."""
    return OPEN_FLAGS.issuperset(flags)


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
) -> Standing:
    """Return what may be told. ``events`` holds (kind, moment), oldest first."""
    known = State(state)
    terms = STATES[known]
    first: dict[str, datetime] = {}
    for kind, at in events:
        first.setdefault(kind, at)
    dates = {step: first[kind] for step, kind in STEP_EVENTS.items() if kind in first}
    dates.setdefault(PublicStep.SUBMITTED, registered_at)
    hidden = not may_name_holder(flags)
    moved = original_due_at if original_due_at != due_at else None
    return Standing(
        number=number,
        state=known,
        public_label=terms.public_label,
        station=station,
        holder="" if hidden else holder,
        holder_is_hidden=hidden and bool(holder),
        current=CURRENT_STEPS[terms.stage],
        dates=dates,
        promise_at=due_at,
        original_promise_at=moved,
        promise_is_provisional=due_is_provisional,
    )
