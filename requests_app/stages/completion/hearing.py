"""What the worker says of the reply, and what follows: closed, a second round, or more calls.

docs/rules.md, "Completion". Every way in ends in ``decide_hearing``.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from members.queries import working_calendar
from requests_app.alarms import (
    ROUND_RULES,
    end_timers,
    set_numbered_timers,
    set_timers,
    tell_assignee,
)
from requests_app.catalogue.snapshot import item_terms
from requests_app.chain import Plain
from requests_app.lifecycle import REWORKS, State, Via
from requests_app.models import Identity, Rating, Request, Timer
from requests_app.models.choices import Closure
from requests_app.models.completion import RatingSource, Satisfaction
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, chain_key, edit, move, record
from requests_app.sealing import RequestVault
from requests_app.stages.completion.drawing import draw_caller
from requests_app.stages.completion.links import extend_links, revoke_links
from requests_app.stages.completion.reminding import replace_assignee
from requests_app.stages.completion.reviewing import reopen_days
from requests_app.stages.completion.rules import (
    CALLBACK_WORKDAYS,
    MOST_REWORKS,
    Next,
    Opinion,
    decide_hearing,
    is_sampled_call,
    may_reopen,
    reopen_until,
    workday_limit,
)
from requests_app.stages.completion.standing import Standing, read_standing

WORDS_MAX = 500
SILENCE_WORKDAYS = 10  # where no item says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the worker said, before it becomes a rating."""

    level: Satisfaction
    is_solved: bool
    wants_rework: bool = False
    words: str = ""


# ---- after the reply ------------------------------------------------------------------


def follow_up(request: Request, *, via: Via, now: datetime) -> None:
    """Ask for an opinion where the item wants every worker called back, else close.

    A closed request may still fall into the sample that is called back. Called with the row
    locked and due.
    """
    item = item_terms(request.item_id)
    cause = Cause(via=via, now=now)
    if item is None or item.callback == "all":
        _ask_opinion(request, cause)
        return
    sampled = is_sampled_call(
        item.callback, number=request.number, percent=item.callback_sample, key=chain_key()
    )
    _close(request, "close_answered", Closure.ANSWERED, cause)
    if sampled and can_be_called(request):
        _hand_to_caller(request, cause)


def _ask_opinion(request: Request, cause: Cause) -> None:
    """Wait for the worker: by link, by a call, or until the period of silence is over."""
    move(request, "ask_opinion", cause)
    item, calendar = item_terms(request.item_id), working_calendar(cause.now)
    workdays = item.silence_close_workdays if item else SILENCE_WORKDAYS
    set_timers(request, {TimerRule.SILENCE: workday_limit(cause.now, workdays, calendar)})
    if can_be_called(request):
        _hand_to_caller(request, cause)


def _hand_to_caller(request: Request, cause: Cause) -> None:
    """Draw who calls back; the call is due the next working day."""
    drawn = draw_caller(request, now=cause.now)
    edit(
        request,
        "callback.asked",
        replace(cause, because=drawn.because, data={"caller": drawn.account_id}),
        changes={"assignee_id": drawn.account_id, "assignee_unit_id": drawn.unit_id},
    )
    limit = workday_limit(cause.now, CALLBACK_WORKDAYS, working_calendar(cause.now))
    set_timers(request, {TimerRule.CALLBACK: limit})
    tell_assignee(request, template="callback.asked", now=cause.now)


def can_be_called(request: Request) -> bool:
    """Whether there is a phone number to call: never for an anonymous request."""
    return Identity.objects.filter(request=request, phone_sealed__isnull=False).exists()


# ---- an opinion -------------------------------------------------------------------------


def take_opinion(
    request: Request, standing: Standing, answer: Answer, source: RatingSource, cause: Cause
) -> Rating:
    """Keep an opinion of the reply that stands, and let follow what follows from it.

    Called with the row locked, by whoever has checked that the opinion may be given this way.
    Said twice the same way, the first stays.
    """
    if standing.has_heard(source):
        return Rating.objects.get(result=standing.result, source=source)
    words = answer.words.strip()
    vault = RequestVault.of_request(request) if words else None
    rating = Rating.objects.create(
        result=standing.result,
        source=source,
        level=answer.level,
        is_solved=answer.is_solved,
        wants_rework=answer.wants_rework,
        words_sealed=vault.seal_text(words, "rating") if vault else None,
        given_at=cause.now,
        entered_by=cause.actor,
    )
    data: dict[str, Plain] = {
        "source": source.value,
        "level": int(answer.level),
        "solved": answer.is_solved,
    }
    edit(request, "rating.given", replace(cause, data=data, note=words), changes={})
    opinion = Opinion(source, answer.level, answer.is_solved, answer.wants_rework)
    settle_hearing(request, standing.with_opinion(opinion), cause)
    return rating


