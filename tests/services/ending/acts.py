"""What people do between signing and closing, in a line each. ``now`` is moved by the tests."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from members.models import Account
from requests_app import due
from requests_app.lifecycle import State, Via
from requests_app.models import CallAttempt, Event, PersonalLink, Request, Settlement, Step, Timer
from requests_app.models.choices import Approach
from requests_app.models.completion import Outcome, Satisfaction
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.models.timer import TimerRule
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.approach import agree_approach
from requests_app.stages.handling.mediation import Person, add_participant, hold_session
from requests_app.stages.handling.rules import ClaimDraft, InstalmentDraft
from requests_app.stages.handling.settlement import SettlementDraft, list_claims, sign_settlement
from requests_app.stages.routing.service import sign_for
from tests.services.test_due import run_machine
from tests.services.test_intake import register
from tests.town import MONDAY, Town

TODAY = MONDAY.date()
QUESTION = "请问夜校瑜伽课怎么报名"
REPLY = "已与单位谈妥，分三期付清，请留意到账。"
REASON = "本事项用不到这些步骤"
_forms = count()
PLEASED = Answer(level=Satisfaction.SATISFIED, is_solved=True)
ANGRY = Answer(level=Satisfaction.VERY_DISSATISFIED, is_solved=False, wants_rework=True)


def fresh(request: Request) -> Request:
    """Return the request as it is stored now."""
    return Request.objects.get(pk=request.pk)


def act[R](
    verb: Callable[..., R],
    request: Request,
    *facts: object,
    actor: Account,
    now: datetime = MONDAY,
    **more: Any,
) -> R:
    """Let somebody do something to the request as it stands."""
    version = fresh(request).version
    return verb(request.pk, *facts, actor=actor, version=version, now=now, **more)


def told_to_the_machine(town: Town, **changes: object) -> Request:
    """Return a report that the machine has brought to whoever may sign for it."""
    request_id = register(town, form_key=f"form {next(_forms)}", **changes).request_id
    run_machine(request_id)
    return Request.objects.get(pk=request_id)


def sign(request: Request, actor: Account, *, now: datetime = MONDAY) -> Request:
    return act(sign_for, request, actor=actor, now=now)


def ask(town: Town, **changes: object) -> Request:
    """Return a calm question that the worker of the station has signed for."""
    asked = told_to_the_machine(town, story=QUESTION, topic="GROW", **changes)
    assert (asked.holder, asked.needs_recusal) == (town.station, False)
    return sign(asked, town.worker)


def steps_of(request: Request) -> list[Step]:
    return list(Step.objects.filter(request=request).order_by("rework", "order", "pk"))


def step_titled(request: Request, words: str) -> Step:
    return Step.objects.get(request=request, playbook_step__title__contains=words)


def agree(
    request: Request, actor: Account, approach: Approach = Approach.NAMED, *, now: datetime = MONDAY
) -> Request:
    return act(agree_approach, request, approach, actor=actor, now=now)


def both_sides(request: Request, actor: Account) -> list[int]:
    """Record a representative, the head of the enterprise and a legal adviser."""
    seats = (
        (ParticipantRole.REPRESENTATIVE, "王秀英"),
        (ParticipantRole.ENTERPRISE, "钱老板"),
        (ParticipantRole.LEGAL_ADVISER, "李律师"),
    )
    return [
        act(add_participant, request, role=role, person=Person(name=name), actor=actor).pk
        for role, name in seats
    ]


def sit_down(
    request: Request, actor: Account, there: Sequence[int], *, now: datetime = MONDAY
) -> None:
    act(
        hold_session,
        request,
        began_at=now - timedelta(hours=2),
        ended_at=now - timedelta(hours=1),
        place="云桥站调解室",
        outcome=SessionOutcome.AGREED,
        minutes="双方同意分三期付清。",
        participant_ids=there,
        actor=actor,
        now=now,
    )


def claims(*fen: int) -> list[ClaimDraft]:
    return [ClaimDraft(f"工友{line}", "服务员", "7月至10月", each) for line, each in enumerate(fen)]


def draft(
    agreed: Sequence[int], parts: Sequence[tuple[int, int]], *, signed_on: date = TODAY
) -> SettlementDraft:
    """Return an agreement with instalments of (days after today, fen)."""
    return SettlementDraft(
        signed_on=signed_on,
        agreed=tuple(agreed),
        instalments=tuple(
            InstalmentDraft(TODAY + timedelta(days=days), fen) for days, fen in parts
        ),
        terms="逾期一期，余款一并到期。",
        court_offered=True,
    )


def settle(
    request: Request,
    actor: Account,
    *,
    agreed: Sequence[int] = (6_000, 4_000),
    parts: Sequence[tuple[int, int]] = ((7, 5_000), (14, 3_000), (21, 2_000)),
    now: datetime = MONDAY,
) -> Settlement:
    """List claims and sign an agreement over them; the worker has agreed to be named."""
    if fresh(request).approach == "none":
        agree(request, actor)
    act(list_claims, request, claims(*(max(1, each) for each in agreed)), actor=actor, now=now)
    return act(sign_settlement, request, draft(agreed, parts), actor=actor, now=now)


def submit(
    request: Request, actor: Account, *, now: datetime = MONDAY, reply: str = REPLY
) -> Request:
    return act(
        submit_result,
        request,
        outcome=Outcome.SOLVED,
        reply=reply,
        rest_not_applicable=REASON,
        actor=actor,
        now=now,
    )


def machine(request: Request, *, now: datetime = MONDAY) -> Request:
    """Let the machine go as far as it can; return the request."""
    run_machine(request.pk, now=now)
    return fresh(request)


def reviewed(request: Request, *, now: datetime = MONDAY) -> Request:
    """Let whoever was drawn accept the result, and the machine carry on."""
    at = fresh(request)
    assert at.state == State.IN_REVIEW
    assert at.assignee is not None
    act(accept_result, request, actor=at.assignee, now=now)
    return machine(request, now=now)


def answered(request: Request, *, now: datetime = MONDAY) -> Request:
    """Return a signed request after submission, review and reply: it waits for its worker."""
    handler = fresh(request).handler
    assert handler is not None
    submit(request, handler, now=now)
    machine(request, now=now)
    at = reviewed(request, now=now)
    assert at.state == State.TO_CALL
    return at


def call(
    request: Request,
    answer: Answer | None = None,
    *,
    has_declined: bool = False,
    now: datetime = MONDAY,
    note: str = "",
) -> Request:
    """Let whoever was drawn try to reach the worker."""
    caller = fresh(request).assignee
    assert caller is not None
    return act(
        record_call,
        request,
        answer=answer,
        has_declined=has_declined,
        note=note,
        actor=caller,
        now=now,
    )


def tries(request: Request) -> int:
    return CallAttempt.objects.filter(result__request=request).count()


def link_of(request: Request) -> PersonalLink:
    return PersonalLink.objects.filter(result__request=request).latest("result__number")


def timer_of(request: Request, rule: TimerRule, **which: object) -> Timer:
    return Timer.objects.get(request=request, rule=rule, **which)


def fire_due(request: Request, *, now: datetime) -> list[str]:
    """Fire every timer that is due, as a sweeper would; return the rules that fired."""
    waiting = Timer.objects.filter(request=request, done_at=None, due_at__lte=now)
    return [
        rule
        for pk, rule in waiting.order_by("due_at", "pk").values_list("pk", "rule")
        if due.take_timer(pk, via=Via.SWEEP, now=now)
    ]


def step_clocks(request: Request) -> dict[int, datetime]:
    """Return the running clocks of steps: number of the step → moment."""
    rows = Timer.objects.filter(request=request, rule=TimerRule.STEP, done_at=None)
    return dict(rows.values_list("level", "due_at"))


def data_of(request: Request, kind: str) -> dict[str, object]:
    """Return what the newest event of a kind says."""
    found: dict[str, object] = Event.objects.filter(request=request, kind=kind).latest("seq").data
    return found
