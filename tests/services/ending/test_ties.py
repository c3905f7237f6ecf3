"""Nobody tied to the linked employer judges or calls, also where the item asks for no recusal."""

import pytest

from members.models import Account, AffiliationKind, Notice, Role
from members.queries import scope_of
from members.register import affiliate
from requests_app.alarms import tell_assignee
from requests_app.models import Request
from requests_app.queries import assigned_to, is_assigned
from requests_app.reading_access import NotAllowed, unmask
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.sensing.corrections import link_enterprise
from tests.services.ending.acts import (
    PLEASED,
    TODAY,
    act,
    answered,
    fresh,
    machine,
    submit,
)
from tests.services.ending.test_drawing import join
from tests.town import MONDAY, SINCE, Town


@pytest.fixture
def calm(wage: Request) -> Request:
    """The wage case as if its item asked nobody to stand aside; the restaurant is linked."""
    Request.objects.filter(pk=wage.pk).update(needs_recusal=False)
    assert fresh(wage).enterprise is not None
    return fresh(wage)


def tie(account: Account, town: Town) -> None:
    kind = AffiliationKind.RELATIVE
    affiliate(account=account, enterprise=town.restaurant, kind=kind, from_on=SINCE)


def is_theirs(account: Account, request: Request) -> bool:
    scope = scope_of(account, TODAY)
    answer = is_assigned(scope, fresh(request))
    assert Request.objects.filter(assigned_to(scope), pk=request.pk).exists() is answer
    return answer


def told(request: Request) -> set[str]:
    Notice.objects.all().delete()
    tell_assignee(fresh(request), template="callback.asked", now=MONDAY)
    return set(Notice.objects.values_list("account__username", flat=True))


def test_the_review_passes_over_whoever_is_tied(town: Town, calm: Request) -> None:
    submit(calm, town.street_handler)
    assert machine(calm).assignee == town.county_handler  # nobody at the street but its adviser


def test_the_caller_drawn_may_see_the_number_to_call(town: Town, calm: Request) -> None:
    tie(town.worker, town)
    called = answered(calm)
    assert called.assignee == town.head
    shown = unmask(calm.pk, actor=town.head, reason="回访需要打电话", now=MONDAY)
    assert shown.phone == "13812345678"


def test_somebody_drawn_and_tied_since_neither_acts_nor_is_told(town: Town, calm: Request) -> None:
    caller = answered(calm).assignee
    assert caller == town.worker
    assert (is_theirs(town.worker, calm), told(calm)) == (True, {"zhoumin"})
    tie(town.worker, town)
    assert is_theirs(town.worker, calm) is False
    assert "zhoumin" not in told(calm)
    with pytest.raises(NotAllowed):
        act(record_call, calm, answer=PLEASED, actor=town.worker)


def test_where_nobody_was_drawn_the_tied_are_left_out(town: Town, calm: Request) -> None:
    join(town, Role.HANDLER, "street")
    submit(calm, town.street_handler)
    machine(calm)
    Request.objects.filter(pk=calm.pk).update(assignee=None, assignee_unit=town.street)
    people = (town.stranger, town.street_tied, town.street_handler)
    assert [is_theirs(each, calm) for each in people] == [True, False, False]
    assert told(calm) == {"songyu"}
    with pytest.raises(NotAllowed):
        act(accept_result, calm, actor=town.street_tied)


def test_a_link_takes_the_review_from_whoever_is_tied_to_it(town: Town, calm: Request) -> None:
    tie(town.county_handler, town)
    Request.objects.filter(pk=calm.pk).update(enterprise=None, employer_is_settled=False)
    submit(calm, town.street_handler)
    Request.objects.filter(pk=calm.pk).update(registrar=town.street_tied)
    assert machine(calm).assignee == town.county_handler
    linked = act(link_enterprise, calm, town.restaurant.pk, actor=town.head)
    assert (linked.assignee, linked.assignee_unit) == (None, town.county)
