import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from members.keys import (
    forget_keys,
    new_wrapped_key,
    open_key,
    pepper,
    seal_text,
    sealer_for,
    unseal_text,
)
from members.models import DataKey
from members.privacy import SealError, UnknownKey
from tests.makers import NOW


@pytest.mark.django_db
def test_seal_text_opens_only_in_its_place() -> None:
    blob = seal_text("工资", purpose="member", context="member:1:name")
    assert unseal_text(blob, purpose="member", context="member:1:name") == "工资"
    with pytest.raises(SealError):
        unseal_text(blob, purpose="member", context="member:2:name")
    with pytest.raises(UnknownKey):
        unseal_text(blob, purpose="receipt", context="member:1:name")


@pytest.mark.django_db
def test_a_purpose_has_one_current_key_and_old_blobs_open_after_rotation() -> None:
    first = seal_text("甲", purpose="member", context="c")
    again = sealer_for("member").key_id
    assert DataKey.objects.get(purpose="member").code == again
    DataKey.objects.filter(code=again).update(retired_at=NOW)
    forget_keys()
    second = seal_text("乙", purpose="member", context="c")
    assert sealer_for("member").key_id != again
    opened = [unseal_text(blob, purpose="member", context="c") for blob in (first, second)]
    assert opened == ["甲", "乙"]


@pytest.mark.django_db
def test_erasing_the_key_erases_what_it_sealed() -> None:
    blob = seal_text("甲", purpose="member", context="c")
    DataKey.objects.all().delete()
    forget_keys()
    with pytest.raises(UnknownKey):
        unseal_text(blob, purpose="member", context="c")


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_rolled_back_transaction_seals_nothing_later() -> None:
    with transaction.atomic():
        lost = sealer_for("member").key_id
        transaction.set_rollback(True)
    blob = seal_text("甲", purpose="member", context="c")
    assert sealer_for("member").key_id != lost
    forget_keys()
    assert unseal_text(blob, purpose="member", context="c") == "甲"


@pytest.mark.django_db(transaction=True)
def test_a_known_key_costs_no_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic():
        seal_text("甲", purpose="member", context="c")
    seal_text("甲", purpose="member", context="c")
    with django_assert_num_queries(0):
        blob = seal_text("甲", purpose="member", context="c")
        assert unseal_text(blob, purpose="member", context="c") == "甲"


def test_wrapped_key_opens_under_the_master_key_alone(settings: Settings) -> None:
    made = new_wrapped_key()
    assert open_key(made.wrapped) == made.plain
    settings.MASTER_KEY = "another"
    with pytest.raises(UnknownKey):
        open_key(made.wrapped)


def test_peppers_differ_by_purpose_and_secret(settings: Settings) -> None:
    base = pepper("lookup")
    assert base == pepper("lookup") != pepper("phone")
    settings.INDEX_PEPPER = "another"
    assert pepper("lookup") != base
