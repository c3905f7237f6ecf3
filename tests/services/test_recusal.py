"""Nobody tied to the employer gets a matter that asks for recusal, however it is written."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from members.models import Account, AffiliationKind, Enterprise, Industry, Notice
from members.queries import scope_of
from members.register import EnterpriseDraft, affiliate, register_enterprise
from requests_app import due
from requests_app.alarms import fire_timer
from requests_app.anchors import verify_chains
from requests_app.dossier import read_dossier
from requests_app.inbox import InboxAsk, View, count_views, read_inbox
from requests_app.lifecycle import State, Via
from requests_app.models import Event, Finding, Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import StaleRequest
from requests_app.parking import resume_request
from requests_app.people import are_tied, signer_ids
from requests_app.queries import may_move, visible_to
from requests_app.reading_access import NotAllowed
from requests_app.recusal import NOBODY, Shunned
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.corrections import (
    confirm_finding,
    correct_item,
    link_enterprise,
    settle_employer_unknown,
)
from tests.services.test_due import run_machine
from tests.services.test_intake import STORY, register
from tests.town import MONDAY, SINCE, Town

TODAY = MONDAY.date()
LATER = MONDAY + timedelta(hours=1)
SOON = MONDAY + timedelta(days=1)
WRITTEN = {
    "a wrong character": {"employer": "丁禾餐饮"},
    "pinyin": {"employer": "TINGHE"},
    "initials": {"employer": "thcy"},
    "in the story": {"employer": "", "story": f"我在汀禾端盘子。{STORY}"},
    "in no register": {"employer": "城北老李家常菜"},
    "not at all": {"employer": ""},
    "the neighbour in the story": {"employer": "", "story": f"隔壁浔榆机械都发了。{STORY}"},
}
GUESSED = ("a wrong character", "pinyin", "initials", "in the story")


@pytest.fixture
def factory(town: Town) -> Enterprise:
    """Another enterprise of the register, with the station's head for a relative."""
    draft = EnterpriseDraft(
        name="浔榆机械制造有限公司", short_name="浔榆机械", industry=Industry.MANUFACTURING
    )
    made = register_enterprise(draft=draft, actor=None, now=MONDAY)
    tie(town.head, made)
    return made


def tie(account: Account, enterprise: Enterprise) -> None:
    affiliate(account=account, enterprise=enterprise, kind=AffiliationKind.RELATIVE, from_on=SINCE)


def unsettled(town: Town, how: str = "in no register") -> Request:
    request_id = register(town, form_key=how, **WRITTEN[how]).request_id
    assert run_machine(request_id) == 3
    request = Request.objects.get(pk=request_id)
    assert (request.state, request.needs_recusal) == (State.DISPATCHED, True)
    assert request.employer_is_settled is False
    return request


