"""Requests in the second half of their life, carried there by the real verbs.

``now`` is the moment of the act; every builder takes the row as it stands and returns it fresh.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from members.models import Account
from members.workdays import SHANGHAI
from requests_app.due import take_step
from requests_app.lifecycle import State, Via
from requests_app.models import Request
from requests_app.models.completion import Outcome, Satisfaction
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.parties import Person
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.checklist import complete_step
from requests_app.stages.handling.mediation import add_participant, hold_session
from requests_app.stages.handling.rules import ClaimDraft, InstalmentDraft
from requests_app.stages.handling.settlement import (
    SettlementDraft,
    list_claims,
    receive_payment,
    sign_settlement,
)
from tests.desk.cases import signed
from tests.town import MONDAY, Town

REPLY = "三方已经谈妥，工资分三期补发，第一期已经到账，其余由我们盯到付清为止。"
CLAIMED = (
    2_320_000, 1_880_000, 2_510_000, 3_160_000, 1_620_000, 1_680_000, 2_870_000, 1_740_000,
    2_430_000, 2_990_000, 1_640_000, 2_790_000, 2_040_000, 1_590_000, 1_720_000, 2_610_000,
    2_570_000, 1_670_000, 2_110_000, 1_740_000,
)  # fmt: skip
NAMES = (
    "陈大勇", "李春梅", "王秀英", "郑国强", "吴小燕", "孙立", "胡月", "罗桂花", "高建军", "梁伟",
    "宋丽", "唐志明", "许静", "邓超", "冯娟", "曾强", "彭芳", "潘勇", "袁玲", "欧阳文静",
)  # fmt: skip
POSTS = ("厨师", "切配", "面点", "传菜", "服务员")
_R = ParticipantRole
PEOPLE = (
    (_R.REPRESENTATIVE, Person(name="陈大勇", phone="13812345678", remark="后厨推选"), True),
    (_R.REPRESENTATIVE, Person(name="李春梅", phone="13912340002", remark="前厅推选"), True),
    (_R.REPRESENTATIVE, Person(name="王秀英", phone="13912340003"), False),
    (_R.ENTERPRISE, Person(name="沈建国", phone="13900000246", remark="法定代表人"), False),
    (_R.LEGAL_ADVISER, Person(name="岑律师", phone="057455500117"), False),
)
MINUTES = "单位提出分三期付，职工代表要求第一期当周到账。双方同意第一期15万元，逾期按日加付0.05%。"


def act(row: Request, verb: Callable[..., Any], *args: Any, **facts: Any) -> Request:
    """Call a verb with the version as it stands; return the row as it stands afterwards."""
    version = Request.objects.values_list("version", flat=True).get(pk=row.pk)
    verb(row.pk, *args, version=version, **facts)
    return fresh(row)


def fresh(row: Request) -> Request:
    """Return the row as it stands."""
    return Request.objects.select_related("station", "enterprise").get(pk=row.pk)


def with_parties(town: Town, row: Request, *, now: datetime, by: Account | None = None) -> Request:
    """Register representatives, the head of the enterprise and an adviser."""
    actor = by or town.street_handler
    for role, person, has_authority in PEOPLE:
        row = act(
            row,
            add_participant,
            role=role,
            person=person,
            has_authority=has_authority,
            actor=actor,
            now=now,
        )
    return row


def with_session(
    town: Town,
    row: Request,
    *,
    now: datetime,
    outcome: SessionOutcome = SessionOutcome.AGREED,
) -> Request:
    """Record a session of two hours that has just ended."""
    people = row.participants.filter(removed_at=None).values_list("pk", flat=True)
    return act(
        row,
        hold_session,
        began_at=now - timedelta(hours=2),
        ended_at=now,
        place="服务站调解室",
        outcome=outcome,
        minutes=MINUTES,
        participant_ids=list(people),
        actor=town.street_handler,
        now=now,
    )


def with_claims(
    town: Town, row: Request, *, now: datetime, claimed: Sequence[int] = CLAIMED
) -> Request:
    """List what everybody claims."""
    drafts = [
        ClaimDraft(NAMES[at], POSTS[at % len(POSTS)], "7–9月", fen)
        for at, fen in enumerate(claimed)
    ]
    return act(row, list_claims, drafts, actor=town.street_handler, now=now)


def with_settlement(
    town: Town, row: Request, *, now: datetime, due: Sequence[date], shares: Sequence[int] = ()
) -> Request:
    """Record the agreement over everything claimed, due on these days in equal parts.

    ``shares`` are the parts in fen where they are not equal.
    """
    agreed = tuple(row.claims.order_by("line").values_list("claimed_fen", flat=True))
    equal = [sum(agreed) // len(due)] * (len(due) - 1)
    amounts = list(shares) or [*equal, sum(agreed) - sum(equal)]
    draft = SettlementDraft(
        signed_on=now.astimezone(SHANGHAI).date(),
        agreed=agreed,
        instalments=tuple(InstalmentDraft(*each) for each in zip(due, amounts, strict=True)),
        terms="逾期按日加付0.05%",
        court_offered=True,
    )
    return act(row, sign_settlement, draft, actor=town.street_handler, now=now)


def paid(
    town: Town, row: Request, number: int, amount_fen: int, *, now: datetime, **facts: Any
) -> Request:
    """Record money that came in for an instalment."""
    return act(
        row,
        receive_payment,
        instalment=number,
        amount_fen=amount_fen,
        paid_on=now.astimezone(SHANGHAI).date(),
        actor=town.street_handler,
        now=now,
        **facts,
    )


def with_steps(town: Town, row: Request, count: int, *, now: datetime) -> Request:
    """Tick the first steps of the playbook."""
    steps = row.steps.filter(flag=None, done_at=None, waived_at=None).order_by("order")
    for step in list(steps)[:count]:
        row = act(
            row,
            complete_step,
            step.pk,
            note="已完成，见会议纪要。",
            actor=town.street_handler,
            now=now,
        )
    return row


def settled(town: Town, *, now: datetime = MONDAY) -> Request:
    """The wage case with an agreement in three parts: the first of them paid, none late yet."""
    row = with_parties(town, signed(town, town.street_handler, now=now), now=now + HOUR)
    row = with_session(town, row, now=now + 3 * HOUR)
    row = with_claims(town, row, now=now + 4 * HOUR)
    today = (now + 5 * HOUR).astimezone(SHANGHAI).date()
    days = [today + timedelta(days=each) for each in (2, 9, 39)]
    total = sum(CLAIMED)
    shares = [15_000_000, 15_000_000, total - 30_000_000]
    row = with_settlement(town, row, now=now + 5 * HOUR, due=days, shares=shares)
    return paid(town, row, 1, 15_000_000, now=now + 6 * HOUR)


def submitted(town: Town, row: Request, *, now: datetime, reply: str = REPLY) -> Request:
    """Submit the result and let the machine send it on: to review, for the wage case."""
    row = act(
        row,
        submit_result,
        outcome=Outcome.SOLVED,
        reply=reply,
        rest_not_applicable="本件不涉及",
        actor=town.street_handler,
        now=now,
    )
    take_step(row.pk, via=Via.CELERY, now=now + timedelta(seconds=2))
    return fresh(row)


def in_review(town: Town, *, now: datetime = MONDAY) -> Request:
    """A signed wage case whose result waits for its reviewer."""
    row = submitted(town, signed(town, town.street_handler, now=now), now=now + HOUR)
    assert row.state == State.IN_REVIEW, row.state
    return row


def to_call(town: Town, *, now: datetime = MONDAY) -> Request:
    """A wage case whose reply was accepted and whose worker is to be called back."""
    row = in_review(town, now=now)
    assert row.assignee is not None
    row = act(row, accept_result, actor=row.assignee, now=now + 2 * HOUR)
    take_step(row.pk, via=Via.CELERY, now=now + 2 * HOUR + timedelta(seconds=2))
    row = fresh(row)
    assert row.state == State.TO_CALL, row.state
    return row


def called(
    row: Request, *, now: datetime, level: Satisfaction | None = Satisfaction.SATISFIED, **said: Any
) -> Request:
    """Record a call by whoever was drawn; ``level`` None: nobody picked up."""
    answer = None
    if level is not None:
        answer = Answer(level=level, is_solved=said.pop("is_solved", True), **said)
    return act(row, record_call, answer=answer, actor=row.assignee, now=now)


def closed(town: Town, *, now: datetime = MONDAY) -> Request:
    """A wage case that ended with a satisfied worker."""
    row = called(to_call(town, now=now), now=now + 3 * HOUR, words="谢谢，钱到了。")
    assert row.state == State.CLOSED, row.state
    return row


HOUR = timedelta(hours=1)
