"""The lifecycle of a request as one table: stages, states, legal moves.

Pure data. Buttons, API actions and the picture in docs/architecture.md are drawn from it;
``moves.py`` is the only code that applies it. Labels are Chinese message ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


def _(message: str) -> str:
    """Mark a message id for the translation catalogue; pure modules translate nothing."""
    return message


class Stage(StrEnum):
    """The four stages of the mission, in order."""

    SENSING = "sensing"
    ROUTING = "routing"
    HANDLING = "handling"
    COMPLETION = "completion"


class State(StrEnum):
    """Where a request stands; never a letter, never shown raw."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    TRIAGED = "triaged"
    DISPATCHED = "dispatched"
    SIGNED = "signed"


class Via(StrEnum):
    """What carried a step out: proof that Celery moves requests in normal running."""

    CELERY = "celery"
    SWEEP = "sweep"
    PERSON = "person"
    API = "api"


class Mover(StrEnum):
    """Who may make a move."""

    MACHINE = "machine"
    HOLDER = "holder"  # staff of the unit that holds the request, without a conflict
    EDITOR = "editor"  # whoever may correct the request; follows from the edit, has no button


@dataclass(frozen=True, slots=True)
class StateTerms:
    """What a state means: its stage, its words, and the machine step that leaves it ("" = none)."""

    stage: Stage
    label: str
    public_label: str
    task: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of state and the past-tense event that records it."""

    code: str
    source: State
    target: State
    mover: Mover
    event: str
    label: str


STAGE_LABELS: Mapping[Stage, str] = {
    Stage.SENSING: _("感知"),
    Stage.ROUTING: _("流转"),
    Stage.HANDLING: _("处置"),
    Stage.COMPLETION: _("办结"),
}

STATES: Mapping[State, StateTerms] = {
    State.REGISTERED: StateTerms(Stage.SENSING, _("已登记"), _("已提交"), task="requests.sense"),
    State.ACCEPTED: StateTerms(Stage.ROUTING, _("已受理"), _("已受理"), task="requests.triage"),
    State.TRIAGED: StateTerms(Stage.ROUTING, _("已分级"), _("已受理"), task="requests.dispatch"),
    State.DISPATCHED: StateTerms(Stage.ROUTING, _("待签收"), _("已受理")),
    State.SIGNED: StateTerms(Stage.HANDLING, _("已签收"), _("办理中")),
}

MOVES: Mapping[str, Move] = {
    move.code: move
    for move in (
        Move(
            "sense",
            State.REGISTERED,
            State.ACCEPTED,
            Mover.MACHINE,
            "request.sensed",
            _("感知"),
        ),
        Move(
            "triage",
            State.ACCEPTED,
            State.TRIAGED,
            Mover.MACHINE,
            "request.triaged",
            _("分级"),
        ),
        Move(
            "dispatch",
            State.TRIAGED,
            State.DISPATCHED,
            Mover.MACHINE,
            "request.dispatched",
            _("交办"),
        ),
        Move(
            "sign_for",
            State.DISPATCHED,
            State.SIGNED,
            Mover.HOLDER,
            "request.signed",
            _("签收"),
        ),
        *(
            Move(
                f"reroute_{source}",
                source,
                State.ACCEPTED,
                Mover.EDITOR,
                "request.rerouted",
                _("重新分级"),
            )
            for source in (State.TRIAGED, State.DISPATCHED, State.SIGNED)
        ),
    )
}

# Which move leads a request back to triage, by the state it is in.
REROUTES: Mapping[State, str] = {
    move.source: move.code for move in MOVES.values() if move.mover is Mover.EDITOR
}

EVENT_LABELS: Mapping[str, str] = {
    "request.registered": _("诉求登记"),
    "request.sensed": _("自动感知"),
    "request.triaged": _("自动分级"),
    "request.dispatched": _("交办"),
    "request.signed": _("诉求签收"),
    "request.rerouted": _("重新分级"),
    "request.parked": _("自动处理停置"),
    "request.resumed": _("恢复自动处理"),
    "request.due_recomputed": _("期限重新计算"),
    "timer.fired": _("时限提醒"),
    "finding.confirmed": _("要素确认"),
    "item.corrected": _("事项核定"),
}

OPENING_STATE = State.REGISTERED


def moves_from(state: State) -> tuple[Move, ...]:
    """Return the legal moves out of ``state`` in the table's order."""
    return tuple(move for move in MOVES.values() if move.source is state)
