"""The routing steps: triage decides level and urgency, dispatch finds the holder, staff sign."""

from datetime import datetime

from django.db import transaction

from members.models import Account, Unit
from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.alarms import end_timers, set_timers, tell_signers
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.catalogue.terms import Catalogue, ItemTerms
from requests_app.clock import Deadlines, decide_deadlines, rework_limit, sign_limit
from requests_app.lifecycle import State, Via
from requests_app.locking import lock_for_move
from requests_app.models import Event, Request
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, move
from requests_app.people import count_signers, signer_ids
from requests_app.recusal import Shunned
from requests_app.searching import close_search
from requests_app.stages.routing.facts import gather_facts
from requests_app.stages.routing.rules import UNCLEAR_GRADE, Candidate, decide_holder, decide_tier
from requests_app.steps import open_flag_steps, open_playbook_steps


class NobodyFree(Exception):
    """No unit up to the city has a signer without a tie; the row is parked in plain sight."""


def triage(request: Request, *, via: Via, now: datetime) -> None:
    """Decide level, urgency and flags. Called with the row locked and due."""
    today = now.astimezone(SHANGHAI).date()
    catalogue = current_catalogue(today)
    item = item_terms(request.item_id)
    known_flags = frozenset(request.flags)
    tier = decide_tier(
        gather_facts(request, item, now=now), item, catalogue, urgency=request.urgency
    )
    move(
        request,
        "triage",
        Cause(via=via, now=now, because=[each.as_data() for each in tier.because]),
        changes={
            "level": tier.level,
            "urgency": tier.urgency,
            "flags": sorted(tier.flags),
            "needs_recusal": tier.needs_recusal,
        },
    )
    close_search(request, tier.flags, catalogue)
    open_flag_steps(request, tier.flags - known_flags, now=now)


def dispatch(request: Request, *, via: Via, now: datetime) -> None:
    """Find the holder, set the deadlines and their timers, tell who may sign.

    A second round (state rework) goes the same way: to another person, if need be one level
    up, with half the days. Called with the row locked and due. Raises NobodyFree when no unit
    can take it.
    """
    catalogue = current_catalogue(now.astimezone(SHANGHAI).date())
    item = item_terms(request.item_id)
    shunned = request.shunned
    units = _units_above(request.station)
    free = count_signers(
        [unit.pk for unit in units],
        shunned=shunned,
        now=now,
        former_handler=request.former_handler_id,
    )
    choice = decide_holder(
        request.level,
        [Candidate(unit.pk, unit.code, unit.level, free[unit.pk]) for unit in units],
        rules=catalogue.routing_rules,
        item_code=item.code if item else "",
        class_code=item.class_code if item else request.topic,
        flags=request.flags,
        station_code=request.station.code,
    )
    if choice is None:
        raise NobodyFree(request.number)
    limits = _deadlines(request, item, catalogue, now=now)
    move(
        request,
        "redispatch" if request.state == State.REWORK else "dispatch",
        Cause(via=via, now=now, because=choice.because, data={"holder": choice.unit_id}),
        changes={
            "holder_id": choice.unit_id,
            "handler_id": _kept_handler(request, choice.unit_id, shunned=shunned, now=now),
            "dispatched_at": now,
            "sign_by": limits.sign_by,
            "due_at": limits.due.at,
            "original_due_at": request.original_due_at or limits.due.at,
            "due_is_provisional": limits.due.provisional,
        },
    )
    set_timers(
        request,
        {
            TimerRule.SIGN_FOR: limits.sign_by,
            TimerRule.LIGHT_YELLOW: limits.yellow_at,
            TimerRule.LIGHT_RED: limits.due.at,
        },
    )
    tell_signers(request, template="request.dispatched", now=now)


def _deadlines(
    request: Request, item: ItemTerms | None, catalogue: Catalogue, *, now: datetime
) -> Deadlines:
    grade = catalogue.grade(item.grade if item else UNCLEAR_GRADE)
    urgency, calendar = catalogue.urgency(request.urgency), working_calendar(now)
    if request.reworks:
        begun = _reopened_at(request)  # a late dispatch costs the station, not the worker
        limit = rework_limit(now=begun, item=item, grade=grade, calendar=calendar)
        return Deadlines(
            sign_by=sign_limit(now, urgency=urgency, calendar=calendar),
            due=limit.due,
            yellow_at=limit.yellow_at,
        )
    return decide_deadlines(
        registered_at=request.registered_at,
        dispatched_at=now,
        item=item,
        grade=grade,
        urgency=urgency,
        calendar=calendar,
    )


def _reopened_at(request: Request) -> datetime:
    """Return when the round began: the worker's word, not the dispatch."""
    events = Event.objects.filter(request=request, kind="request.reopened")
    return events.latest("seq").at


@transaction.atomic
def sign_for(
    request_id: int, *, actor: Account, version: int, now: datetime, via: Via = Via.PERSON
) -> Request:
    """Sign for a dispatched request: the signer becomes its handler and answers for it.

    Who may: a signer of the holding unit who need not stand aside, in a second round not the
    handler of the first. Ends the sign-for timer and opens the item's playbook. ``via``:
    the desk or the API. Raises Request.DoesNotExist for what the actor cannot see, NotAllowed,
    StaleRequest when ``version`` is old.
    """
    request = lock_for_move(request_id, "sign_for", actor=actor, version=version, now=now)
    move(
        request,
        "sign_for",
        Cause(via=via, now=now, actor=actor, data={"handler": actor.pk}),
        changes={"handler_id": actor.pk, "signed_at": now},
    )
    end_timers(request, TimerRule.SIGN_FOR, now=now)
    item = item_terms(request.item_id)
    if item is not None:
        open_playbook_steps(request, item.playbook, now=now)
    return request


def _kept_handler(request: Request, unit_id: int, *, shunned: Shunned, now: datetime) -> int | None:
    """Return the handler of an earlier round when they may sign for it at this unit, too."""
    if request.handler_id is None:
        return None
    free = signer_ids(unit_id, shunned=shunned, now=now)
    return request.handler_id if request.handler_id in free else None


def _units_above(station: Unit) -> list[Unit]:
    """Return the station and every unit above it, from its path: one statement."""
    ids = [int(part) for part in station.path.strip("/").split("/")]
    return list(Unit.objects.filter(pk__in=ids, is_active=True))
