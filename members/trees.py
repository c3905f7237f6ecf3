"""The service tree and the union tree: opening and moving nodes, and their paths.

A path is the ids from the root down, as "/1/4/9/". Nothing else writes it. All changes of
one tree queue behind one advisory lock, so a node opened during a move gets the new path.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from members.history import recorded
from members.models import Account, Enterprise, Level, Union, UnionKind, Unit

type Node = Unit | Union

# Keys of the advisory locks; the numbers only have to differ.
_LOCKS: Mapping[type[Node], int] = {Unit: 710_001, Union: 710_002}

_RANKS: Mapping[str, int] = {
    Level.CITY: 4,
    Level.COUNTY: 3,
    Level.STREET: 2,
    Level.STATION: 1,
    UnionKind.CITY: 4,
    UnionKind.COUNTY: 3,
    UnionKind.STREET: 2,
    UnionKind.COMMUNITY_FEDERATION: 1,
    UnionKind.COMMUNITY_JOINT: 1,
    UnionKind.ENTERPRISE_SINGLE: 0,
}


def open_unit(
    *,
    level: Level,
    code: str,
    name: str,
    short_name: str,
    parent: Unit | None,
    actor: Account | None,
    now: datetime,
    is_fallback: bool = False,
    address: str = "",
    phone: str = "",
    area_km2: Decimal | None = None,
    floor_m2: int | None = None,
    zones: int | None = None,
    lng: float | None = None,
    lat: float | None = None,
) -> Unit:
    """Add a unit to the service tree below a unit of a higher level."""
    unit = Unit(
        level=level,
        code=code,
        name=name,
        short_name=short_name,
        parent=parent,
        is_fallback=is_fallback,
        address=address,
        phone=phone,
        area_km2=area_km2,
        floor_m2=floor_m2,
        zones=zones,
        lng=lng,
        lat=lat,
    )
    plant(unit, actor=actor, now=now)
    return unit


def found_union(
    *,
    kind: UnionKind,
    code: str,
    name: str,
    parent: Union | None,
    actor: Account | None,
    now: datetime,
    enterprise: Enterprise | None = None,
    chair_name: str = "",
    founded_on: date | None = None,
) -> Union:
    """Add a union to the legal tree; a single-enterprise union becomes its enterprise's union."""
    union = Union(
        kind=kind,
        code=code,
        name=name,
        parent=parent,
        enterprise=enterprise,
        chair_name=chair_name,
        founded_on=founded_on,
    )
    with transaction.atomic(), recorded("found_union", actor=actor, now=now):
        plant(union, actor=actor, now=now)
        if enterprise is not None:
            Enterprise.objects.filter(pk=enterprise.pk).update(union=union)
            enterprise.union = union
    return union


def move_unit(*, unit: Unit, parent: Unit, actor: Account | None, now: datetime) -> None:
    """Hang a unit and everything below it under another unit. Refuses cycles and wrong levels."""
    _move(unit, parent, actor=actor, now=now)


def move_union(*, union: Union, parent: Union, actor: Account | None, now: datetime) -> None:
    """Hang a union and everything below it under another union. Refuses cycles and wrong kinds."""
    _move(union, parent, actor=actor, now=now)


def check_order(node: Node, parent: Node | None) -> None:
    """Refuse a parent that does not stand above the node."""
    if parent is not None and _rank(node) >= _rank(parent):
        raise ValidationError(_("上级的层级必须高于本级。"), code="order")


def plant(node: Node, *, actor: Account | None, now: datetime) -> None:
    """Insert a checked node that is not saved yet, its own id at the end of its path."""
    with transaction.atomic(), recorded(f"open_{node._meta.model_name}", actor=actor, now=now):
        _lock(type(node))
        above = ""
        if node.parent_id is not None:
            parent = _fresh(type(node), node.parent_id)
            check_order(node, parent)
            above = parent.path
        node.pk = _next_id(type(node))
        node.path = f"{above or '/'}{node.pk}/"
        node.full_clean(exclude=["path"])
        node.save(force_insert=True)


def _move(node: Node, parent: Node, *, actor: Account | None, now: datetime) -> None:
    model = type(node)
    with transaction.atomic(), recorded(f"move_{model._meta.model_name}", actor=actor, now=now):
        _lock(model)
        old = _fresh(model, node.pk).path
        new_above = _fresh(model, parent.pk).path
        if new_above.startswith(old):
            raise ValidationError(_("不能移到自己或下级单位之下。"), code="cycle")
        check_order(node, parent)
        kept_from = len(old) - len(f"{node.pk}/") + 1
        model._default_manager.filter(path__startswith=old).update(
            path=Concat(Value(new_above), Substr("path", kept_from)),
            parent_id=Case(
                When(pk=node.pk, then=Value(parent.pk)),
                default=F("parent_id"),
                output_field=BigIntegerField(),
            ),
        )
    node.refresh_from_db()


def _rank(node: Node) -> int:
    return _RANKS[node.level if isinstance(node, Unit) else node.kind]


def _fresh(model: type[Node], pk: int) -> Node:
    node: Node = model._default_manager.get(pk=pk)
    return node


def _lock(model: type[Node]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCKS[model]])


def _next_id(model: type[Node]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        number: int = cursor.fetchone()[0]
    return number
