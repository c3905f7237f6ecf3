"""Silence closes only when everything was tried, and never counts as a word of the worker."""

from datetime import datetime, timedelta

import pytest

from members.models import Notice
from members.queries import working_calendar
from requests_app.lifecycle import State
from requests_app.models import Event, Rating, Request
from requests_app.models.timer import TimerRule
from requests_app.stages.completion.feedback import note_told, rate_by_link
from tests.services.ending.acts import (
    PLEASED,
    act,
    answered,
    call,
    fire_due,
    fresh,
    link_of,
    sign,
    timer_of,
    told_to_the_machine,
    tries,
)
from tests.town import MONDAY, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Three tries on two days.
TRIES = (MONDAY + HOUR, MONDAY + 5 * HOUR, MONDAY + DAY)


@pytest.fixture
def waiting(town: Town, wage: Request) -> Request:
    return answered(wage)


def over(request: Request) -> datetime:
    """Return the moment at which the period of silence is over: its item's working days."""
    assert request.item is not None
    days = request.item.silence_close_workdays
    moment = timer_of(request, TimerRule.SILENCE, level=0).due_at
    assert moment == working_calendar(MONDAY).due_moment(MONDAY, days).at
    return moment


def tell(request: Request, town: Town) -> None:
    act(note_told, request, "letter", actor=town.street_handler)


def test_told_tried_and_waited_for_closes_as_unreached(town: Town, waiting: Request) -> None:
    end = over(waiting)
    tell(waiting, town)
    for moment in TRIES:
        call(waiting, now=moment)
    assert "silence" not in fire_due(waiting, now=end - timedelta(seconds=1))
    assert fresh(waiting).state == State.TO_CALL
    assert fire_due(waiting, now=end) == ["silence"]
    closed = fresh(waiting)
    assert (closed.state, closed.closed_as, closed.closed_at) == (State.CLOSED, "unreached", end)
    assert not Rating.objects.exists()
    event = Event.objects.get(request=waiting, kind="request.closed")
    assert (event.actor, event.via, event.because) == (None, "sweep", [{"code": "silent"}])
    assert event.data == {"closed_as": "unreached"}


@pytest.mark.parametrize("missing", ["told", "third try", "second day"])
def test_each_missing_piece_keeps_it_open_and_reminds_every_working_day(
    town: Town, waiting: Request, missing: str
) -> None:
    end = over(waiting)
    if missing != "told":
        tell(waiting, town)
    moments = {"third try": TRIES[1:], "second day": (MONDAY, MONDAY + HOUR, MONDAY + 2 * HOUR)}
    for moment in moments.get(missing, TRIES):
        call(waiting, now=moment)
    fire_due(waiting, now=end)
    still = fresh(waiting)
    assert (still.state, still.assignee) == (State.TO_CALL, waiting.assignee)
    reminders = Notice.objects.filter(template="timer.silence", account=waiting.assignee)
    assert reminders.count() == 1
    next_day = timer_of(waiting, TimerRule.SILENCE, level=1).due_at
    assert next_day == working_calendar(end).due_moment(end, 1).at
    assert set(fire_due(waiting, now=next_day)) == {"silence", "stand_in"}
    assert reminders.count() == 2  # not the same notice as yesterday's
    fired = Event.objects.filter(request=waiting, kind="timer.fired", data__rule="silence")
    assert [each.data["level"] for each in fired.order_by("seq")] == [0, 1]
    assert fresh(waiting).version == still.version  # nobody's open page grows stale


def test_the_third_try_after_the_period_closes_at_once(town: Town, waiting: Request) -> None:
    end = over(waiting)
    tell(waiting, town)
    for moment in TRIES[:2]:
        call(waiting, now=moment)
    fire_due(waiting, now=end)
    closed = call(waiting, now=end + HOUR)
    assert (closed.state, closed.closed_as, tries(waiting)) == (State.CLOSED, "unreached", 3)
    assert fire_due(waiting, now=end + 2 * DAY) == []


def test_being_told_after_the_period_closes_with_the_next_reminder(
    town: Town, waiting: Request
) -> None:
    end = over(waiting)
    for moment in TRIES:
        call(waiting, now=moment)
    fire_due(waiting, now=end)
    tell(waiting, town)
    assert fresh(waiting).state == State.TO_CALL
    fire_due(waiting, now=timer_of(waiting, TimerRule.SILENCE, level=1).due_at)
    assert fresh(waiting).closed_as == "unreached"


def test_a_rating_by_link_makes_it_heard_also_when_nobody_picks_up(
    town: Town, waiting: Request
) -> None:
    end = over(waiting)
    rate_by_link(link_of(waiting).pk, PLEASED, now=MONDAY)
    for moment in TRIES:
        call(waiting, now=moment)
    fire_due(waiting, now=end)
    closed = fresh(waiting)
    assert (closed.state, closed.closed_as) == (State.CLOSED, "heard")
    assert Event.objects.get(request=waiting, kind="request.closed").because == [
        {"code": "heard_by_link"}
    ]


def anonymous(town: Town) -> Request:
    request = told_to_the_machine(town, is_anonymous=True, name="", phone="")
    sign(request, town.street_handler)
    at = answered(request)
    assert (at.assignee, at.assignee_unit) == (None, None)  # nobody can be called
    return at


def test_an_anonymous_matter_closes_when_the_period_is_over(town: Town) -> None:
    request = anonymous(town)
    end = over(request)
    assert "silence" not in fire_due(request, now=end - timedelta(seconds=1))
    fire_due(request, now=end)
    assert (fresh(request).state, fresh(request).closed_as) == (State.CLOSED, "unreached")


def test_an_anonymous_rating_closes_as_heard(town: Town) -> None:
    request = anonymous(town)
    rate_by_link(link_of(request).pk, PLEASED, now=MONDAY + HOUR)
    assert (fresh(request).state, fresh(request).closed_as) == (State.CLOSED, "heard")
    assert fire_due(request, now=MONDAY + 60 * DAY) == []


def test_silence_has_no_say_in_what_has_moved_on(town: Town, waiting: Request) -> None:
    timer = timer_of(waiting, TimerRule.SILENCE)
    Request.objects.filter(pk=waiting.pk).update(state=State.SIGNED)
    fire_due(waiting, now=timer.due_at - HOUR)
    seq = fresh(waiting).seq
    assert fire_due(waiting, now=timer.due_at) == ["silence"]
    assert fresh(waiting).seq == seq
    assert not Notice.objects.filter(template="timer.silence").exists()
