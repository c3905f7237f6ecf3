"""The demo station: exact figures, every state, sealed from the first row, made once."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum
from pytest_django import DjangoDbBlocker, Settings

from members.due import database_now
from members.models import (
    Account,
    Affiliation,
    Employment,
    Enterprise,
    Member,
    ServiceArea,
    Union,
    UnionKind,
    Unit,
)
from members.numbers import check_credit_code, check_resident_id, normalise_phone
from members.privacy import find_identifiers
from members.queries import forget_calendar, scope_of, station_of, working_calendar
from members.workdays import SHANGHAI
from requests_app.anchors import verify_chains
from requests_app.catalogue.snapshot import (
    current_catalogue,
    default_catalogue,
    forget_catalogue,
    item_terms,
)
from requests_app.due import take_step
from requests_app.inbox import InboxAsk, read_inbox
from requests_app.lifecycle import State, Via
from requests_app.models import (
    CallAttempt,
    Event,
    Identity,
    Rating,
    Request,
    RequestKey,
    Review,
    Settlement,
)
from requests_app.parking import resume_request
from requests_app.queries import accesses_of, visible_to
from requests_app.sealing import RequestVault
from requests_app.stages.sensing.intake import lookup_hash
from resources.models import Offer, Post, Programme, Wish
from station.accounts.totp import code_at
from station.devkit.demo.card import current_code
from station.devkit.demo.enterprises import CAST, FAR_CAST, Organised, plan_enterprises
from station.devkit.demo.history import SIGNED_ENDS, STOPPED_AFTER
from station.devkit.demo.names import credit_code, phone_number, resident_id
from station.devkit.demo.people import PARTS, PASSWORD
from station.devkit.demo.size import FULL, SMALL
from station.devkit.demo.stories import read_stories
from station.devkit.demo.usual import usual_stories
from station.management.commands.run import demo_lines

Card = dict[str, Any]

# Each test runs in a savepoint inside the transaction of the filling.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def card(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Card]:
    """Fill the small demo once for all tests here, in a transaction that is never committed."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "demo.json"
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("DEMO", "small")
        patch.setattr(django_settings, "MEDIA_ROOT", str(folder))
        with transaction.atomic():
            _forget()
            call_command("fill_demo", known_passwords=True, card=path, stdout=StringIO())
            yield {"path": path, **json.loads(path.read_text(encoding="utf-8"))}
            transaction.set_rollback(True)
    _forget()


def _forget() -> None:
    forget_catalogue()
    forget_calendar()


def reference(card: Card) -> Request:
    return Request.objects.get(number=card["lookup"]["number"])


# ---- figures ------------------------------------------------------------------------


def test_the_whole_station_has_the_figures_of_the_source() -> None:
    plans = plan_enterprises(Random(1), FULL)
    here = [plan for plan in plans if plan.community >= 0]
    assert len(here) == 2_173
    assert sum(plan.members for plan in plans) == 10_087
    assert Counter(plan.organised for plan in here)[Organised.SINGLE] == 60
    assert {plan.community for plan in here} == {0, 1, 2, 3}
    assert all(plan.members <= plan.headcount for plan in here)
    assert len({plan.name for plan in plans}) == len(plans)
    assert len({plan.short_name for plan in plans}) == len(plans)


def test_numbers_have_the_right_form_and_no_owner() -> None:
    assert check_credit_code(credit_code(7)) == credit_code(7)
    birth = datetime(1990, 2, 3, tzinfo=SHANGHAI).date()
    assert check_resident_id(resident_id(birth, 8, is_male=True))[:6] == "990101"
    assert normalise_phone(phone_number(9)) == "16000000010"


def test_the_small_demo_has_its_counts(card: Card) -> None:
    station = Unit.objects.get(code="YQ")
    served = Enterprise.objects.filter(community__service_areas__station=station)
    assert served.count() == SMALL.enterprises == 50
    assert Enterprise.objects.count() == SMALL.enterprises + SMALL.neighbours
    assert Member.objects.count() == SMALL.members
    assert Employment.objects.filter(to_on=None).count() == SMALL.members
    assert Employment.objects.exclude(to_on=None).count() == SMALL.earlier_jobs
    assert Counter(Union.objects.filter(code__startswith="YQ").values_list("kind", flat=True)) == {
        UnionKind.STREET: 1,
        UnionKind.COMMUNITY_FEDERATION: 2,
        UnionKind.COMMUNITY_JOINT: 2,
        UnionKind.ENTERPRISE_SINGLE: SMALL.single_unions,
    }
    assert ServiceArea.objects.filter(station=station).count() == 4 + SMALL.single_unions
    assert (Post.objects.count(), Programme.objects.count(), Wish.objects.count()) == (9, 28, 10)
    assert Offer.objects.values("enterprise").distinct().count() == Offer.objects.count() == 44
    assert Unit.objects.count() == 6


