"""Deadlines and lights of a request (docs/rules.md, "Deadlines"). Pure.

Days are working days of the calendar that is passed in; the day of receipt is not counted;
a deadline falls at close of business. Nothing here reads a clock or a setting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from members.workdays import SHANGHAI, Due, WorkCalendar
from requests_app.catalogue.terms import GradeTerms, ItemTerms, UrgencyTerms

YELLOW_SHARE = 0.7  # share of the working time used when the light turns yellow
YELLOW_WORKDAYS_LEFT = 1
LEAST_REWORK_WORKDAYS = 2
NEAR = timedelta(hours=12)  # a limit round the clock may pass midnight: two hours are no day


class LightColor(StrEnum):
    """What a light says; each has a shape and a word of its own on the page."""

    UNSTARTED = "unstarted"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    MET = "met"  # answered in time
    MISSED = "missed"  # answered late


@dataclass(frozen=True, slots=True)
class Light:
    """A light and the distance to the deadline: whole working days, or minutes when near.

    ``minutes`` counts clock minutes to (or past) the deadline and is set when it falls on
    the day of ``now`` or within twelve hours; otherwise ``workdays`` counts working days,
    both never negative.
    """

    color: LightColor
    workdays: int = 0
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """When a request must be finished, and when its light turns yellow on the way."""

    due: Due
    yellow_at: datetime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a request must be signed for and finished, and when its light changes."""

    sign_by: datetime
    due: Due
    yellow_at: datetime


def decide_deadlines(
    *,
    registered_at: datetime,
    dispatched_at: datetime,
    item: ItemTerms | None,
    grade: GradeTerms,
    urgency: UrgencyTerms,
    calendar: WorkCalendar,
) -> Deadlines:
    """Return the deadlines of a request that is dispatched now."""
    limit = handling_limit(registered_at=registered_at, item=item, grade=grade, calendar=calendar)
    return Deadlines(
        sign_by=sign_limit(dispatched_at, urgency=urgency, calendar=calendar),
        due=limit.due,
        yellow_at=limit.yellow_at,
    )


def handling_limit(
    *,
    registered_at: datetime,
    item: ItemTerms | None,
    grade: GradeTerms,
    calendar: WorkCalendar,
) -> Limit:
    """Return when a request must be finished.

    The handling days run from registration, so a slow dispatch costs us and not the worker.
    """
    workdays = item.deadline_workdays if item and item.deadline_workdays else grade.handle_workdays
    due = calendar.due_moment(registered_at, workdays)
    return Limit(due, yellow_moment(registered_at, due.at, calendar=calendar))


def still_provisional(start: datetime, due_at: datetime, *, calendar: WorkCalendar) -> bool:
    """Whether the way to a limit still passes a year without a confirmed calendar."""
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (start, due_at))
    return calendar.is_provisional(first, last)


def sign_limit(moment: datetime, *, urgency: UrgencyTerms, calendar: WorkCalendar) -> datetime:
    """Return when a dispatched request must be signed for."""
    if urgency.clock == "always":
        return moment + timedelta(hours=urgency.route_hours)
    return calendar.add_working_hours(moment, urgency.route_hours)


def yellow_moment(start: datetime, due_at: datetime, *, calendar: WorkCalendar) -> datetime:
    """Return the earlier of: 70 % of the working time used, one working day left."""
    total_hours = calendar.working_seconds(start, due_at) / 3600
    by_share = calendar.add_working_hours(start, total_hours * YELLOW_SHARE)
    there = due_at.astimezone(SHANGHAI)
    eve = calendar.add_workdays(there.date(), -YELLOW_WORKDAYS_LEFT)
    by_days = datetime.combine(eve, there.timetz())
    return max(start, min(by_share, by_days))


def light_for(
    *,
    started_at: datetime,
    due_at: datetime | None,
    now: datetime,
    calendar: WorkCalendar,
) -> Light:
    """Return the light of a running deadline as it stands at ``now``."""
    if due_at is None:
        return Light(LightColor.UNSTARTED)
    here, there = now.astimezone(SHANGHAI), due_at.astimezone(SHANGHAI)
    minutes = None
    if here.date() == there.date() or abs(there - here) < NEAR:
        minutes = int(abs((there - here).total_seconds()) // 60)
    days = _workdays_between(min(here, there), max(here, there), calendar)
    if now > due_at:
        return Light(LightColor.RED, days, minutes)
    yellow_at = yellow_moment(started_at, due_at, calendar=calendar)
    color = LightColor.YELLOW if now >= yellow_at else LightColor.GREEN
    return Light(color, days, minutes)


def _workdays_between(first: datetime, last: datetime, calendar: WorkCalendar) -> int:
    """Count working days after the day of ``first`` up to and with the day of ``last``."""
    day, count = first.date(), 0
    while day < last.date():
        day += timedelta(days=1)
        count += calendar.is_workday(day)
    return count


def rework_limit(
    *,
    now: datetime,
    item: ItemTerms | None,
    grade: GradeTerms,
    calendar: WorkCalendar,
) -> Limit:
    """Return when a second round must be finished: half the days, at least two, from now."""
    workdays = item.deadline_workdays if item and item.deadline_workdays else grade.handle_workdays
    due = calendar.due_moment(now, max(LEAST_REWORK_WORKDAYS, -(-workdays // 2)))
    return Limit(due, yellow_moment(now, due.at, calendar=calendar))
