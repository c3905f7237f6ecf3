"""What a person has to do on a request: steps opened from a playbook, or because of a flag.

Every stage opens them (words of danger arrive at intake), so they live below the stages.
A step with a limit gets a timer; the machine only reminds, a person does (architecture.md §3).
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.alarms import set_numbered_timers
from requests_app.models import Flag, PlaybookStep, Request, Step, Timer
from requests_app.models.timer import TimerRule

# Flag steps come before every playbook step: 0 to 99 are theirs.
PLAYBOOK_FROM = 100


def open_flag_steps(request: Request, added: Collection[str], *, now: datetime) -> None:
    """Open the task that each newly added flag asks a person for, with its clock in minutes.

    A flag that is already on the list is left alone. No statement when nothing was added,
    three at most. Called in the transaction that adds the flags.
    """
    if not added:
        return
    today = now.astimezone(SHANGHAI).date()
    asking = Flag.objects.in_force(today).filter(code__in=added).exclude(task="")
    rows = [
        Step(
            request=request,
            order=order,
            flag=flag,
            opened_at=now,
            due_at=now + timedelta(minutes=flag.task_minutes or 0),
        )
        for order, flag in enumerate(asking.order_by("code"))
    ]
    _insert(request, rows)


def open_playbook_steps(request: Request, playbook_code: str, *, now: datetime) -> None:
    """Copy the steps of a playbook in force to the request; open steps of another one lapse.

    Limits in minutes run from now, those in working days end at close of business. Steps that
    are there already stay as they are. Four statements at most.
    """
    today = now.astimezone(SHANGHAI).date()
    lines = list(
        PlaybookStep.objects.filter(playbook__code=playbook_code, playbook__valid_from__lte=today)
        .exclude(playbook__valid_to__lte=today)
        .order_by("order")
    )
    Step.objects.filter(
        request=request, done_at=None, waived_at=None, playbook_step__isnull=False
    ).exclude(playbook_step__in=lines).update(waived_at=now)
    rows = [
        Step(
            request=request,
            rework=request.reworks,
            order=PLAYBOOK_FROM + line.order,
            playbook_step=line,
            opened_at=now,
            due_at=_limit(line, now),
        )
        for line in lines
    ]
    _insert(request, rows)


def end_playbook_clocks(request: Request, *, now: datetime) -> None:
    """Stop reminding of the playbook; whoever signs next gets its limits anew."""
    Timer.objects.filter(
        request=request, rule=TimerRule.STEP, level__gte=PLAYBOOK_FROM, done_at=None
    ).update(done_at=now)


def _limit(line: PlaybookStep, now: datetime) -> datetime | None:
    if line.within_minutes:
        return now + timedelta(minutes=line.within_minutes)
    if line.within_workdays:
        return working_calendar(now).due_moment(now, line.within_workdays).at
    return None


def _insert(request: Request, rows: Iterable[Step]) -> None:
    """Insert steps that are not there yet, and a timer for each that has a limit."""
    made = list(rows)
    if not made:
        return
    Step.objects.bulk_create(made, ignore_conflicts=True)
    limits = {step.order: step.due_at for step in made if step.due_at is not None}
    set_numbered_timers(request, TimerRule.STEP, limits)
