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
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    TO_CALL = "to_call"
    CLOSED = "closed"
    REWORK = "rework"


# A result is submitted: what it is judged by no longer changes.
AFTER_HANDLING = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.ANSWERED, State.TO_CALL, State.CLOSED}
)


class Via(StrEnum):
    """What carried a step out: proof that Celery moves requests in normal running."""

    CELERY = "celery"
    SWEEP = "sweep"
    PERSON = "person"
    API = "api"


class Mover(StrEnum):
    """Who may make a move."""

    MACHINE = "machine"
    CLOCK = "clock"  # a timer that decides; the state itself names no task
    HOLDER = "holder"  # staff of the unit that holds the request, without a conflict
    HANDLER = "handler"  # who signed for it and answers for it
    ASSIGNEE = "assignee"  # who was drawn to review or to call back; never the handler
    EDITOR = "editor"  # whoever may correct the request; follows from the edit, has no button
    FEEDBACK = "feedback"  # what the worker says, by link or to the caller; has no button


@dataclass(frozen=True, slots=True)
class StateTerms:
    """What a state means: its stage, its words, and the machine step that leaves it ("" = none)."""

    stage: Stage
    label: str
    public_label: str
    task: str = ""


class Need(StrEnum):
    """What a move asks for beside the button."""

    REPLY = "reply"  # words for the worker
    OUTCOME = "outcome"  # what came of it
    REASON = "reason"  # words for colleagues


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of state, the past-tense event that records it, and what it asks for."""

    code: str
    source: State
    target: State
    mover: Mover
    event: str
    label: str
    needs: tuple[Need, ...] = ()


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
    State.SIGNED: StateTerms(Stage.HANDLING, _("办理中"), _("办理中")),
    State.SUBMITTED: StateTerms(
        Stage.COMPLETION, _("已报结果"), _("办理中"), task="requests.send_for_review"
    ),
    State.IN_REVIEW: StateTerms(Stage.COMPLETION, _("待审核"), _("办理中")),
    State.ANSWERED: StateTerms(
        Stage.COMPLETION, _("已答复"), _("待您评价"), task="requests.follow_up"
    ),
    State.TO_CALL: StateTerms(Stage.COMPLETION, _("待回访"), _("待您评价")),
    State.CLOSED: StateTerms(Stage.COMPLETION, _("已办结"), _("已办结")),
    State.REWORK: StateTerms(Stage.ROUTING, _("重办"), _("办理中"), task="requests.redispatch"),
}

_S, _M, _N = State, Mover, Need
MOVES: Mapping[str, Move] = {
    move.code: move
    for move in (
        Move("sense", _S.REGISTERED, _S.ACCEPTED, _M.MACHINE, "request.sensed", _("感知")),
        Move("triage", _S.ACCEPTED, _S.TRIAGED, _M.MACHINE, "request.triaged", _("分级")),
        Move("dispatch", _S.TRIAGED, _S.DISPATCHED, _M.MACHINE, "request.dispatched", _("交办")),
        Move("sign_for", _S.DISPATCHED, _S.SIGNED, _M.HOLDER, "request.signed", _("签收")),
        Move(
            "submit_result",
            _S.SIGNED,
            _S.SUBMITTED,
            _M.HANDLER,
            "result.submitted",
            _("提交办结"),
            needs=(_N.OUTCOME, _N.REPLY),
        ),
        Move(
            "send_for_review", _S.SUBMITTED, _S.IN_REVIEW, _M.MACHINE, "review.asked", _("送审核")
        ),
        Move("pass_unreviewed", _S.SUBMITTED, _S.ANSWERED, _M.MACHINE, "reply.given", _("答复")),
        Move("accept_result", _S.IN_REVIEW, _S.ANSWERED, _M.ASSIGNEE, "reply.given", _("审核通过")),
        Move(
            "return_result",
            _S.IN_REVIEW,
            _S.SIGNED,
            _M.ASSIGNEE,
            "review.returned",
            _("退回补办"),
            needs=(_N.REASON,),
        ),
        Move("ask_opinion", _S.ANSWERED, _S.TO_CALL, _M.MACHINE, "callback.asked", _("交回访")),
        Move("close_answered", _S.ANSWERED, _S.CLOSED, _M.MACHINE, "request.closed", _("办结")),
        Move("close_heard", _S.TO_CALL, _S.CLOSED, _M.FEEDBACK, "request.closed", _("办结")),
        Move("close_unreached", _S.TO_CALL, _S.CLOSED, _M.CLOCK, "request.closed", _("办结")),
        Move("rework_called", _S.TO_CALL, _S.REWORK, _M.FEEDBACK, "request.reopened", _("重办")),
        Move("rework_closed", _S.CLOSED, _S.REWORK, _M.FEEDBACK, "request.reopened", _("重办")),
        Move(
            "redispatch", _S.REWORK, _S.DISPATCHED, _M.MACHINE, "request.dispatched", _("重新交办")
        ),
        *(
            Move(
                f"reroute_{source}",
                source,
                _S.ACCEPTED,
                _M.EDITOR,
                "request.rerouted",
                _("重新分级"),
            )
            for source in (_S.TRIAGED, _S.DISPATCHED, _S.SIGNED)
        ),
    )
}

# Which move leads a request back to triage, by the state it is in.
REROUTES: Mapping[State, str] = {
    move.source: move.code for move in MOVES.values() if move.mover is Mover.EDITOR
}

# Which move takes a request up again when the worker is not satisfied.
REWORKS: Mapping[State, str] = {
    move.source: move.code for move in MOVES.values() if move.target is State.REWORK
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
    "employer.linked": _("用人单位认定"),
    "employer.unlisted": _("用人单位认定"),
    "approach.agreed": _("约定联系单位的方式"),
    "approach.overridden": _("为保护生命安全联系单位"),
    "step.done": _("完成步骤"),
    "step.waived": _("步骤不适用"),
    "party.added": _("登记当事人"),
    "party.removed": _("移出当事人"),
    "session.held": _("调解会议"),
    "claims.listed": _("登记明细"),
    "settlement.signed": _("达成协议"),
    "settlement.withdrawn": _("撤回协议登记"),
    "settlement.taken_to_court": _("登记案号"),
    "payment.received": _("登记到账"),
    "payment.voided": _("作废一笔到账"),
    "result.submitted": _("提交办结"),
    "review.asked": _("送审核"),
    "review.returned": _("退回补办"),
    "reply.given": _("答复诉求人"),
    "reply.told": _("告知诉求人"),
    "rating.given": _("评价"),
    "callback.asked": _("交回访"),
    "callback.tried": _("回访"),
    "callback.ended": _("抽查回访完成"),
    "request.closed": _("办结"),
    "request.reopened": _("重新办理"),
}

OPENING_STATE = State.REGISTERED


def moves_from(state: State) -> tuple[Move, ...]:
    """Return the legal moves out of ``state`` in the table's order."""
    return tuple(move for move in MOVES.values() if move.source is state)
