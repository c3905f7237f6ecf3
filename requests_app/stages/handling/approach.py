"""How the employer may be approached: the worker decides, staff record it."""

from datetime import datetime

from django.db import transaction

from members.models import Account
from requests_app.lifecycle import Via
from requests_app.locking import lock_for_work
from requests_app.models import Narrative, Request
from requests_app.models.choices import Approach
from requests_app.moves import Cause, edit
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.handling.rules import may_contact

REASON_MIN = 5


class ApproachNotAgreed(Exception):
    """The step reaches the employer, and the worker has not agreed to that."""


class ReasonMissing(Exception):
    """Something that has to be explained was not."""


class UnnamedStaysUnnamed(Exception):
    """An anonymous request has no name that could be mentioned."""


@transaction.atomic
def agree_approach(
    request_id: int, approach: Approach, *, actor: Account, version: int, now: datetime
) -> Request:
    """Record what the worker has agreed to since: a call, a visit, a word at the counter.

    Who may: see ``may_work_on``. The same answer again changes nothing. Raises
    UnnamedStaysUnnamed, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    if request.is_anonymous and approach is Approach.NAMED:
        raise UnnamedStaysUnnamed(request.number)
    if request.approach == approach:
        return request
    edit(
        request,
        "approach.agreed",
        Cause(
            via=Via.PERSON,
            now=now,
            actor=actor,
            data={"from": str(request.approach), "to": approach.value},
        ),
        changes={"approach": approach.value},
    )
    return request


@transaction.atomic
def override_approach(
    request_id: int, *, reason: str, actor: Account, version: int, now: datetime
) -> Request:
    """Open the way to the employer although the worker has not agreed: a life is in danger.

    Who may: the handler alone. The reason is kept sealed among the request's words, its digest
    in the chain. Once open it stays open: a second call changes nothing. Raises ReasonMissing,
    NotAllowed, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    if request.handler_id != actor.pk:
        raise NotAllowed(request.number)
    words = reason.strip()
    if len(words) < REASON_MIN:
        raise ReasonMissing(request.number)
    if request.approach_overridden_at is not None:
        return request
    kind = Narrative.Kind.OVERRIDE
    vault = RequestVault.of_request(request)
    Narrative.objects.create(
        request=request, kind=kind, sealed=vault.seal_text(words, kind), written_at=now
    )
    edit(
        request,
        "approach.overridden",
        Cause(via=Via.PERSON, now=now, actor=actor, note=words),
        changes={"approach_overridden_at": now},
    )
    return request


def require_approach(request: Request) -> None:
    """Raise ApproachNotAgreed unless the employer of this request may be approached now."""
    is_overridden = request.approach_overridden_at is not None
    if not may_contact(request.approach, is_overridden=is_overridden):
        raise ApproachNotAgreed(request.number)
