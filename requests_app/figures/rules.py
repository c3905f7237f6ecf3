"""What every figure counts, as data, and how a share of it is shown (docs/rules.md, "Figures").

Pure. A measure is asked in two ways, both from the one definition here: ``part_of`` says of one
row where it falls, ``conditions.py`` asks the database the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from requests_app.figures.conditions import (
    AtLeast,
    Condition,
    Facts,
    InWindow,
    IsOneOf,
    NotLater,
    NotYet,
)
from requests_app.figures.window import Window
from requests_app.lifecycle import State
from requests_app.stages.completion.rules import LEAST_SATISFIED

LEAST_FOR_RATE = 10  # fewer cases are counted, no rate is made of them
HIT, REST, BASE = "hit", "rest", "base"
UNREACHED, NOT_YET_DUE = "unreached", "not_yet_due"
OWN_WORD, TOLD = ("link",), ("call", "counter")  # what staff wrote down counts apart


class Subject(StrEnum):
    """What the rows behind a figure are."""

    REQUEST = "request"
    OPINION = "opinion"
    CALL = "call"  # a result about which somebody was called
    SETTLEMENT = "settlement"


class Code(StrEnum):
    """The measures."""

    RECEIVED = "received"
    CLOSED = "closed"
    CLOSED_RECEIVED = "closed_received"
    IN_TIME = "in_time"
    IN_FIRST_TIME = "in_first_time"
    ANSWERED = "answered"
    FIRST_GO = "first_go"
    UNREACHED = "unreached"
    SOLVED = "solved"
    SOLVED_OWN = "solved_own"
    SOLVED_TOLD = "solved_told"
    SATISFIED_OWN = "satisfied_own"
    SATISFIED_TOLD = "satisfied_told"
    REACHED = "reached"
    RECOVERED = "recovered"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Demands:
    """All of ``holds``, and of each group in ``fails`` not all; no conditions always hold."""

    holds: tuple[Condition, ...]
    fails: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure: what lies in the window, what of it is left out and why, what counts as hit.

    The first reason that holds takes a row out; what remains is the base, N.
    """

    subject: Subject
    population: tuple[Condition, ...]
    left_out: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    hit: tuple[Condition, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part a row of the population can fall into."""
        return (HIT, REST, *self.left_out)

    def demands(self, part: str) -> Demands:
        """Return what puts a row into a part, or into the base: all of one, none of the others."""
        before: list[tuple[Condition, ...]] = []
        for reason, conditions in self.left_out.items():
            if part == reason:
                return Demands((*self.population, *conditions), tuple(before))
            before.append(conditions)
        if part == REST:
            return Demands(self.population, (*before, self.hit))
        return Demands((*self.population, *(self.hit if part == HIT else ())), tuple(before))

    def part_of(self, facts: Facts, window: Window) -> str | None:
        """Return the part that a row falls into; None when it lies outside the window."""
        if not _all_hold(self.population, facts, window):
            return None
        for reason, conditions in self.left_out.items():
            if _all_hold(conditions, facts, window):
                return reason
        return HIT if _all_hold(self.hit, facts, window) else REST


def _all_hold(conditions: Iterable[Condition], facts: Facts, window: Window) -> bool:
    return all(each.holds(facts, window) for each in conditions)


_IS_CLOSED = IsOneOf("state", (State.CLOSED,))
_IS_UNREACHED = IsOneOf("closed_as", ("unreached",))
_DUE = (InWindow("due_at"),)
_NOT_DUE: Mapping[str, tuple[Condition, ...]] = {NOT_YET_DUE: (NotYet("due_at"),)}
# Nobody could be asked: a word that comes after the end does not make it solved.
_SPOKE_AFTER: Mapping[str, tuple[Condition, ...]] = {
    UNREACHED: (_IS_UNREACHED, NotLater("closed_at", "given_at"))
}
_GIVEN = InWindow("given_at")
_SOLVED = (IsOneOf("is_solved", (True,)),)
_SATISFIED = (AtLeast("satisfaction", LEAST_SATISFIED),)
_OWN, _TOLD = IsOneOf("source", OWN_WORD), IsOneOf("source", TOLD)


def _of_requests(
    *population: Condition,
    hit: tuple[Condition, ...] = (),
    left_out: Mapping[str, tuple[Condition, ...]] | None = None,
) -> Measure:
    return Measure(subject=Subject.REQUEST, population=population, hit=hit, left_out=left_out or {})


def _of_opinions(*population: Condition, hit: tuple[Condition, ...]) -> Measure:
    return Measure(subject=Subject.OPINION, population=population, hit=hit, left_out=_SPOKE_AFTER)


MEASURES: Mapping[Code, Measure] = {
    Code.RECEIVED: _of_requests(InWindow("registered_at")),
    Code.CLOSED: _of_requests(*_DUE, hit=(_IS_CLOSED,), left_out=_NOT_DUE),
    Code.CLOSED_RECEIVED: _of_requests(InWindow("registered_at"), hit=(_IS_CLOSED,)),
    Code.IN_TIME: _of_requests(*_DUE, hit=(NotLater("answered_at", "due_at"),), left_out=_NOT_DUE),
    Code.IN_FIRST_TIME: _of_requests(
        *_DUE, hit=(NotLater("answered_at", "original_due_at"),), left_out=_NOT_DUE
    ),
    Code.ANSWERED: _of_requests(InWindow("answered_at")),
    Code.FIRST_GO: _of_requests(
        InWindow("closed_at"),
        hit=(IsOneOf("reworks", (0,)),),
        left_out={UNREACHED: (_IS_UNREACHED,)},
    ),
    Code.UNREACHED: _of_requests(InWindow("closed_at"), hit=(_IS_UNREACHED,)),
    Code.SOLVED: _of_opinions(_GIVEN, hit=_SOLVED),
    Code.SOLVED_OWN: _of_opinions(_GIVEN, _OWN, hit=_SOLVED),
    Code.SOLVED_TOLD: _of_opinions(_GIVEN, _TOLD, hit=_SOLVED),
    Code.SATISFIED_OWN: _of_opinions(_GIVEN, _OWN, hit=_SATISFIED),
    Code.SATISFIED_TOLD: _of_opinions(_GIVEN, _TOLD, hit=_SATISFIED),
    Code.REACHED: Measure(
        subject=Subject.CALL,
        population=(IsOneOf("was_tried", (True,)),),
        hit=(IsOneOf("was_reached", (True,)),),
    ),
    Code.RECOVERED: Measure(
        subject=Subject.SETTLEMENT, population=(AtLeast("received_in_fen", 1),)
    ),
    Code.AGREED: Measure(
        subject=Subject.SETTLEMENT,
        population=(InWindow("signed_on"),),
        hit=(AtLeast("received_fen", 1),),
    ),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """n of N, with what was left out of N and why. A percentage only from ten cases up."""

    hit: int
    base: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.hit <= self.base or any(n < 0 for n in self.left_out.values()):
            raise ValueError(f"{self.hit} of {self.base} without {dict(self.left_out)}")

    def __add__(self, other: "Rate") -> "Rate":
        reasons = {*self.left_out, *other.left_out}
        return Rate(
            self.hit + other.hit,
            self.base + other.base,
            {each: self.left_out.get(each, 0) + other.left_out.get(each, 0) for each in reasons},
        )

    @property
    def rest(self) -> int:
        """What is in the base and not hit."""
        return self.base - self.hit

    @property
    def percent(self) -> str:
        """The share as "97.3"; "" where there are too few cases to make a rate of."""
        return percent_of(self.hit, self.base) if self.base >= LEAST_FOR_RATE else ""


def percent_of(part: int, whole: int) -> str:
    """Return the share in per cent with one decimal, rounded half up.

    It says "100.0" only for all and "0.0" only for none.
    """
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Spans:
    """How long answers took, in seconds of office time: the middle one, and nine tenths."""

    count: int
    median: float | None = None
    ninetieth: int | None = None


def spans_of(seconds: Sequence[int]) -> Spans:
    """Return median and 90th percentile (nearest rank); none of them under ten cases."""
    if len(seconds) < LEAST_FOR_RATE:
        return Spans(len(seconds))
    ordered = sorted(seconds)
    rank = math.ceil(len(ordered) * 9 / 10)
    return Spans(len(ordered), median(ordered), ordered[rank - 1])


@dataclass(frozen=True, slots=True)
class Money:
    """One settlement as the figures see it, in fen."""

    agreed_fen: int
    people: int
    received_fen: int  # until now
    received_in_fen: int  # in the window
    is_signed_in: bool  # in the window


@dataclass(frozen=True, slots=True)
class Recovered:
    """Money of the window, and how far the settlements signed in it are paid."""

    fen: int  # came in during the window, whenever it was agreed
    people: int  # of the settlements it came in for
    settlements: int
    paid_fen: int  # of what was agreed in the window, received until now
    agreed_fen: int
    paid: Rate  # settlements
    paid_people: Rate

    @property
    def percent(self) -> str:
        """Share of the agreed sum that has come in; "" for fewer than ten settlements."""
        if self.paid.base < LEAST_FOR_RATE:
            return ""
        return percent_of(self.paid_fen, self.agreed_fen)


def recovered_of(rows: Iterable[Money]) -> Recovered:
    """Return the sums over settlements.

    Money is recorded per instalment, not per person: all people of a settlement count once
    anything has come in for it.
    """
    known = list(rows)
    flowing = [each for each in known if each.received_in_fen > 0]
    signed = [each for each in known if each.is_signed_in]
    paid = [each for each in signed if each.received_fen > 0]
    return Recovered(
        fen=sum(each.received_in_fen for each in flowing),
        people=sum(each.people for each in flowing),
        settlements=len(flowing),
        paid_fen=sum(each.received_fen for each in paid),
        agreed_fen=sum(each.agreed_fen for each in signed),
        paid=Rate(len(paid), len(signed)),
        paid_people=Rate(sum(each.people for each in paid), sum(each.people for each in signed)),
    )
