from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext

from requests_app import anchors
from requests_app.anchors import seal_chains, verify_chains
from requests_app.chain import Break, EventFacts, find_breaks
from requests_app.lifecycle import State, Via
from requests_app.models import Anchor, Event, Request
from requests_app.moves import Cause, IllegalMove, StaleRequest, move, record
from tests.services.test_intake import register
from tests.town import MONDAY, Town

CAUSE = Cause(via=Via.SWEEP, now=MONDAY + timedelta(minutes=1), because=[{"code": "test"}])


@pytest.fixture
def request_row(town: Town) -> Request:
    return Request.objects.get(pk=register(town).request_id)


def faults() -> list[str]:
    return [each.fault for each in verify_chains()]


def test_a_move_changes_state_version_and_seq_together(request_row: Request) -> None:
    event = move(request_row, "sense", CAUSE, changes={"headcount": 20})
    stored = Request.objects.get(pk=request_row.pk)
    assert (stored.state, stored.stage, stored.version, stored.seq) == (
        State.ACCEPTED,
        "routing",
        2,
        2,
    )
    assert stored.headcount == 20
    assert stored.wake_at == CAUSE.now
    assert (event.from_state, event.to_state, event.via) == ("registered", "accepted", "sweep")
    assert bytes(stored.chain_head) == bytes(Event.objects.get(pk=event.pk).link)


def test_a_move_is_two_statements(request_row: Request) -> None:
    with CaptureQueriesContext(connection) as seen:
        move(request_row, "sense", CAUSE)
    assert len(seen) == 2


def test_a_record_leaves_the_version_alone(request_row: Request) -> None:
    record(request_row, "timer.fired", CAUSE)
    stored = Request.objects.get(pk=request_row.pk)
    assert (stored.state, stored.version, stored.seq) == (State.REGISTERED, 1, 2)


def test_a_move_the_table_lacks_is_refused(request_row: Request) -> None:
    with pytest.raises(IllegalMove):
        move(request_row, "sign_for", CAUSE)
    assert Event.objects.filter(request=request_row).count() == 1


def test_the_second_of_two_writers_is_refused(request_row: Request) -> None:
    other = Request.objects.get(pk=request_row.pk)
    move(request_row, "sense", CAUSE)
    with pytest.raises(StaleRequest), transaction.atomic():
        move(other, "sense", CAUSE)
    assert Event.objects.filter(request=request_row).count() == 2


def test_a_note_is_kept_as_a_digest_only(request_row: Request) -> None:
    event = record(request_row, "timer.fired", Cause(via=Via.PERSON, now=MONDAY, note="私下的话"))
    assert len(event.note_digest) == 64
    assert "私下" not in str(Event.objects.values_list())


@pytest.mark.parametrize(
    "sql", ["UPDATE requests_app_event SET kind = 'x'", "DELETE FROM requests_app_event"]
)
def test_the_database_refuses_to_change_an_event(request_row: Request, sql: str) -> None:
    with (
        pytest.raises((ProgrammingError, InternalError), match=r"append_only|Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_database_refuses_a_second_event_with_the_same_seq(request_row: Request) -> None:
    event = Event.objects.get(request=request_row)
    event.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save(force_insert=True)


def tamper(sql: str) -> None:
    """Do what a database owner could do: switch the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_untouched_chains_hold(request_row: Request) -> None:
    move(request_row, "sense", CAUSE)
    seal_chains(now=MONDAY)
    assert faults() == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE requests_app_event SET via = 'person' WHERE seq = 2", "changed"),
        ("DELETE FROM requests_app_event WHERE seq = 1", "missing"),
        ("DELETE FROM requests_app_event WHERE seq = 3", "truncated"),
        ("UPDATE requests_app_event SET seq = 9 WHERE seq = 2", "missing"),
    ],
)
def test_a_changed_chain_is_found(request_row: Request, sql: str, fault: str) -> None:
    move(request_row, "sense", CAUSE)
    record(request_row, "timer.fired", CAUSE)
    tamper(sql)
    assert faults() == [fault]


def test_a_move_made_while_the_chains_are_read_is_no_break(
    request_row: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def find_late(
        number: str, rows: Sequence[tuple[EventFacts, bytes]], **rest: Any
    ) -> tuple[Break, ...]:
        calls.append(number)
        if len(calls) == 1:  # the row was read before its newest event
            rest |= {"head": bytes(32), "head_seq": 0}
        return find_breaks(number, rows, **rest)

    monkeypatch.setattr(anchors, "find_breaks", find_late)
    assert faults() == []
    assert len(calls) == 2


def test_a_rewound_request_is_found_by_its_anchor(request_row: Request) -> None:
    first = bytes(request_row.chain_head)
    move(request_row, "sense", CAUSE)
    seal_chains(now=MONDAY)
    tamper("DELETE FROM requests_app_event WHERE seq = 2")
    Request.objects.filter(pk=request_row.pk).update(
        seq=1, sealed_seq=1, version=1, chain_head=first
    )
    assert faults() == ["rewound"]


def test_a_request_that_vanished_is_found_by_its_anchor(request_row: Request) -> None:
    seal_chains(now=MONDAY)
    for table in ("event", "formkey", "identity", "narrative", "requestkey", "request"):
        tamper(f"DELETE FROM requests_app_{table}")  # noqa: S608 - fixed names
    assert faults() == ["missing"]


def test_a_changed_anchor_is_found(request_row: Request) -> None:
    seal_chains(now=MONDAY)
    tamper("UPDATE requests_app_anchor SET heads = '{}'")
    assert faults() == ["changed"]


def test_sealing_twice_writes_one_anchor(request_row: Request) -> None:
    anchor = seal_chains(now=MONDAY)
    assert anchor is not None
    assert anchor.heads == {request_row.number: [1, bytes(request_row.chain_head).hex()]}
    assert seal_chains(now=MONDAY) is None
    assert Anchor.objects.count() == 1
