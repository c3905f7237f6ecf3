"""Which units an account may ask figures for: its own and those below."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from members.models import Account, Level, Notice, Unit
from members.scope import Scope
from requests_app.queries import BLIND_ROLES


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One unit somebody may choose."""

    id: int
    code: str
    name: str
    level: str
    path: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The units of an account, each before those below it, and how many notices it has not read."""

    units: Sequence[UnitChoice]
    unread: int = 0

    def find(self, code: str) -> UnitChoice | None:
        """Return the unit with this code, the first where none is named; None if unknown."""
        if not code:
            return self.units[0] if self.units else None
        return next((unit for unit in self.units if unit.code == code), None)

    def stations_of(self, unit: UnitChoice) -> list[UnitChoice]:
        """Return the stations at or below a unit, in the order of the tree."""
        return [
            each
            for each in self.units
            if each.level == Level.STATION and each.path.startswith(unit.path)
        ]


def read_choices(scope: Scope) -> Choices:
    """Return what the account may choose from: one statement, the bell's number included.

    Units that were closed stay: their figures do not go with them.
    """
    places = Q(pk__in=())
    for duty in scope.duties:
        if duty.role not in BLIND_ROLES:
            places |= Q(path__startswith=duty.unit_path)
    units = (
        Unit.objects.filter(places)
        .order_by("path")
        .values(unit=JSONObject(id="id", code="code", name="name", level="level", path="path"))
    )
    unread = (
        Notice.objects.filter(account=scope.account_id, read_at=None)
        .order_by()
        .values("account")
        .values(amount=Count("pk"))
    )
    found, waiting = (
        Account.objects.filter(pk=scope.account_id)
        .values_list(ArraySubquery(units), Coalesce(Subquery(unread), 0))
        .get()
    )
    return Choices([UnitChoice(**unit) for unit in found or ()], waiting)
