"""Who looked at a request, read for the worker whose request it is: one statement."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, TruncDate

from members.models import AccessAction, AccessEntry, RoleAssignment
from members.workdays import SHANGHAI
from requests_app.disclosure import Looks, Unmasking
from requests_app.models import Request
from requests_app.queries import WORKING_ROLES
from requests_app.reading_access import PARTIES, open_reason, subject_of

type Duty = Mapping[str, Any]


def looks_at(request: Request) -> Looks:
    """Return every unmasking of names, newest first, and how often it was opened.

    People are told by the duty they had that day, for which they could look: at the holder, else
    at the station.
    """
    entries = (
        AccessEntry.objects.filter(subject=subject_of(request))
        .annotate(day=TruncDate("at", tzinfo=SHANGHAI))
        .annotate(duties=ArraySubquery(_duties_of_the_day()))
        .order_by("-id")
        .values_list("action", "field", "at", "account_id", "reason_sealed", "duties")
    )
    unmaskings, readers, openings = [], set(), 0
    for action, field, at, account_id, sealed, duties in entries:
        openings += 1
        readers.add(account_id)
        if action == AccessAction.UNMASK:
            duty = _duty_in(duties, (request.holder_id, request.station_id))
            reason = open_reason(request, bytes(sealed or b""))
            unmaskings.append(
                Unmasking(
                    at,
                    duty.get("role", ""),
                    duty.get("unit", ""),
                    reason,
                    of_parties=field == PARTIES,
                )
            )
    return Looks(tuple(unmaskings), openings=openings, readers=len(readers))


def _duties_of_the_day() -> Any:  # noqa: ANN401 - the stubs have no word for a subquery's rows
    return (
        RoleAssignment.objects.filter(
            Q(to_on=None) | Q(to_on__gte=OuterRef("day")),
            account=OuterRef("account_id"),
            from_on__lte=OuterRef("day"),
            role__in=WORKING_ROLES,
        )
        .order_by("pk")
        .values(duty=JSONObject(unit_id="unit_id", unit=F("unit__name"), role="role"))
    )


def _duty_in(duties: Iterable[Duty], units: Iterable[int | None]) -> Duty:
    """Return the duty at the first of these units; any duty else; {} for none."""
    known = list(duties)
    for unit_id in units:
        for duty in known:
            if duty["unit_id"] == unit_id:
                return duty
    return known[0] if known else {}
