"""Whole ways from signing to closing, with a moved clock and the machine as the sweeper."""

from datetime import datetime, timedelta

import pytest

from members.models import Account, Notice, Role
from members.register import assign_role
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.lifecycle import State
from requests_app.models import (
    CallAttempt,
    Event,
    Item,
    PersonalLink,
    Rating,
    Request,
    Review,
    Settlement,
    Step,
    Timer,
)
from requests_app.models.timer import TimerRule
from requests_app.reading_access import NotAllowed
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import note_told, rate_at_counter, rate_by_link
from requests_app.stages.completion.submitting import read_readiness
from requests_app.stages.handling.checklist import complete_step
from requests_app.stages.handling.settlement import (
    late_from,
    list_claims,
    receive_payment,
    sign_settlement,
)
from requests_app.stages.routing.service import sign_for
from tests.services.ending.acts import (
    ANGRY,
    PLEASED,
    TODAY,
    act,
    agree,
    answered,
    ask,
    both_sides,
    call,
    claims,
    draft,
    fire_due,
    fresh,
    link_of,
    machine,
    reviewed,
    sign,
    sit_down,
    step_titled,
    steps_of,
    submit,
    timer_of,
    told_to_the_machine,
)
from tests.town import MONDAY, SINCE, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EACH, PEOPLE = 2_000_000, 20  # 400,000 yuan for twenty


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def story_of(request: Request) -> list[str]:
    rows = Event.objects.filter(request=request, seq__gt=request.seq).order_by("seq")
    return list(rows.values_list("kind", flat=True))


# ---- (a) twenty workers, three instalments ------------------------------------------------------


def test_the_wage_case_of_twenty_goes_on_to_the_last_fen_and_the_last_word(
    town: Town, wage: Request
) -> None:
    handler = town.street_handler
    first = step_titled(wage, "登记欠薪明细")
    act(complete_step, wage, first.pk, note="二十人的明细", actor=handler)
    agree(wage, handler)
    sit_down(wage, handler, both_sides(wage, handler), now=MONDAY + 2 * HOUR)
    act(list_claims, wage, claims(*[EACH] * PEOPLE), actor=handler)
    parts = ((7, 20_000_000), (14, 10_000_000), (21, 10_000_000))
    act(sign_settlement, wage, draft([EACH] * PEOPLE, parts), actor=handler)
    for number, moment in ((1, at("11-30 10:00")), (2, at("12-07 10:00"))):
        pay(wage, number, parts[number - 1][1], now=moment)
        fire_due(wage, now=late_from(TODAY + number * 7 * DAY))
    warned = Notice.objects.filter(template="timer.instalment")
    assert warned.count() == 0
    for days in (0, 1):
        fire_due(wage, now=late_from(TODAY + 21 * DAY) + days * DAY)
    assert [each.account for each in warned] == [handler]  # once
    paid_at = at("12-16 10:00")
    pay(wage, 3, 10_000_000, now=paid_at)
    assert read_readiness(fresh(wage)).is_blocked is False
    submit(wage, handler, now=paid_at)
    asked = machine(wage, now=paid_at)
    assert asked.assignee == town.county_handler  # nor the handler, nor the tied one
    reviewed(wage, now=paid_at + HOUR)
    rate_by_link(link_of(wage).pk, PLEASED, now=paid_at + 2 * HOUR)
    closed = call(wage, PLEASED, now=paid_at + DAY)
    assert (closed.state, closed.closed_as) == (State.CLOSED, "heard")
    agreement = Settlement.objects.get(request=wage)
    assert (agreement.people, agreement.agreed_fen) == (20, 40_000_000)
    assert not Timer.objects.filter(request=wage, done_at=None).exists()
    assert {e.via for e in Event.objects.filter(request=wage, actor=None)} <= {"sweep", "person"}
    assert [kind for kind in story_of(wage) if kind != "timer.fired"] == [
        "step.done",
        "approach.agreed",
        *["party.added"] * 3,
        "session.held",
        "claims.listed",
        "settlement.signed",
        *["payment.received"] * 3,
        "result.submitted",
        "review.asked",
        "reply.given",
        "callback.asked",
        "callback.asked",
        "reply.told",
        "rating.given",
        "callback.tried",
        "rating.given",
        "request.closed",
    ]


def pay(request: Request, number: int, fen: int, *, now: datetime) -> None:
    act(
        receive_payment,
        request,
        instalment=number,
        amount_fen=fen,
        paid_on=now.date(),
        actor=fresh(request).handler,  # type: ignore[arg-type]
        now=now,
    )


# ---- (b) a station with one account --------------------------------------------------------------


@pytest.fixture
def alone(town: Town) -> Town:
    """The station has one account left; the street is there."""
    town.head.is_active = False
    town.head.save()
    return town


def change_item(code: str, **fields: object) -> None:
    Item.objects.filter(code=code).update(**fields)
    forget_catalogue()


@pytest.fixture
def _items_as_shipped() -> object:
    yield
    forget_catalogue()


