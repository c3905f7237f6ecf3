"""Send what is due to leave the house: claimed with a lease, retried, ended in plain sight.

The claim is its own short transaction; the network is called outside any. A sender that dies
leaves a lease that runs out, and the row is due again: at least once, with a stable id.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F, Q

from members.due import DueRow, Source
from members.models import Channel, Delivery
from members.notices.transports import email

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than any transport's time-out
GIVE_UP_AFTER = 8
LONGEST_BACK_OFF = timedelta(hours=1)
TASK = "members.deliver"

TRANSPORTS: Mapping[str, Callable[[Delivery], None]] = {Channel.EMAIL: email.send}


def deliver(delivery_id: int, *, via: str, now: datetime) -> bool:
    """Send one due delivery; return whether this call claimed it. ``via`` is for the log.

    A failure is pushed back 30, 60, 120 … seconds; after eight the row is dead and stands in
    the admin's list with a replay action.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    claimed = Delivery.objects.filter(
        free, pk=delivery_id, due_at__lte=now, sent_at=None, dead_at=None
    ).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("account").get(pk=delivery_id)
    try:
        TRANSPORTS[delivery.channel](delivery)
    except (OperationalError, InterfaceError):
        raise  # the database is away; the lease runs out and the row is due again
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must not vanish
        reason = type(error).__name__
        log.warning("delivery failed: id=%s via=%s error=%s", delivery_id, via, reason)
        _push_back(delivery, reason, now=now)
        return True
    # Whatever became of the row while a slow server kept us past the lease: it was sent.
    Delivery.objects.filter(pk=delivery_id).update(
        sent_at=now, dead_at=None, lease_until=None, last_error=""
    )
    log.info("delivery sent: id=%s via=%s", delivery_id, via)
    return True


def _push_back(delivery: Delivery, reason: str, *, now: datetime) -> None:
    """Note a failure: later, or never again until somebody replays it.

    Nothing is noted once the lease has gone to another sender: the row is theirs.
    """
    rows = Delivery.objects.filter(pk=delivery.pk, lease_until=delivery.lease_until)
    if delivery.attempts >= GIVE_UP_AFTER:
        rows.update(dead_at=now, lease_until=None, last_error=reason)
        return
    wait = min(timedelta(seconds=15 * 2**delivery.attempts), LONGEST_BACK_OFF)
    rows.update(due_at=now + wait, lease_until=None, last_error=reason)


def _due(now: datetime, limit: int) -> Sequence[DueRow]:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = (
        Delivery.objects.filter(free, due_at__lte=now, sent_at=None, dead_at=None)
        .order_by("due_at")
        .values_list("pk", "due_at")[:limit]
    )
    return [DueRow(TASK, pk, due_at) for pk, due_at in rows]


SOURCES = (
    Source(
        "deliveries",
        _due,
        lambda row_id, via, now: deliver(row_id, via=via, now=now),
        nudge_after=timedelta(0),
        takes=2,
    ),
)
