"""The smallest whole town: four levels, a few people, one restaurant. Built by the verbs.

Everybody is invented. Used by the tests of verbs, by journeys and by the drills.
"""

from dataclasses import dataclass
from datetime import date, datetime

from members.almanac import load_calendar, set_office_hours
from members.models import Account, AffiliationKind, Enterprise, Industry, Level, Role, Unit
from members.register import (
    EnterpriseDraft,
    affiliate,
    assign_role,
    open_account,
    register_enterprise,
)
from members.trees import open_unit
from members.workdays import SHANGHAI
from requests_app.catalogue.loader import load_catalogue

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
SINCE = date(2026, 1, 1)
PASSWORD = "correct-horse-battery-1"


@dataclass(frozen=True, slots=True)
class Town:
    """What the tests talk about."""

    city: Unit
    county: Unit
    street: Unit
    station: Unit
    other_station: Unit
    restaurant: Enterprise
    worker: Account  # 专职工作者 of the station
    head: Account  # 站长 of the station
    street_handler: Account
    street_tied: Account  # adviser of the restaurant
    county_handler: Account
    city_handler: Account
    stranger: Account  # worker of the other station
    auditor: Account
    system_admin: Account


def build_town(*, now: datetime = MONDAY) -> Town:
    """Build the town with calendar, office hours and catalogue."""
    load_calendar(years=[2026, 2027], confirmed_years=[2026], actor=None, now=now)
    set_office_hours(from_on=date(2020, 1, 1), actor=None, now=now)
    load_catalogue(now=now)
    units = _units(now)
    station, street = units["station"], units["street"]
    restaurant = register_enterprise(
        draft=EnterpriseDraft(
            name="汀禾餐饮管理有限公司", short_name="汀禾餐饮", industry=Industry.HOSPITALITY
        ),
        actor=None,
        now=now,
    )

    def person(username: str, name: str, role: Role, unit: Unit) -> Account:
        account = open_account(
            username=username, name=name, password=PASSWORD, must_change_password=False
        )
        assign_role(account=account, role=role, unit=unit, from_on=SINCE, actor=None, now=now)
        return account

    town = Town(
        **units,
        restaurant=restaurant,
        worker=person("zhoumin", "周敏", Role.WORKER, station),
        head=person("heli", "何立", Role.HEAD, station),
        street_handler=person("linyizhou", "林一舟", Role.HANDLER, street),
        street_tied=person("cenqi", "岑其", Role.HANDLER, street),
        county_handler=person("tanghe", "唐禾", Role.HANDLER, units["county"]),
        city_handler=person("chenke", "陈可", Role.HANDLER, units["city"]),
        stranger=person("songyu", "宋屿", Role.WORKER, units["other_station"]),
        auditor=person("shenji", "沈纪", Role.AUDITOR, street),
        system_admin=person("xitong", "习同", Role.SYSTEM_ADMIN, units["city"]),
    )
    affiliate(
        account=town.street_tied,
        enterprise=restaurant,
        kind=AffiliationKind.ADVISER,
        from_on=SINCE,
    )
    return town


def found_town() -> Town:
    """Return the town that stands in the database already."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    people = {account.username: account for account in Account.objects.all()}
    return Town(
        city=units["DH"],
        county=units["DJ"],
        street=units["YQJ"],
        station=units["YQ"],
        other_station=units["YH"],
        restaurant=Enterprise.objects.get(short_name="汀禾餐饮"),
        worker=people["zhoumin"],
        head=people["heli"],
        street_handler=people["linyizhou"],
        street_tied=people["cenqi"],
        county_handler=people["tanghe"],
        city_handler=people["chenke"],
        stranger=people["songyu"],
        auditor=people["shenji"],
        system_admin=people["xitong"],
    )


def _units(now: datetime) -> dict[str, Unit]:
    def unit(level: Level, code: str, name: str, parent: Unit | None) -> Unit:
        return open_unit(
            level=level,
            code=code,
            name=name,
            short_name=name[:6],
            parent=parent,
            actor=None,
            now=now,
        )

    city = unit(Level.CITY, "DH", "东海市总工会", None)
    county = unit(Level.COUNTY, "DJ", "东津区总工会", city)
    street = unit(Level.STREET, "YQJ", "云桥街道总工会", county)
    return {
        "city": city,
        "county": county,
        "street": street,
        "station": unit(Level.STATION, "YQ", "云桥片区服务站", street),
        "other_station": unit(Level.STATION, "YH", "月河片区服务站", street),
    }
