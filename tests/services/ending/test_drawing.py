"""Who reviews and who calls back when hardly anybody may; and what they may read for it."""

from datetime import datetime, timedelta

import pytest

from members.api_clients import revoke_client
from members.models import Account, AffiliationKind, Notice, Role
from members.queries import scope_of
from members.register import affiliate, assign_role
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.inbox import InboxAsk, View, read_inbox
from requests_app.lifecycle import State
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.queries import (
    accesses_of,
    assigned_to,
    is_assigned,
    is_confidential,
    may_read_words,
    open_in_lists,
    open_moves,
    visible_to,
)
from requests_app.stages.completion.reviewing import accept_result
from tests.makers import make_account, make_platform
from tests.services.ending.acts import (
    PLEASED,
    act,
    call,
    fire_due,
    fresh,
    machine,
    reviewed,
    sign,
    submit,
    timer_of,
    told_to_the_machine,
)
from tests.town import MONDAY, SINCE, Town

TODAY = MONDAY.date()
TUESDAY_CLOSE = datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)
STAFF_COMPLAINT = "投诉你们窗口的工作人员态度恶劣，推来推去，不作为。"
HARASSMENT = "车间主任经常碰我的腰和手，还发露骨信息，我不敢说，这是性骚扰。"
PEOPLE = (
    "worker",
    "head",
    "street_handler",
    "street_tied",
    "county_handler",
    "city_handler",
    "stranger",
    "auditor",
)


def leave(*accounts: Account) -> None:
    for account in accounts:
        account.is_active = False
        account.save()


def join(town: Town, role: Role, unit: str, account: str = "stranger") -> None:
    assign_role(
        account=getattr(town, account),
        role=role,
        unit=getattr(town, unit),
        from_on=SINCE,
        actor=None,
        now=MONDAY,
    )


def test_nobody_free_to_review_leaves_it_with_the_street_under_its_clock(
    town: Town, wage: Request
) -> None:
    leave(town.county_handler, town.city_handler, town.worker, town.head)
    submit(wage, town.street_handler)
    at = machine(wage)
    assert (at.state, at.parked_at) == (State.IN_REVIEW, None)
    assert (at.assignee, at.assignee_unit) == (None, town.street)
    assert timer_of(wage, TimerRule.REVIEW).due_at == TUESDAY_CLOSE
    asked = Notice.objects.filter(template__in=["review.asked", "timer.review"])
    assert "review" in fire_due(wage, now=TUESDAY_CLOSE)
    assert not asked.exists()  # there is nobody to tell: the street's light shows it
    join(town, Role.HANDLER, "street")
    act(accept_result, wage, actor=town.stranger, now=TUESDAY_CLOSE)
    assert machine(wage, now=TUESDAY_CLOSE).state == State.TO_CALL


@pytest.mark.parametrize("when", ["before its client", "with its client", "after its client"])
def test_a_machine_is_never_drawn(town: Town, wage: Request, when: str) -> None:
    if when == "before its client":
        make_account(role=Role.HANDLER, unit=town.street)  # opened without a password
    else:
        make_platform(town.street)
    if when == "after its client":
        revoke_client(name="platform")
    submit(wage, town.street_handler)
    assert machine(wage).assignee == town.county_handler


def test_a_call_nobody_may_make_lies_with_the_street(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)
    machine(wage)
    leave(town.worker, town.head, town.city_handler)
    join(town, Role.HANDLER, "street")
    drawn = reviewed(wage)
    assert (drawn.assignee, drawn.assignee_unit) == (town.stranger, town.street)


def test_the_registrar_neither_reviews_nor_calls(town: Town, unsigned: Request) -> None:
    Request.objects.filter(pk=unsigned.pk).update(registrar=town.county_handler)
    sign(unsigned, town.street_handler)
    submit(unsigned, town.street_handler)
    at = machine(unsigned)
    assert at.assignee == town.city_handler
    Request.objects.filter(pk=unsigned.pk).update(registrar=town.worker)
    called = reviewed(unsigned)
    assert called.assignee == town.head


def test_a_volunteer_of_the_station_may_call_and_not_review(town: Town, wage: Request) -> None:
    leave(town.worker, town.head)
    join(town, Role.CALLER, "station")
    submit(wage, town.street_handler)
    assert machine(wage).assignee == town.county_handler
    assert not visible_to(scope_of(town.stranger, TODAY)).exists()
    called = reviewed(wage)
    assert called.assignee == town.stranger
    assert visible_to(scope_of(town.stranger, TODAY)).get() == called
    assert call(wage, PLEASED).state == State.CLOSED
    assert not visible_to(scope_of(town.stranger, TODAY)).exists()


def test_a_complaint_about_staff_is_judged_and_called_above_their_station(town: Town) -> None:
    request = about_staff(town)
    join(town, Role.HANDLER, "street")
    assert "official" in request.flags
    submit(request, town.street_handler)
    at = machine(request)
    assert at.assignee == town.stranger
    called = reviewed(request)
    assert called.assignee == town.county_handler
    assert call(request, PLEASED).state == State.CLOSED


def test_with_nobody_above_a_complaint_about_staff_waits_at_its_holder(town: Town) -> None:
    request = about_staff(town)
    leave(town.street_tied, town.county_handler, town.city_handler)
    submit(request, town.street_handler)
    at = machine(request)
    assert (at.assignee, at.assignee_unit) == (None, town.street)


def about_staff(town: Town) -> Request:
    request = told_to_the_machine(town, story=STAFF_COMPLAINT, employer="")
    return sign(request, town.street_handler)


def flagged_in_review(town: Town, wage: Request, *flags: str) -> Request:
    Request.objects.filter(pk=wage.pk).update(flags=list(flags))
    submit(wage, town.street_handler)
    at = machine(wage)
    assert at.assignee == town.county_handler
    return at


