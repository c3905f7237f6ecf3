"""A review or a call never hangs on who is gone: every working day somebody else is looked for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from members.models import Account, AffiliationKind, Enterprise, Industry, Notice, Role
from members.queries import working_calendar
from members.register import EnterpriseDraft, affiliate, register_enterprise
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.lifecycle import State
from requests_app.models import Event, Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.stages.completion.reviewing import accept_result, return_result
from requests_app.stages.sensing.corrections import link_enterprise
from tests.services.ending.acts import (
    PLEASED,
    act,
    answered,
    call,
    fire_due,
    fresh,
    machine,
    submit,
    timer_of,
)
from tests.services.ending.test_drawing import TUESDAY_CLOSE, gone, join, leave
from tests.services.ending.test_paths import change_item
from tests.town import MONDAY, SINCE, Town

DAY = timedelta(days=1)
WEDNESDAY_CLOSE, THURSDAY_CLOSE = TUESDAY_CLOSE + DAY, TUESDAY_CLOSE + 2 * DAY
FRIDAY_CLOSE, NEXT_MONDAY_CLOSE = TUESDAY_CLOSE + 3 * DAY, TUESDAY_CLOSE + 6 * DAY


@pytest.fixture
def in_review(town: Town, wage: Request) -> Request:
    submit(wage, town.street_handler)
    at = machine(wage)
    assert at.assignee == town.county_handler
    return at


def asked(request: Request, kind: str) -> int:
    return Event.objects.filter(request=request, kind=kind).count()


def told(template: str) -> list[str]:
    rows = Notice.objects.filter(template=template).order_by("pk")
    return list(rows.values_list("account__username", flat=True))


def another_firm(town: Town, *people: Account) -> Enterprise:
    draft = EnterpriseDraft(
        name="浔榆机械制造有限公司", short_name="浔榆机械", industry=Industry.MANUFACTURING
    )
    made = register_enterprise(draft=draft, actor=None, now=MONDAY)
    for account in people:
        affiliate(account=account, enterprise=made, kind=AffiliationKind.RELATIVE, from_on=SINCE)
    return made


# ---- nobody is left -----------------------------------------------------------------------------


def test_a_review_that_lost_its_reviewer_to_a_new_link_is_drawn_again(
    town: Town, in_review: Request
) -> None:
    """Re-linked to a firm that the unit's only signer is tied to: nobody could act for ever."""
    firm = another_firm(town, town.county_handler)
    fire_due(in_review, now=TUESDAY_CLOSE)  # reminded once; the clock has rung
    at = act(link_enterprise, in_review, firm.pk, actor=town.worker, now=TUESDAY_CLOSE)
    assert (at.state, at.assignee, at.assignee_unit) == (State.IN_REVIEW, None, town.county)
    fire_due(in_review, now=WEDNESDAY_CLOSE)
    assert fresh(in_review).assignee == town.street_tied  # who has no tie to this firm
    assert told("review.asked")[-1] == "cenqi"
    act(accept_result, in_review, actor=town.street_tied, now=WEDNESDAY_CLOSE)
    assert machine(in_review, now=WEDNESDAY_CLOSE).state == State.TO_CALL


def test_a_dropped_reviewer_is_replaced_at_the_first_ring(town: Town, in_review: Request) -> None:
    firm = another_firm(town, town.county_handler)
    act(link_enterprise, in_review, firm.pk, actor=town.worker)
    fire_due(in_review, now=TUESDAY_CLOSE)
    assert fresh(in_review).assignee == town.street_tied


def test_where_nobody_is_left_somebody_is_looked_for_every_working_day(
    town: Town, in_review: Request
) -> None:
    leave(town.county_handler, town.city_handler, town.worker, town.head)
    fire_due(in_review, now=TUESDAY_CLOSE)
    at = fresh(in_review)
    assert (at.assignee, at.assignee_unit) == (None, town.street)
    for day in (WEDNESDAY_CLOSE, THURSDAY_CLOSE, FRIDAY_CLOSE):
        assert fire_due(in_review, now=day - timedelta(seconds=1)) == []
        assert fire_due(in_review, now=day) != []
    still = fresh(in_review)
    assert (still.assignee, still.version) == (None, at.version)  # no page grows stale
    assert asked(in_review, "review.asked") == 2  # drawn, and once that nobody was left
    join(town, Role.HANDLER, "street")
    assert fire_due(in_review, now=FRIDAY_CLOSE + 2 * DAY) == []  # a Sunday
    fire_due(in_review, now=NEXT_MONDAY_CLOSE)
    assert fresh(in_review).assignee == town.stranger
    assert (asked(in_review, "review.asked"), told("review.asked")[-1]) == (3, "songyu")


def test_a_call_that_fell_back_to_an_empty_street_is_drawn_again(town: Town, wage: Request) -> None:
    answered(wage)
    leave(town.worker, town.head, town.county_handler, town.city_handler, town.street_tied)
    fire_due(wage, now=TUESDAY_CLOSE)
    at = fresh(wage)
    assert (at.state, at.assignee, at.assignee_unit) == (State.TO_CALL, None, town.street)
    join(town, Role.HANDLER, "street")
    fire_due(wage, now=WEDNESDAY_CLOSE)
    assert fresh(wage).assignee == town.stranger
    assert told("callback.asked")[-1] == "songyu"
    assert call(wage, PLEASED, now=WEDNESDAY_CLOSE).state == State.CLOSED


