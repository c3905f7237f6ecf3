"""The two trees and who serves whom: four levels of units, the legal unions, service areas."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random

from django.conf import settings

from members.models import Enterprise, Level, Union, UnionKind, Unit
from members.register import assign_area
from members.trees import found_union, open_unit
from station.devkit.demo.names import person_name

# A point in the open sea: the city is invented, so nobody lives there.
CENTRE = (123.6000, 29.8000)


@dataclass(frozen=True, slots=True)
class Units:
    """The service tree of the demo."""

    city: Unit
    county: Unit
    street: Unit
    station: Unit
    other_street: Unit
    other_station: Unit


@dataclass(frozen=True, slots=True)
class Unions:
    """The legal tree: the street's union, the station's four communities, the neighbours'."""

    street: Union
    communities: tuple[Union, ...]
    neighbour: Union


# name, kind, road: two federations of unions, two joint unions of small firms
COMMUNITIES = (
    ("云桥社区", UnionKind.COMMUNITY_FEDERATION, "云桥路"),
    ("新埠社区", UnionKind.COMMUNITY_FEDERATION, "新埠大道"),
    ("河沿社区", UnionKind.COMMUNITY_JOINT, "河沿街"),
    ("桥西社区", UnionKind.COMMUNITY_JOINT, "桥西巷"),
)
NEIGHBOUR = ("月河社区", UnionKind.COMMUNITY_JOINT, "月河路")


def open_units(*, now: datetime) -> Units:
    """Open the six units of the demo."""
    city = open_unit(
        level=Level.CITY,
        code="DH",
        name="东海市总工会",
        short_name="市总工会",
        parent=None,
        actor=None,
        now=now,
    )
    county = open_unit(
        level=Level.COUNTY,
        code="DJ",
        name="东津区总工会",
        short_name="区总工会",
        parent=city,
        actor=None,
        now=now,
    )
    street = _street("YQJ", "云桥街道", county, now=now)
    other_street = _street("YHJ", "月河街道", county, now=now)
    station = open_unit(
        level=Level.STATION,
        code="YQ",
        name="云桥片区服务站",
        short_name="云桥片区",
        parent=street,
        actor=None,
        now=now,
        address=settings.SITE["address"],
        phone=settings.SITE["phone"],
        area_km2=Decimal("4.32"),
        floor_m2=228,
        zones=3,
        lng=CENTRE[0],
        lat=CENTRE[1],
    )
    other_station = open_unit(
        level=Level.STATION,
        code="YH",
        name="月河片区服务站",
        short_name="月河片区",
        parent=other_street,
        actor=None,
        now=now,
        address="月河路18号",
        phone="0574-5550 0283",
        area_km2=Decimal("3.85"),
        floor_m2=160,
        zones=2,
        lng=CENTRE[0] + 0.03,
        lat=CENTRE[1],
    )
    return Units(city, county, street, station, other_street, other_station)


def _street(code: str, place: str, county: Unit, *, now: datetime) -> Unit:
    return open_unit(
        level=Level.STREET,
        code=code,
        name=f"{place}总工会",
        short_name=f"{place}工会",
        parent=county,
        actor=None,
        now=now,
    )


def found_unions(chance: Random, units: Units, *, since: date, now: datetime) -> Unions:
    """Found the unions above the enterprises and let the stations serve the communities."""

    def found(
        kind: UnionKind, code: str, name: str, parent: Union | None, founded_on: date
    ) -> Union:
        return found_union(
            kind=kind,
            code=code,
            name=name,
            parent=parent,
            chair_name=person_name(chance),
            founded_on=founded_on,
            actor=None,
            now=now,
        )

    city = found(UnionKind.CITY, "DH", "东海市总工会", None, date(1950, 5, 1))
    county = found(UnionKind.COUNTY, "DJ", "东津区总工会", city, date(1985, 5, 1))
    street = found(UnionKind.STREET, "YQJ", "云桥街道总工会", county, date(2004, 5, 1))
    far = found(UnionKind.STREET, "YHJ", "月河街道总工会", county, date(2006, 5, 1))
    communities = tuple(
        found(kind, f"YQ{number:02d}", _union_name(name, kind), street, date(2012, 3, number))
        for number, (name, kind, _road) in enumerate(COMMUNITIES, start=1)
    )
    name, kind, _road = NEIGHBOUR
    neighbour = found(kind, "YH01", _union_name(name, kind), far, date(2014, 3, 1))
    for union in communities:
        assign_area(station=units.station, union=union, from_on=since, actor=None, now=now)
    assign_area(station=units.other_station, union=neighbour, from_on=since, actor=None, now=now)
    return Unions(street, communities, neighbour)


def found_single_union(
    chance: Random,
    enterprise: Enterprise,
    unions: Unions,
    station: Unit,
    *,
    serial: int,
    since: date,
    now: datetime,
) -> Union:
    """Found an enterprise's own union, below its federation or, without one, the street's."""
    community = next(each for each in unions.communities if each.pk == enterprise.community_id)
    is_federated = community.kind == UnionKind.COMMUNITY_FEDERATION
    union = found_union(
        kind=UnionKind.ENTERPRISE_SINGLE,
        code=f"YQ1{serial:03d}",
        name=f"{enterprise.name}工会",
        parent=community if is_federated else unions.street,
        enterprise=enterprise,
        chair_name=person_name(chance),
        founded_on=date(chance.randint(2008, 2024), chance.randint(1, 12), chance.randint(1, 28)),
        actor=None,
        now=now,
    )
    assign_area(station=station, union=union, from_on=since, actor=None, now=now)
    return union


def _union_name(place: str, kind: UnionKind) -> str:
    return place + ("工会联合会" if kind == UnionKind.COMMUNITY_FEDERATION else "联合工会")
