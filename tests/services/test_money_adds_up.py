"""What the database itself refuses about money, when the transaction ends."""

from random import Random

import pytest
from django.db import IntegrityError, connection

from requests_app.models import Claim, Settlement
from tests.figures import Drawing, draw_requests, draw_settlements
from tests.town import Town


@pytest.fixture
def settled(town: Town) -> Settlement:
    drawing = Drawing(town, Random(1))
    draw_settlements(drawing, draw_requests(drawing, 1))
    check_now()
    return Settlement.objects.get()


def check_now() -> None:
    """Run what waits for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_settlement_that_is_the_sum_of_its_claims_stands(settled: Settlement) -> None:
    Claim.objects.filter(line=1).update(claimed_fen=10**6)
    check_now()
    assert Settlement.objects.get().agreed_fen == settled.agreed_fen


@pytest.mark.parametrize("changes", [{"agreed_fen": 1}, {"agreed_fen": None}])
def test_claims_that_do_not_add_up_are_refused(
    settled: Settlement, changes: dict[str, int | None]
) -> None:
    Claim.objects.filter(line=1).update(**changes)
    with pytest.raises(IntegrityError, match="do not add up"):
        check_now()


def test_a_settlement_over_other_people_is_refused(settled: Settlement) -> None:
    Settlement.objects.update(people=settled.people + 1)
    with pytest.raises(IntegrityError, match="do not add up"):
        check_now()
