"""Who had a hand in a request, and so neither reviews it nor calls back (docs/rules.md).

One answer for the draw, for who may act where nobody was drawn, and for who is told.
"""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from requests_app.lifecycle import State
from requests_app.models import Event, Request, Review

CALLING = frozenset({State.TO_CALL, State.CLOSED})


def handlers_of(request: Request) -> set[int]:
    """Return who handled the request in whatever round: everybody who ever signed for it."""
    signed = _signed().filter(request=request).values_list("actor", flat=True)
    return _ids([request.handler_id, request.former_handler_id, *signed])


def involved_in(request: Request) -> set[int]:
    """Return who handled or registered it: handling, registering and judging are three's work."""
    return handlers_of(request) | _ids([request.registrar_id])


def reviewers_of(request: Request) -> set[int]:
    """Return who has reviewed a result of the request."""
    return set(Review.objects.filter(result__request=request).values_list("reviewer", flat=True))


def conflicted_in(request: Request) -> set[int]:
    """Return who leaves the review or the call that is due to others: at most one statement.

    Whoever reviewed may review another result, and never calls.
    """
    signed, reviewed = _hands_in(request)
    own = [request.handler_id, request.former_handler_id, request.registrar_id]
    return _ids([*own, *signed, *(reviewed if request.state in CALLING else ())])


def is_conflicted(account_id: int) -> Q:
    """Return the requests in which ``conflicted_in`` names the account, as a condition."""
    signed = _signed().filter(request=OuterRef("pk"), actor=account_id)
    reviewed = Review.objects.filter(result__request=OuterRef("pk"), reviewer=account_id)
    return (
        Q(handler=account_id)
        | Q(former_handler=account_id)
        | Q(registrar=account_id)
        | Q(Exists(signed))
        | Q(Exists(reviewed), state__in=CALLING)
    )


def with_hands(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Let the rows of a list bring what ``conflicted_in`` asks, where a unit has the task."""
    signed, reviewed = _hands()
    has_unit = Q(assignee=None, assignee_unit__isnull=False)
    return rows.annotate(
        signed_by=Case(When(has_unit, then=signed)), reviewed_by=Case(When(has_unit, then=reviewed))
    )


def _hands_in(request: Request) -> tuple[list[int], list[int]]:
    listed = vars(request)
    if listed.get("signed_by") is not None:
        return listed["signed_by"], listed["reviewed_by"]
    signed, reviewed = Request.objects.filter(pk=request.pk).values_list(*_hands()).get()
    return signed, reviewed


def _hands() -> tuple[ArraySubquery, ArraySubquery]:
    signed = _signed().filter(request=OuterRef("pk")).values("actor")
    reviewed = Review.objects.filter(result__request=OuterRef("pk")).values("reviewer")
    return ArraySubquery(signed), ArraySubquery(reviewed)


def _signed() -> QuerySet[Event]:
    return Event.objects.filter(kind="request.signed", actor__isnull=False)


def _ids(found: Iterable[int | None]) -> set[int]:
    return {each for each in found if each is not None}
