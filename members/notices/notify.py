"""Notices as rows: written in the transaction of what they tell of, shown or sent later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from members.models import Channel, Delivery, Notice
from members.notices.templates import UnknownTemplate, has_template


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """One notice to one account. ``params`` hold ids, numbers and codes only.

    ``key`` names the effect, as "timer.sign_for:QY26112212345:3:7": queued twice, it is
    one notice.
    """

    key: str
    account_id: int
    template: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    request_id: int | None = None


def queue_notices(drafts: Sequence[NoticeDraft], *, now: datetime) -> None:
    """Write the in-app notices, and one delivery each for every configured outside channel.

    At most two statements; rows whose key exists are left alone. Nothing is sent here.
    Raises UnknownTemplate before anything is written.
    """
    for draft in drafts:
        if not has_template(draft.template):
            raise UnknownTemplate(draft.template)
    if not drafts:
        return
    Notice.objects.bulk_create(
        (
            Notice(
                key=draft.key,
                account_id=draft.account_id,
                template=draft.template,
                params=dict(draft.params),
                request_ref=draft.request_id,
                created_at=now,
            )
            for draft in drafts
        ),
        ignore_conflicts=True,
    )
    deliveries = [
        Delivery(
            key=f"{channel}:{draft.key}",
            channel=channel,
            account_id=draft.account_id,
            template=draft.template,
            params=dict(draft.params),
            due_at=now,
        )
        for draft in drafts
        for channel in outside_channels()
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def mark_read(*, account_id: int, notice_ids: Sequence[int], now: datetime) -> int:
    """Mark an account's own unread notices as read; return how many changed."""
    return Notice.objects.filter(account_id=account_id, pk__in=notice_ids, read_at=None).update(
        read_at=now
    )


def replay_deliveries(*, delivery_ids: Sequence[int], now: datetime) -> int:
    """Take deliveries out of the dead-letter list and make them due; return how many."""
    return Delivery.objects.filter(pk__in=delivery_ids, dead_at__isnull=False).update(
        dead_at=None, attempts=0, due_at=now, lease_until=None, last_error=""
    )


def outside_channels() -> tuple[Channel, ...]:
    """Return the ways out of the house that this deployment has set up (NOTICE_CHANNELS)."""
    return tuple(Channel(code) for code in settings.NOTICE_CHANNELS)
