"""The result, the second pair of eyes, and the reply."""

from datetime import datetime, timedelta

import pytest

from members.models import Account, AffiliationKind, Notice, Role
from members.register import affiliate, assign_role
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.lifecycle import State
from requests_app.models import Event, Request, Result, Review, Timer
from requests_app.models.completion import Outcome
from requests_app.models.timer import TimerRule
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.completion.links import find_link, token_of
from requests_app.stages.completion.reviewing import (
    HandlerStandsAside,
    NoteTooShort,
    accept_result,
    return_result,
    standing_result,
)
from requests_app.stages.completion.submitting import (
    REPLY_MAX,
    NotReady,
    ReplyTooShort,
    StepsOpen,
    submit_result,
)
from requests_app.stages.sensing.corrections import correct_item
from tests.services.ending.acts import (
    QUESTION,
    REASON,
    REPLY,
    act,
    answered,
    data_of,
    fire_due,
    fresh,
    link_of,
    machine,
    sign,
    steps_of,
    submit,
    timer_of,
    told_to_the_machine,
)
from tests.town import MONDAY, SINCE, Town

HOUR = timedelta(hours=1)
TUESDAY_CLOSE = datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)
NOTE = "请补上第一期的凭证"


def in_review(request: Request) -> Request:
    handler = fresh(request).handler
    assert handler is not None
    submit(request, handler)
    at = machine(request)
    assert at.state == State.IN_REVIEW
    return at


# ---- the result -------------------------------------------------------------------------------


