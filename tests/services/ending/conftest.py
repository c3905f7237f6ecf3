"""One town a module: every test works in a savepoint of it, and ends with its chains whole."""

import copy
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from members.keys import forget_keys
from members.models import Notice
from members.queries import forget_calendar
from requests_app.anchors import verify_chains
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.models import Request
from tests.services.ending.acts import sign, told_to_the_machine
from tests.town import Town, build_town

# A notice lies open on a screen: a number, at most the code of a flag.
WORDS_ALLOWED = {"number", "flags"}


@pytest.fixture(scope="module")
def _town_of_the_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Town, Request]]:
    """Build the town and the wage case of twenty, once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        _forget()
        town = build_town()
        yield town, told_to_the_machine(town)
        transaction.set_rollback(True)
    _forget()


@pytest.fixture
def town(_town_of_the_module: tuple[Town, Request], db: None) -> Iterator[Town]:
    """The town; afterwards sums, chains and notices must hold, whatever the test did."""
    yield copy.deepcopy(_town_of_the_module[0])
    connection.check_constraints()
    assert list(verify_chains()) == []
    for params in Notice.objects.values_list("params", flat=True):
        assert set(params) <= WORDS_ALLOWED
        assert Request.objects.filter(number=params["number"]).exists()


@pytest.fixture
def unsigned(town: Town, _town_of_the_module: tuple[Town, Request]) -> Request:
    """The wage case of twenty as the machine brought it to the street."""
    return Request.objects.get(pk=_town_of_the_module[1].pk)


@pytest.fixture
def wage(town: Town, unsigned: Request) -> Request:
    """The wage case, signed for by the only handler of the street without a tie."""
    return sign(unsigned, town.street_handler)


def _forget() -> None:
    forget_catalogue()
    forget_calendar()
    forget_keys()
