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
from requests_app.moves import Cause, IllegalMove, StaleRequest, edit, move, record, together
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


def test_several_events_are_written_together_in_two_statements(request_row: Request) -> None:
    with CaptureQueriesContext(connection) as seen, together(request_row):
        edit(request_row, "item.corrected", CAUSE, changes={"headcount": 19})
        move(request_row, "sense", CAUSE, changes={"headcount": 20})
        record(request_row, "timer.fired", CAUSE)
    assert len(seen) == 2
    stored = Request.objects.get(pk=request_row.pk)
    assert (stored.state, stored.version, stored.seq) == (State.ACCEPTED, 3, 4)
    assert (stored.headcount, stored.wake_at) == (20, CAUSE.now)
    written = Event.objects.filter(request=request_row, seq__gt=1).order_by("seq")
    assert [(each.kind, each.version, each.from_state) for each in written] == [
        ("item.corrected", 2, "registered"),
        ("request.sensed", 3, "registered"),
        ("timer.fired", 3, "accepted"),
    ]
    assert faults() == []


def test_what_is_written_together_is_refused_together(request_row: Request) -> None:
    mine = Request.objects.get(pk=request_row.pk)
    move(request_row, "sense", CAUSE)

    @transaction.atomic
    def too_late() -> None:
        with together(mine):
            record(mine, "timer.fired", CAUSE)
            edit(mine, "item.corrected", CAUSE, changes={"headcount": 19})

    with pytest.raises(StaleRequest):
        too_late()
    assert Request.objects.get(pk=request_row.pk).headcount is None
    assert Event.objects.filter(request=request_row).count() == 2


def test_another_request_is_written_at_once(town: Town, request_row: Request) -> None:
    other = Request.objects.get(pk=register(town, form_key="other").request_id)
    with together(request_row):
        record(request_row, "timer.fired", CAUSE)
        record(other, "timer.fired", CAUSE)
        assert Event.objects.filter(kind="timer.fired").get().request == other
    assert Event.objects.filter(kind="timer.fired").count() == 2


def test_what_fails_half_way_together_leaves_nothing(request_row: Request) -> None:
    def broken() -> None:
        with transaction.atomic(), together(request_row):
            move(request_row, "sense", CAUSE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert Request.objects.get(pk=request_row.pk).seq == 1
    after = Request.objects.get(pk=request_row.pk)
    move(after, "sense", CAUSE)  # the chapter that failed is closed
    assert Event.objects.filter(request=request_row).count() == 2
    assert faults() == []


def test_nothing_written_together_is_no_statement(request_row: Request) -> None:
    with CaptureQueriesContext(connection) as seen, together(request_row):
        pass
    assert len(seen) == 0


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
