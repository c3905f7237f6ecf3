"""Back to triage when a person's edit asks for more than the holder was chosen for.

Docs: architecture.md §2. Both the sensing stage's corrections and later stages come here.
"""

from dataclasses import dataclass
from datetime import datetime

from requests_app.alarms import ROUND_RULES, end_timers
from requests_app.catalogue.terms import level_rank
from requests_app.lifecycle import REROUTES, State
from requests_app.models import Request
from requests_app.moves import Cause, move
from requests_app.people import are_tied, signer_ids
from requests_app.queries import ABOVE_FLAG
from requests_app.recusal import Shunned
from requests_app.steps import stop_playbook_clocks


@dataclass(frozen=True, slots=True)
class Footing:
    """What the holder of a request was chosen by."""

    flags: frozenset[str]
    needs_recusal: bool
    shunned: Shunned


def footing_of(request: Request) -> Footing:
    """Return what the request stands on now; take it before an edit."""
    return Footing(frozenset(request.flags), request.needs_recusal, request.shunned)


def reroute_if_needed(
    request: Request, before: Footing, cause: Cause, *, asked_level: str = ""
) -> bool:
    """Send an edited request back to triage where the edit asks for it; return whether it did.

    It does when flags grew, recusal is newly needed, the item asks for a higher level, or other
    people stand aside than before and the handler, or everybody at the holder, is among them.
    A tied handler and one below the level let go of it at once, and so does the unit below the
    level. Called in the edit's transaction with the row locked.
    """
    state = State(request.state)
    if state not in REROUTES:
        return False
    grown = frozenset(request.flags) - before.flags
    rises = ABOVE_FLAG in grown or _is_above(asked_level, request.level)
    is_newly_shunned = request.shunned != before.shunned
    is_tied = is_newly_shunned and is_handler_tied(request, now=cause.now)
    recusal_is_new = request.needs_recusal and not before.needs_recusal
    if not (grown or rises or recusal_is_new or is_tied):
        is_stranded = is_newly_shunned and _is_nobody_left(request, now=cause.now)
        if not is_stranded:
            return False
    _reroute(request, cause, rises=rises, is_tied=is_tied)
    return True


def reroute_from_tied_handler(request: Request, cause: Cause) -> bool:
    """Send it back to triage when its handler has to stand aside; return whether it did.

    For a request that comes back to its handler. Called with the row locked.
    """
    if not is_handler_tied(request, now=cause.now):
        return False
    _reroute(request, cause, rises=False, is_tied=True)
    return True


def _reroute(request: Request, cause: Cause, *, rises: bool, is_tied: bool) -> None:
    """Make the move, end the clocks of the round and begin a new one. Tasks of flags run on."""
    end_timers(request, *ROUND_RULES, now=cause.now)
    stop_playbook_clocks(request, now=cause.now)
    changes: dict[str, object] = {
        "round": request.round + 1,
        "dispatched_at": None,
        "sign_by": None,
        "signed_at": None,
    }
    if rises:
        changes["holder_id"] = None
    if rises or is_tied:
        changes["handler_id"] = None
    move(request, REROUTES[State(request.state)], cause, changes=changes)


def _is_above(asked: str, level: str) -> bool:
    return bool(asked and level) and level_rank(asked) > level_rank(level)


def is_handler_tied(request: Request, *, now: datetime) -> bool:
    """Whether who signed for it has to stand aside: one statement."""
    if request.handler_id is None:
        return False
    return are_tied([request.handler_id], request.shunned, now=now)


def _is_nobody_left(request: Request, *, now: datetime) -> bool:
    if request.holder_id is None:
        return False
    return not signer_ids(request.holder_id, shunned=request.shunned, now=now)
