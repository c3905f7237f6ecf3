"""The hourly job that deletes what is left behind (docs/rules.md, "What is not kept")."""

from datetime import datetime, timedelta

from members.housekeeping import drop_old_rows
from requests_app.models import FormKey

FORM_KEYS_KEPT = timedelta(days=1)  # after the code may no longer be read


def drop_remains(*, now: datetime) -> int:
    """Delete old form keys, job runs, heartbeats and ended sessions; return how many rows."""
    old_keys = FormKey.objects.filter(expires_at__lt=now - FORM_KEYS_KEPT)
    return old_keys.delete()[0] + drop_old_rows(now=now)
