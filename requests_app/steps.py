"""What a person has to do on a request: steps opened from a playbook, or because of a flag.

Every stage opens them (words of danger arrive at intake), so they live below the stages.
A step with a limit gets a timer; the machine only reminds, a person does (architecture.md §3).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import playbook_steps
from requests_app.models import Flag, PlaybookStep, Request, Step, Timer
from requests_app.models.timer import TimerRule

# Flag steps come before every playbook step: 0 to 99 are theirs.
PLAYBOOK_FROM = 100


def open_flag_steps(request: Request, added: Collection[str], *, now: datetime) -> None:
    """Open the task that each newly added flag asks a person for, with its clock in minutes.

    A flag whose task is on the list is left alone. No statement when nothing was added, three
    at most. Called in the transaction that adds the flags.
    """
    if not added:
        return
    today = now.astimezone(SHANGHAI).date()
    listed = Step.objects.filter(request=request, flag__isnull=False).order_by()
    counted = listed.values("request").annotate(amount=Count("pk")).values("amount")
    asking = (
        Flag.objects.in_force(today)
        .filter(code__in=added)
        .exclude(task="")
        .exclude(code__in=listed.values("flag__code"))
        .annotate(taken=Coalesce(Subquery(counted), 0))
    )
    # The order is also the number of the timer: no two flags of a request may share one.
    _insert(
        request,
        [
            Step(
                request=request,
                order=vars(flag)["taken"] + place,
                flag=flag,
                opened_at=now,
                due_at=now + timedelta(minutes=flag.task_minutes or 0),
            )
            for place, flag in enumerate(asking.order_by("code"))
        ],
    )


def open_playbook_steps(request: Request, playbook_code: str, *, now: datetime) -> None:
    """Put the steps of a playbook on the list, in the version that the round met first.

    Limits in minutes run from now, those in working days end at close of business. What was
    done stays done; a stopped clock starts anew; open steps of another playbook lapse, and
    count again when their playbook comes back. Four statements at most.
    """
    listed = list(
        Step.objects.filter(request=request, rework=request.reworks, flag=None)
        .select_related("playbook_step__playbook")
        .order_by("order")
    )
    own = [step for step in listed if _playbook_of(step) == playbook_code]
    _lapse(request, [step for step in listed if step.is_open and step not in own], now=now)
    if own:
        _resume(request, own, now=now)
        return
    today = now.astimezone(SHANGHAI).date()
    _insert(
        request,
        [
            Step(
                request=request,
                rework=request.reworks,
                order=PLAYBOOK_FROM + line.order,
                playbook_step=line,
                opened_at=now,
                due_at=_limit(line, now),
            )
            for line in playbook_steps(playbook_code, today)
        ],
    )


def stop_playbook_clocks(request: Request, *, now: datetime) -> None:
    """Stop the clocks of the playbook; whoever signs next gets its limits anew."""
    still_open = Step.objects.filter(request=request, flag=None, done_at=None, waived_at=None)
    still_open.update(due_at=None)
    Timer.objects.filter(
        request=request, rule=TimerRule.STEP, level__gte=PLAYBOOK_FROM, done_at=None
    ).update(done_at=now)


def _playbook_of(step: Step) -> str:
    return step.playbook_step.playbook.code if step.playbook_step else ""


def _lapse(request: Request, steps: Sequence[Step], *, now: datetime) -> None:
    """Take steps off the list that nobody has touched; nobody is named for it."""
    if not steps:
        return
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(waived_at=now, due_at=None)
    orders = [step.order for step in steps]
    Timer.objects.filter(
        request=request, rule=TimerRule.STEP, level__in=orders, done_at=None
    ).update(done_at=now)


def _resume(request: Request, steps: Iterable[Step], *, now: datetime) -> None:
    """Put lapsed steps back on the list, and start the clocks that were stopped."""
    stopped = [step for step in steps if step.has_lapsed or (step.is_open and step.due_at is None)]
    if not stopped:
        return
    for step in stopped:
        step.waived_at = None
        step.due_at = _limit(step.playbook_step, now) if step.playbook_step else None
    Step.objects.bulk_update(stopped, ["waived_at", "due_at"])
    _start_clocks(request, stopped)


def _limit(line: PlaybookStep, now: datetime) -> datetime | None:
    if line.within_minutes:
        return now + timedelta(minutes=line.within_minutes)
    if line.within_workdays:
        return working_calendar(now).due_moment(now, line.within_workdays).at
    return None


def _insert(request: Request, steps: Sequence[Step]) -> None:
    """Insert steps, and a timer for each that has a limit: two statements."""
    if steps:
        Step.objects.bulk_create(steps)
        _start_clocks(request, steps)


def _start_clocks(request: Request, steps: Iterable[Step]) -> None:
    """Set the timer of each step that has a limit; one of the round that has ended runs again."""
    Timer.objects.bulk_create(
        [
            Timer(
                request=request,
                rule=TimerRule.STEP,
                round=request.round,
                level=step.order,
                due_at=step.due_at,
            )
            for step in steps
            if step.due_at is not None
        ],
        update_conflicts=True,
        unique_fields=["request", "rule", "round", "level"],
        update_fields=["due_at", "done_at", "attempts"],
    )