def settle_hearing(
    request: Request, standing: Standing, cause: Cause, *, silence_is_over: bool = False
) -> Next:
    """Do what follows from everything heard so far; return what it was.

    A closed request is only ever taken up again, inside its days. Called with the row locked.
    """
    facts = replace(
        standing.hearing,
        is_told=request.told_at is not None,
        silence_is_over=silence_is_over or standing.hearing.silence_is_over,
    )
    verdict = decide_hearing(facts)
    told = replace(cause, because=[{"code": code} for code in verdict.because])
    if verdict.next is Next.REWORK and may_rework(request, now=cause.now):
        _rework(request, told)
        return Next.REWORK
    if request.state != State.TO_CALL:
        return Next.WAIT
    if verdict.next is Next.CLOSE_HEARD:
        _close(request, "close_heard", Closure.HEARD, told)
    elif verdict.next is Next.CLOSE_UNREACHED:
        _close(request, "close_unreached", Closure.UNREACHED, told)
    return verdict.next


def may_rework(request: Request, *, now: datetime) -> bool:
    """Whether an opinion given now can still begin a second round."""
    if request.closed_at is None:
        return request.state == State.TO_CALL and request.reworks < MOST_REWORKS
    return may_reopen(
        closed_at=request.closed_at,
        now=now,
        reopen_days=reopen_days(request),
        reworks=request.reworks,
    )


def _close(request: Request, code: str, closure: Closure, cause: Cause) -> None:
    """Close the request, and end every clock but those of money that is still due.

    The personal link stays good for as long as the request may be taken up again.
    """
    move(
        request,
        code,
        replace(cause, data={"closed_as": closure.value}),
        changes={
            "closed_at": cause.now,
            "closed_as": closure.value,
            "assignee_id": None,
            "assignee_unit_id": None,
        },
    )
    end_timers(request, *ROUND_RULES, TimerRule.STEP, now=cause.now)
    extend_links(request, until=reopen_until(cause.now, reopen_days(request)))


def _rework(request: Request, cause: Cause) -> None:
    """Begin a second round: another person, half the days, the old link closed."""
    end_timers(request, *ROUND_RULES, now=cause.now)
    revoke_links(request, now=cause.now)
    move(
        request,
        REWORKS[State(request.state)],
        cause,
        changes={
            "round": request.round + 1,
            "reworks": request.reworks + 1,
            "former_handler_id": request.handler_id,
            "handler_id": None,
            "assignee_id": None,
            "assignee_unit_id": None,
            "signed_at": None,
            "sign_by": None,
            "answered_at": None,
            "told_at": None,
            "closed_at": None,
            "closed_as": "",
        },
    )


# ---- silence ------------------------------------------------------------------------------


def end_silence(timer: Timer, request: Request, *, via: Via, now: datetime) -> None:
    """The period of silence is over: close as unreached, or say what is still missing.

    Called with both rows locked and due. Where calls or the told reply are missing, whoever
    calls back is reminded every working day; nothing closes by itself.
    """
    Timer.objects.filter(pk=timer.pk).update(done_at=now)
    if request.state != State.TO_CALL:
        return
    data: dict[str, Plain] = {"rule": timer.rule, "round": timer.round, "level": timer.level}
    cause = Cause(via=via, now=now, data=data)
    followed = settle_hearing(request, read_standing(request, now=now), cause, silence_is_over=True)
    if followed is Next.WAIT:
        is_new = replace_assignee(request, cause)
        record(request, "timer.fired", cause)
        tomorrow = workday_limit(now, 1, working_calendar(now))
        set_numbered_timers(request, TimerRule.SILENCE, {timer.level + 1: tomorrow})
        if not is_new:  # somebody new has just been asked to call
            tell_assignee(request, template="timer.silence", now=now)
