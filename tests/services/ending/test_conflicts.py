"""Whoever had a hand in a request neither judges it nor asks the worker about it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Notice, Role
from members.queries import scope_of
from requests_app.alarms import tell_assignee
from requests_app.inbox import InboxAsk, View, count_views, read_inbox
from requests_app.lifecycle import State
from requests_app.models import Event, Request
from requests_app.queries import assigned_to, is_assigned, open_moves
from requests_app.reading_access import NotAllowed
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import may_write_down, rate_at_counter
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.sensing.corrections import correct_item
from tests.services.ending.acts import (
    PLEASED,
    TODAY,
    act,
    answered,
    ask,
    call,
    fresh,
    machine,
    reviewed,
    sign,
    submit,
)
from tests.services.ending.test_drawing import PEOPLE, join, leave
from tests.town import MONDAY, Town


@pytest.fixture
def moved_up(town: Town) -> Request:
    """A question that the station's worker signed for, found to be the street's to handle."""
    asked = ask(town)
    assert asked.handler == town.worker
    act(correct_item, asked, "WAGE-02", actor=town.head)
    assert machine(asked).holder == town.street
    signed = sign(asked, town.street_handler)
    assert (signed.handler, signed.former_handler) == (town.street_handler, None)
    return signed


def lying_with_nobody(request: Request, town: Town, *, unit: str) -> Request:
    Request.objects.filter(pk=request.pk).update(assignee=None, assignee_unit=getattr(town, unit))
    return fresh(request)


def takers(town: Town, request: Request) -> set[str]:
    """Return whose it is to review or call; row, condition, inbox and count must agree."""
    found = set()
    for who in PEOPLE:
        scope = scope_of(getattr(town, who), TODAY)
        is_theirs = is_assigned(scope, fresh(request))
        rows = Request.objects.filter(pk=request.pk)
        assert rows.filter(assigned_to(scope)).exists() is is_theirs, who
        page = read_inbox(
            scope, InboxAsk(view=View.MINE), accesses={}, now=MONDAY, soon_until=MONDAY
        )
        shown = [row for row in page.rows if row.pk == request.pk]
        assert bool(shown) is is_theirs, who
        assert [is_assigned(scope, row) for row in shown] == [is_theirs] * len(shown), who
        assert count_views(scope, now=MONDAY).views[View.MINE] == len(page.rows), who
        if is_theirs:
            found.add(who)
    return found


def told(request: Request) -> set[str]:
    Notice.objects.all().delete()
    tell_assignee(fresh(request), template="callback.asked", now=MONDAY)
    return set(Notice.objects.values_list("account__username", flat=True))


# ---- who signed for it in any round -------------------------------------------------------------


def test_who_signed_before_it_moved_up_does_not_call(town: Town, moved_up: Request) -> None:
    called = answered(moved_up)
    assert called.assignee == town.head


def test_who_signed_before_it_moved_up_does_not_review(town: Town, moved_up: Request) -> None:
    leave(town.county_handler, town.city_handler, town.head)
    submit(moved_up, town.street_handler)
    at = machine(moved_up)
    assert (at.assignee, at.assignee_unit) == (None, town.street)


def test_who_signed_before_it_moved_up_writes_down_no_opinion(
    town: Town, moved_up: Request
) -> None:
    answered(moved_up)
    for one in (town.worker, town.street_handler):
        assert may_write_down(fresh(moved_up), account_id=one.pk) is False
        with pytest.raises(NotAllowed):
            act(rate_at_counter, moved_up, PLEASED, actor=one)
    assert may_write_down(fresh(moved_up), account_id=town.head.pk) is True
    act(rate_at_counter, moved_up, PLEASED, actor=town.head)
    assert fresh(moved_up).state == State.CLOSED


def test_where_nobody_was_drawn_who_signed_before_is_left_out(
    town: Town, moved_up: Request
) -> None:
    submit(moved_up, town.street_handler)
    machine(moved_up)
    lying_with_nobody(moved_up, town, unit="station")
    assert takers(town, moved_up) == {"head"}
    assert told(moved_up) == {"heli"}
    moves = {
        who: open_moves(scope_of(getattr(town, who), TODAY), fresh(moved_up)) for who in PEOPLE
    }
    assert [who for who, codes in moves.items() if codes] == ["head"]
    with pytest.raises(NotAllowed):
        act(accept_result, moved_up, actor=town.worker)
    act(accept_result, moved_up, actor=town.head)


# ---- who reviewed it ----------------------------------------------------------------------------


def test_where_nobody_was_drawn_who_reviewed_does_not_call(town: Town, wage: Request) -> None:
    answered(wage)
    lying_with_nobody(wage, town, unit="county")
    assert takers(town, wage) == set()
    assert told(wage) == set()
    with pytest.raises(NotAllowed):
        act(record_call, wage, answer=PLEASED, actor=town.county_handler)
    join(town, Role.HANDLER, "county")
    assert takers(town, wage) == {"stranger"}
    assert told(wage) == {"songyu"}


def test_a_reviewer_may_review_again(town: Town, wage: Request) -> None:
    answered(wage)
    Request.objects.filter(pk=wage.pk).update(state=State.IN_REVIEW)
    lying_with_nobody(wage, town, unit="county")
    assert takers(town, wage) == {"county_handler"}


def test_where_only_the_reviewer_is_left_the_reviewer_calls(town: Town, wage: Request) -> None:
    """A station with one account, a street with another and nobody above must work."""
    submit(wage, town.street_handler)
    machine(wage)
    leave(town.head, town.city_handler, town.street_tied)
    Request.objects.filter(pk=wage.pk).update(registrar=town.worker)
    called = reviewed(wage)
    assert (called.state, called.assignee) == (State.TO_CALL, town.county_handler)
    because = Event.objects.filter(request=wage, kind="callback.asked").latest("seq").because
    assert because == [
        {"code": "only_reviewers"},
        {"code": "nobody_free", "unit": town.station.pk},
        {"code": "nobody_free", "unit": town.street.pk},
        {"code": "drawn", "unit": town.county.pk},
    ]
    assert takers(town, wage) == {"county_handler"}
    assert call(wage, PLEASED).closed_as == "heard"


def test_handler_and_registrar_do_not_call_though_nobody_is_left(
    town: Town, moved_up: Request
) -> None:
    submit(moved_up, town.street_handler)
    at = machine(moved_up)
    assert at.assignee == town.county_handler
    Request.objects.filter(pk=moved_up.pk).update(registrar=town.head)
    act(accept_result, moved_up, actor=town.county_handler)
    leave(town.county_handler, town.city_handler)
    at = machine(moved_up)
    assert (at.state, at.assignee, at.assignee_unit) == (State.TO_CALL, None, town.street)


# ---- lists --------------------------------------------------------------------------------------


def test_rows_nobody_was_drawn_for_cost_the_list_no_statement(town: Town, wage: Request) -> None:
    answered(wage)
    join(town, Role.HANDLER, "county")
    lying_with_nobody(wage, town, unit="county")
    scope = scope_of(town.stranger, TODAY)
    with CaptureQueriesContext(connection) as sent:
        page = read_inbox(scope, InboxAsk(), accesses={}, now=MONDAY, soon_until=MONDAY)
        assert [is_assigned(scope, row) for row in page.rows] == [True]
    assert len(sent) == 1
