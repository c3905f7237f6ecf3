from datetime import timedelta

import pytest

from members.models import Account, AffiliationKind, Role, Unit
from members.queries import scope_of
from members.register import affiliate, assign_role
from members.scope import Scope
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.models import Request
from requests_app.queries import accesses_of, may_move, open_moves, visible_to
from requests_app.queries import may_read_words as decide_reading
from requests_app.stages.routing.service import sign_for
from tests.services.test_due import run_machine
from tests.services.test_intake import register
from tests.town import MONDAY, Town

TODAY = MONDAY.date()
HARASSMENT = "车间主任经常碰我的腰和手，还发露骨信息，我不敢说，这是性骚扰。"
STAFF_COMPLAINT = "投诉你们窗口的工作人员态度恶劣，推来推去，不作为。"


def settled(town: Town, **changes: object) -> Request:
    request_id = register(town, form_key=str(changes), **changes).request_id
    run_machine(request_id)
    return Request.objects.get(pk=request_id)


def may_read_words(scope: Scope, request: Request) -> bool:
    return decide_reading(scope, request, accesses_of(current_catalogue(TODAY)))


def flagged(town: Town, *flags: str, holder: Unit | None = None) -> Request:
    """A request with these flags and no other, waiting at a unit; at the station if none."""
    request = settled(town)
    request.flags, request.holder = list(flags), holder or town.station
    request.save(update_fields=["flags", "holder"])
    return request


def sees(account: Account, request: Request) -> bool:
    scope = scope_of(account, TODAY)
    listed = visible_to(scope).filter(pk=request.pk).exists()
    assert listed == (visible_to(scope).filter(pk=request.pk).count() == 1)
    return listed


@pytest.mark.parametrize(
    ("who", "visible"),
    [
        ("worker", True),  # its own area raised it
        ("head", True),
        ("street_handler", True),
        ("street_tied", False),
        ("county_handler", True),
        ("city_handler", True),
        ("auditor", True),
        ("stranger", False),
        ("system_admin", False),
    ],
)
def test_who_sees_the_wage_case(town: Town, who: str, visible: bool) -> None:
    assert sees(getattr(town, who), settled(town)) is visible


def test_a_tie_hides_only_what_asks_for_recusal(town: Town) -> None:
    question = settled(town, story="请问夜校瑜伽课怎么报名", topic="GROW")
    assert question.needs_recusal is False
    assert question.enterprise == town.restaurant
    assert sees(town.street_tied, question) is True


def test_a_tie_that_has_ended_hides_nothing(town: Town) -> None:
    request = settled(town)
    tie = town.street_tied.affiliations.get()
    tie.to_on = TODAY - timedelta(days=1)
    tie.save()
    assert sees(town.street_tied, request) is True


def test_an_ended_role_sees_nothing(town: Town) -> None:
    request = settled(town)
    role = town.worker.role_assignments.get()
    role.to_on = TODAY - timedelta(days=1)
    role.save()
    assert sees(town.worker, request) is False


def test_a_disabled_account_sees_nothing(town: Town) -> None:
    request = settled(town)
    town.worker.is_active = False
    town.worker.save()
    assert sees(town.worker, request) is False


def test_a_complaint_about_union_staff_is_hidden_from_their_station(town: Town) -> None:
    complaint = settled(town, story=STAFF_COMPLAINT, employer="")
    assert "official" in complaint.flags
    assert complaint.holder == town.street
    assert sees(town.worker, complaint) is False
    assert sees(town.head, complaint) is False
    assert sees(town.street_handler, complaint) is True


def test_named_words_are_for_the_holders_signers_then_for_the_handler_alone(town: Town) -> None:
    request = settled(town, story=HARASSMENT, employer="")
    assert "harassment" in request.flags
    readers = {
        who: may_read_words(scope_of(getattr(town, who), TODAY), request)
        for who in ("worker", "street_handler", "street_tied", "county_handler", "auditor")
    }
    assert readers == {
        "worker": False,
        "street_handler": True,
        "street_tied": True,  # signs at the street; that the row stays unseen is another rule
        "county_handler": False,
        "auditor": False,
    }
    signed = sign_for(request.pk, actor=town.street_handler, version=request.version, now=MONDAY)
    assert may_read_words(scope_of(town.street_handler, TODAY), signed) is True
    assert may_read_words(scope_of(town.street_tied, TODAY), signed) is False


