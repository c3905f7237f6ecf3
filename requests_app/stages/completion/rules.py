"""Decisions of the completion stage (docs/rules.md, "Completion"). Pure.

Values in, a decision with its reasons out; who may be drawn is counted by the caller.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from members.workdays import SHANGHAI, WorkCalendar
from requests_app.catalogue.terms import Callback, Review

REVIEW_SAMPLE = 20  # per cent of the results whose item says "sample"
REVIEW_WORKDAYS = 1
CALLBACK_WORKDAYS = 1  # the next working day
TRIES_NEEDED = 3
TRY_DAYS_NEEDED = 2
LEAST_SATISFIED = 3  # 基本满意 and above
MOST_REWORKS = 1


type Reasons = tuple[dict[str, str | int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What stands in the way of submitting a result.

    ``unpaid_fen`` counts only while no arbitration or court number is recorded;
    ``open_alarms`` are tasks of flags, somebody's safety, and never waived in passing;
    ``open_steps`` of the playbook may be waived together, with a reason.
    """

    unpaid_fen: int = 0
    open_alarms: int = 0
    open_steps: int = 0
    has_item: bool = True

    @property
    def is_blocked(self) -> bool:
        """Whether the handler has to do something else first."""
        return self.unpaid_fen > 0 or self.open_alarms > 0 or not self.has_item


def unpaid_fen(*, agreed_fen: int, paid_fen: int, case_number: str) -> int:
    """Return what the union still has to watch: nothing once a court or arbitration does."""
    return 0 if case_number else max(0, agreed_fen - paid_fen)


