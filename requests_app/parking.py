"""Parked requests: the machine gave up (tries spent, nobody free), a person sets it going again."""

from datetime import datetime

from django.db import transaction

from members.models import Account
from members.nudge import nudge
from members.queries import scope_of
from members.scope import Scope
from members.workdays import SHANGHAI
from requests_app.lifecycle import STATES, State, Via
from requests_app.models import Request, Timer
from requests_app.moves import Cause, record
from requests_app.queries import WORKING_ROLES, visible_to
from requests_app.reading_access import NotAllowed


def may_resume(scope: Scope, request: Request) -> bool:
    """Whether the account may resume a visible request: anybody who works, at any level."""
    stands_aside = request.shunned.includes(scope.affiliated_enterprise_ids)
    return not stands_aside and not scope.roles.isdisjoint(WORKING_ROLES)


@transaction.atomic
def resume_request(request_id: int, *, actor: Account, now: datetime) -> Request:
    """Let the machine try again: the request is due now, its failed tries are forgotten.

    Failed timers become due as well. The next machine step is nudged after the commit. A
    request that is not parked is returned as it is. Raises Request.DoesNotExist for what the
    actor cannot see, NotAllowed.
    """
    scope = scope_of(actor, now.astimezone(SHANGHAI).date())
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if not may_resume(scope, request):
        raise NotAllowed(request.number)
    if not request.is_parked:
        return request
    task = STATES[State(request.state)].task
    record(
        request,
        "request.resumed",
        Cause(via=Via.PERSON, now=now, actor=actor, data={"reason": request.parked_reason}),
        changes={
            "parked_at": None,
            "parked_reason": "",
            "attempts": 0,
            "wake_at": now if task else None,
        },
    )
    Timer.objects.filter(request=request, done_at=None, attempts__gt=0).update(
        attempts=0, due_at=now
    )
    if task:
        transaction.on_commit(lambda: nudge(task, request_id))
    return request
