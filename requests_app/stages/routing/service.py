"""The routing steps: triage decides level and urgency, dispatch finds the holder, staff sign."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from members.models import Account, Unit
from members.queries import scope_of, working_calendar
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.clock import decide_deadlines
from requests_app.lifecycle import Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, StaleRequest, move
from requests_app.people import count_signers, shunned_enterprises, signer_ids
from requests_app.queries import may_move, visible_to
from requests_app.searching import close_search
from requests_app.stages.routing.alarms import set_timers, tell_signers
from requests_app.stages.routing.facts import gather_facts
from requests_app.stages.routing.rules import UNCLEAR_GRADE, Candidate, decide_holder, decide_tier


class NobodyFree(Exception):
    """No unit up to the city has a signer without a tie; the row is parked in plain sight."""


class NotAllowed(Exception):
    """The account may not make this move; the page says why in plain words."""


def triage(request: Request, *, via: Via, now: datetime) -> None:
    """Decide level, urgency and flags. Called with the row locked and due."""
    today = now.astimezone(SHANGHAI).date()
    catalogue = current_catalogue(today)
    item = item_terms(request.item_id)
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


def dispatch(request: Request, *, via: Via, now: datetime) -> None:
    """Find the holder, set the deadlines and their timers, tell who may sign.

    Called with the row locked and due. Raises NobodyFree when no unit can take it.
    """
    catalogue = current_catalogue(now.astimezone(SHANGHAI).date())
    item = item_terms(request.item_id)
    shunned = shunned_enterprises(request)
    units = _units_above(request.station)
    free = count_signers([unit.pk for unit in units], shunned=shunned, now=now)
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
    limits = decide_deadlines(
        registered_at=request.registered_at,
        dispatched_at=now,
        item=item,
        grade=catalogue.grade(item.grade if item else UNCLEAR_GRADE),
        urgency=catalogue.urgency(request.urgency),
        calendar=working_calendar(now),
    )
    move(
        request,
        "dispatch",
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
    tell_signers(request, template="request.dispatched", shunned=shunned, now=now)


@transaction.atomic
def sign_for(request_id: int, *, actor: Account, version: int, now: datetime) -> Request:
    """Sign for a dispatched request: the signer becomes its handler and answers for it.

    Who may: a signer of the holding unit without a tie to the enterprise. Ends the
    sign-for timer. Raises Request.DoesNotExist for what the actor cannot see, NotAllowed,
    StaleRequest when ``version`` is old, IllegalMove when it is no longer waiting.
    """
    scope = scope_of(actor, now.astimezone(SHANGHAI).date())
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if request.version != version:
        raise StaleRequest(request.number)
    if not may_move(scope, request, "sign_for"):
        raise NotAllowed(request.number)
    move(
        request,
        "sign_for",
        Cause(via=Via.PERSON, now=now, actor=actor, data={"handler": actor.pk}),
        changes={"handler_id": actor.pk, "signed_at": now},
    )
    Timer.objects.filter(
        request=request, rule=TimerRule.SIGN_FOR, round=request.round, done_at=None
    ).update(done_at=now)
    return request


def _kept_handler(
    request: Request, unit_id: int, *, shunned: Collection[int], now: datetime
) -> int | None:
    """Return the handler of an earlier round when they may sign for it at this unit, too."""
    if request.handler_id is None:
        return None
    free = signer_ids(unit_id, shunned=shunned, now=now)
    return request.handler_id if request.handler_id in free else None


def _units_above(station: Unit) -> list[Unit]:
    """Return the station and every unit above it, from its path: one statement."""
    ids = [int(part) for part in station.path.strip("/").split("/")]
    return list(Unit.objects.filter(pk__in=ids, is_active=True))
