"""Who reviews and who calls back: drawn from station, holder and the levels above, no conflict."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count

from members.models import Level, Role, Unit
from members.workdays import SHANGHAI
from requests_app.catalogue.terms import level_rank
from requests_app.conflicts import involved_in, reviewers_of
from requests_app.models import Request
from requests_app.people import SIGNING_ROLES, signers_in
from requests_app.queries import ABOVE_FLAG
from requests_app.stages.completion.rules import Draw, Drawable, draw_person

REVIEWING_ROLES = (*SIGNING_ROLES, Role.APPROVER)
CALLING_ROLES = (*SIGNING_ROLES, Role.CALLER)  # named volunteers are callers of their station


def draw_reviewer(request: Request, *, now: datetime) -> Draw:
    """Draw who reviews the result: at the holder first, then one level up, last the station."""
    units = _units(request)
    above = [unit for unit in units if _is_at_or_above(unit, request.holder_id, units)]
    below = [unit for unit in reversed(units) if unit not in above]
    ordered = [*above, *below]
    return _draw(request, ordered, REVIEWING_ROLES, now=now)


def draw_caller(request: Request, *, now: datetime) -> Draw:
    """Draw who calls back: the station, which knows the worker, first; then the levels above.

    Who reviewed it calls only where nobody else is left: a station with one account must work.
    """
    reviewers = reviewers_of(request)
    return _draw(request, _units(request), CALLING_ROLES, last_resort=reviewers, now=now)


def _draw(
    request: Request,
    units: Sequence[Unit],
    roles: Collection[Role],
    *,
    now: datetime,
    last_resort: Collection[int] = (),
) -> Draw:
    rows = signers_in(
        [unit.pk for unit in units],
        shunned=request.kept_from_judging,
        on=now.astimezone(SHANGHAI).date(),
        roles=roles,
    )
    pairs = sorted(set(rows.values_list("account_id", "unit_id")))
    load = _load({account_id for account_id, _unit in pairs})
    street = level_rank(Level.STREET)
    rising = sorted(units, key=lambda unit: level_rank(unit.level))
    fallback = next((unit for unit in rising if level_rank(unit.level) >= street), rising[-1])
    return draw_person(
        [unit.pk for unit in units],
        [Drawable(account_id, unit_id, load[account_id]) for account_id, unit_id in pairs],
        conflicted=involved_in(request),
        last_resort=last_resort,
        fallback_unit=fallback.pk,
    )


def _load(account_ids: Collection[int]) -> Counter[int]:
    """Count what waits for each of these people already."""
    rows = Request.objects.filter(assignee__in=account_ids).order_by().values("assignee")
    counted = rows.annotate(amount=Count("pk")).values_list("assignee", "amount")
    return Counter({account_id: amount for account_id, amount in counted if account_id})


def _units(request: Request) -> list[Unit]:
    """Return the station and the units above it, lowest first: one statement.

    A complaint about union staff stays with its holder and above; nobody below sees it.
    """
    ids = [int(part) for part in request.station.path.strip("/").split("/")]
    found = Unit.objects.filter(pk__in=ids, is_active=True)
    units = sorted(found, key=lambda unit: level_rank(unit.level))
    if ABOVE_FLAG in request.flags:
        return [unit for unit in units if _is_at_or_above(unit, request.holder_id, units)]
    return units


def _is_at_or_above(unit: Unit, holder_id: int | None, units: Sequence[Unit]) -> bool:
    ranks = [level_rank(each.level) for each in units if each.pk == holder_id]
    return not ranks or level_rank(unit.level) >= ranks[0]
