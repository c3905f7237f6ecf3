"""Requests brought to their end by the verbs alone: answered, called, rated, paid."""

from datetime import datetime, timedelta

from members.models import Account
from requests_app.due import take_step
from requests_app.lifecycle import State, Via
from requests_app.models import PersonalLink, Request, Settlement
from requests_app.models.choices import Approach
from requests_app.models.completion import Outcome, Satisfaction
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import rate_by_link
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.rules import ClaimDraft, InstalmentDraft
from requests_app.stages.handling.settlement import (
    SettlementDraft,
    list_claims,
    receive_payment,
    sign_settlement,
)
from requests_app.stages.routing.service import sign_for

PLEASED = Answer(level=Satisfaction.SATISFIED, is_solved=True)
UNHAPPY = Answer(level=Satisfaction.DISSATISFIED, is_solved=False)
REPLY = "已经和单位谈妥，工资分两期付清，请留意到账。"


def fresh(request: Request) -> Request:
    """Return the row as it stands now."""
    return Request.objects.get(pk=request.pk)


def run_machine(request: Request, *, now: datetime) -> Request:
    """Let the machine make every step that is due."""
    while take_step(request.pk, via=Via.SWEEP, now=now):
        pass
    return fresh(request)


def signed_for(request: Request, by: Account, *, now: datetime) -> Request:
    """Sign for a dispatched request."""
    return sign_for(request.pk, actor=by, version=request.version, now=now)


def answered(request: Request, by: Account, *, now: datetime) -> Request:
    """Report a result, let whoever was drawn accept it, and the machine follow up."""
    row = fresh(request)
    submit_result(
        row.pk,
        outcome=Outcome.SOLVED,
        reply=REPLY,
        rest_not_applicable="这一件不需要",
        actor=by,
        version=row.version,
        now=now,
    )
    row = run_machine(row, now=now)
    if row.state == State.IN_REVIEW:
        assert row.assignee is not None
        accept_result(row.pk, actor=row.assignee, version=row.version, now=now)
        row = run_machine(row, now=now)
    return row


def rated(request: Request, answer: Answer = PLEASED, *, now: datetime) -> Request:
    """Let the worker say by link what they think of the reply."""
    link = PersonalLink.objects.filter(result__request=request, revoked_at=None).latest("pk")
    rate_by_link(link.pk, answer, now=now)
    return run_machine(request, now=now)


def called(request: Request, answer: Answer | None = PLEASED, *, now: datetime) -> Request:
    """Let whoever was drawn call the worker; None: nobody picked up."""
    row = fresh(request)
    assert row.assignee is not None
    record_call(row.pk, answer=answer, actor=row.assignee, version=row.version, now=now)
    return run_machine(row, now=now)


def settled(request: Request, by: Account, *, fen: tuple[int, ...], now: datetime) -> Settlement:
    """Agree on these sums for so many people, due in one part in a month."""
    row = fresh(request)
    assert row.approach != Approach.NONE
    list_claims(
        row.pk,
        [ClaimDraft(f"工友{n}", "服务员", "7月至9月", each) for n, each in enumerate(fen, 1)],
        actor=by,
        version=row.version,
        now=now,
    )
    day = now.date()
    draft = SettlementDraft(
        signed_on=day,
        agreed=fen,
        instalments=(InstalmentDraft(day + timedelta(days=30), sum(fen)),),
    )
    return sign_settlement(row.pk, draft, actor=by, version=fresh(row).version, now=now)


def paid(request: Request, by: Account, *, fen: int, now: datetime) -> None:
    """Record money for the first part."""
    receive_payment(
        request.pk,
        instalment=1,
        amount_fen=fen,
        paid_on=now.date(),
        actor=by,
        version=fresh(request).version,
        now=now,
    )