def test_every_enterprise_is_served_by_its_own_station(card: Card) -> None:
    today = database_now().astimezone(SHANGHAI).date()
    codes = dict(Unit.objects.values_list("pk", "code"))
    restaurant = Enterprise.objects.get(name="汀禾餐饮管理有限公司")
    builder = Enterprise.objects.get(name="澧柏建设工程有限公司")
    assert codes[station_of(restaurant, on=today) or 0] == "YQ"
    assert codes[station_of(builder, on=today) or 0] == "YH"
    assert restaurant.union is not None
    assert restaurant.union.kind == UnionKind.COMMUNITY_JOINT


# ---- requests -----------------------------------------------------------------------


def test_every_state_is_there_and_one_request_is_parked(card: Card) -> None:
    rows = Request.objects.values_list("state", flat=True)
    assert set(rows) == {state.value for state in State}
    parked = Request.objects.get(parked_at__isnull=False)
    assert parked.parked_reason == "NobodyFree"
    usual = usual_stories(Random(1), every=SMALL.usual_every)
    assert rows.count() == len(read_stories(only_core=True)) + len(usual)


def test_the_whole_station_has_about_three_hundred_requests() -> None:
    usual = usual_stories(Random(1), every=FULL.usual_every)
    assert 290 <= len(read_stories(only_core=False)) + len(usual) <= 330
    ends = Counter(story.end for story in usual)
    assert ends["closed"] > len(usual) / 2
    assert min(ends["unreached"], ends["reworked"], ends["in_review"], ends["to_call"]) > 0


def test_a_wage_matter_is_paid_to_the_last_and_closed(card: Card) -> None:
    paid = Sum("instalments__payments__amount_fen")
    settled = Settlement.objects.annotate(paid=paid).select_related("request")
    whole = [row for row in settled if row.request.state == State.CLOSED]
    assert max(row.people for row in whole) == 20
    assert all(vars(row)["paid"] == row.agreed_fen for row in whole)
    late = [row for row in settled if row.request.state == State.SIGNED]
    assert late
    assert all(vars(row)["paid"] < row.agreed_fen for row in late)
    warned = Event.objects.filter(kind="timer.fired", data__rule="instalment")
    assert {event.request_id for event in warned} == {row.request_id for row in late}


def test_nobody_judged_or_called_about_their_own_work(card: Card) -> None:
    for review in Review.objects.select_related("result__request"):
        request = review.result.request
        assert review.reviewer_id not in {review.result.submitted_by_id, request.registrar_id}
    for call in CallAttempt.objects.select_related("result"):
        assert call.caller_id != call.result.submitted_by_id


def test_requests_end_in_every_way(card: Card) -> None:
    closed = Request.objects.filter(state=State.CLOSED)
    assert set(closed.values_list("closed_as", flat=True)) == {"heard", "answered", "unreached"}
    assert closed.filter(reworks=1).exists()
    sources = set(Rating.objects.values_list("source", flat=True))
    assert {"link", "call"} <= sources


def test_every_class_of_matters_occurs(card: Card) -> None:
    items = {item_terms(pk) for pk in Request.objects.values_list("item", flat=True) if pk}
    found = {item.class_code for item in items if item}
    found |= set(Request.objects.filter(item=None).values_list("topic", flat=True))
    assert found == {each.code for each in default_catalogue().classes}


def test_lights_and_limits_fell_due_at_their_moments(card: Card) -> None:
    fired = Event.objects.filter(kind="timer.fired")
    rules = {event.data["rule"] for event in fired}
    assert rules >= {"sign_for", "light_yellow", "light_red", "step", "instalment"}
    now = database_now()
    overdue = Request.objects.filter(due_at__lt=now, signed_at__isnull=False)
    assert overdue.exists()
    assert not Event.objects.filter(at__gt=now).exists()


def test_due_rows_are_left_for_the_worker(card: Card) -> None:
    now = database_now()
    waiting = Request.objects.filter(wake_at__lte=now, parked_at=None)
    left = {*STOPPED_AFTER, State.SUBMITTED, State.ANSWERED, State.REWORK}
    assert set(waiting.values_list("state", flat=True)) == left


def test_all_chains_hold(card: Card) -> None:
    assert list(verify_chains()) == []


def test_the_reference_case_is_on_top_and_hidden_from_the_tied(card: Card) -> None:
    case = reference(card)
    assert (case.state, case.urgency, case.headcount) == ("dispatched", "urgent", 20)
    assert case.amount_fen == 40_000_000
    assert "mass" in case.flags
    assert case.holder is not None
    assert case.holder.code == "YQJ"
    now = database_now()
    today = now.astimezone(SHANGHAI).date()
    soon_until = working_calendar(now).due_moment(now, 1).at
    accesses = accesses_of(current_catalogue(today))
    for username in ("linyizhou", "zhoumin"):
        scope = scope_of(Account.objects.get(username=username), today)
        page = read_inbox(scope, InboxAsk(), accesses=accesses, now=now, soon_until=soon_until)
        assert page.rows[0].pk == case.pk
    tied = scope_of(Account.objects.get(username="cenqi"), today)
    assert not visible_to(tied).filter(pk=case.pk).exists()


