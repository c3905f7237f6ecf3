"""Rows of one's own area: what an administrator sees and keeps ends with their unit's path.

Whoever holds a role at a unit answers for it and everything below. A superuser, who exists
only until the first administrators are entered, is not limited.
"""

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone

from members.models import Account, RoleAssignment, Unit


def paths_of(request: HttpRequest, roles: Collection[str]) -> tuple[str, ...] | None:
    """Paths of the units where the account holds one of the roles; None for no limit."""
    account = request.user
    if not isinstance(account, Account):
        return ()
    if account.is_superuser:
        return None
    duties = account.scope.duties if account.scope else ()
    return tuple(sorted({duty.unit_path for duty in duties if duty.role in roles}))


def under(lookup: str, paths: Collection[str]) -> Q:
    """Condition: the path behind ``lookup`` begins with one of these; nothing for none."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{lookup}__startswith": path})
    return found


def people_under(paths: Collection[str]) -> QuerySet[RoleAssignment, Any]:
    """Ids of the accounts that have, had or will have a duty there."""
    return RoleAssignment.objects.filter(under("unit__path", paths)).values("account_id")


def accounts_under(paths: Collection[str]) -> Q:
    """Condition on accounts: those people, and new ones that wait for their first role."""
    known = RoleAssignment.objects.values("account_id")
    return Q(pk__in=people_under(paths)) | ~Q(pk__in=known)


def serves_elsewhere(account: object, paths: Collection[str] | None) -> bool:
    """Whether the account holds a role today at a unit that is not under these paths.

    Such a one is kept by the administrator above both units: a new password for them would
    open the other unit's matters.
    """
    if paths is None or not isinstance(account, Account):
        return False
    today = RoleAssignment.objects.in_force(timezone.localdate()).filter(account=account)
    return today.exclude(under("unit__path", paths)).exists()


class LocalRows(BaseModelAdmin[Any]):
    """Rows and units to choose from are those of the area of ``keepers`` and ``readers``."""

    keepers: ClassVar[frozenset[str]]
    readers: ClassVar[frozenset[str]]
    unit_path: ClassVar[str] = "unit__path"

    def area(self, request: HttpRequest) -> tuple[str, ...] | None:
        """Paths whose rows are shown; None for all."""
        return paths_of(request, self.keepers | self.readers)

    def local(self, paths: tuple[str, ...]) -> Q:
        """Condition on the rows; by the path of their unit unless a list says otherwise."""
        return under(self.unit_path, paths)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the area."""
        rows = super().get_queryset(request)
        paths = self.area(request)
        return rows if paths is None else rows.filter(self.local(paths))

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Model] | None:
        """Offer, and accept, only units of the keepers' own area."""
        related = db_field.remote_field.model
        paths = paths_of(request, self.keepers) if related is Unit else None
        if paths is not None:
            kwargs["queryset"] = Unit.objects.filter(under("path", paths))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