def again(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def sees(account: Account, request: Request) -> bool:
    """Whether lists, counts and the request itself show it; they never disagree."""
    scope = scope_of(account, TODAY)
    page = read_inbox(scope, InboxAsk(), accesses={}, now=MONDAY, soon_until=SOON)
    listed = request.pk in [row.pk for row in page.rows]
    counted = count_views(scope, now=MONDAY).views[View.OPEN] == 1
    opened = read_dossier(scope, request.number) is not None
    assert listed == counted == opened
    return opened


def told(request: Request) -> set[str]:
    names = Notice.objects.filter(request_ref=request.pk).values_list("account__username")
    return {name for (name,) in names}


# ---- until somebody has settled it ----------------------------------------------------


@pytest.mark.parametrize("how", WRITTEN)
def test_whoever_has_a_tie_neither_sees_nor_signs_nor_is_told(
    town: Town, factory: Enterprise, how: str
) -> None:
    request = unsettled(town, how)
    assert request.holder == town.street
    for timer in Timer.objects.filter(request=request).order_by("due_at"):
        assert due.take_timer(timer.pk, via=Via.SWEEP, now=timer.due_at)
    assert told(request) == {"linyizhou"}
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [False, False]
    assert [sees(each, request) for each in (town.street_handler, town.worker)] == [True, True]
    with pytest.raises(Request.DoesNotExist):
        sign_for(request.pk, actor=town.street_tied, version=request.version, now=MONDAY)
    signed = sign_for(request.pk, actor=town.street_handler, version=request.version, now=MONDAY)
    assert signed.handler == town.street_handler


@pytest.mark.parametrize("how", GUESSED)
def test_the_restaurant_is_proposed_and_not_linked(town: Town, how: str) -> None:
    request = unsettled(town, how)
    assert request.enterprise is None
    proposed = Finding.objects.filter(request=request, kind="enterprise")
    assert [each.value["enterprise"] for each in proposed] == [town.restaurant.pk]


def test_a_name_in_the_story_alone_is_linked_and_settles_nothing(
    town: Town, factory: Enterprise
) -> None:
    request = unsettled(town, "the neighbour in the story")
    assert request.enterprise == factory
    assert sees(town.street_tied, request) is False


def test_the_senders_own_answer_settles_it(town: Town, factory: Enterprise) -> None:
    request_id = register(town).request_id
    run_machine(request_id)
    request = Request.objects.get(pk=request_id)
    assert (request.enterprise, request.employer_is_settled) == (town.restaurant, True)
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [False, True]


def test_a_matter_without_recusal_is_for_everybody(town: Town) -> None:
    request_id = register(town, story="请问夜校瑜伽课怎么报名", topic="GROW", employer="")
    run_machine(request_id.request_id)
    request = Request.objects.get(pk=request_id.request_id)
    assert (request.needs_recusal, request.employer_is_settled) == (False, False)
    assert sees(town.street_tied, request) is True


def test_a_unit_where_everybody_has_a_tie_is_passed_over(town: Town, factory: Enterprise) -> None:
    tie(town.street_handler, factory)
    request_id = register(town, **WRITTEN["in no register"]).request_id
    run_machine(request_id)
    assert Request.objects.get(pk=request_id).holder == town.county


def test_a_tie_that_has_ended_shuts_nobody_out(town: Town) -> None:
    request = unsettled(town)
    town.street_tied.affiliations.update(to_on=TODAY - timedelta(days=1))
    assert sees(town.street_tied, request) is True


def test_where_nobody_is_free_it_is_parked_and_goes_on_once_it_is_settled(
    town: Town, factory: Enterprise
) -> None:
    for account in (town.street_handler, town.county_handler, town.city_handler):
        tie(account, factory)
    request_id = register(town, **WRITTEN["in no register"]).request_id
    run_machine(request_id)
    parked = Request.objects.get(pk=request_id)
    assert (parked.state, parked.parked_reason) == (State.TRIAGED, "NobodyFree")
    settle_employer_unknown(parked.pk, actor=town.worker, version=parked.version, now=LATER)
    resume_request(parked.pk, actor=town.worker, now=LATER)
    assert run_machine(parked.pk, now=LATER) == 1
    assert again(parked).holder == town.street


# ---- words of danger ------------------------------------------------------------------


def test_an_alarm_goes_at_once_to_those_without_a_tie(town: Town, factory: Enterprise) -> None:
    request_id = register(town, story="我不想活了，工资一直没发").request_id
    assert told(Request.objects.get(pk=request_id)) == {"zhoumin"}


def test_an_alarm_climbs_where_everybody_has_a_tie(town: Town, factory: Enterprise) -> None:
    tie(town.worker, factory)
    request_id = register(town, story="我不想活了，工资一直没发").request_id
    assert told(Request.objects.get(pk=request_id)) == {"linyizhou"}


# ---- after somebody has settled it ----------------------------------------------------


def test_linked_to_the_restaurant_only_its_people_stay_out(town: Town, factory: Enterprise) -> None:
    request = unsettled(town, "a wrong character")
    linked = link_enterprise(
        request.pk,
        town.restaurant.pk,
        actor=town.street_handler,
        version=request.version,
        now=LATER,
    )
    assert (linked.enterprise, linked.employer_is_settled) == (town.restaurant, True)
    assert (linked.version, linked.state) == (request.version + 1, State.DISPATCHED)
    event = Event.objects.get(request=request, kind="employer.linked")
    assert (event.actor, event.via) == (town.street_handler, "person")
    assert event.data == {"enterprise": town.restaurant.pk, "from": None}
    finding = Finding.objects.get(request=request, kind="enterprise")
    assert (finding.confirmed_by, finding.confirmed_at) == (town.street_handler, LATER)
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [False, True]
    assert list(verify_chains()) == []


def test_linked_to_another_enterprise_the_others_come_back(town: Town, factory: Enterprise) -> None:
    request = unsettled(town, "pinyin")
    link_enterprise(request.pk, factory.pk, actor=town.worker, version=request.version, now=LATER)
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [True, False]
    signed = sign_for(request.pk, actor=town.street_tied, version=request.version + 1, now=LATER)
    assert signed.handler == town.street_tied


def test_in_no_register_everybody_comes_back(town: Town, factory: Enterprise) -> None:
    request = unsettled(town)
    settled = settle_employer_unknown(
        request.pk, actor=town.street_handler, version=request.version, now=LATER
    )
    assert (settled.enterprise, settled.employer_is_settled) == (None, True)
    assert settled.version == request.version + 1
    event = Event.objects.get(request=request, kind="employer.unlisted")
    assert (event.actor, event.data) == (town.street_handler, {"from": None})
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [True, True]
    assert list(verify_chains()) == []


def test_a_confirmed_finding_settles_what_the_story_named(town: Town, factory: Enterprise) -> None:
    request = unsettled(town, "the neighbour in the story")
    finding = Finding.objects.get(request=request, kind="enterprise", code="text")
    confirm_finding(request.pk, finding.pk, actor=town.worker, now=LATER)
    settled = again(request)
    assert (settled.enterprise, settled.employer_is_settled) == (factory, True)
    assert settled.version == request.version + 1
    assert [sees(each, request) for each in (town.street_tied, town.head)] == [True, False]


def test_a_wrong_link_is_taken_back(town: Town, factory: Enterprise) -> None:
    request_id = register(town).request_id
    run_machine(request_id)
    request = Request.objects.get(pk=request_id)
    link_enterprise(request.pk, factory.pk, actor=town.worker, version=request.version, now=LATER)
    assert sees(town.street_tied, request) is True
    settle_employer_unknown(request.pk, actor=town.worker, version=request.version + 1, now=LATER)
    assert again(request).enterprise is None
    assert Event.objects.get(request=request, kind="employer.unlisted").data == {"from": factory.pk}


def test_a_link_takes_it_from_a_handler_tied_since(town: Town, factory: Enterprise) -> None:
    request = unsettled(town)
    sign_for(request.pk, actor=town.street_handler, version=request.version, now=MONDAY)
    tie(town.street_handler, factory)
    link_enterprise(
        request.pk, factory.pk, actor=town.worker, version=request.version + 1, now=LATER
    )
    rerouted = again(request)
    assert (rerouted.state, rerouted.handler, rerouted.round) == (State.ACCEPTED, None, 2)
    run_machine(request.pk, now=LATER)
    assert again(request).holder == town.street  # the restaurant's adviser may sign now


def test_who_was_drawn_to_review_lets_go_of_it_when_tied(town: Town, factory: Enterprise) -> None:
    request = unsettled(town)
    tie(town.county_handler, factory)
    drawn = {"assignee": town.county_handler, "assignee_unit": town.county}
    fields = {"needs_recusal": False, "stage": "completion", "state": "in_review", **drawn}
    Request.objects.filter(pk=request.pk).update(**fields)
    timer = Timer.objects.create(request=request, rule=TimerRule.REVIEW, due_at=LATER)
    question = again(request)
    fire_timer(timer, question, via=Via.SWEEP, now=LATER)
    assert told(request) == {"linyizhou", "tanghe"}  # a question: no tie matters
    Request.objects.filter(pk=request.pk).update(needs_recusal=True)
    Notice.objects.all().delete()
    fire_timer(timer, again(request), via=Via.SWEEP, now=LATER)
    assert told(request) == set()  # a complaint about nobody knows whom
    version = again(request).version
    link_enterprise(request.pk, factory.pk, actor=town.worker, version=version, now=LATER)
    assert (again(request).assignee, again(request).assignee_unit) == (None, town.county)


def test_recusal_newly_needed_shuts_everybody_tied_out(town: Town, factory: Enterprise) -> None:
    made = register(town, story="请问夜校瑜伽课怎么报名", topic="GROW", employer="")
    run_machine(made.request_id)
    request = Request.objects.get(pk=made.request_id)
    signed = sign_for(request.pk, actor=town.head, version=request.version, now=MONDAY)
    correct_item(request.pk, "WAGE-06", actor=town.worker, version=signed.version, now=LATER)
    shut = again(request)
    assert (shut.needs_recusal, shut.state, shut.handler) == (True, State.ACCEPTED, None)
    assert sees(town.head, request) is False


# ---- who may settle it, and what is refused -------------------------------------------


def test_saying_the_same_again_changes_nothing(town: Town) -> None:
    request = unsettled(town)
    for _ in range(2):
        linked = link_enterprise(
            request.pk,
            town.restaurant.pk,
            actor=town.worker,
            version=request.version,
            now=LATER,
        )
    for _ in range(2):
        unlisted = settle_employer_unknown(
            request.pk, actor=town.worker, version=linked.version, now=LATER
        )
    assert unlisted.version == request.version + 2
    assert Event.objects.filter(request=request, kind__startswith="employer.").count() == 2


def test_an_old_page_settles_nothing(town: Town) -> None:
    request = unsettled(town)
    old = request.version - 1
    with pytest.raises(StaleRequest):
        link_enterprise(request.pk, town.restaurant.pk, actor=town.worker, version=old, now=LATER)
    with pytest.raises(StaleRequest):
        settle_employer_unknown(request.pk, actor=town.worker, version=old, now=LATER)
    assert again(request).employer_is_settled is False


def test_nothing_is_settled_before_the_words_are_read(town: Town) -> None:
    request = Request.objects.get(pk=register(town).request_id)
    with pytest.raises(NotAllowed):
        link_enterprise(request.pk, town.restaurant.pk, actor=town.worker, version=1, now=MONDAY)
    with pytest.raises(NotAllowed):
        settle_employer_unknown(request.pk, actor=town.worker, version=1, now=MONDAY)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("street_tied", Request.DoesNotExist),
        ("head", Request.DoesNotExist),  # tied to another one
        ("stranger", Request.DoesNotExist),
        ("auditor", NotAllowed),
        ("county_handler", NotAllowed),
    ],
)
def test_who_may_not_settle(
    town: Town, factory: Enterprise, who: str, refusal: type[Exception]
) -> None:
    request, actor = unsettled(town), getattr(town, who)
    with pytest.raises(refusal):
        link_enterprise(request.pk, factory.pk, actor=actor, version=request.version, now=LATER)
    with pytest.raises(refusal):
        settle_employer_unknown(request.pk, actor=actor, version=request.version, now=LATER)
    assert again(request).employer_is_settled is False