def test_nobody_signed_where_they_are_tied(card: Card) -> None:
    ties = set(Affiliation.objects.values_list("account__username", "enterprise__short_name"))
    assert ties == {("cenqi", "汀禾餐饮"), ("tanghe", "湄荻网络")}
    signed = Request.objects.filter(needs_recusal=True, handler__isnull=False)
    pairs = set(signed.values_list("handler__username", "enterprise__short_name"))
    assert pairs.isdisjoint(ties)


def test_handlers_have_settled_every_employer_that_tied_people_wait_for(card: Card) -> None:
    waiting = Request.objects.filter(needs_recusal=True, employer_is_settled=False)
    assert not waiting.filter(handler__isnull=False).exists()
    assert Event.objects.filter(kind="employer.unlisted").exists()
    misspelt = waiting.get(state=State.DISPATCHED, station__code="YQ")
    proposed = misspelt.findings.filter(kind="enterprise").values_list("value__enterprise")
    assert Enterprise.objects.get(name="汀禾餐饮管理有限公司").pk in {pk for (pk,) in proposed}
    tied = Account.objects.get(username="cenqi")
    on = database_now().astimezone(SHANGHAI).date()
    assert not visible_to(scope_of(tied, on)).filter(pk=misspelt.pk).exists()


def test_the_parked_request_goes_on_when_somebody_resumes_it(card: Card) -> None:
    now = database_now()
    parked = Request.objects.get(parked_at__isnull=False)
    head = Account.objects.get(username="heli")
    resume_request(parked.pk, actor=head, now=now)
    assert take_step(parked.pk, via=Via.SWEEP, now=now)
    parked.refresh_from_db()
    assert parked.holder is not None
    assert (parked.state, parked.holder.code) == (State.DISPATCHED, "DH")


# ---- nothing in plain ----------------------------------------------------------------


def places_of(text: str) -> list[str]:
    """Return the tables whose rows show the text, as letters or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0'  # noqa: S608
                " OR strpos(t::text, %s) > 0",
                [text, text.encode().hex()],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_no_story_name_or_phone_stands_in_plain(card: Card) -> None:
    case = reference(card)
    vault = RequestVault.of(case.number, RequestKey.objects.get(request=case))
    who = Identity.objects.get(request=case)
    assert who.phone_sealed is not None
    phone = vault.open_text(who.phone_sealed, "phone")
    assert phone.startswith("160")
    assert places_of(phone) == []
    assert places_of(phone_number(1)) == []  # the first member's
    assert places_of("我们推了三个代表") == []
    assert places_of("汀禾餐饮管理有限公司") != []  # the search does find what is public


# ---- the way in ----------------------------------------------------------------------


def test_the_card_opens_the_doors(card: Card) -> None:
    assert [login["username"] for login in card["logins"]] == [part.username for part in PARTS]
    for login in card["logins"]:
        account = Account.objects.get(username=login["username"])
        assert account.check_password(login["password"])
        assert not account.must_change_password
        assert Authenticator.objects.filter(user=account, type="totp").exists()
    assert list(Account.objects.filter(is_staff=True).values_list("username", flat=True)) == [
        "xitong"
    ]
    assert bytes(reference(card).lookup_hash) == lookup_hash(
        card["lookup"]["code"].replace("-", "")
    )


def test_run_prints_every_line_of_the_card(card: Card) -> None:
    lines = demo_lines(card["path"])
    assert len(lines) == len(PARTS) + 2
    assert PASSWORD in lines[0]
    assert card["lookup"]["code"] in lines[-2]
    assert "totp" in lines[-1]


def test_codes_are_given_for_demo_accounts_only(settings: Settings, card: Card) -> None:
    secret = card["logins"][0]["totp"]
    now = database_now()
    assert current_code("zhoumin", now=now) == code_at(secret, now)
    assert current_code("root", now=now) is None
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="DEVELOPMENT"):
        call_command("totp", "zhoumin")


def test_a_filled_database_is_left_alone(card: Card, tmp_path: Path) -> None:
    before = Account.objects.count()
    with pytest.raises(CommandError, match="不再填充"):
        call_command("fill_demo", known_passwords=True, card=tmp_path / "demo.json")
    assert Account.objects.count() == before
    assert not (tmp_path / "demo.json").exists()


def test_known_passwords_need_development_or_a_word(settings: Settings, tmp_path: Path) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="DEVELOPMENT"):
        call_command("fill_demo", card=tmp_path / "demo.json")


# ---- the stories ---------------------------------------------------------------------


def test_stories_are_whole_and_name_nobody() -> None:
    catalogue = default_catalogue()
    firms = {row[0] for row in (*CAST, *FAR_CAST)} | {""}
    ends = {*STOPPED_AFTER, *SIGNED_ENDS, "dispatched", "parked"}
    stories = read_stories(only_core=False)
    assert {each.class_code for each in stories} == {each.code for each in catalogue.classes}
    for each in stories:
        assert catalogue.item(each.item).code == each.item
        assert each.firm in firms
        assert each.end in ends
        assert bool(each.days) != bool(each.minutes)
        assert find_identifiers(each.text) == ()
    assert sum(each.is_reference for each in stories) == 1
