"""Which staff may be told of a request or sign for it: on duty, in the unit, without a tie."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from members.models import Affiliation, Role, RoleAssignment, Unit
from members.models.dated import DatedQuerySet
from members.workdays import SHANGHAI
from requests_app.recusal import Shunned

SIGNING_ROLES = (Role.WORKER, Role.HEAD, Role.HANDLER)


def signers_in(
    unit_ids: Iterable[int],
    *,
    shunned: Shunned,
    on: date,
    roles: Collection[Role] = SIGNING_ROLES,
) -> QuerySet[RoleAssignment]:
    """Return the dated assignments of the people who may sign for a request in these units.

    Whoever stands aside on that day is left out (recusal), and so is every account nobody can log
    in with. Most are a platform's: it may sign for its own unit's requests, but nobody counts on
    it, and it reads no notices.
    ``roles`` asks for people who may do something else: review, call back.
    """
    rows = RoleAssignment.objects.in_force(on).filter(
        unit_id__in=list(unit_ids),
        role__in=roles,
        account__is_active=True,
    )
    # A machine's account has no password: before its client is made, and after it was revoked.
    rows = rows.exclude(account__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return rows.exclude(account_id__in=_ties_to(shunned, on=on).values("account_id"))


def count_signers(
    unit_ids: Iterable[int],
    *,
    shunned: Shunned,
    now: datetime,
    former_handler: int | None = None,
) -> Counter[int]:
    """Return how many people may sign per unit id; units with nobody are absent.

    ``former_handler`` is left out: a second round is another person's.
    """
    rows = signers_in(unit_ids, shunned=shunned, on=now.astimezone(SHANGHAI).date())
    pairs = rows.values_list("unit_id", "account_id").distinct()
    return Counter(unit_id for unit_id, account_id in pairs if account_id != former_handler)


def signer_ids(unit_id: int, *, shunned: Shunned, now: datetime) -> list[int]:
    """Return the ids of the people of one unit who may sign, in a stable order."""
    rows = signers_in([unit_id], shunned=shunned, on=now.astimezone(SHANGHAI).date())
    return sorted(set(rows.values_list("account_id", flat=True)))


def are_tied(account_ids: Collection[int], shunned: Shunned, *, now: datetime) -> bool:
    """Whether any of these people has to stand aside now: one statement."""
    ties = _ties_to(shunned, on=now.astimezone(SHANGHAI).date())
    return ties.filter(account_id__in=account_ids).exists()


def people_on_call(unit_id: int, *, shunned: Shunned, now: datetime) -> list[int]:
    """Return who hears at once about words of danger: every signer of the unit without a tie.

    A unit without such a signer today passes the alarm to the one above.
    """
    climbing: int | None = unit_id
    while climbing is not None:
        if people := signer_ids(climbing, shunned=shunned, now=now):
            return people
        climbing = Unit.objects.values_list("parent_id", flat=True).get(pk=climbing)
    return []


def _ties_to(shunned: Shunned, *, on: date) -> DatedQuerySet[Affiliation]:
    """Return the ties in force on that day that keep people away."""
    ties = Affiliation.objects.in_force(on)
    if shunned.is_everybody_tied:
        return ties
    return ties.filter(enterprise_id__in=shunned.enterprises)