def test_unflagged_words_are_for_all_who_see_the_request(town: Town) -> None:
    assert may_read_words(scope_of(town.auditor, TODAY), settled(town)) is True


@pytest.mark.parametrize("flag", ["violence", "minor", "medical"])
def test_restricted_words_are_for_the_staff_of_holder_and_station(town: Town, flag: str) -> None:
    request = flagged(town, flag, holder=town.street)
    readers = {
        who: may_read_words(scope_of(getattr(town, who), TODAY), request)
        for who in ("worker", "head", "street_handler", "county_handler", "auditor", "stranger")
    }
    assert readers == {
        "worker": True,
        "head": True,
        "street_handler": True,
        "county_handler": False,
        "auditor": False,
        "stranger": False,
    }


def test_words_about_staff_are_never_for_their_station(town: Town) -> None:
    request = flagged(town, "official", holder=town.street)
    assert may_read_words(scope_of(town.street_handler, TODAY), request) is True
    assert may_read_words(scope_of(town.worker, TODAY), request) is False
    assert may_read_words(scope_of(town.auditor, TODAY), request) is False
    request.holder = town.station
    assert may_read_words(scope_of(town.worker, TODAY), request) is False


def test_a_registrar_reads_restricted_words_but_not_named_ones(town: Town) -> None:
    assign_role(
        account=town.stranger,
        role=Role.REGISTRAR,
        unit=town.station,
        from_on=TODAY,
        actor=None,
        now=MONDAY,
    )
    scope = scope_of(town.stranger, TODAY)
    assert may_read_words(scope, flagged(town, "medical", holder=town.street)) is True


def test_the_strictest_flag_decides_and_an_unknown_one_is_strict(town: Town) -> None:
    scope = scope_of(town.worker, TODAY)
    request = flagged(town, "mass", "minor", holder=town.street)
    for flags, may in (
        (["mass"], True),
        (["mass", "minor"], True),
        (["minor", "official"], False),
        (["minor", "harassment"], False),
        (["a flag of last year"], False),
    ):
        request.flags = flags
        assert may_read_words(scope, request) is may, flags


def test_a_button_is_drawn_for_those_who_may_press_it(town: Town) -> None:
    request = settled(town)
    buttons = {
        who: open_moves(scope_of(getattr(town, who), TODAY), request)
        for who in ("worker", "street_handler", "street_tied", "auditor")
    }
    assert buttons == {
        "worker": [],
        "street_handler": ["sign_for"],
        "street_tied": [],
        "auditor": [],
    }


def test_no_person_makes_a_machines_move(town: Town) -> None:
    request = Request.objects.get(pk=register(town).request_id)
    request.holder = town.street
    scope = scope_of(town.street_handler, TODAY)
    assert not any(may_move(scope, request, code) for code in ("sense", "triage", "dispatch"))


def test_a_parked_complaint_about_union_staff_is_seen_above_the_station(town: Town) -> None:
    complaint = settled(town, story=STAFF_COMPLAINT, employer="")
    Request.objects.filter(pk=complaint.pk).update(holder=None, parked_at=MONDAY)
    assert sees(town.auditor, complaint) is True
    assert sees(town.city_handler, complaint) is True
    assert sees(town.head, complaint) is False


def test_words_of_danger_are_read_by_those_who_were_told(town: Town) -> None:
    request_id = register(town, story="我不想活了，工资一直没发").request_id
    request = Request.objects.get(pk=request_id)
    assert "self_harm" in request.flags
    assert may_read_words(scope_of(town.worker, TODAY), request) is True
    assert may_read_words(scope_of(town.street_handler, TODAY), request) is False


def test_whoever_has_a_tie_waits_until_the_text_has_been_read(town: Town) -> None:
    affiliate(
        account=town.worker,
        enterprise=town.restaurant,
        kind=AffiliationKind.RELATIVE,
        from_on=TODAY,
    )
    question = register(town, story="请问夜校瑜伽课怎么报名", topic="GROW", employer="")
    request = Request.objects.get(pk=question.request_id)
    assert sees(town.worker, request) is False
    assert sees(town.head, request) is True
    run_machine(request.pk)
    assert sees(town.worker, Request.objects.get(pk=request.pk)) is True
