"""Members of the demo: unions of single enterprises, sealed identity, dated jobs."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from members.models import EmploymentKind, Enterprise, Industry, Member, Unit
from members.register import EmploymentDraft, MemberDraft, employ, register_members
from station.devkit.demo.enterprises import Firms
from station.devkit.demo.names import person_name, phone_number, resident_id
from station.devkit.demo.size import Size
from station.devkit.demo.territory import Unions, found_single_union

_POSTS_OF_WORK = {
    Industry.HOSPITALITY: ("服务员", "厨师", "传菜员", "收银员", "洗碗工"),
    Industry.MANUFACTURING: ("操作工", "质检员", "钳工", "包装工", "仓管员", "线长"),
    Industry.RETAIL: ("营业员", "理货员", "收银员", "店长"),
    Industry.TRANSPORT: ("货车司机", "分拣员", "装卸工", "调度员"),
    Industry.SOFTWARE: ("工程师", "客服", "骑手", "运营专员"),
    Industry.CONSTRUCTION: ("木工", "电工", "油漆工", "安全员"),
    Industry.REAL_ESTATE: ("保安", "保洁员", "水电工", "管家"),
}
_OTHER_WORK = ("职员", "文员", "专员", "技术员")
_KINDS = (EmploymentKind.CONTRACT, EmploymentKind.AGENCY, EmploymentKind.FLEXIBLE)
_KIND_SHARES = (84, 9, 4)
_OLDEST, _YOUNGEST = 60, 19
_FIRST_YEAR = 2010


def fill_members(
    chance: Random,
    firms: Firms,
    unions: Unions,
    station: Unit,
    size: Size,
    *,
    since: date,
    today: date,
    now: datetime,
) -> list[Member]:
    """Found the single-enterprise unions and register every member with a dated job."""
    for serial, enterprise in enumerate(firms.single, start=1):
        found_single_union(chance, enterprise, unions, station, serial=serial, since=since, now=now)
    places = [each for each in firms.station for _one in range(firms.members[each.pk])]
    drafts = list(_drafts(chance, places, today=today))
    members = register_members(drafts=drafts)
    step = len(members) // size.earlier_jobs
    for place in range(0, step * size.earlier_jobs, step):
        _add_earlier_job(chance, members[place], drafts[place], firms)
    return members


def _drafts(chance: Random, places: Sequence[Enterprise], *, today: date) -> Iterator[MemberDraft]:
    for serial, enterprise in enumerate(places, start=1):
        if enterprise.union_id is None:
            raise ValueError(f"{enterprise.name} has no union")
        birth = _day(chance, today.year - _OLDEST, today.year - _YOUNGEST - 1)
        hired = _day(chance, max(birth.year + _YOUNGEST, _FIRST_YEAR), today.year - 1)
        yield MemberDraft(
            member_no=f"YQ{serial:08d}",
            union_id=enterprise.union_id,
            name=person_name(chance),
            phone=phone_number(serial),
            id_number=resident_id(birth, serial, is_male=chance.random() < 0.54),
            joined_on=min(hired + timedelta(days=chance.randint(0, 400)), today),
            employment=EmploymentDraft(
                enterprise_id=enterprise.pk,
                kind=_kind(chance, enterprise),
                from_on=hired,
                post=chance.choice(_POSTS_OF_WORK.get(Industry(enterprise.industry), _OTHER_WORK)),
            ),
        )


def _kind(chance: Random, enterprise: Enterprise) -> EmploymentKind:
    """Return a form of employment; couriers of a platform's agent have none of the old ones."""
    if enterprise.industry == Industry.SOFTWARE and chance.random() < 0.4:
        return EmploymentKind.PLATFORM
    return chance.choices(_KINDS, _KIND_SHARES)[0]


def _add_earlier_job(chance: Random, member: Member, draft: MemberDraft, firms: Firms) -> None:
    """Give a member a job elsewhere that ended before the present one began."""
    present = draft.employment
    if present is None:
        return
    former = chance.choice(
        [each for each in firms.cast.values() if each.pk != present.enterprise_id]
    )
    ended = present.from_on - timedelta(days=chance.randint(1, 120))
    employ(
        member=member,
        enterprise=former,
        kind=EmploymentKind.CONTRACT,
        from_on=ended - timedelta(days=chance.randint(90, 900)),
        to_on=ended,
    )


def _day(chance: Random, first_year: int, last_year: int) -> date:
    return date(chance.randint(first_year, last_year), chance.randint(1, 12), chance.randint(1, 28))
