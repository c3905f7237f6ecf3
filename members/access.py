"""The access log: one row for every look at personal data, in the same transaction."""

from datetime import datetime

from members.keys import seal_text
from members.models import AccessAction, AccessEntry, Account

ACCESS_PURPOSE = "access"


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