def test_whoever_has_a_tie_settles_nothing_where_recusal_is_not_asked_for_either(
    town: Town, factory: Enterprise
) -> None:
    """Otherwise the tied could settle a question that somebody later finds to be a complaint."""
    made = register(town, story="请问夜校瑜伽课怎么报名", topic="GROW", employer="thcy")
    run_machine(made.request_id)
    request = Request.objects.get(pk=made.request_id)
    finding = Finding.objects.get(request=request, kind="enterprise")
    for attempt in (
        lambda: confirm_finding(request.pk, finding.pk, actor=town.head, now=LATER),
        lambda: settle_employer_unknown(
            request.pk, actor=town.head, version=request.version, now=LATER
        ),
        lambda: link_enterprise(
            request.pk, factory.pk, actor=town.head, version=request.version, now=LATER
        ),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert again(request).employer_is_settled is False
    assert Finding.objects.get(pk=finding.pk).confirmed_at is None


def test_an_enterprise_out_of_business_is_not_linked(town: Town, factory: Enterprise) -> None:
    request = unsettled(town)
    Enterprise.objects.filter(pk=factory.pk).update(is_active=False)
    for enterprise_id in (factory.pk, 10**9):
        with pytest.raises(Enterprise.DoesNotExist):
            link_enterprise(
                request.pk,
                enterprise_id,
                actor=town.worker,
                version=request.version,
                now=LATER,
            )


# ---- one answer for all ---------------------------------------------------------------


def combinations(town: Town, factory: Enterprise) -> Iterator[dict[str, object]]:
    for needs, settled, enterprise in product(
        (True, False), (True, False), (None, town.restaurant.pk, factory.pk)
    ):
        yield {
            "needs_recusal": needs,
            "employer_is_settled": settled,
            "enterprise_id": enterprise,
        }


def test_row_list_signers_and_ties_give_one_answer(town: Town, factory: Enterprise) -> None:
    request = unsettled(town)
    both = town.street_handler
    people = {town.street_tied: {town.restaurant.pk}, both: set()}
    answers = set()
    for ties in (set(), {factory.pk}):
        if ties:
            tie(both, factory)
            people[both] = ties
        for fields in combinations(town, factory):
            Request.objects.filter(pk=request.pk).update(**fields)
            row = again(request)
            for account, known in people.items():
                stands_aside = row.shunned.includes(known)
                scope = scope_of(account, TODAY)
                free = signer_ids(town.street.pk, shunned=row.shunned, now=MONDAY)
                assert visible_to(scope).filter(pk=row.pk).exists() is not stands_aside, fields
                assert (account.pk in free) is not stands_aside, fields
                assert may_move(scope, row, "sign_for") is not stands_aside, fields
                assert are_tied([account.pk], row.shunned, now=MONDAY) is stands_aside, fields
                answers.add((account.pk, frozenset(known), stands_aside))
    assert len(answers) == 5  # somebody without a tie never stands aside, the others both ways


def test_an_answer_that_names_nobody_shuts_nobody_out(town: Town) -> None:
    everyone = signer_ids(town.street.pk, shunned=NOBODY, now=MONDAY)
    assert everyone == signer_ids(town.street.pk, shunned=Shunned(frozenset({10**9})), now=MONDAY)
    assert set(everyone) == {town.street_handler.pk, town.street_tied.pk}
