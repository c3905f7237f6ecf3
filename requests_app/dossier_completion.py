"""The completion part of a dossier: results, reviews, opinions, calls, what is due.

Read with the request in its one statement (dossier.py), still sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from members.models import Account
from requests_app.dossier_arrays import MINE, array, as_hex, moment, moment_or_none, same, sealed
from requests_app.models import CallAttempt, Event, Rating, Result, Timer
from requests_app.models.timer import TimerRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """What a second person found."""

    reviewer: str
    reviewer_id: int
    is_accepted: bool
    note_sealed: bytes
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLine:
    """The worker's opinion, and the way it reached us (``entered_by`` "" for the worker)."""

    source: str
    level: int
    is_solved: bool
    wants_rework: bool
    words_sealed: bytes
    given_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One try to reach the worker."""

    id: int
    caller: str
    tried_at: datetime
    is_reached: bool
    note_sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One submitted result with everything said about it."""

    number: int
    rework: int
    outcome: str
    reply_sealed: bytes
    submitted_at: datetime
    submitted_by: str
    review: ReviewLine | None
    ratings: tuple[RatingLine, ...]
    calls: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLine:
    """A limit of the round that runs, also after its timer has spoken."""

    rule: str
    level: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFile:
    """Everything about the end of a request. ``results`` stand newest first."""

    results: tuple[ResultLine, ...]
    timers: tuple[TimerLine, ...]
    people: Mapping[int, str]  # whom events name by their id: reviewers and callers drawn

    @property
    def standing(self) -> ResultLine | None:
        """The newest result."""
        return next(iter(self.results), None)

    @property
    def reviewer_ids(self) -> frozenset[int]:
        """Who has reviewed a result of this request: never who calls back."""
        return frozenset(each.review.reviewer_id for each in self.results if each.review)

    def due(self, rule: str) -> datetime | None:
        """Return the newest limit of a rule; of silence the first, later ones only remind."""
        found = (each for each in self.timers if each.rule == rule)
        if rule == TimerRule.SILENCE:
            found = (each for each in found if each.level == 0)
        return max((each.due_at for each in found), default=None)


def completion_arrays() -> dict[str, ArraySubquery]:
    """Return the child rows of completion, each in its order."""
    of_result: dict[str, Any] = {"result__request": OuterRef("pk")}
    return {
        "results_json": array(
            Result.objects.filter(**MINE).order_by("-number"),
            reply_sealed=as_hex("reply_sealed"),
            submitted_by=F("submitted_by__name"),
            reviewer=F("review__reviewer__name"),
            reviewer_id=F("review__reviewer_id"),
            is_accepted=F("review__is_accepted"),
            review_note=as_hex("review__note_sealed"),
            decided_at=F("review__decided_at"),
            **same("number", "rework", "outcome", "submitted_at"),
        ),
        "ratings_json": array(
            Rating.objects.filter(**of_result).order_by("given_at", "id"),
            result=F("result__number"),
            words_sealed=as_hex("words_sealed"),
            entered_by=F("entered_by__name"),
            **same("source", "level", "is_solved", "wants_rework", "given_at"),
        ),
        "calls_json": array(
            CallAttempt.objects.filter(**of_result).order_by("tried_at", "id"),
            result=F("result__number"),
            caller=F("caller__name"),
            note_sealed=as_hex("note_sealed"),
            **same("id", "tried_at", "is_reached"),
        ),
        "timers_json": array(
            Timer.objects.filter(
                **MINE,
                round=OuterRef("round"),
                rule__in=(TimerRule.REVIEW, TimerRule.CALLBACK, TimerRule.SILENCE),
            ).order_by("due_at", "id"),
            **same("rule", "level", "due_at"),
        ),
        "people_json": array(_named_people(), **same("id", "name")),
    }


def _named_people() -> QuerySet[Account]:
    """Whoever an event says was drawn; two levels below the request's own query."""
    drawn = Event.objects.filter(
        request=OuterRef(OuterRef("pk")), kind__in=("review.asked", "callback.asked")
    )
    reviewers = drawn.values(who=Cast(KT("data__reviewer"), BigIntegerField()))
    callers = drawn.values(who=Cast(KT("data__caller"), BigIntegerField()))
    named: QuerySet[Account] = Account.objects.filter(Q(pk__in=reviewers) | Q(pk__in=callers))
    return named.order_by("id")


def completion_file_of(read: Mapping[str, Any]) -> CompletionFile:
    """Build the completion part from the arrays of a row."""
    return CompletionFile(
        results=tuple(_result(line, read) for line in read["results_json"]),
        timers=tuple(
            TimerLine(**{**line, "due_at": moment(line["due_at"])}) for line in read["timers_json"]
        ),
        people={line["id"]: line["name"] for line in read["people_json"]},
    )


def _result(line: Mapping[str, Any], read: Mapping[str, Any]) -> ResultLine:
    number = line["number"]
    return ResultLine(
        number=number,
        rework=line["rework"],
        outcome=line["outcome"],
        reply_sealed=sealed(line["reply_sealed"]),
        submitted_at=moment(line["submitted_at"]),
        submitted_by=line["submitted_by"],
        review=_review(line),
        ratings=tuple(_rating(each) for each in read["ratings_json"] if each["result"] == number),
        calls=tuple(
            CallLine(
                id=each["id"],
                caller=each["caller"],
                tried_at=moment(each["tried_at"]),
                is_reached=each["is_reached"],
                note_sealed=sealed(each["note_sealed"]),
            )
            for each in read["calls_json"]
            if each["result"] == number
        ),
    )


def _review(line: Mapping[str, Any]) -> ReviewLine | None:
    decided_at = moment_or_none(line["decided_at"])
    if decided_at is None:
        return None
    return ReviewLine(
        reviewer=line["reviewer"],
        reviewer_id=line["reviewer_id"],
        is_accepted=line["is_accepted"],
        note_sealed=sealed(line["review_note"]),
        decided_at=decided_at,
    )


def _rating(line: Mapping[str, Any]) -> RatingLine:
    return RatingLine(
        source=line["source"],
        level=line["level"],
        is_solved=line["is_solved"],
        wants_rework=line["wants_rework"],
        words_sealed=sealed(line["words_sealed"]),
        given_at=moment(line["given_at"]),
        entered_by=line["entered_by"] or "",
    )
