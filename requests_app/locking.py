"""The start of every act on a request: it is seen, locked, as the page showed it, and allowed."""

from datetime import datetime

from members.models import Account
from members.queries import scope_of
from members.scope import Scope
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.lifecycle import State
from requests_app.models import Request
from requests_app.moves import StaleRequest
from requests_app.queries import accesses_of, may_move, visible_to
from requests_app.reading_access import NotAllowed, may_work_on


def lock_for_work(
    request_id: int, *, actor: Account, version: int, now: datetime, state: State | None = None
) -> Request:
    """Lock a request that the actor works on: the start of an edit.

    Who may: see ``may_work_on``; with ``state`` only while the request is there. Raises
    Request.DoesNotExist for what the actor cannot see, StaleRequest when ``version`` is old,
    NotAllowed.
    """
    scope, request = _locked(request_id, actor=actor, version=version, now=now)
    catalogue = current_catalogue(now.astimezone(SHANGHAI).date())
    allowed = may_work_on(scope, request, accesses_of(catalogue))
    if not allowed or state not in {None, State(request.state)}:
        raise NotAllowed(request.number)
    return request


def lock_for_move(
    request_id: int, code: str, *, actor: Account, version: int, now: datetime
) -> Request:
    """Lock a request for a move of the lifecycle table. Raises as ``lock_for_work``."""
    scope, request = _locked(request_id, actor=actor, version=version, now=now)
    if not may_move(scope, request, code):
        raise NotAllowed(request.number)
    return request


def _locked(
    request_id: int, *, actor: Account, version: int, now: datetime
) -> tuple[Scope, Request]:
    scope = scope_of(actor, now.astimezone(SHANGHAI).date())
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if request.version != version:
        raise StaleRequest(request.number)
    return scope, request