def handled_alone(town: Town) -> Request:
    asked = ask(town)
    for step in steps_of(asked)[:1]:
        act(complete_step, asked, step.pk, note="名额还有", actor=town.worker)
    submit(asked, town.worker)
    return machine(asked)


@pytest.mark.usefixtures("_items_as_shipped")
def test_a_consultation_closes_alone(alone: Town) -> None:
    change_item("GROW-01", callback="none")
    closed = handled_alone(alone)
    assert (closed.state, closed.closed_as) == (State.CLOSED, "answered")
    assert (closed.assignee, closed.assignee_unit) == (None, None)
    actors = Event.objects.filter(request=closed).values_list("actor", flat=True)
    assert set(actors) == {None, alone.worker.pk}
    assert not Review.objects.exists()
    assert not Notice.objects.exclude(template="request.dispatched").exists()


@pytest.mark.usefixtures("_items_as_shipped")
def test_drawn_into_the_sample_it_is_closed_and_the_call_lies_with_the_street(
    alone: Town,
) -> None:
    change_item("GROW-01", callback="sample", callback_sample=100)
    closed = handled_alone(alone)
    assert (closed.state, closed.closed_as) == (State.CLOSED, "answered")
    assert closed.assignee_unit == alone.street
    with pytest.raises(NotAllowed):
        act(record_call, closed, answer=PLEASED, actor=alone.worker)
    due_at = timer_of(closed, TimerRule.CALLBACK).due_at
    assert fire_due(closed, now=due_at) == ["callback"]
    told = Notice.objects.get(template="timer.callback").account
    assert told == closed.assignee
    heard = call(closed, PLEASED, now=due_at)
    assert (heard.state, heard.closed_as, heard.assignee_unit) == (State.CLOSED, "answered", None)
    assert Rating.objects.get(result__request=closed).source == "call"
    assert Event.objects.filter(request=closed).latest("seq").kind == "callback.ended"


@pytest.mark.usefixtures("_items_as_shipped")
def test_a_sampled_call_may_take_a_closed_matter_up_again(alone: Town) -> None:
    change_item("GROW-01", callback="sample", callback_sample=100)
    again = call(handled_alone(alone), ANGRY)
    assert (again.state, again.closed_as, again.assignee_unit) == (State.REWORK, "", None)
    assert machine(again).holder == alone.street  # the station has nobody else


@pytest.mark.usefixtures("_items_as_shipped")
def test_a_sample_that_nobody_picks_up_ends_after_three_tries(alone: Town) -> None:
    change_item("GROW-01", callback="sample", callback_sample=100)
    closed = handled_alone(alone)
    for tried in range(3):
        assert fresh(closed).assignee_unit == alone.street
        call(closed, now=MONDAY + tried * HOUR)
    assert (fresh(closed).assignee, fresh(closed).assignee_unit) == (None, None)
    assert (fresh(closed).state, fresh(closed).closed_as) == (State.CLOSED, "answered")
    assert CallAttempt.objects.count() == 3


@pytest.mark.usefixtures("_items_as_shipped")
def test_with_not_one_more_account_in_the_town_it_closes_all_the_same(alone: Town) -> None:
    change_item("GROW-01", callback="sample", callback_sample=100)
    Account.objects.exclude(pk=alone.worker.pk).update(is_active=False)
    closed = handled_alone(alone)
    assert (closed.state, closed.parked_at) == (State.CLOSED, None)
    assert (closed.assignee, closed.assignee_unit) == (None, alone.street)


def test_the_wage_case_of_such_a_station_needs_the_street(alone: Town) -> None:
    case = told_to_the_machine(alone)
    assert case.holder == alone.street
    with pytest.raises(NotAllowed):
        sign(case, alone.worker)
    sign(case, alone.street_handler)
    submit(case, alone.street_handler)
    assert machine(case).assignee not in {None, alone.worker}


# ---- (c) not satisfied ---------------------------------------------------------------------------


def not_satisfied(request: Request, *, now: datetime) -> Request:
    """Let the worker say to the caller that it is not solved and wants it done again."""
    again = call(request, ANGRY, now=now)
    assert (again.state, again.wake_at) == (State.REWORK, now)
    return again