@pytest.mark.parametrize("reason", ["left", "tied", "disabled"])
def test_a_reviewer_who_may_not_act_any_more_is_replaced_when_the_clock_rings(
    town: Town, wage: Request, reason: str
) -> None:
    submit(wage, town.street_handler)
    assert machine(wage).assignee == town.county_handler
    gone(town.county_handler, town, reason)
    assert "review" in fire_due(wage, now=TUESDAY_CLOSE)
    at = fresh(wage)
    assert at.assignee == town.city_handler
    told = Notice.objects.filter(template="review.asked").order_by("pk")
    assert told[1].account == town.city_handler
    assert not Notice.objects.filter(template="timer.review").exists()  # their limit is to come
    again = timer_of(wage, TimerRule.REVIEW, done_at=None)
    assert again.due_at == TUESDAY_CLOSE + timedelta(days=1)
    act(accept_result, wage, actor=town.city_handler, now=TUESDAY_CLOSE)
    assert Timer.objects.get(pk=again.pk).done_at == TUESDAY_CLOSE


def test_a_caller_who_has_left_is_replaced_when_the_clock_rings(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)
    machine(wage)
    first = reviewed(wage).assignee
    assert first is not None
    gone(first, town, "left")
    fire_due(wage, now=TUESDAY_CLOSE)
    second = fresh(wage).assignee
    assert second in {town.worker, town.head} - {first}
    assert call(wage, PLEASED, now=TUESDAY_CLOSE).state == State.CLOSED


def test_a_caller_who_leaves_during_the_silence_is_replaced(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)
    machine(wage)
    first = reviewed(wage).assignee
    assert first is not None
    fire_due(wage, now=TUESDAY_CLOSE)
    assert fresh(wage).assignee == first  # still here: only reminded
    gone(first, town, "left")
    end = timer_of(wage, TimerRule.SILENCE).due_at
    fire_due(wage, now=end)
    second = fresh(wage).assignee
    assert second in {town.worker, town.head} - {first}
    told = Notice.objects.filter(template="callback.asked").latest("pk")
    assert told.account == second


def gone(account: Account, town: Town, reason: str) -> None:
    match reason:
        case "left":
            account.role_assignments.update(to_on=SINCE)
        case "tied":
            affiliate(
                account=account,
                enterprise=town.restaurant,
                kind=AffiliationKind.RELATIVE,
                from_on=SINCE,
            )
        case _:
            leave(account)


@pytest.mark.parametrize("flag", ["violence", "harassment", "official", "mass"])
def test_whoever_reviews_can_read_what_about(town: Town, wage: Request, flag: str) -> None:
    at = flagged_in_review(town, wage, flag)
    accesses = accesses_of(current_catalogue(TODAY))

    def reads(who: str) -> bool:
        return may_read_words(scope_of(getattr(town, who), TODAY), fresh(wage), accesses)

    assert reads("county_handler") is True
    assert reads("city_handler") is (flag == "mass")
    act(accept_result, at, actor=town.county_handler)
    assert reads("county_handler") is (flag == "mass")  # and no longer than that


def test_where_nobody_was_drawn_the_signers_of_the_unit_read_it(town: Town, wage: Request) -> None:
    join(town, Role.HANDLER, "street")
    Request.objects.filter(pk=wage.pk).update(
        flags=["harassment"], assignee=None, assignee_unit=town.street, registrar=town.head
    )
    accesses = accesses_of(current_catalogue(TODAY))
    readers = {
        who
        for who in PEOPLE
        if may_read_words(scope_of(getattr(town, who), TODAY), fresh(wage), accesses)
    }
    assert readers == {"street_handler", "stranger"}  # not the restaurant's adviser


@pytest.mark.parametrize("flag", ["violence", "harassment", "official", "mass", "unknown"])
@pytest.mark.parametrize("is_drawn", [True, False])
def test_lists_say_the_same_as_the_page(
    town: Town, wage: Request, flag: str, is_drawn: bool
) -> None:
    """One condition in SQL, one in Python: for every account they must agree."""
    Request.objects.filter(pk=wage.pk).update(
        flags=[flag],
        assignee=town.county_handler if is_drawn else None,
        assignee_unit=town.county if is_drawn else town.street,
        former_handler=town.city_handler,
    )
    accesses, row = accesses_of(current_catalogue(TODAY)), fresh(wage)
    for who in PEOPLE:
        scope = scope_of(getattr(town, who), TODAY)
        mine = Request.objects.filter(pk=wage.pk)
        assert mine.filter(assigned_to(scope)).exists() == is_assigned(scope, row), who
        if visible_to(scope).filter(pk=wage.pk).exists():
            shown = mine.filter(open_in_lists(scope, accesses)).exists()
            assert shown is not is_confidential(scope, row, accesses), who


def test_the_inbox_holds_what_is_to_be_reviewed_for_those_who_may(
    town: Town, wage: Request
) -> None:
    leave(town.county_handler, town.city_handler, town.worker, town.head)
    join(town, Role.HANDLER, "street")
    submit(wage, town.street_handler)
    machine(wage)
    Request.objects.filter(pk=wage.pk).update(assignee=None)
    accesses = accesses_of(current_catalogue(TODAY))
    for who, is_theirs in (("stranger", True), ("street_handler", False)):
        scope = scope_of(getattr(town, who), TODAY)
        page = read_inbox(
            scope, InboxAsk(view=View.MINE), accesses=accesses, now=MONDAY, soon_until=MONDAY
        )
        assert [row.pk for row in page.rows] == ([wage.pk] if is_theirs else []), who
        moves = open_moves(scope, fresh(wage))
        assert moves == (["accept_result", "return_result"] if is_theirs else [])
