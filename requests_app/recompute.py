"""Limits that were provisional, worked out again once the year's calendar is confirmed."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.alarms import SPEAKS_IN
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.clock import Limit, handling_limit, still_provisional
from requests_app.lifecycle import Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, record
from requests_app.stages.routing.rules import UNCLEAR_GRADE


def recompute_limits(*, now: datetime) -> int:
    """Work out every provisional limit whose years are confirmed by now; return how many."""
    calendar = working_calendar(now)
    rows = _provisional().order_by("id").values_list("id", "registered_at", "due_at")
    ready = [
        pk
        for pk, registered_at, due_at in rows
        if due_at and not still_provisional(registered_at, due_at, calendar=calendar)
    ]
    return sum(recompute_due(pk, via=Via.SWEEP, now=now) for pk in ready)


@transaction.atomic
def recompute_due(request_id: int, *, via: Via, now: datetime) -> bool:
    """Work out one provisional limit again and move its timers; return whether it was done.

    Leaves the version alone: nobody's open form grows stale. Quiet when the request has moved
    on, is locked by somebody else or its years are not confirmed.
    """
    rows = _provisional().select_for_update(skip_locked=True, of=("self",))
    request = rows.filter(pk=request_id).first()
    if request is None or request.due_at is None:
        return False
    calendar = working_calendar(now)
    if still_provisional(request.registered_at, request.due_at, calendar=calendar):
        return False
    item = item_terms(request.item_id)
    begun_on = (request.dispatched_at or request.registered_at).astimezone(SHANGHAI).date()
    limit = handling_limit(
        registered_at=request.registered_at,
        item=item,
        grade=current_catalogue(begun_on).grade(item.grade if item else UNCLEAR_GRADE),
        calendar=calendar,
    )
    before, after = request.due_at, limit.due.at
    record(
        request,
        "request.due_recomputed",
        Cause(via=via, now=now, data={"from": _day(before), "to": _day(after)}),
        changes={
            "due_at": after,
            "original_due_at": after,
            "due_is_provisional": limit.due.provisional,
        },
    )
    _move_timers(request, limit, now=now)
    return True


def _provisional() -> QuerySet[Request]:
    """Running requests of a first round with a provisional limit that nobody has set since."""
    return Request.objects.filter(
        due_is_provisional=True,
        reworks=0,  # a second round counts from its own dispatch
        due_at=F("original_due_at"),
        state__in=SPEAKS_IN[TimerRule.LIGHT_RED],
    )


def _move_timers(request: Request, limit: Limit, *, now: datetime) -> None:
    """Move the light's timers; one that has spoken too early for the new limit speaks again."""
    moments = {TimerRule.LIGHT_YELLOW: limit.yellow_at, TimerRule.LIGHT_RED: limit.due.at}
    for rule, moment in moments.items():
        timers = Timer.objects.filter(request=request, rule=rule, round=request.round)
        if moment <= now:
            timers = timers.filter(done_at=None)
        timers.update(due_at=moment, done_at=None, attempts=0)


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()
