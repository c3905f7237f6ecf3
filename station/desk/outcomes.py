"""Results as the page shows them: what came of it, the review, the opinions, the calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from members.privacy import mask_identifiers
from requests_app.dossier import EventLine
from requests_app.dossier_completion import CallLine, RatingLine, ResultLine
from requests_app.lifecycle import State
from requests_app.models.choices import Closure
from requests_app.models.completion import Outcome, RatingSource, Satisfaction
from requests_app.models.timer import TimerRule
from requests_app.stages.completion.rules import LEAST_SATISFIED
from station import parts
from station.desk import words
from station.desk.case import Case
from station.desk.opinion import way_words
from station.desk.review import assignee_words

OUTCOME_TAGS: Mapping[str, str] = {
    Outcome.SOLVED: "green",
    Outcome.UNSOLVED: "amber",
    Outcome.PARTLY: "amber",
}
SOURCE_TAGS: Mapping[str, str] = {
    RatingSource.LINK: "blue",
    RatingSource.CALL: "",
    RatingSource.COUNTER: "line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionEntry:
    """One opinion with the way it reached us."""

    source: parts.Words
    source_tag: str
    level: parts.Words
    is_good: bool
    solved: str
    again: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """One try to reach the worker."""

    title: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultEntry:
    """One result. ``review`` says where its review stands; ``is_waiting`` while it is open."""

    title: str
    outcome: parts.Words
    tag: str
    reply: str
    by: str
    at: datetime
    review: str
    review_note: str
    is_waiting: bool
    is_returned: bool
    opinions: Sequence[OpinionEntry]
    calls: Sequence[CallEntry]


def result_entries(case: Case) -> list[ResultEntry]:
    """Return the results, newest first."""
    lines = case.dossier.completion.results
    return [_result(each, case, is_newest=at == 0) for at, each in enumerate(lines)]


def told_words(case: Case) -> str:
    """Return when and how the worker got the reply; "" while nobody says so."""
    row = case.row
    if row.told_at is None:
        return ""
    at = words.moment_words(row.told_at, now=case.now)
    event = next((e for e in case.dossier.events if _tells(e, row.told_at)), None)
    if event is None:
        return gettext("%(at)s在回访中告知") % {"at": at}
    told = {"at": at, "way": way_words(str(event.data.get("way", ""))), "who": event.actor}
    if not event.actor:
        return gettext("%(at)s%(way)s") % told
    return gettext("%(at)s%(way)s（%(who)s）") % told


def _tells(event: EventLine, told_at: datetime) -> bool:
    """Whether this is when the worker got the reply: an earlier round was told another one."""
    return event.kind == "reply.told" and event.at == told_at


def closing_words(case: Case) -> str:
    """Return how the request ended; "" while it has not."""
    row = case.row
    if row.closed_at is None:
        return ""
    told = {
        "at": words.moment_words(row.closed_at, now=case.now),
        "how": Closure(row.closed_as).label,
    }
    return gettext("%(at)s办结：%(how)s") % told


def waiting_words(case: Case) -> str:
    """Return what a request that was answered waits for."""
    if case.state is not State.TO_CALL:
        return ""
    until = case.dossier.completion.due(TimerRule.SILENCE)
    if until is None:
        return gettext("等诉求人评价")
    if until <= case.now:
        return gettext("等诉求人评价的期限已过，回访满三次、分在两天，才能按无法回访办结")
    told = gettext("等诉求人评价；到%(at)s仍没有回应，按规定次数回访后才能按无法回访办结")
    return told % {"at": words.moment_words(until, now=case.now)}


def _result(line: ResultLine, case: Case, *, is_newest: bool) -> ResultEntry:
    review = line.review
    is_waiting = is_newest and case.state is State.IN_REVIEW
    title = gettext("第%(n)d次结果") % {"n": line.number}
    return ResultEntry(
        title=title if len(case.dossier.completion.results) > 1 else gettext("办理结果"),
        outcome=Outcome(line.outcome).label,
        tag=OUTCOME_TAGS.get(line.outcome, ""),
        reply=case.words.replies.get(line.number, ""),
        by=line.submitted_by,
        at=line.submitted_at,
        review=_review_words(line, case, is_waiting=is_waiting, is_newest=is_newest),
        review_note=mask_identifiers(case.words.review_notes.get(line.number, "")),
        is_waiting=is_waiting,
        is_returned=review is not None and not review.is_accepted,
        opinions=[_opinion(each, line, case) for each in line.ratings],
        calls=[_call(each, at, case) for at, each in enumerate(line.calls, 1)],
    )


def _review_words(line: ResultLine, case: Case, *, is_waiting: bool, is_newest: bool) -> str:
    review = line.review
    if review is not None:
        at = words.moment_words(review.decided_at, now=case.now)
        told = {"who": review.reviewer, "at": at}
        if review.is_accepted:
            return gettext("%(who)s%(at)s审核通过") % told
        return gettext("%(who)s%(at)s退回补办") % told
    if is_waiting:
        limit = case.dossier.completion.due(TimerRule.REVIEW)
        told = {"who": assignee_words(case), "at": words.moment_words(limit, now=case.now)}
        if limit is None:
            return gettext("待%(who)s审核") % told
        return gettext("待%(who)s审核，%(at)s前完成") % told
    if is_newest and case.state is State.SUBMITTED:
        return gettext("系统正在送审核")
    return gettext("按事项规定不须审核")


def _opinion(line: RatingLine, result: ResultLine, case: Case) -> OpinionEntry:
    said = case.words.opinions.get((result.number, line.source), "")
    return OpinionEntry(
        source=RatingSource(line.source).label,
        source_tag=SOURCE_TAGS[line.source],
        level=Satisfaction(line.level).label,
        is_good=line.level >= LEAST_SATISFIED,
        solved=gettext("认为已解决") if line.is_solved else gettext("认为没有解决"),
        again=gettext("希望重新办理") if line.wants_rework else "",
        words=mask_identifiers(said),
        by=line.entered_by,
        at=line.given_at,
    )


def _call(line: CallLine, at: int, case: Case) -> CallEntry:
    outcome = gettext("接通") if line.is_reached else gettext("没有接通")
    return CallEntry(
        title=gettext("第%(n)d次回访：%(outcome)s") % {"n": at, "outcome": outcome},
        note=mask_identifiers(case.words.calls.get(line.id, "")),
        by=line.caller,
        at=line.tried_at,
    )
