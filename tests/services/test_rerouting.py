from datetime import timedelta

import pytest

from members.models import Account, AffiliationKind, Enterprise, Industry
from members.register import EnterpriseDraft, affiliate, register_enterprise
from requests_app.anchors import verify_chains
from requests_app.lifecycle import State
from requests_app.models import Event, Finding, Request, Timer
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.corrections import confirm_finding, correct_item
from tests.services.test_due import run_machine
from tests.services.test_intake import register
from tests.town import MONDAY, SINCE, Town

LATER = MONDAY + timedelta(hours=1)
QUESTION = "请问夜校瑜伽课怎么报名"


def asked(town: Town, **changes: object) -> Request:
    """Return a calm question that the station holds."""
    fields: dict[str, object] = {"story": QUESTION, "topic": "GROW"}
    request_id = register(town, **(fields | changes)).request_id
    run_machine(request_id)
    request = Request.objects.get(pk=request_id)
    assert (request.holder, request.needs_recusal) == (town.station, False)
    return request


def signed(request: Request, actor: Account) -> Request:
    return sign_for(request.pk, actor=actor, version=request.version, now=MONDAY)


def corrected(request: Request, item: str, actor: Account) -> Request:
    correct_item(request.pk, item, actor=actor, version=request.version, now=LATER)
    return Request.objects.get(pk=request.pk)


def open_rounds(request: Request) -> set[int]:
    return set(Timer.objects.filter(request=request, done_at=None).values_list("round", flat=True))


def test_a_higher_level_sends_a_signed_request_up_again(town: Town) -> None:
    before = asked(town)
    request = corrected(signed(before, town.worker), "WAGE-02", town.worker)
    assert (request.state, request.round) == (State.ACCEPTED, 2)
    assert (request.handler, request.holder, request.signed_at) == (None, None, None)
    assert open_rounds(request) == set()
    assert run_machine(request.pk, now=LATER) == 2
    again = Request.objects.get(pk=request.pk)
    assert (again.state, again.holder, again.level) == (State.DISPATCHED, town.street, "street")
    assert open_rounds(again) == {2}
    assert again.due_at != before.due_at
    assert again.original_due_at == before.original_due_at  # the first promise stays
    kinds = list(Event.objects.filter(request=again).order_by("seq").values_list("kind", flat=True))
    assert kinds[-4:] == [
        "item.corrected",
        "request.rerouted",
        "request.triaged",
        "request.dispatched",
    ]
    assert list(verify_chains()) == []


def test_an_unsigned_request_goes_up_as_well(town: Town) -> None:
    request = corrected(asked(town), "WAGE-02", town.worker)
    assert (request.state, request.round) == (State.ACCEPTED, 2)


def test_recusal_newly_needed_takes_it_from_a_tied_handler(town: Town) -> None:
    affiliate(
        account=town.worker,
        enterprise=town.restaurant,
        kind=AffiliationKind.ADVISER,
        from_on=SINCE,
    )
    request = signed(asked(town), town.worker)
    request = corrected(request, "WAGE-06", town.head)
    assert request.needs_recusal is True
    assert (request.state, request.handler) == (State.ACCEPTED, None)
    run_machine(request.pk, now=LATER)
    again = Request.objects.get(pk=request.pk)
    assert (again.state, again.handler) == (State.DISPATCHED, None)


def test_an_item_that_asks_for_nothing_more_stays_with_its_handler(town: Town) -> None:
    request = corrected(signed(asked(town), town.worker), "GROW-05", town.worker)
    assert (request.state, request.handler, request.round) == (State.SIGNED, town.worker, 1)
    assert open_rounds(request) == {1}


@pytest.fixture
def unclear(town: Town) -> tuple[Request, Finding]:
    """A wage case at the street whose employer may be one of two houses of the same name."""
    for name in ("云桥汀禾餐饮店一部", "云桥汀禾餐饮店二部"):
        register_enterprise(
            draft=EnterpriseDraft(name=name, short_name="云禾", industry=Industry.HOSPITALITY),
            actor=None,
            now=MONDAY,
        )
    request_id = register(town, employer="云禾").request_id
    run_machine(request_id)
    request = Request.objects.get(pk=request_id)
    finding = Finding.objects.filter(request=request, kind="enterprise").order_by("id").first()
    assert request.enterprise is None
    assert finding is not None
    return request, finding


def test_a_confirmed_enterprise_is_linked(town: Town, unclear: tuple[Request, Finding]) -> None:
    request, finding = unclear
    confirm_finding(request.pk, finding.pk, actor=town.street_handler, now=LATER)
    linked = Request.objects.get(pk=request.pk)
    assert linked.enterprise_id == finding.value["enterprise"]
    assert (linked.version, linked.state) == (request.version + 1, State.DISPATCHED)
    confirm_finding(request.pk, finding.pk, actor=town.street_handler, now=LATER)
    assert Request.objects.get(pk=request.pk).version == linked.version


def test_a_confirmed_enterprise_takes_it_from_a_tied_handler(
    town: Town, unclear: tuple[Request, Finding]
) -> None:
    request, finding = unclear
    signed(request, town.street_handler)
    affiliate(
        account=town.street_handler,
        enterprise=Enterprise.objects.get(pk=finding.value["enterprise"]),
        kind=AffiliationKind.ADVISER,
        from_on=SINCE,
    )
    confirm_finding(request.pk, finding.pk, actor=town.worker, now=LATER)
    linked = Request.objects.get(pk=request.pk)
    assert (linked.state, linked.handler) == (State.ACCEPTED, None)
    run_machine(request.pk, now=LATER)
    assert Request.objects.get(pk=request.pk).holder == town.street
