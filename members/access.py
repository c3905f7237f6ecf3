"""The access log: one row for every look at personal data, in the same transaction.

The rows are sealed afterwards, in the anchors of the event chain: a look costs one statement
and nobody who looks waits for anybody else's row.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Max

from members.keys import seal_text
from members.models import AccessAction, AccessEntry, Account

ACCESS_PURPOSE = "access"
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AccessSeal:
    """One link over the log: the rows up to ``last_id`` since the seal before, and how many."""

    last_id: int
    count: int
    digest: bytes


FIRST_SEAL = AccessSeal(last_id=0, count=0, digest=bytes(32))


def log_access(
    *,
    account: Account,
    action: AccessAction,
    subject: str,
    now: datetime,
    field: str = "",
    reason: str = "",
) -> AccessEntry:
    """Write who looked at what. ``subject`` is kind and id, as "request:7"; the reason is sealed.

    Call it inside the transaction that reads the data: without the row nothing is shown.
    """
    return AccessEntry.objects.create(
        account=account,
        action=action,
        subject=subject,
        field=field,
        at=now,
        reason_sealed=seal_text(reason, purpose=ACCESS_PURPOSE, context=subject)
        if reason
        else None,
    )


# One statement: a page that is opened a hundred times a day looks and writes in one go.
_ONCE = """
INSERT INTO members_accessentry (account_id, at, action, subject, field)
SELECT %(account)s, %(now)s, %(action)s, %(subject)s, %(field)s
WHERE NOT EXISTS (
  SELECT 1 FROM members_accessentry
  WHERE account_id = %(account)s AND subject = %(subject)s
    AND at > %(since)s AND at <= %(now)s
    AND (%(covered_by)s::text[] IS NULL OR field = ANY(%(covered_by)s))
)
"""


def log_reading(
    *,
    account: Account,
    subject: str,
    now: datetime,
    within: timedelta,
    field: str = "",
    covered_by: Sequence[str] | None = None,
) -> bool:
    """Write who looked, unless an entry of the last ``within`` covers it; return whether written.

    ``covered_by`` names the fields of entries that cover this one; None for any. The time runs
    from the entry, so somebody who reads all day leaves one each time it has passed. Two looks at
    the very same moment may both write: one entry too many, never one too few.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ONCE,
            {
                "account": account.pk,
                "action": AccessAction.VIEW.value,
                "subject": subject,
                "field": field,
                "now": now,
                "since": now - within,
                "covered_by": None if covered_by is None else list(covered_by),
            },
        )
        return bool(cursor.rowcount)


def settled_id(*, otherwise: int) -> int:
    """Return the highest id below which no row can appear any more.

    An id is drawn before its row is committed. Whoever draws one holds the table's writing
    lock until then, so a moment of SHARE waits for all of them. Returns ``otherwise`` when
    somebody writes for longer than a second: the rows wait for the next seal.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute(f"LOCK TABLE {AccessEntry._meta.db_table} IN SHARE MODE")
            highest = AccessEntry.objects.aggregate(id=Max("pk"))["id"] or 0
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError:
        return otherwise
    return max(highest, otherwise)


def seal_access(previous: AccessSeal, *, last_id: int, key: bytes) -> AccessSeal:
    """Return the seal over the rows after ``previous`` up to ``last_id``. Reads, never writes."""
    link = hmac.new(key, b"access\x00" + previous.digest, hashlib.sha256)
    count = 0
    for row in _canonical_rows(previous.last_id, last_id):
        link.update(row + b"\n")
        count += 1
    return AccessSeal(last_id=last_id, count=count, digest=link.digest())


def _canonical_rows(after: int, last_id: int) -> Iterator[bytes]:
    rows = AccessEntry.objects.filter(pk__gt=after, pk__lte=last_id).order_by("pk")
    for row in rows.iterator(BATCH):
        at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
        reason = hashlib.sha256(row.reason_sealed).hexdigest() if row.reason_sealed else ""
        body = [row.pk, row.account_id, at, row.action, row.subject, row.field, reason]
        yield json.dumps(body, separators=(",", ":")).encode()
