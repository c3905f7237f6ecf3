"""The clocks of review and call-back: a reminder, or somebody else where the drawn one is gone."""

from datetime import datetime

from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.alarms import fire_timer, set_numbered_timers
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

# Clocks of a second draw: far from the numbers of results, which number the first ones.
DRAWN_ANEW = 100


def remind_assignee(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """Remind whoever was drawn to review or call back.

    Somebody who has left, or stands aside since, is replaced, with a new clock: otherwise the
    request would wait for them for ever. Called with both rows locked and due.
    """
    cause = Cause(via=via, now=now)
    if replace_assignee(request, cause):
        tomorrow = workday_limit(now, 1, working_calendar(now))
        rule = TimerRule(timer.rule)
        set_numbered_timers(request, rule, {timer.level + DRAWN_ANEW: tomorrow})
    fire_timer(timer, request, via=via, now=now)


def replace_assignee(request: Request, cause: Cause) -> bool:
    """Draw somebody else where the drawn one may not act any more; return whether it was so."""
    is_review = request.state == State.IN_REVIEW
    drawn, roles = request.assignee_id, REVIEWING_ROLES if is_review else CALLING_ROLES
    if drawn is None or request.assignee_unit_id is None:
        return False
    on_duty = signers_in(
        [request.assignee_unit_id],
        shunned=request.kept_from_judging,
        on=cause.now.astimezone(SHANGHAI).date(),
        roles=roles,
    )
    if on_duty.filter(account_id=drawn).exists():
        return False
    anew = (draw_reviewer if is_review else draw_caller)(request, now=cause.now)
    edit(
        request,
        "review.asked" if is_review else "callback.asked",
        Cause(
            via=cause.via,
            now=cause.now,
            because=anew.because,
            data={"reviewer" if is_review else "caller": anew.account_id},
        ),
        changes={"assignee_id": anew.account_id, "assignee_unit_id": anew.unit_id},
    )
    return True
