"""What the registers' machinery leaves behind, deleted once nobody asks for it any more."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from oauth2_provider.models import get_access_token_model

from members.models import Heartbeat, JobRun

RUNS_KEPT = timedelta(days=7)  # long enough to see over a holiday what was missed
BEATS_KEPT = timedelta(days=1)  # a process has its own row and a new name after every start


def drop_old_rows(*, now: datetime) -> int:
    """Delete old job runs, heartbeats of ended processes, sessions and tokens past their end."""
    return sum(
        rows.delete()[0]
        for rows in (
            JobRun.objects.filter(claimed_at__lt=now - RUNS_KEPT),
            Heartbeat.objects.filter(at__lt=now - BEATS_KEPT),
            Session.objects.filter(expire_date__lt=now),
            get_access_token_model().objects.filter(expires__lt=now),
        )
    )
