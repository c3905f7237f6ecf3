"""Rows of one's own area: what an administrator sees and keeps ends with their unit's path.

Whoever holds a role at a unit answers for it and everything below. A superuser, who exists
only until the first administrators are entered, is not limited.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.options import BaseModelAdmin, ModelAdmin
from django.db.models import Field, ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone

from members.models import Account, RoleAssignment, Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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


def at_root(paths: Collection[str]) -> bool:
    """Whether one of these is a root, a city: what no unit owns yet is kept there."""
    return any(path.count("/") == 2 for path in paths)


def served_under(paths: Collection[str]) -> Q:
    """Condition on rows with a ``served_from``: a station there; at a root also none at all."""
    here = Q(served_from__in=Unit.objects.filter(under("path", paths)).values("pk"))
    return here | Q(served_from=None) if at_root(paths) else here


def people_under(paths: Collection[str]) -> QuerySet[RoleAssignment, Any]:
    """Ids of the accounts that have, had or will have a duty there."""
    return RoleAssignment.objects.filter(under("unit__path", paths)).values("account_id")


def accounts_under(paths: Collection[str]) -> Q:
    """Condition on accounts: those people, and new ones that wait for their first role."""
    known = RoleAssignment.objects.values("account_id")
    return Q(pk__in=people_under(paths)) | ~Q(pk__in=known)


def concerns_people_under(paths: Collection[str]) -> Q:
    """Condition on rows of an account: those people; at a root also nobody and newcomers."""
    here = Q(account__in=people_under(paths))
    if not at_root(paths):
        return here
    known = RoleAssignment.objects.values("account_id")
    return here | Q(account=None) | ~Q(account__in=known)


def serves_elsewhere(account: object, paths: Collection[str] | None) -> bool:
    """Whether the account holds a role today at a unit that is not under these paths.

    Such a one is kept by the administrator above both units: a new password for them would
    open the other unit's matters.
    """
    if paths is None or not isinstance(account, Account):
        return False
    today = RoleAssignment.objects.in_force(timezone.localdate()).filter(account=account)
    return today.exclude(under("unit__path", paths)).exists()


class AreaRows(BaseModelAdmin[Any]):
    """Knows which rows belong to an area, and offers only units of the keepers' own."""

    keepers: ClassVar[frozenset[str]]
    readers: ClassVar[frozenset[str]]
    unit_path: ClassVar[str] = "unit__path"

    def local(self, paths: tuple[str, ...]) -> Q:
        """Condition on the rows; by the path of their unit unless a list says otherwise."""
        return under(self.unit_path, paths)

    def kept(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of the rows that the account may change: of the keepers' area."""
        paths = paths_of(request, self.keepers)
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


class LocalRows(AreaRows):
    """Only rows of the area of ``keepers`` and ``readers`` are there at all."""

    def area(self, request: HttpRequest) -> tuple[str, ...] | None:
        """Paths whose rows are shown; None for all."""
        return paths_of(request, self.keepers | self.readers)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the area."""
        rows = super().get_queryset(request)
        paths = self.area(request)
        return rows if paths is None else rows.filter(self.local(paths))


class LocalInline(LocalRows):
    """Rows under an account: whoever may edit them gets only those they may edit."""

    def area(self, request: HttpRequest) -> tuple[str, ...] | None:
        """Paths of the keepers alone for a keeper; those of the readers for a reader."""
        kept = paths_of(request, self.keepers)
        return super().area(request) if kept == () else kept


class LocallyKept(AreaRows):
    """Everybody with a role may read the rows; they are changed in their own area only."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse a row that only a reader's role, or none, reaches."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or self.kept(request, type(obj)._base_manager.filter(pk=obj.pk)).exists()


class LocalRegister(LocalRows, LocallyKept):
    """Rows of one's own area, changed by its keepers."""


class RowsOfPeople(LocalRegister):
    """Rows of an account belong where the account has, had or will have a duty."""

    def local(self, paths: tuple[str, ...]) -> Q:
        """Condition on the rows by whom they concern."""
        return concerns_people_under(paths)


class AreaUnits(RelatedFieldListFilter):
    """A filter by unit that names only units of one's own area."""

    def field_choices(
        self, field: "Field[Any, Any]", request: HttpRequest, model_admin: ModelAdmin[Any]
    ) -> "list[tuple[str, StrOrPromise]]":
        """Return the units of the list's area."""
        paths = model_admin.area(request) if isinstance(model_admin, LocalRows) else ()
        rows = Unit.objects.all() if paths is None else Unit.objects.filter(under("path", paths))
        return [(str(unit.pk), str(unit)) for unit in rows]
