"""What can fall due, in one shape for every app; the sweep command composes the sources."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from members.models import JobRun


@dataclass(frozen=True, slots=True)
class DueRow:
    """One row that waits for a machine: its task, id and the moment since when."""

    task: str
    row_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of due row.

    ``due(now, limit)`` lists what is due, oldest first. ``run(row_id, via, now)`` does one
    step by the same verb that the Celery task calls and says whether anything was done.
    ``nudge_after`` is how long Celery is left alone before the row is nudged again. ``takes``
    is how many rows a sweeper may run itself in one look, None for all: whoever waits for a
    network must not hold up the steps behind it.
    """

    name: str
    due: Callable[[datetime, int], Sequence[DueRow]]
    run: Callable[[int, str, datetime], bool]
    nudge_after: timedelta
    takes: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: whoever claims its slot runs it. ``every`` divides time into slots."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def database_now() -> datetime:
    """Return the database's clock: the one clock of all machine steps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def run_job(job: Job, *, now: datetime) -> bool:
    """Run the job if nobody has run it in this slot; return whether it ran here.

    The claim is a unique row, so two sweepers never run one slot twice. A job that raises
    leaves its slot claimed and not done, which readiness shows as a missed run.
    """
    slot = str(int(now.timestamp() // job.every.total_seconds()))
    claim, is_new = JobRun.objects.get_or_create(
        job=job.name, slot=slot, defaults={"claimed_at": now}
    )
    if not is_new:
        return False
    job.run(now)
    JobRun.objects.filter(pk=claim.pk).update(done_at=now)
    return True
