"""Every verb from signing to closing, for those who must not reach it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from requests_app.models import Event, Request
from requests_app.models.choices import Approach
from requests_app.models.completion import Outcome
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.moves import StaleRequest
from requests_app.reading_access import NotAllowed
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import note_told, rate_at_counter
from requests_app.stages.completion.reviewing import accept_result, return_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.approach import agree_approach, override_approach
from requests_app.stages.handling.checklist import complete_step, waive_step
from requests_app.stages.handling.mediation import (
    Person,
    add_participant,
    hold_session,
    remove_participant,
)
from requests_app.stages.handling.settlement import (
    list_claims,
    receive_payment,
    record_case_number,
    sign_settlement,
    void_payment,
    withdraw_settlement,
)
from requests_app.stages.routing.service import sign_for
from tests.services.ending.acts import (
    PLEASED,
    REPLY,
    TODAY,
    act,
    claims,
    draft,
    fresh,
    told_to_the_machine,
)
from tests.town import MONDAY, Town

type Verb = Callable[..., object]

# What stands in the way of a stranger stands before everything that the verb itself asks.
VERBS: dict[str, tuple[Verb, dict[str, Any]]] = {
    "sign_for": (sign_for, {}),
    "agree_approach": (agree_approach, {"approach": Approach.UNNAMED}),
    "override_approach": (override_approach, {"reason": "有人要跳楼"}),
    "complete_step": (complete_step, {"step_id": 1, "note": "做完了"}),
    "waive_step": (waive_step, {"step_id": 1, "reason": "用不到"}),
    "add_participant": (
        add_participant,
        {"role": ParticipantRole.UNION, "person": Person(name="唐")},
    ),
    "remove_participant": (remove_participant, {"participant_id": 1}),
    "hold_session": (
        hold_session,
        {
            "began_at": MONDAY - timedelta(hours=2),
            "ended_at": MONDAY - timedelta(hours=1),
            "place": "调解室",
            "outcome": SessionOutcome.FAILED,
            "minutes": "未达成。",
            "participant_ids": (1,),
        },
    ),
    "list_claims": (list_claims, {"claims": claims(100)}),
    "sign_settlement": (sign_settlement, {"draft": draft((100,), ((0, 100),))}),
    "withdraw_settlement": (withdraw_settlement, {}),
    "record_case_number": (record_case_number, {"case_number": "劳仲1号"}),
    "receive_payment": (
        receive_payment,
        {"instalment": 1, "amount_fen": 1, "paid_on": TODAY},
    ),
    "void_payment": (void_payment, {"payment_id": 1}),
    "submit_result": (submit_result, {"outcome": Outcome.SOLVED, "reply": REPLY}),
    "accept_result": (accept_result, {}),
    "return_result": (return_result, {"note": "请补上凭证"}),
    "record_call": (record_call, {"answer": PLEASED}),
    "rate_at_counter": (rate_at_counter, {"answer": PLEASED}),
    "note_told": (note_told, {"way": "phone"}),
}
# These are for the table's movers, whose own tests stand beside the verb.
MOVES = {"sign_for", "submit_result", "accept_result", "return_result", "record_call"}
# These are also open when the request has moved on: a debt, a safety task, a word of the worker.
ANY_STATE = {
    "agree_approach",
    "override_approach",
    "complete_step",
    "waive_step",
    "receive_payment",
    "void_payment",
    "rate_at_counter",
    "note_told",
}

each_verb = pytest.mark.parametrize("name", sorted(VERBS))


@each_verb
def test_who_cannot_see_the_request_does_not_learn_of_it(
    town: Town, wage: Request, name: str
) -> None:
    verb, facts = VERBS[name]
    for who in (town.stranger, town.street_tied, town.system_admin):
        with pytest.raises(Request.DoesNotExist):
            verb(wage.pk, actor=who, version=wage.version, now=MONDAY, **facts)
    assert fresh(wage).seq == wage.seq


@each_verb
def test_an_old_page_changes_nothing(town: Town, wage: Request, name: str) -> None:
    verb, facts = VERBS[name]
    with pytest.raises(StaleRequest):
        verb(wage.pk, actor=town.street_handler, version=wage.version - 1, now=MONDAY, **facts)
    assert fresh(wage).seq == wage.seq


@each_verb
def test_who_only_reads_does_nothing(town: Town, wage: Request, name: str) -> None:
    verb, facts = VERBS[name]
    for who in (town.auditor, town.county_handler):
        with pytest.raises(NotAllowed):
            act(verb, wage, actor=who, **facts)
    assert fresh(wage).seq == wage.seq


@pytest.mark.parametrize("name", sorted(VERBS.keys() - ANY_STATE - {"sign_for"}))
def test_before_it_is_signed_for_nothing_is_handled(
    town: Town, unsigned: Request, name: str
) -> None:
    verb, facts = VERBS[name]
    with pytest.raises(NotAllowed):
        act(verb, unsigned, actor=town.street_handler, **facts)
    assert not Event.objects.filter(request=unsigned, seq__gt=unsigned.seq).exists()


@pytest.mark.parametrize("name", sorted(VERBS.keys() - MOVES))
def test_a_tie_keeps_from_work_also_where_nobody_stands_aside(town: Town, name: str) -> None:
    """A question about a course needs no recusal; whoever is tied still leaves it to others."""
    asked = told_to_the_machine(town, story="请问夜校瑜伽课怎么报名", topic="GROW")
    assert (asked.needs_recusal, asked.enterprise) == (False, town.restaurant)
    Request.objects.filter(pk=asked.pk).update(holder=town.street)
    verb, facts = VERBS[name]
    with pytest.raises(NotAllowed):
        act(verb, asked, actor=town.street_tied, **facts)
