"""Requests on their way from dispatched to their end, made by the real verbs.

Whoever is free does each step, as the machine would let them: usable in any town.
"""

from datetime import datetime

from members.models import Account
from requests_app.due import take_step
from requests_app.lifecycle import STATES, State, Via
from requests_app.models import PersonalLink, Request, Step
from requests_app.models.completion import Outcome
from requests_app.people import signer_ids
from requests_app.stages.completion.links import token_of
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.checklist import complete_step
from requests_app.stages.routing.service import sign_for

REPLY = "劳动监察大队约了公司财务，欠您的工资3000元已经在23日转到您的银行卡，请查收。"


def take_steps(request_id: int, *, now: datetime) -> Request:
    """Make every machine step that is due."""
    while take_step(request_id, via=Via.CELERY, now=now):
        pass
    return Request.objects.select_related("holder", "station").get(pk=request_id)


def sign(request_id: int, *, now: datetime) -> Request:
    """Let the first person who may sign for it."""
    row = take_steps(request_id, now=now)
    assert row.state == State.DISPATCHED, (row.state, row.parked_reason)
    assert row.holder_id is not None
    free = signer_ids(row.holder_id, shunned=row.shunned, now=now)
    signer = next(one for one in free if one not in {row.former_handler_id, row.registrar_id})
    return sign_for(row.pk, actor=account(signer), version=row.version, now=now)


def submit(request_id: int, *, now: datetime, reply: str = REPLY) -> Request:
    """Let the handler submit a result; it goes to review, or straight to the worker."""
    row = sign(request_id, now=now)
    handler = account(row.handler_id)
    for task in Step.objects.filter(request=row, flag__isnull=False, done_at=None).order_by("pk"):
        version = Request.objects.get(pk=request_id).version
        complete_step(row.pk, task.pk, note="已办妥", actor=handler, version=version, now=now)
    row.refresh_from_db()
    submit_result(
        row.pk,
        outcome=Outcome.SOLVED,
        reply=reply,
        actor=handler,
        version=row.version,
        now=now,
        rest_not_applicable="测试用，不需要",
    )
    return Request.objects.get(pk=request_id)


def give_reply(request_id: int, *, now: datetime, reply: str = REPLY) -> Request:
    """Take a dispatched request to the given reply; the step after it is still due."""
    submit(request_id, now=now, reply=reply)
    assert take_step(request_id, via=Via.CELERY, now=now)
    row = Request.objects.get(pk=request_id)
    if row.state == State.IN_REVIEW:
        accept_result(row.pk, actor=reviewer_of(row, now=now), version=row.version, now=now)
    return Request.objects.get(pk=request_id)


def answer(request_id: int, *, now: datetime, reply: str = REPLY) -> Request:
    """Take a dispatched request until it waits for its worker's opinion, or is closed."""
    give_reply(request_id, now=now, reply=reply)
    row = take_steps(request_id, now=now)
    assert not STATES[State(row.state)].task, row.state
    return row


def reviewer_of(row: Request, *, now: datetime) -> Account:
    """Return who was drawn to review, or somebody free at the unit it lies with."""
    if row.assignee_id is None:
        assert row.assignee_unit_id is not None
        free = signer_ids(row.assignee_unit_id, shunned=row.shunned, now=now)
        return account(next(one for one in free if one != row.handler_id))
    return account(row.assignee_id)


def token_of_reply(request_id: int) -> str:
    """Return the token of the link that is good now."""
    return token_of(PersonalLink.objects.get(result__request=request_id, revoked_at=None))


def account(account_id: int | None) -> Account:
    return Account.objects.get(pk=account_id)
