"""The clocks of review and call-back: a reminder, or somebody else where the drawn one is gone."""

from datetime import datetime

from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.alarms import end_timers, fire_timer, set_numbered_timers, tell_assignee
from requests_app.conflicts import CALLING
from requests_app.lifecycle import State, Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, edit
from requests_app.people import signers_in
from requests_app.stages.completion.drawing import (
    CALLING_ROLES,
    REVIEWING_ROLES,
    draw_caller,
    draw_reviewer,
)
from requests_app.stages.completion.rules import workday_limit

# Limits of a second draw are numbered from here: far from the results, which number the first.
DRAWN_ANEW = 100


def remind_assignee(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """Remind whoever was drawn to review or call back that the limit is reached: once.

    Where they may not act any more, somebody else is drawn instead and asked. From then on
    ``look_again`` looks every working day. Called with both rows locked and due.
    """
    if not (_is_awaited(request) and replace_assignee(request, Cause(via=via, now=now))):
        fire_timer(timer, request, via=via, now=now)
    if _is_awaited(request) and timer.level < DRAWN_ANEW:
        set_numbered_timers(request, TimerRule.STAND_IN, {timer.level: _next_close(now)})


def look_again(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """Draw somebody else where nobody may act any more, and look again the next working day.

    Otherwise the request would wait for ever for somebody who has left or stands aside since
    the reminder. Says nothing where all is well. Called with both rows locked and due.
    """
    rows = Timer.objects.filter(pk=timer.pk)
    if not _is_awaited(request):
        rows.update(done_at=now)
        return
    replace_assignee(request, Cause(via=via, now=now))
    rows.update(due_at=_next_close(now), attempts=0)


def replace_assignee(request: Request, cause: Cause) -> bool:
    """Draw somebody else where the drawn one may not act, or nobody was; ask them, with a limit.

    Returns whether there is somebody new. Where there is nobody, the limit that has passed stays
    on the unit, and a draw that changes nothing leaves no event.
    """
    if _may_still_act(request, now=cause.now):
        return False
    is_review = request.state == State.IN_REVIEW
    anew = (draw_reviewer if is_review else draw_caller)(request, now=cause.now)
    if (anew.account_id, anew.unit_id) == (request.assignee_id, request.assignee_unit_id):
        return False
    asked = "review.asked" if is_review else "callback.asked"
    edit(
        request,
        asked,
        Cause(
            via=cause.via,
            now=cause.now,
            because=anew.because,
            data={"reviewer" if is_review else "caller": anew.account_id},
        ),
        changes={"assignee_id": anew.account_id, "assignee_unit_id": anew.unit_id},
    )
    if anew.account_id is None:
        return False
    rule = TimerRule.REVIEW if is_review else TimerRule.CALLBACK
    end_timers(request, rule, now=cause.now)
    set_numbered_timers(request, rule, {DRAWN_ANEW + request.seq: _next_close(cause.now)})
    tell_assignee(request, template=asked, now=cause.now)
    return True


def _is_awaited(request: Request) -> bool:
    """Whether a review or a call is still to come; a closed request may have its sampled one."""
    is_open = request.state == State.IN_REVIEW or request.state in CALLING
    return is_open and request.assignee_unit_id is not None


def _may_still_act(request: Request, *, now: datetime) -> bool:
    """Whether somebody was drawn, is on duty and need not stand aside."""
    if request.assignee_id is None or request.assignee_unit_id is None:
        return False
    on_duty = signers_in(
        [request.assignee_unit_id],
        shunned=request.kept_from_judging,
        on=now.astimezone(SHANGHAI).date(),
        roles=REVIEWING_ROLES if request.state == State.IN_REVIEW else CALLING_ROLES,
    )
    return on_duty.filter(account_id=request.assignee_id).exists()


def _next_close(now: datetime) -> datetime:
    return workday_limit(now, 1, working_calendar(now))
