"""Seal the heads of changed chains and the access log into linked, exported anchors; verify all.

What could fall between two anchors: whoever may write to the database could cut a request
back to any event younger than its last anchored one, for the links stand beside the events
(docs/rules.md, "Event chain"). With the anchors' rows removed too, the exported file tells.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from members.access import FIRST_SEAL, AccessSeal, seal_access, settled_id
from requests_app.chain import GENESIS, Break, Plain, find_breaks
from requests_app.models import Anchor, Event, Request
from requests_app.moves import chain_key

type Heads = dict[str, list[int | str]]

SEAL_LOCK = 7_100_001  # advisory lock: one sealer at a time
BATCH = 500
FILE_NAME = "anchors.jsonl"


def seal_chains(*, now: datetime) -> Anchor | None:
    """Write one anchor: heads of the chains that changed and the access log since the last one.

    Returns None when nothing changed. Whatever the export file lacks is appended to it; the
    file belongs on another host or in print.
    """
    before = _access_of(Anchor.objects.order_by("-number").first())
    settled = settled_id(otherwise=before.last_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        anchor = _seal(settled, now=now)
        transaction.on_commit(export_anchors)
    return anchor


def _seal(settled: int, *, now: datetime) -> Anchor | None:
    changed = list(
        Request.objects.select_for_update()
        .filter(seq__gt=F("sealed_seq"))
        .only("number", "seq", "chain_head")
        .order_by("id")
    )
    last = Anchor.objects.order_by("-number").first()
    before = _access_of(last)
    seal = seal_access(before, last_id=max(settled, before.last_id), key=chain_key())
    if not changed and not seal.count:
        return None
    heads: Heads = {row.number: [row.seq, bytes(row.chain_head).hex()] for row in changed}
    anchor = Anchor(
        number=last.number + 1 if last else 1,
        sealed_at=now,
        heads=heads,
        access=[seal.last_id, seal.count, seal.digest.hex()],
    )
    anchor.link = _anchor_link(bytes(last.link) if last else GENESIS, anchor)
    anchor.save(force_insert=True)
    Request.objects.filter(pk__in=[row.pk for row in changed]).update(sealed_seq=F("seq"))
    return anchor


def _access_of(anchor: Anchor | None) -> AccessSeal:
    if anchor is None:
        return FIRST_SEAL
    last_id, count, digest = anchor.access
    return AccessSeal(last_id=last_id, count=count, digest=bytes.fromhex(digest))


def _anchor_link(previous: bytes, anchor: Anchor) -> bytes:
    body = [anchor.number, _utc(anchor.sealed_at), anchor.heads, anchor.access]
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(chain_key(), b"anchor\x00" + previous + text, hashlib.sha256)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


# ---- the exported file ------------------------------------------------------------


def export_anchors() -> int:
    """Append the anchors that the export file lacks, one JSON object a line; return how many.

    A crash between commit and export, or in the middle of a line, is made good the next time.
    """
    folder = Path(settings.ANCHOR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE_NAME).open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        written = _last_exported(file)
        missing = Anchor.objects.filter(number__gt=written).order_by("number")
        lines = [json.dumps(_as_line(anchor), sort_keys=True) + "\n" for anchor in missing]
        file.write("".join(lines).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _last_exported(file: BinaryIO) -> int:
    """Return the number of the last whole line, 0 without one; half a line is cut off."""
    file.seek(0)
    whole, last = 0, b""
    for line in file:
        if line.endswith(b"\n"):
            whole, last = whole + len(line), line
    file.truncate(whole)
    return int(json.loads(last)["number"]) if last else 0


def _as_line(anchor: Anchor) -> dict[str, Plain]:
    return {
        "number": anchor.number,
        "sealed_at": _utc(anchor.sealed_at),
        "heads": anchor.heads,
        "access": anchor.access,
        "link": bytes(anchor.link).hex(),
    }


def verify_export(path: Path) -> Iterator[Break]:
    """Yield every line of an exported file that the stored anchors do not bear out.

    The file is the elder witness: "missing" is an anchor that is gone from the database,
    "changed" one that says something else now, "gap" a line that is gone from the file.
    """
    stored = {anchor.number: anchor for anchor in Anchor.objects.all()}
    with path.open(encoding="ascii", errors="replace") as file:
        for place, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
                number = int(line["number"])
            except (ValueError, TypeError, KeyError):
                yield Break("export", place, "unreadable")
                return
            if number != place:
                yield Break("export", place, "gap")
                return
            if number not in stored:
                yield Break("export", number, "missing")
            elif line != _as_line(stored[number]):
                yield Break("export", number, "changed")


# ---- verifying --------------------------------------------------------------------


def verify_chains() -> Iterator[Break]:
    """Yield every place where an anchor, the access log or a chain of events does not hold."""
    anchored: dict[str, dict[int, bytes]] = defaultdict(dict)
    previous, expected, access = GENESIS, 1, FIRST_SEAL
    for anchor in Anchor.objects.order_by("number").iterator():
        link = _anchor_link(previous, anchor)
        if anchor.number != expected or link != bytes(anchor.link):
            yield Break("anchor", anchor.number, "changed")
            return
        previous, expected = link, expected + 1
        sealed = _access_of(anchor)
        yield from _access_breaks(access, sealed)
        access = sealed
        for number, (seq, head) in anchor.heads.items():
            anchored[number][seq] = bytes.fromhex(head)
    seen: set[str] = set()
    for request in Request.objects.order_by("id").iterator(BATCH):
        seen.add(request.number)
        if _breaks_of(request, anchored[request.number]):
            yield from _look_again(request, anchored[request.number])
    yield from (Break(number, 0, "missing") for number in sorted(anchored.keys() - seen))


def _access_breaks(before: AccessSeal, sealed: AccessSeal) -> Iterator[Break]:
    """Compare one stretch of the access log with its seal; ``seq`` is the stretch's last id."""
    found = seal_access(before, last_id=sealed.last_id, key=chain_key())
    if found.count < sealed.count:
        yield Break("access", sealed.last_id, "missing")
    elif found != sealed:
        yield Break("access", sealed.last_id, "changed")


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
