"""The tamper-evident chain of a request's events (docs/rules.md, "Event chain"). Pure.

link(n) = HMAC-SHA-256(chain key, link(n-1) ‖ canonical row n). The key lives outside
PostgreSQL, so whoever can only write rows cannot forge a link.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

type Plain = str | int | float | bool | Sequence["Plain"] | Mapping[str, "Plain"] | None

GENESIS = b"\x00" * 32


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What one link vouches for. ``note_digest`` stands in for free text that may be erased."""

    number: str
    seq: int
    kind: str
    at: datetime
    actor_id: int | None
    via: str
    from_state: str
    to_state: str
    version: int
    because: Plain
    data: Plain
    note_digest: str


def canonical(facts: EventFacts) -> bytes:
    """Return the one byte string that stands for ``facts``; times in UTC microseconds."""
    row = asdict(facts)
    row["at"] = facts.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link_of(previous: bytes, facts: EventFacts, *, key: bytes) -> bytes:
    """Return the 32-byte link of ``facts`` after ``previous``."""
    return hmac.digest(key, previous + canonical(facts), hashlib.sha256)


def digest_text(text: str, *, key: bytes) -> str:
    """Return the keyed digest (64 hex digits) under which an event refers to erasable text."""
    return hmac.digest(key, b"note\x00" + text.encode(), hashlib.sha256).hex()


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not hold."""

    number: str
    seq: int
    fault: str  # changed | missing | truncated | rewound; of a file also gap | unreadable


def find_breaks(
    number: str,
    rows: Sequence[tuple[EventFacts, bytes]],
    *,
    head: bytes,
    head_seq: int,
    anchored: Mapping[int, bytes],
    key: bytes,
) -> tuple[Break, ...]:
    """Compare stored rows (ordered by seq) with their links, the head and sealed anchors."""
    found: list[Break] = []
    previous, expected = GENESIS, 1
    links: dict[int, bytes] = {}
    for facts, stored in rows:
        if facts.seq != expected:
            found.append(Break(number, expected, "missing"))
            break
        previous = link_of(previous, facts, key=key)
        links[facts.seq] = previous
        if not hmac.compare_digest(previous, bytes(stored)):
            found.append(Break(number, facts.seq, "changed"))
            break
        expected += 1
    if not found and (expected - 1 != head_seq or not hmac.compare_digest(previous, head)):
        found.append(Break(number, expected, "truncated"))
    for seq, link in anchored.items():
        if not found and links.get(seq) != link:
            found.append(Break(number, seq, "rewound"))
    return tuple(found)
