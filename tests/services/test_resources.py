from datetime import date

import pytest
from django.db import IntegrityError, transaction

from resources.models import Offer, Post, Programme, Wish
from tests.makers import NOW, SINCE, make_enterprise, make_unit

pytestmark = pytest.mark.django_db


def test_a_wish_is_open_until_it_is_met() -> None:
    wish = Wish.objects.create(
        station=make_unit(), title="瑜伽老师", kind="teacher", created_at=NOW
    )
    assert (wish.state, wish.enterprise) == ("open", None)


def test_offers_and_programmes_are_dated() -> None:
    station = make_unit()
    offer = Offer.objects.create(
        station=station,
        enterprise=make_enterprise(),
        title="健身房",
        kind="facility",
        from_on=SINCE,
    )
    programme = Programme.objects.create(
        station=station,
        code="P1",
        title="夜校",
        kind="training",
        from_on=SINCE,
        to_on=date(2026, 6, 30),
    )
    assert list(Offer.objects.in_force(date(2026, 7, 1))) == [offer]
    assert list(Programme.objects.in_force(date(2026, 6, 30))) == [programme]
    assert list(Programme.objects.in_force(date(2026, 7, 1))) == []


def test_database_refuses_wrong_rows() -> None:
    station, enterprise = make_unit(), make_enterprise()
    dated = {"station": station, "from_on": SINCE}
    wrong: list[tuple[type, dict[str, object], str]] = [
        (Post, {"station": station, "code": "a", "kind": "x"}, "resources_post_kind_known"),
        (
            Post,
            {"station": station, "code": "b", "kind": "gym", "state": "x"},
            "resources_post_state_known",
        ),
        (
            Post,
            {"station": station, "code": "c", "kind": "gym", "lat": 30.0},
            "resources_post_point",
        ),
        (
            Offer,
            dated | {"enterprise": enterprise, "kind": "x"},
            "resources_offer_kind_known",
        ),
        (
            Offer,
            dated | {"enterprise": enterprise, "kind": "venue", "to_on": date(2025, 1, 1)},
            "resources_offer_days",
        ),
        (Programme, dated | {"code": "P", "kind": "x"}, "resources_programme_kind_known"),
        (
            Wish,
            {"station": station, "kind": "x", "created_at": NOW},
            "resources_wish_kind_known",
        ),
        (
            Wish,
            {"station": station, "kind": "venue", "state": "x", "created_at": NOW},
            "resources_wish_state_known",
        ),
    ]
    for model, fields, constraint in wrong:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            model.objects.create(**fields)