def test_a_result_waives_what_is_left_with_its_reason(town: Town, wage: Request) -> None:
    submitted = submit(wage, town.street_handler)
    assert (submitted.state, submitted.wake_at) == (State.SUBMITTED, MONDAY)
    result = Result.objects.get(request=wage)
    assert (result.number, result.rework, result.outcome) == (1, 0, "solved")
    assert (result.submitted_by, result.submitted_at) == (town.street_handler, MONDAY)
    vault = RequestVault.of_request(wage)
    assert vault.open_text(result.reply_sealed, "reply") == REPLY
    steps = steps_of(wage)
    assert {(step.waived_at, step.ended_by) for step in steps} == {(MONDAY, town.street_handler)}
    notes = {vault.open_text(step.note_sealed or b"", f"step/{step.pk}") for step in steps}
    assert notes == {REASON}
    assert not Timer.objects.filter(request=wage, rule=TimerRule.STEP, done_at=None).exists()
    assert data_of(wage, "result.submitted") == {"outcome": "solved", "result": 1, "waived": 10}


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        pytest.param("  已经处理  ", ReplyTooShort, id="says-nothing"),
        pytest.param("好" * (REPLY_MAX + 1), ReplyTooShort, id="nobody-reads-that"),
    ],
)
def test_the_reply_has_a_length(
    town: Town, wage: Request, reply: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        submit(wage, town.street_handler, reply=reply)
    assert not Result.objects.exists()


def test_open_steps_need_a_reason(town: Town, wage: Request) -> None:
    with pytest.raises(StepsOpen) as caught:
        act(
            submit_result,
            wage,
            outcome=Outcome.SOLVED,
            reply=REPLY,
            rest_not_applicable=" 无 ",
            actor=town.street_handler,
        )
    assert caught.value.count == 10
    assert all(step.is_open for step in steps_of(wage))


def test_a_matter_without_an_item_has_no_result(town: Town, wage: Request) -> None:
    Request.objects.filter(pk=wage.pk).update(item=None)
    with pytest.raises(NotReady) as caught:
        submit(wage, town.street_handler)
    assert caught.value.readiness.has_item is False


def test_only_the_handler_submits_and_only_once(town: Town, wage: Request) -> None:
    with pytest.raises(NotAllowed):
        submit(wage, town.worker)
    submit(wage, town.street_handler)
    with pytest.raises(NotAllowed):
        submit(wage, town.street_handler)
    assert Result.objects.filter(request=wage).count() == 1


# ---- review -------------------------------------------------------------------------------------


def test_the_review_goes_to_somebody_without_conflict_with_a_clock(
    town: Town, wage: Request
) -> None:
    at = in_review(wage)
    # At the street one handled it and one is tied; the county is next.
    assert (at.assignee, at.assignee_unit) == (town.county_handler, town.county)
    because = Event.objects.get(request=wage, kind="review.asked").because
    assert because == [
        {"code": "nobody_free", "unit": town.street.pk},
        {"code": "drawn", "unit": town.county.pk},
    ]
    assert timer_of(wage, TimerRule.REVIEW).due_at == TUESDAY_CLOSE
    asked = Notice.objects.get(template="review.asked")
    assert asked.account == town.county_handler
    assert "review" in fire_due(wage, now=TUESDAY_CLOSE)
    assert Notice.objects.get(template="timer.review").account == town.county_handler
    assert fire_due(wage, now=TUESDAY_CLOSE + HOUR) == []


def test_only_whoever_was_drawn_accepts(town: Town, wage: Request) -> None:
    in_review(wage)
    for who in (town.street_handler, town.worker, town.city_handler):
        with pytest.raises(NotAllowed):
            act(accept_result, wage, actor=who)
    accepted = act(accept_result, wage, actor=town.county_handler, now=MONDAY + HOUR)
    assert (accepted.state, accepted.answered_at) == (State.ANSWERED, MONDAY + HOUR)
    assert (accepted.assignee, accepted.assignee_unit) == (None, None)
    review = Review.objects.get(result__request=wage)
    assert (review.reviewer, review.is_accepted) == (town.county_handler, True)
    still = Timer.objects.filter(request=wage, done_at=None)
    assert not still.exists()  # lights and review are over; nothing is asked of the worker yet
    with pytest.raises(NotAllowed):
        act(accept_result, wage, actor=town.county_handler)


def test_a_returned_result_says_why_and_goes_round_again(town: Town, wage: Request) -> None:
    in_review(wage)
    for note in ("不行", "长" * 501):
        with pytest.raises(NoteTooShort):
            act(return_result, wage, note=note, actor=town.county_handler)
    back = act(return_result, wage, note=NOTE, actor=town.county_handler)
    assert (back.state, back.handler) == (State.SIGNED, town.street_handler)
    assert (back.assignee, back.assignee_unit) == (None, None)
    review = Review.objects.get(result__request=wage)
    assert review.note_sealed is not None
    vault = RequestVault.of_request(wage)
    assert vault.open_text(review.note_sealed, "review") == NOTE
    assert Notice.objects.get(template="review.returned").account == town.street_handler
    with pytest.raises(NotAllowed):
        act(return_result, wage, note=NOTE, actor=town.county_handler)
    again = in_review(wage)
    assert standing_result(again).number == 2
    assert timer_of(wage, TimerRule.REVIEW, done_at=None).level == 2
    lights = Timer.objects.filter(request=wage, rule__startswith="light", done_at=None)
    assert lights.count() == 2  # the clock went on


def test_a_tie_found_during_the_review_keeps_the_reviewer_out(town: Town, wage: Request) -> None:
    in_review(wage)
    affiliate(
        account=town.county_handler,
        enterprise=town.restaurant,
        kind=AffiliationKind.RELATIVE,
        from_on=SINCE,
    )
    with pytest.raises(Request.DoesNotExist):
        act(accept_result, wage, actor=town.county_handler)


def test_a_handler_found_to_be_tied_cannot_be_the_one_who_answers(
    town: Town, wage: Request
) -> None:
    in_review(wage)
    affiliate(
        account=town.street_handler,
        enterprise=town.restaurant,
        kind=AffiliationKind.RELATIVE,
        from_on=SINCE,
    )
    with pytest.raises(HandlerStandsAside):
        act(accept_result, wage, actor=town.county_handler)
    assert fresh(wage).state == State.IN_REVIEW
    back = act(return_result, wage, note=NOTE, actor=town.county_handler)
    assert (back.state, back.handler) == (State.ACCEPTED, None)
    assert not Notice.objects.filter(template="review.returned").exists()
    assert machine(wage).holder == town.county  # nobody at the street is free of a tie


def test_the_item_stands_once_a_result_is_submitted(town: Town, wage: Request) -> None:
    in_review(wage)
    with pytest.raises(NotAllowed):
        act(correct_item, wage, "GROW-01", actor=town.street_handler)
    act(return_result, wage, note=NOTE, actor=town.county_handler)
    act(correct_item, wage, "WAGE-01", actor=town.street_handler)


def test_a_handler_who_changed_the_item_is_reviewed(town: Town) -> None:
    asked = told_to_the_machine(town, story=QUESTION, topic="GROW")
    sign(asked, town.worker)
    assert asked.item is not None
    assert asked.item.review == "none"
    for code in (asked.item.code, "GROW-04"):  # agreeing with the machine changes nothing
        act(correct_item, asked, code, actor=town.worker)
    changed = fresh(asked)
    assert changed.item is not None
    assert changed.item.review == "none"
    submit(asked, town.worker)
    assert machine(asked).state == State.IN_REVIEW


def test_a_handler_who_agreed_with_the_item_is_not_reviewed_for_it(town: Town) -> None:
    asked = told_to_the_machine(town, story=QUESTION, topic="GROW")
    sign(asked, town.worker)
    assert asked.item is not None
    act(correct_item, asked, asked.item.code, actor=town.worker)
    submit(asked, town.worker)
    assert machine(asked).state != State.IN_REVIEW


# ---- the reply ----------------------------------------------------------------------------------


def test_the_reply_comes_with_a_link_of_its_own(town: Town, wage: Request) -> None:
    answered(wage)
    link = link_of(wage)
    token = token_of(link)
    assert len(token) == 22
    assert find_link(token, now=MONDAY) == link
    assert token.encode() not in bytes(link.token_hash)
    for wrong in ("", token[:-1], token[:-1] + "字", "A" * 22):
        assert find_link(wrong, now=MONDAY) is None
    assert find_link(token, now=link.expires_at) is None


def test_an_item_without_review_is_answered_by_the_machine(town: Town, wage: Request) -> None:
    assert wage.item is not None
    type(wage.item).objects.filter(pk=wage.item.pk).update(review="none")
    forget_catalogue()
    submit(wage, town.street_handler)
    at = machine(wage)
    assert at.state == State.TO_CALL
    reply = Event.objects.get(request=wage, kind="reply.given")
    assert (reply.actor, reply.because) == (None, [{"code": "no_review", "review": "none"}])
    assert not Review.objects.exists()
    forget_catalogue()


def test_an_approver_of_the_street_may_be_drawn(town: Town, wage: Request) -> None:
    assign_role(
        account=town.stranger,
        role=Role.APPROVER,
        unit=town.street,
        from_on=SINCE,
        actor=None,
        now=MONDAY,
    )
    assert in_review(wage).assignee == town.stranger
    act(accept_result, wage, actor=town.stranger)


def test_the_less_busy_of_two_is_drawn(town: Town, wage: Request) -> None:
    for who in (town.stranger, town.auditor):
        assign_role(
            account=who,
            role=Role.APPROVER,
            unit=town.street,
            from_on=SINCE,
            actor=None,
            now=MONDAY,
        )
    first, second = sorted((town.stranger, town.auditor), key=lambda each: each.pk)
    assert in_review(wage).assignee == first
    act(return_result, wage, note=NOTE, actor=first)
    other = _waiting_for(first, town)
    assert in_review(wage).assignee == second
    assert other.assignee == first


def _waiting_for(account: Account, town: Town) -> Request:
    """Let another request lie with somebody."""
    other = told_to_the_machine(town)
    Request.objects.filter(pk=other.pk).update(assignee=account, assignee_unit=town.street)
    return fresh(other)
