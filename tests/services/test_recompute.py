"""A provisional limit is worked out again once the year's calendar is confirmed."""

from datetime import datetime, timedelta

import pytest

from members.almanac import confirm_year
from members.due import run_job
from members.models import CalendarDay, CalendarDayKind
from members.queries import forget_calendar
from members.workdays import SHANGHAI
from requests_app import due
from requests_app.anchors import verify_chains
from requests_app.lifecycle import Via
from requests_app.models import Event, Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.recompute import recompute_limits
from requests_app.stages.sensing.intake import register_report
from tests.services.test_due import run_machine
from tests.services.test_intake import report
from tests.town import Town

DECEMBER = datetime(2026, 12, 21, 9, 0, tzinfo=SHANGHAI)
LATER = DECEMBER + timedelta(days=2)
TIMERS = [TimerRule.LIGHT_YELLOW, TimerRule.LIGHT_RED]


@pytest.fixture
def provisional(town: Town) -> Request:
    request_id = register_report(report(town), via=Via.PERSON, now=DECEMBER).request_id
    run_machine(request_id, now=DECEMBER)
    request = Request.objects.get(pk=request_id)
    assert request.due_is_provisional
    return request


def confirm_2027() -> None:
    """Enter a notice that makes two more days of January free, then confirm it."""
    CalendarDay.objects.filter(date__in=["2027-01-04", "2027-01-05"]).update(
        kind=CalendarDayKind.HOLIDAY
    )
    confirm_year(year=2027, actor=None, now=LATER)
    forget_calendar()


def test_nothing_is_touched_before_the_year_is_confirmed(provisional: Request) -> None:
    assert recompute_limits(now=LATER) == 0
    assert Request.objects.get(pk=provisional.pk).seq == provisional.seq


def test_the_job_moves_limit_and_timers_and_not_the_version(provisional: Request) -> None:
    confirm_2027()
    job = next(each for each in due.JOBS if each.name == "recompute_limits")
    assert run_job(job, now=LATER) is True
    after = Request.objects.get(pk=provisional.pk)
    assert provisional.due_at is not None
    assert after.due_at == provisional.due_at + timedelta(days=2)
    assert (after.original_due_at, after.due_is_provisional) == (after.due_at, False)
    assert (after.version, after.seq) == (provisional.version, provisional.seq + 1)
    assert (after.sign_by, after.state) == (provisional.sign_by, provisional.state)
    assert Timer.objects.get(request=after, rule=TimerRule.LIGHT_RED).due_at == after.due_at
    event = Event.objects.get(request=after, kind="request.due_recomputed")
    assert event.via == "sweep"
    assert set(event.data) == {"from", "to"}
    assert recompute_limits(now=LATER) == 0
    assert list(verify_chains()) == []


def test_a_light_that_spoke_too_early_speaks_again(provisional: Request) -> None:
    confirm_2027()
    late = provisional.due_at
    assert late is not None
    Timer.objects.filter(request=provisional).update(done_at=late)
    recompute_limits(now=late + timedelta(minutes=1))
    done = dict(Timer.objects.filter(rule__in=TIMERS).values_list("rule", "done_at"))
    assert done[TimerRule.LIGHT_RED] is None
    assert Timer.objects.get(rule=TimerRule.SIGN_FOR).done_at == late


def test_a_limit_set_by_hand_is_left_alone(provisional: Request) -> None:
    confirm_2027()
    Request.objects.update(due_at=DECEMBER + timedelta(days=60))
    assert recompute_limits(now=LATER) == 0