def test_a_second_round_is_another_persons_with_half_the_days(town: Town, wage: Request) -> None:
    first = answered(wage, now=MONDAY + HOUR)
    link = link_of(wage)
    tuesday = MONDAY + DAY
    again = not_satisfied(first, now=tuesday)
    assert (again.round, again.reworks) == (2, 1)
    assert (again.former_handler, again.handler) == (town.street_handler, None)
    assert (again.answered_at, again.told_at, again.signed_at) == (None, None, None)
    assert PersonalLink.objects.get(pk=link.pk).revoked_at == tuesday
    assert not Timer.objects.filter(request=wage, done_at=None).exists()
    sent = machine(wage, now=tuesday)
    assert (sent.state, sent.holder) == (State.DISPATCHED, town.county)  # nobody else at the street
    assert sent.due_at == at("12-04 17:30")  # eight of fifteen working days
    assert sent.original_due_at == first.original_due_at
    told = Notice.objects.filter(template="request.dispatched", created_at=tuesday)
    assert [each.account for each in told] == [town.county_handler]
    with pytest.raises(NotAllowed):
        act(sign_for, wage, actor=town.street_handler, now=tuesday)
    sign(wage, town.county_handler, now=tuesday)
    steps = Step.objects.filter(request=wage, rework=1)
    assert steps.count() == 10
    assert timer_of(wage, TimerRule.STEP, round=2, level=101).due_at == at("11-25 17:30")
    submit(wage, town.county_handler, now=tuesday)
    asked = machine(wage, now=tuesday)
    assert asked.assignee == town.city_handler
    second = reviewed(wage, now=tuesday)
    assert second.assignee_unit == town.station
    closed = call(second, ANGRY, now=tuesday + HOUR)
    assert (closed.state, closed.closed_as, closed.reworks) == (State.CLOSED, "heard", 1)
    assert Event.objects.get(request=wage, kind="request.closed").because == [
        {"code": "not_satisfied_again"}
    ]
    rate_by_link(link_of(wage).pk, ANGRY, now=tuesday + 2 * HOUR)
    act(rate_at_counter, wage, ANGRY, actor=town.head, now=tuesday + 2 * HOUR)
    assert (fresh(wage).state, fresh(wage).reworks) == (State.CLOSED, 1)


def test_a_late_dispatch_of_the_second_round_costs_the_station(town: Town, wage: Request) -> None:
    tuesday = MONDAY + DAY
    not_satisfied(answered(wage, now=MONDAY + HOUR), now=tuesday)
    sent = machine(wage, now=tuesday + 2 * DAY)
    assert (sent.dispatched_at, sent.due_at) == (tuesday + 2 * DAY, at("12-04 17:30"))


def test_a_second_round_stays_at_the_unit_when_somebody_else_is_there(
    town: Town, wage: Request
) -> None:
    assign_role(
        account=town.stranger,
        role=Role.HANDLER,
        unit=town.street,
        from_on=SINCE,
        actor=None,
        now=MONDAY,
    )
    answered(wage)
    not_satisfied(fresh(wage), now=MONDAY + HOUR)
    sent = machine(wage, now=MONDAY + HOUR)
    assert sent.holder == town.street
    told = Notice.objects.filter(template="request.dispatched", created_at=MONDAY + HOUR)
    assert [each.account for each in told] == [town.stranger]
    with pytest.raises(NotAllowed):
        act(sign_for, wage, actor=town.street_handler, now=MONDAY + HOUR)
    sign(wage, town.stranger, now=MONDAY + HOUR)
    submit(wage, town.stranger, now=MONDAY + HOUR)
    assert machine(wage, now=MONDAY + HOUR).assignee == town.county_handler  # not the first handler


@pytest.mark.usefixtures("_items_as_shipped")
def test_a_closed_matter_is_taken_up_again_inside_its_days(town: Town) -> None:
    change_item("GROW-01", callback="none", reopen_days=15)
    closed = handled_alone(town)
    last_evening = at("12-08 23:30")  # fifteen days after the Monday of the close
    assert rate_by_link(link_of(closed).pk, ANGRY, now=last_evening).level == 1
    again = fresh(closed)
    assert (again.state, again.closed_at, again.closed_as) == (State.REWORK, None, "")
    sent = machine(closed, now=last_evening)
    assert sent.holder == town.station  # the head of the station has not handled it
    assert sent.due_at == at("12-10 17:30")  # one day would be half: two at least
    with pytest.raises(NotAllowed):
        act(sign_for, closed, actor=town.worker, now=last_evening)
    sign(closed, town.head, now=last_evening)
    submit(closed, town.head, now=last_evening)
    assert machine(closed, now=last_evening).state == State.CLOSED


@pytest.mark.usefixtures("_items_as_shipped")
def test_after_its_days_a_closed_matter_stays_closed(town: Town) -> None:
    change_item("GROW-01", callback="none", reopen_days=15)
    closed = handled_alone(town)
    too_late = at("12-09 00:00")
    with pytest.raises(PersonalLink.DoesNotExist):
        rate_by_link(link_of(closed).pk, ANGRY, now=too_late)
    rated = act(rate_at_counter, closed, ANGRY, actor=town.head, now=too_late)
    assert (rated.level, fresh(closed).state) == (1, State.CLOSED)
    assert fresh(closed).reworks == 0


def test_a_second_round_that_nobody_can_take_is_parked_in_sight(town: Town, wage: Request) -> None:
    answered(wage)
    act(note_told, wage, "phone", actor=town.head)
    not_satisfied(fresh(wage), now=MONDAY + HOUR)
    Account.objects.filter(pk__in=[town.county_handler.pk, town.city_handler.pk]).update(
        is_active=False
    )
    parked = machine(wage, now=MONDAY + HOUR)
    assert (parked.state, parked.parked_reason) == (State.REWORK, "NobodyFree")