def is_drawn(number: str, *, purpose: str, percent: int, key: bytes) -> bool:
    """Whether a request falls into a sample: the same answer every time, foreseen by nobody.

    ``percent`` is 0 to 100; the draw is keyed, so that no handler can tell it in advance.
    """
    digest = hmac.new(key, f"sample/{purpose}/{number}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) % 100 < percent


def needs_review(review: Review, *, number: str, key: bytes) -> bool:
    """Whether a second person has to accept the result."""
    if review == "other":
        return True
    return review == "sample" and is_drawn(number, purpose="review", percent=REVIEW_SAMPLE, key=key)


def is_sampled_call(callback: Callback, *, number: str, percent: int, key: bytes) -> bool:
    """Whether a closed request is called back as a sample."""
    return callback == "sample" and is_drawn(number, purpose="callback", percent=percent, key=key)


@dataclass(frozen=True, slots=True)
class Drawable:
    """One person who could review or call back: where, and how many they have already."""

    account_id: int
    unit_id: int
    load: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Who got it; ``account_id`` is None when only the unit could be named."""

    unit_id: int
    account_id: int | None
    because: Reasons


def draw_person(
    units: Sequence[int],
    people: Iterable[Drawable],
    *,
    conflicted: Collection[int],
    fallback_unit: int,
    last_resort: Collection[int] = (),
) -> Draw:
    """Draw who reviews or calls: the first unit with somebody free, there the least loaded.

    ``units`` come in the order in which they are asked. People in ``conflicted`` handled or
    registered the request and are never drawn; those in ``last_resort`` reviewed it and are
    drawn where nobody else is left. When nobody is eligible, it lies with ``fallback_unit``
    (the street) under its clock, for whoever is free there first.
    """
    everybody = tuple(people)
    drawn = _first_free(units, everybody, barred={*conflicted, *last_resort})
    if drawn is None and last_resort:
        noted: Reasons = ({"code": "only_reviewers"},)
        drawn = _first_free(units, everybody, barred=conflicted, because=noted)
    if drawn is not None:
        return drawn
    fallback: Reasons = ({"code": "fallback", "unit": fallback_unit},)
    return Draw(fallback_unit, None, _nobody_free(units) + fallback)


def _first_free(
    units: Sequence[int],
    people: Iterable[Drawable],
    *,
    barred: Collection[int],
    because: Reasons = (),
) -> Draw | None:
    """Return the least loaded person of the first unit with somebody not barred."""
    free: dict[int, list[Drawable]] = {}
    for person in people:
        if person.account_id not in barred:
            free.setdefault(person.unit_id, []).append(person)
    for asked, unit in enumerate(units):
        if unit in free:
            chosen = min(free[unit], key=lambda each: (each.load, each.account_id))
            found: Reasons = ({"code": "drawn", "unit": unit},)
            return Draw(unit, chosen.account_id, because + _nobody_free(units[:asked]) + found)
    return None


def _nobody_free(units: Iterable[int]) -> Reasons:
    return tuple({"code": "nobody_free", "unit": unit} for unit in units)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the worker said of one result."""

    source: str  # link, call or counter
    level: int
    is_solved: bool
    wants_rework: bool

    @property
    def is_satisfied(self) -> bool:
        """Whether the level is one of the upper three."""
        return self.level >= LEAST_SATISFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is known about the worker's opinion of the result that stands."""

    opinions: tuple[Opinion, ...] = ()
    tries: tuple[datetime, ...] = ()  # unanswered calls
    is_told: bool = False
    can_be_called: bool = True
    silence_is_over: bool = False
    reworks: int = 0


class Next(StrEnum):
    """What comes next after an opinion or a silence."""

    WAIT = "wait"
    CLOSE_HEARD = "close_heard"
    CLOSE_UNREACHED = "close_unreached"
    REWORK = "rework"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next thing to happen, and why; reasons are codes."""

    next: Next
    because: tuple[str, ...] = ()


def decide_hearing(facts: Hearing) -> Verdict:
    """Return what follows for a request that waits for its worker's opinion.

    A dissatisfied worker who wants it done again gets a second round, once. What was said to a
    caller or at the counter closes; an opinion by link waits for the call-back that the item
    asks for, unless nobody can call. Silence closes only by ``silence_gaps``.
    """
    asks_again = _asks_again(facts.opinions)
    if asks_again and facts.reworks < MOST_REWORKS:
        return Verdict(Next.REWORK, ("not_satisfied",))
    is_spoken = any(each.source != "link" for each in facts.opinions)
    if is_spoken or (facts.opinions and not facts.can_be_called):
        return Verdict(Next.CLOSE_HEARD, ("not_satisfied_again" if asks_again else "heard",))
    if gaps := silence_gaps(facts):
        return Verdict(Next.WAIT, gaps)
    if facts.opinions:
        return Verdict(Next.CLOSE_HEARD, ("heard_by_link",))
    return Verdict(Next.CLOSE_UNREACHED, ("silent",))


def _asks_again(opinions: Iterable[Opinion]) -> bool:
    return any(
        each.wants_rework and not (each.is_satisfied and each.is_solved) for each in opinions
    )


def silence_gaps(facts: Hearing) -> tuple[str, ...]:
    """Return what is missing before silence may close a request; empty when it may.

    The period is over, and: the reply was delivered and three calls on two different days
    went unanswered; where nobody can be called (anonymous, no phone), the published reply and
    the period are enough.
    """
    gaps: list[str] = []
    if not facts.silence_is_over:
        gaps.append("period")
    if not facts.can_be_called:
        return tuple(gaps)
    if not facts.is_told:
        gaps.append("told")
    if len(facts.tries) < TRIES_NEEDED:
        gaps.append("tries")
    if len({_day(moment) for moment in facts.tries}) < TRY_DAYS_NEEDED:
        gaps.append("days")
    return tuple(gaps)


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def may_reopen(*, closed_at: datetime, now: datetime, reopen_days: int, reworks: int) -> bool:
    """Whether a closed request may still be taken up again: inside its days, and only once."""
    return reworks < MOST_REWORKS and now < reopen_until(closed_at, reopen_days)


def reopen_until(closed_at: datetime, reopen_days: int) -> datetime:
    """Return the moment from which a closed request stays closed: its last day is over."""
    return datetime.combine(_day(closed_at) + timedelta(days=reopen_days + 1), time(), SHANGHAI)


def workday_limit(now: datetime, workdays: int, calendar: WorkCalendar) -> datetime:
    """Return close of business of the nth working day after ``now``."""
    return calendar.due_moment(now, workdays).at