# ---- somebody leaves ----------------------------------------------------------------------------


def test_who_leaves_after_the_reminder_is_replaced_too(town: Town, in_review: Request) -> None:
    fire_due(in_review, now=TUESDAY_CLOSE)
    fire_due(in_review, now=WEDNESDAY_CLOSE)
    assert fresh(in_review).assignee == town.county_handler
    assert told("timer.review") == ["tanghe"]  # reminded once, not every day
    gone(town.county_handler, town, "left")
    fire_due(in_review, now=THURSDAY_CLOSE)
    assert fresh(in_review).assignee == town.city_handler


def test_the_new_one_is_asked_and_has_a_limit_of_their_own(town: Town, in_review: Request) -> None:
    for account, other, day in (
        (town.county_handler, town.city_handler, TUESDAY_CLOSE),
        (town.city_handler, town.head, WEDNESDAY_CLOSE),
    ):
        gone(account, town, "disabled")
        fire_due(in_review, now=day)
        assert fresh(in_review).assignee in {other, town.worker}
        assert told("review.asked")[-1] == fresh(in_review).assignee.username
        assert told("timer.review") == []  # their limit is not reached
        limits = Timer.objects.filter(request=in_review, rule=TimerRule.REVIEW, done_at=None)
        assert [each.due_at for each in limits] == [day + DAY]
    fire_due(in_review, now=THURSDAY_CLOSE)
    assert told("timer.review") == [fresh(in_review).assignee.username]


def test_a_caller_found_during_silence_is_asked_and_has_a_limit(town: Town, wage: Request) -> None:
    first = answered(wage).assignee
    assert first is not None
    end = timer_of(wage, TimerRule.SILENCE).due_at
    fire_due(wage, now=end - timedelta(seconds=1))
    gone(first, town, "left")
    assert fire_due(wage, now=end) == ["silence"]
    second = fresh(wage).assignee
    assert second in {town.worker, town.head} - {first}
    assert told("callback.asked")[-1] == second.username
    assert told("timer.silence") == []
    limit = Timer.objects.get(request=wage, rule=TimerRule.CALLBACK, done_at=None)
    assert limit.due_at == working_calendar(end).due_moment(end, 1).at
    assert timer_of(wage, TimerRule.SILENCE, done_at=None).level == 1


# ---- when the looking ends ----------------------------------------------------------------------


def looking(request: Request) -> bool:
    return Timer.objects.filter(request=request, rule=TimerRule.STAND_IN, done_at=None).exists()


def test_looking_ends_with_the_review_and_begins_anew_with_the_next(
    town: Town, in_review: Request
) -> None:
    fire_due(in_review, now=TUESDAY_CLOSE)
    assert looking(in_review) is True
    act(
        return_result,
        in_review,
        note="请补上到账凭证",
        actor=town.county_handler,
        now=TUESDAY_CLOSE,
    )
    assert looking(in_review) is False
    submit(in_review, town.street_handler, now=TUESDAY_CLOSE)
    machine(in_review, now=TUESDAY_CLOSE)
    fire_due(in_review, now=WEDNESDAY_CLOSE)
    assert looking(in_review) is True
    act(accept_result, in_review, actor=town.county_handler, now=WEDNESDAY_CLOSE)
    assert looking(in_review) is False
    machine(in_review, now=WEDNESDAY_CLOSE)
    fire_due(in_review, now=THURSDAY_CLOSE)
    assert looking(in_review) is True
    call(in_review, PLEASED, now=THURSDAY_CLOSE)
    assert looking(in_review) is False


@pytest.fixture
def _items_as_shipped() -> Iterator[None]:
    yield
    forget_catalogue()


@pytest.mark.usefixtures("_items_as_shipped")
def test_looking_ends_with_a_sampled_call(town: Town, wage: Request) -> None:
    assert wage.item is not None
    change_item(wage.item.code, callback="sample", callback_sample=100)
    submit(wage, town.street_handler)
    machine(wage)
    act(accept_result, wage, actor=town.county_handler)
    assert machine(wage).state == State.CLOSED
    fire_due(wage, now=TUESDAY_CLOSE)
    assert looking(wage) is True
    assert call(wage, PLEASED, now=TUESDAY_CLOSE).assignee_unit is None
    assert looking(wage) is False


def test_what_has_moved_on_ends_the_looking_in_silence(town: Town, in_review: Request) -> None:
    fire_due(in_review, now=TUESDAY_CLOSE)
    Request.objects.filter(pk=in_review.pk).update(state=State.SIGNED)
    seq = fresh(in_review).seq
    fire_due(in_review, now=WEDNESDAY_CLOSE)
    assert (fresh(in_review).seq, looking(in_review)) == (seq, False)
