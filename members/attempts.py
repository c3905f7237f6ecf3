"""Wrong attempts, counted in PostgreSQL: they slow a guesser down and lock nobody out.

A bucket is a keyed digest of an address or a user name, so the table tells neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from math import ceil

from django.db import connection, transaction
from django.db.models import Count, Max

from members.keys import pepper
from members.models import Attempt, AttemptKind

FREE_TRIES = 5
LONGEST_DELAY = 42
WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a try may be made now; if not, in how many whole seconds."""

    is_admitted: bool
    wait_seconds: int
    wrong_attempts: int


def decide_delay(wrong_attempts: int, *, free: int = FREE_TRIES) -> int:
    """Return the seconds to wait after so many wrong attempts: 0, then 1, 2, 4 … 42.

    The cap lets the owner in again within 42 seconds, whoever is guessing meanwhile.
    """
    beyond = wrong_attempts - free
    if beyond < 0:
        return 0
    return min(1 << min(beyond, 16), LONGEST_DELAY)


def bucket_of(value: str, *, kind: AttemptKind) -> bytes:
    """Return the bucket of an address or a user name. Letter case does not matter."""
    return digest(pepper(f"attempt-{kind}"), value.strip().casefold().encode(), sha256)


def admit_attempt(
    *, kind: AttemptKind, bucket: bytes, now: datetime, free: int = FREE_TRIES
) -> Admission:
    """Ask before a secret is compared: note the attempt, or say how long to wait.

    Attempts on one bucket queue behind a lock, so a hundred at once count as a hundred. A
    refused attempt is not noted: it cannot push the wait of the owner further away.
    """
    with transaction.atomic():
        _lock(bucket)
        wrong, last_at = _recent(kind, bucket, now)
        wait = decide_delay(wrong, free=free)
        if wait and last_at is not None:
            left = (last_at + timedelta(seconds=wait) - now).total_seconds()
            if left > 0:
                return Admission(False, ceil(left), wrong)
        Attempt.objects.create(kind=kind, bucket=bucket, at=now)
    return Admission(True, 0, wrong)


def take_back_attempt(*, kind: AttemptKind, bucket: bytes, at: datetime) -> None:
    """Forget the one attempt made at this moment: it was right, and clears no other."""
    Attempt.objects.filter(kind=kind, bucket=bucket, at=at).delete()


def forgive_attempts(*, kind: AttemptKind, bucket: bytes) -> None:
    """Forget the attempts of a bucket after a right one."""
    Attempt.objects.filter(kind=kind, bucket=bucket).delete()


def drop_old_attempts(*, now: datetime) -> int:
    """Delete what no window can reach any more; a periodic job."""
    return Attempt.objects.filter(at__lt=now - 2 * WINDOW).delete()[0]


def _recent(kind: AttemptKind, bucket: bytes, now: datetime) -> tuple[int, datetime | None]:
    found = Attempt.objects.filter(kind=kind, bucket=bucket, at__gt=now - WINDOW).aggregate(
        count=Count("pk"), last_at=Max("at")
    )
    return found["count"], found["last_at"]


def _lock(bucket: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(bucket[:8], signed=True)]
        )
