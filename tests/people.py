"""The people of the tests: who they are, where they work, and what they must not see.

Every name is invented. ``move_in`` builds the units, the restaurant and the accounts once.
"""

from dataclasses import dataclass

from members.models import Account, Enterprise, Level, Role, Unit
from tests.makers import (
    make_account,
    make_affiliation,
    make_enterprise,
    make_service_area,
    make_union,
    make_unit,
)

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True, slots=True)
class Cast:
    """One city with one street and two stations, a restaurant, and the people."""

    city: Unit
    county: Unit
    street: Unit
    station: Unit
    other_station: Unit
    restaurant: Enterprise

    chen: Account  # full-time worker of the station
    lin: Account  # head of the station
    ren: Account  # registrar at the station's counter
    zhou: Account  # handler at the street
    sun: Account  # handler at the street too, but manager of the restaurant
    wu: Account  # approver at the county
    he: Account  # supervisor at the city
    guo: Account  # full-time worker of the other station: a stranger
    an: Account  # auditor of the city
    xi: Account  # system administrator of the city: no case content
    former: Account  # had a role once, has none today


def move_in(*, password: str | None = None) -> Cast:
    """Build the cast. Accounts get ``password``, or none (they then use force_login)."""
    city = make_unit(level=Level.CITY, code="SC", name="示例市")
    county = make_unit(level=Level.COUNTY, parent=city, code="SQ", name="示例区")
    street = make_unit(level=Level.STREET, parent=county, code="SJ", name="示例街道")
    station = make_unit(parent=street, code="QY", name="启用片区")
    other = make_unit(parent=street, code="LL", name="邻里片区")
    community = make_union(name="示例社区联合工会")
    make_service_area(station=station, union=community)
    restaurant = make_enterprise(
        name="示例好味道餐饮有限公司", short_name="好味道餐厅", community=community
    )

    def person(username: str, name: str, role: Role | None, unit: Unit) -> Account:
        return make_account(username=username, name=name, password=password, role=role, unit=unit)

    cast = Cast(
        city=city,
        county=county,
        street=street,
        station=station,
        other_station=other,
        restaurant=restaurant,
        chen=person("chen", "陈示例", Role.WORKER, station),
        lin=person("lin", "林示例", Role.HEAD, station),
        ren=person("ren", "任示例", Role.REGISTRAR, station),
        zhou=person("zhou", "周示例", Role.HANDLER, street),
        sun=person("sun", "孙示例", Role.HANDLER, street),
        wu=person("wu", "吴示例", Role.APPROVER, county),
        he=person("he", "何示例", Role.SUPERVISOR, city),
        guo=person("guo", "郭示例", Role.WORKER, other),
        an=person("an", "安示例", Role.AUDITOR, city),
        xi=person("xi", "席示例", Role.SYSTEM_ADMIN, city),
        former=person("former", "方示例", None, station),
    )
    make_affiliation(account=cast.sun, enterprise=restaurant)
    return cast
