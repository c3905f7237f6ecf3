"""Seal the heads of changed chains into linked, exported anchors; verify all chains.

What could fall between two anchors: whoever may write to the database could cut a request
back to any event younger than its last anchored one, for the links stand beside the events
(docs/rules.md, "Event chain").
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from requests_app.chain import GENESIS, Break, find_breaks
from requests_app.models import Anchor, Event, Request
from requests_app.moves import chain_key

type Heads = dict[str, list[int | str]]

SEAL_LOCK = 7_100_001  # advisory lock: one sealer at a time
BATCH = 500


def seal_chains(*, now: datetime) -> Anchor | None:
    """Write one anchor with the head of every chain that changed since the last one.

    Returns None when nothing changed. The anchor is also appended to the export file, which
    belongs on another host or in print.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        changed = list(
            Request.objects.select_for_update()
            .filter(seq__gt=F("sealed_seq"))
            .only("number", "seq", "chain_head")
            .order_by("id")
        )
        if not changed:
            return None
        last = Anchor.objects.order_by("-number").first()
        heads: Heads = {row.number: [row.seq, bytes(row.chain_head).hex()] for row in changed}
        number = last.number + 1 if last else 1
        previous = bytes(last.link) if last else GENESIS
        anchor = Anchor.objects.create(
            number=number,
            sealed_at=now,
            heads=heads,
            link=_anchor_link(previous, number, now, heads),
        )
        Request.objects.filter(pk__in=[row.pk for row in changed]).update(sealed_seq=F("seq"))
        transaction.on_commit(lambda: _export(anchor))
    return anchor


def _anchor_link(previous: bytes, number: int, sealed_at: datetime, heads: Heads) -> bytes:
    body = [number, sealed_at.astimezone(UTC).isoformat(timespec="microseconds"), heads]
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(chain_key(), b"anchor\x00" + previous + text, hashlib.sha256)


def _export(anchor: Anchor) -> None:
    """Append the anchor to the export file, one JSON object a line."""
    folder = Path(settings.ANCHOR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    line = {
        "number": anchor.number,
        "sealed_at": anchor.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "heads": anchor.heads,
        "link": bytes(anchor.link).hex(),
    }
    with (folder / "anchors.jsonl").open("a", encoding="ascii") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")


def verify_chains() -> Iterator[Break]:
    """Yield every place where an anchor or a chain of events does not hold."""
    anchored: dict[str, dict[int, bytes]] = defaultdict(dict)
    previous, expected = GENESIS, 1
    for anchor in Anchor.objects.order_by("number").iterator():
        link = _anchor_link(previous, anchor.number, anchor.sealed_at, anchor.heads)
        if anchor.number != expected or link != bytes(anchor.link):
            yield Break("anchor", anchor.number, "changed")
            return
        previous, expected = link, expected + 1
        for number, (seq, head) in anchor.heads.items():
            anchored[number][seq] = bytes.fromhex(head)
    seen: set[str] = set()
    for request in Request.objects.order_by("id").iterator(BATCH):
        seen.add(request.number)
        if _breaks_of(request, anchored[request.number]):
            yield from _look_again(request, anchored[request.number])
    yield from (Break(number, 0, "missing") for number in sorted(anchored.keys() - seen))


def _look_again(request: Request, anchored: dict[int, bytes]) -> tuple[Break, ...]:
    """Check a chain while nobody can move it: an event may have come between two reads."""
    with transaction.atomic():
        held = Request.objects.select_for_update().get(pk=request.pk)
        return _breaks_of(held, anchored)


def _breaks_of(request: Request, anchored: dict[int, bytes]) -> tuple[Break, ...]:
    events = Event.objects.filter(request=request).order_by("seq")
    return find_breaks(
        request.number,
        [(event.facts(request.number), bytes(event.link)) for event in events],
        head=bytes(request.chain_head),
        head_seq=request.seq,
        anchored=anchored,
        key=chain_key(),
    )
