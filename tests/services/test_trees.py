import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from members.models import Level, UnionKind, Unit
from members.trees import move_union, move_unit
from tests.makers import NOW, make_union, make_unit


@pytest.mark.django_db
def test_path_is_the_ids_from_the_root_down() -> None:
    station = make_unit()
    street = station.parent
    assert street is not None
    assert street.parent is not None
    county, city = street.parent, street.parent.parent
    assert city is not None
    assert station.path == f"/{city.pk}/{county.pk}/{street.pk}/{station.pk}/"


@pytest.mark.django_db
def test_move_unit_takes_the_whole_subtree() -> None:
    station = make_unit()
    street = Unit.objects.get(pk=station.parent_id)
    elsewhere = make_unit(level=Level.COUNTY)
    move_unit(unit=street, parent=elsewhere, actor=None, now=NOW)
    station.refresh_from_db()
    assert street.path == f"{elsewhere.path}{street.pk}/"
    assert station.path == f"{street.path}{station.pk}/"
    assert (street.parent_id, station.parent_id) == (elsewhere.pk, street.pk)
    assert set(Unit.objects.filter(path__startswith=elsewhere.path)) == {elsewhere, street, station}


@pytest.mark.django_db
def test_move_unit_when_moved_again_changes_nothing() -> None:
    station = make_unit()
    street = make_unit(level=Level.STREET)
    move_unit(unit=station, parent=street, actor=None, now=NOW)
    before = list(Unit.objects.values_list("pk", "path", "parent"))
    move_unit(unit=station, parent=street, actor=None, now=NOW)
    assert list(Unit.objects.values_list("pk", "path", "parent")) == before


@pytest.mark.django_db
def test_move_is_one_update_whatever_the_size(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    street = make_unit(level=Level.STREET)
    counties = [make_unit(level=Level.COUNTY) for _ in range(2)]
    for target, extra in zip(counties, (1, 5), strict=True):
        for _ in range(extra):
            make_unit(parent=street)
        # Savepoint twice, lock, two paths, the update, and the fresh row.
        with django_assert_num_queries(7):
            move_unit(unit=street, parent=target, actor=None, now=NOW)


@pytest.mark.django_db
def test_move_unit_refuses_cycles_and_wrong_levels() -> None:
    station = make_unit()
    street = Unit.objects.get(pk=station.parent_id)
    for unit, parent, code in (
        (street, street, "cycle"),
        (street, station, "cycle"),
        (street, make_unit(level=Level.STREET), "order"),
        (street, make_unit(), "order"),
    ):
        with pytest.raises(ValidationError) as caught:
            move_unit(unit=unit, parent=parent, actor=None, now=NOW)
        assert caught.value.code == code
    street.refresh_from_db()
    assert street.path.endswith(f"/{street.parent_id}/{street.pk}/")


@pytest.mark.django_db
def test_unions_move_like_units() -> None:
    community = make_union(kind=UnionKind.COMMUNITY_FEDERATION)
    street = make_union(kind=UnionKind.STREET)
    move_union(union=community, parent=street, actor=None, now=NOW)
    assert community.path == f"{street.path}{community.pk}/"
    with pytest.raises(ValidationError):
        move_union(union=street, parent=community, actor=None, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_node_opened_during_a_move_gets_the_new_path() -> None:
    street = make_unit(level=Level.STREET)
    county = make_unit(level=Level.COUNTY)
    opened: list[Unit] = []

    def open_station() -> None:
        try:
            opened.append(make_unit(parent=street))
        finally:
            connection.close()

    thread = threading.Thread(target=open_station)
    with transaction.atomic():
        move_unit(unit=Unit.objects.get(pk=street.pk), parent=county, actor=None, now=NOW)
        thread.start()
        # Commit only when the other side waits for the lock, or went past it.
        while thread.is_alive() and not somebody_waits():
            thread.join(0.01)
    thread.join(20)
    street.refresh_from_db()
    assert opened[0].path == f"{county.path}{street.pk}/{opened[0].pk}/"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        waits: bool = cursor.fetchone()[0]
    return waits
