from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.chain import GENESIS, EventFacts, canonical, digest_text, find_breaks, link_of

KEY = b"key of the tests"
NUMBER = "QY26112200001"
AT = datetime(2026, 11, 22, 2, 30, 1, 5, tzinfo=UTC)


def facts(seq: int, **changes: object) -> EventFacts:
    plain = EventFacts(
        number=NUMBER,
        seq=seq,
        kind="request.registered",
        at=AT + timedelta(seconds=seq),
        actor_id=None,
        via="person",
        from_state="",
        to_state="registered",
        version=seq,
        because=[{"code": "E01"}],
        data={"channel": "form"},
        note_digest="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def chain_of(length: int) -> list[tuple[EventFacts, bytes]]:
    rows, previous = [], GENESIS
    for seq in range(1, length + 1):
        previous = link_of(previous, facts(seq), key=KEY)
        rows.append((facts(seq), previous))
    return rows


def breaks(
    rows: list[tuple[EventFacts, bytes]],
    *,
    head: bytes,
    head_seq: int,
    anchored: dict[int, bytes] | None = None,
) -> list[tuple[int, str]]:
    found = find_breaks(
        NUMBER, rows, head=head, head_seq=head_seq, anchored=anchored or {}, key=KEY
    )
    return [(each.seq, each.fault) for each in found]


def test_an_untouched_chain_holds() -> None:
    rows = chain_of(4)
    assert breaks(rows, head=rows[-1][1], head_seq=4, anchored={2: rows[1][1]}) == []


def test_the_same_moment_in_another_zone_is_the_same_row() -> None:
    local = AT.astimezone(timezone(timedelta(hours=8)))
    assert canonical(facts(1, at=local)) == canonical(facts(1, at=AT))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "request.signed"},
        {"at": AT},
        {"actor_id": 7},
        {"via": "sweep"},
        {"to_state": "signed"},
        {"because": []},
        {"data": {}},
        {"note_digest": "00"},
        {"version": 9},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_field_is_found(change: dict[str, object]) -> None:
    rows = chain_of(3)
    head = rows[-1][1]
    rows[1] = (facts(2, **change), rows[1][1])
    assert breaks(rows, head=head, head_seq=3) == [(2, "changed")]


def test_a_missing_row_is_found() -> None:
    rows = chain_of(3)
    head = rows[-1][1]
    del rows[1]
    assert breaks(rows, head=head, head_seq=3) == [(2, "missing")]


def test_reordered_rows_are_found() -> None:
    rows = chain_of(3)
    head = rows[-1][1]
    rows[1], rows[2] = rows[2], rows[1]
    assert breaks(rows, head=head, head_seq=3) == [(2, "missing")]


def test_a_cut_tail_is_found() -> None:
    rows = chain_of(3)
    assert breaks(rows[:2], head=rows[2][1], head_seq=3) == [(3, "truncated")]


def test_a_rewound_head_is_found_by_the_anchor_only() -> None:
    rows = chain_of(3)
    assert breaks(rows[:2], head=rows[1][1], head_seq=2) == []
    assert breaks(rows[:2], head=rows[1][1], head_seq=2, anchored={3: rows[2][1]}) == [
        (3, "rewound")
    ]


def test_a_chain_recomputed_under_another_key_is_found() -> None:
    forged, previous = [], GENESIS
    for seq in (1, 2):
        previous = link_of(previous, facts(seq, via="api"), key=b"guessed key")
        forged.append((facts(seq, via="api"), previous))
    assert breaks(forged, head=previous, head_seq=2) == [(1, "changed")]


@given(st.text(), st.text())
def test_digests_differ_as_the_texts_do(one: str, other: str) -> None:
    one, other = (text.encode("utf-8", "replace").decode() for text in (one, other))
    assert (digest_text(one, key=KEY) == digest_text(other, key=KEY)) == (one == other)
