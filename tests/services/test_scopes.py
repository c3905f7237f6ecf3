from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from members.backends import PortalBackend
from members.models import Account, Enterprise, Role, Unit
from members.queries import Duty, Scope, find_enterprises, scope_of, station_of
from tests.makers import (
    make_account,
    make_affiliation,
    make_credit_code,
    make_enterprise,
    make_role,
    make_service_area,
    make_union,
    make_unit,
)
from tests.people import PASSWORD, move_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def test_scope_holds_the_duties_and_ties_of_the_day() -> None:
    account, station, street = make_account(), make_unit(), make_unit()
    first, second = make_enterprise(), make_enterprise()
    make_role(account=account, role=Role.WORKER, unit=station)
    make_role(account=account, role=Role.HEAD, unit=street, to_on=date(2026, 11, 19))
    make_role(account=account, role=Role.HEAD, unit=station, from_on=date(2026, 11, 21))
    make_affiliation(account=account, enterprise=first)
    make_affiliation(account=account, enterprise=second, to_on=date(2026, 11, 19))
    scope = scope_of(account, TODAY)
    assert scope == Scope(
        account_id=account.pk,
        duties=(Duty(station.pk, station.path, "station", "worker"),),
        affiliated_enterprise_ids=frozenset({first.pk}),
    )
    assert scope.has_role(Role.WORKER)
    assert scope.has_role(Role.WORKER, at=station.pk)
    assert not scope.has_role(Role.WORKER, at=street.pk)
    assert not scope.has_role(Role.HEAD)
    assert scope.is_affiliated_with(first.pk)
    assert not scope.is_affiliated_with(second.pk)
    assert not scope.is_affiliated_with(None)
    assert (scope.unit_ids, scope.roles) == ({station.pk}, {"worker"})


def test_scope_is_empty_for_a_disabled_account_and_a_closed_unit() -> None:
    station = make_unit()
    account = make_account(role=Role.WORKER, unit=station)
    Unit.objects.filter(pk=station.pk).update(is_active=False)
    assert scope_of(account, TODAY).duties == ()
    Unit.objects.filter(pk=station.pk).update(is_active=True)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert scope_of(account, TODAY) == Scope(account_id=account.pk)


def test_backend_loads_the_account_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cast = move_in()
    for account in (cast.sun, cast.former):
        with django_assert_num_queries(1):
            loaded = PortalBackend().get_user(account.pk)
        assert loaded is not None
        assert loaded.scope == scope_of(account, TODAY)


def test_backend_forgets_a_disabled_account_at_the_next_request(client: Client) -> None:
    account = make_account(role=Role.WORKER)
    client.force_login(account)
    assert PortalBackend().get_user(account.pk) == account
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert PortalBackend().get_user(account.pk) is None
    assert PortalBackend().get_user(0) is None


def test_only_the_right_password_authenticates() -> None:
    account = make_account(username="chen", password=PASSWORD)
    assert authenticate(username="chen", password=PASSWORD) == account
    assert authenticate(username="chen", password="wrong") is None
    assert authenticate(username="nobody", password=PASSWORD) is None


def test_enterprises_are_found_by_name_pinyin_initials_and_code() -> None:
    code = make_credit_code()
    tasty = make_enterprise(name="好味道餐饮", short_name="味道", credit_code=code)
    other = make_enterprise(name="大好味道商行")
    closed = make_enterprise(name="好味道旧店")
    Enterprise.objects.filter(pk=closed.pk).update(is_active=False)
    found = {
        term: find_enterprises(term)
        for term in ("好味道", "haoweidaoc", "HWDC", "味道", code.lower(), "没有", "", "  ")
    }
    assert found == {
        "好味道": [tasty, other],
        "haoweidaoc": [tasty],
        "HWDC": [tasty],
        "味道": [tasty, other],
        code.lower(): [tasty],
        "没有": [],
        "": [],
        "  ": [],
    }
    assert find_enterprises("好", limit=1) == [tasty]


def test_station_of_prefers_the_nearest_service_area() -> None:
    community = make_union()
    by_community, by_own = make_unit(), make_unit()
    enterprise = make_enterprise(community=community)
    assert station_of(enterprise, on=TODAY) is None
    make_service_area(station=by_community, union=community)
    assert station_of(enterprise, on=TODAY) == by_community.pk
    make_service_area(station=by_own, enterprise=enterprise, from_on=TODAY)
    assert station_of(enterprise, on=TODAY) == by_own.pk
    assert station_of(enterprise, on=date(2026, 11, 19)) == by_community.pk
