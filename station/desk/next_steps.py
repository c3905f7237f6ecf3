"""What comes next: the moves this visitor may make, and for each that is not theirs yet, why."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext

from requests_app.lifecycle import MOVES, STATES, Mover, State, moves_from
from requests_app.queries import may_move, open_moves
from station import parts
from station.desk.acts import address_of
from station.desk.case import Case
from station.desk.opinion import call_action, rate_action, why_not_call
from station.desk.outcomes import waiting_words
from station.desk.payments import pay_action
from station.desk.result import Obstacle, obstacles, readiness_of
from station.desk.review import assignee_words

MOVE_ICONS = {
    "sign_for": "pen-line",
    "submit_result": "clipboard-check",
    "accept_result": "check",
    "return_result": "undo-2",
}
# Moves that ask for words lead to a page of their own.
MOVE_PAGES = {"submit_result": "desk:result-new", "return_result": "desk:result-return"}
PEOPLE = frozenset({Mover.HOLDER, Mover.HANDLER, Mover.ASSIGNEE})


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """The buttons, the first of them the main one; what is blocked; what the machine does."""

    moves: tuple[parts.Move, ...]
    blocked: tuple[Obstacle, ...]
    note: str
    reply: str  # what somebody is to review, or to ask the worker about


def next_steps(case: Case) -> NextSteps:
    """Return what can be done now."""
    machine = "" if case.row.is_parked else _machine_step(case.state)
    moves = [] if machine else [*_acts(case), *_moves(case)]
    return NextSteps(
        moves=tuple(replace(each, is_main=at == 0) for at, each in enumerate(moves)),
        blocked=tuple(_blocked(case)),
        note=machine or ("" if moves else waiting_words(case)),
        reply=_reply(case) if case.reads and case.is_assignee else "",
    )


def _reply(case: Case) -> str:
    """Return the reply that stands, for whoever has to judge it or ask about it."""
    last = case.dossier.completion.standing
    return case.words.replies.get(last.number, "") if last else ""


def why_not_move(case: Case, code: str) -> str:
    """Return why the visitor may not make a move, in one sentence."""
    row, scope, move = case.row, case.visitor.scope, MOVES[code]
    told = {
        "move": gettext(move.label),
        "unit": row.holder.short_name if row.holder else "",
        "who": row.handler.name if row.handler else gettext("承办人"),
    }
    if row.needs_recusal and scope.is_affiliated_with(row.enterprise_id):
        return gettext("“%(move)s”暂不可用：您与该单位有利害关系，须回避") % told
    if move.mover is Mover.HANDLER:
        return gettext("“%(move)s”由承办人%(who)s操作") % told
    if move.mover is Mover.ASSIGNEE:
        told["who"] = assignee_words(case)
        return gettext("“%(move)s”由%(who)s操作，承办人和登记人不能审核") % told
    if row.former_handler_id == scope.account_id:
        return gettext("“%(move)s”由另一位承办人操作：这是重办，上一轮是您办的") % told
    if row.holder_id not in scope.unit_ids:
        return gettext("“%(move)s”由%(unit)s的承办人员操作") % told
    return gettext("“%(move)s”由%(unit)s的站长、专职工作者或承办人操作") % told


def _moves(case: Case) -> list[parts.Move]:
    """Return the moves of the lifecycle table; what is in the way of a result keeps its button."""
    allowed = open_moves(case.visitor.scope, case.row)
    if obstacles(readiness_of(case)):
        allowed = [code for code in allowed if code != "submit_result"]
    return [
        parts.Move(
            code=code,
            label=gettext(MOVES[code].label),
            icon=MOVE_ICONS.get(code, "arrow-right"),
            href=reverse(MOVE_PAGES[code], args=[case.number]) if code in MOVE_PAGES else "",
        )
        for code in allowed
    ]


def _acts(case: Case) -> list[parts.Move]:
    """Return what else is this visitor's to do now, most pressing first."""
    found: list[parts.Move] = []
    handling = case.dossier.handling
    if case.works and handling.open_alarms:
        task = handling.open_alarms[0]
        label = gettext("完成人身安全任务")
        found.append(_link("alarm", label, f"{address_of(case)}#step-{task.id}", "siren"))
    if case.state is State.SIGNED and case.works:
        if case.row.item_id is None:
            found.append(_link("item", gettext("确定事项"), f"{address_of(case)}#item", "tag"))
        found += _handling_acts(case)
    if action := call_action(case):
        found.append(_link("call", str(action.label), action.href, "phone"))
    elif (action := rate_action(case)) and not action.why and case.state is State.TO_CALL:
        found.append(_link("rate", str(action.label), action.href, action.icon))
    return found


def _handling_acts(case: Case) -> list[parts.Move]:
    found = []
    if action := pay_action(case):
        found.append(_link("pay", str(action.label), action.href, action.icon))
    steps = [each for each in case.dossier.handling.open_steps if each.rework == case.row.reworks]
    if steps and not found:
        href = f"{address_of(case)}#step-{steps[0].id}"
        found.append(_link("step", gettext("办理下一步"), href, "list-checks"))
    return found


def _link(code: str, label: str, href: str, icon: str) -> parts.Move:
    return parts.Move(code=code, label=label, icon=icon, href=href)


def _blocked(case: Case) -> list[Obstacle]:
    """Return a sentence for every move out of this state that is not the visitor's yet."""
    people = [each for each in moves_from(case.state) if each.mover in PEOPLE]
    # Accepting and returning are one person's: one sentence is enough.
    people = [each for each in people if each.code != "return_result"]
    found = []
    for move in people:
        if not may_move(case.visitor.scope, case.row, move.code):
            found.append(Obstacle(text=why_not_move(case, move.code), href=""))
        elif move.code == "submit_result":
            found += [
                Obstacle(
                    text=gettext("“%(move)s”暂不可用：%(reason)s")
                    % {"move": gettext(move.label), "reason": each.text},
                    href=each.href,
                )
                for each in obstacles(readiness_of(case))
            ]
    is_waiting = case.row.assignee_unit_id is not None and case.state is not State.IN_REVIEW
    if is_waiting and (why := why_not_call(case, 0)):
        found.append(Obstacle(text=why, href=""))
    return found


def _machine_step(state: State) -> str:
    """Return what the machine is about to do; "" when nothing is due."""
    if not STATES[state].task:
        return ""
    told = {"step": gettext(next(each.label for each in moves_from(state)))}
    return gettext("系统正在%(step)s，通常几秒内完成") % told
