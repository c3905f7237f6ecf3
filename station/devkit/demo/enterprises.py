"""Enterprises of the demo: planned with exact totals first, then registered in one go."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from random import Random

from members.models import CoordinateSystem, Enterprise, Industry, UnionKind
from members.register import EnterpriseDraft, register_enterprises
from station.devkit.demo.names import credit_code, trading_names
from station.devkit.demo.size import Size
from station.devkit.demo.territory import CENTRE, COMMUNITIES, NEIGHBOUR, Unions

# Those that the stories speak of, in both sizes: key, name, short name, industry.
# By their place in this list they come to the four communities in turn.
CAST: tuple[tuple[str, str, str, Industry], ...] = (
    ("xunyu", "浔榆机械制造有限公司", "浔榆机械", Industry.MANUFACTURING),
    ("yuanshan", "沅杉电子科技有限公司", "沅杉电子", Industry.MANUFACTURING),
    ("tinghe", "汀禾餐饮管理有限公司", "汀禾餐饮", Industry.HOSPITALITY),
    ("xutang", "溆棠服饰有限公司", "溆棠服饰", Industry.MANUFACTURING),
    ("meidi", "湄荻网络科技有限公司", "湄荻网络", Industry.SOFTWARE),
    ("yitong", "漪桐物业管理有限公司", "漪桐物业", Industry.REAL_ESTATE),
    ("liannan", "涟楠物流有限公司", "涟楠物流", Industry.TRANSPORT),
    ("lingyou", "泠柚超市有限公司", "泠柚超市", Industry.RETAIL),
    ("zhujin", "渚槿酒店管理有限公司", "渚槿酒店", Industry.HOSPITALITY),
    ("tongzi", "潼梓模具有限公司", "潼梓模具", Industry.MANUFACTURING),
    ("mingcheng", "洺橙教育咨询有限公司", "洺橙教育", Industry.EDUCATION),
    ("puheng", "浦蘅家政服务有限公司", "浦蘅家政", Industry.RESIDENT_SERVICES),
)
# The same for the other station.
FAR_CAST: tuple[tuple[str, str, str, Industry], ...] = (
    ("libai", "澧柏建设工程有限公司", "澧柏建设", Industry.CONSTRUCTION),
    ("zhimai", "沚麦食品有限公司", "沚麦食品", Industry.MANUFACTURING),
)
RESTAURANT = "tinghe"
RESTAURANT_PEOPLE = 26
METRES_PER_DEGREE = 111_320
RADIUS_METRES = 1_170  # a circle of 4.32 km²
LARGEST_SHARE = 8  # members a small firm brings into a joint union


class Organised(Enum):
    """How the workers of an enterprise are organised."""

    NOT = "not"
    JOINT = "joint"
    SINGLE = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One enterprise before it is registered; ``community`` -1 is the other station's."""

    key: str
    name: str
    short_name: str
    industry: Industry
    community: int
    organised: Organised
    headcount: int
    members: int = 0


@dataclass(frozen=True, slots=True)
class Firms:
    """The enterprises: by key those of the stories, all of the station, the neighbours'.

    ``members`` holds how many members each is to have, by enterprise id.
    """

    cast: dict[str, Enterprise]
    station: tuple[Enterprise, ...]
    neighbours: tuple[Enterprise, ...]
    single: tuple[Enterprise, ...]
    members: dict[int, int]


def fill_enterprises(chance: Random, unions: Unions, size: Size, *, now: datetime) -> Firms:
    """Register the enterprises of both stations."""
    plans = plan_enterprises(chance, size)
    drafts = [_draft(chance, unions, serial, plan) for serial, plan in enumerate(plans, start=1)]
    rows = register_enterprises(drafts=drafts, actor=None, now=now)
    pairs = list(zip(plans, rows, strict=True))
    return Firms(
        cast={plan.key: row for plan, row in pairs if plan.key},
        station=tuple(rows[: size.enterprises]),
        neighbours=tuple(rows[size.enterprises :]),
        single=tuple(row for plan, row in pairs if plan.organised is Organised.SINGLE),
        members={row.pk: plan.members for plan, row in pairs},
    )


def plan_enterprises(chance: Random, size: Size) -> list[Plan]:
    """Return the station's enterprises, then the neighbours', with members to the exact total."""
    return _with_members(chance, list(_plans(chance, size)), total=size.members)


def _plans(chance: Random, size: Size) -> Iterator[Plan]:
    brands = frozenset(row[1][:2] for row in (*CAST, *FAR_CAST))
    strangers = (("", *named) for named in trading_names(chance, taken=brands))
    singles, joints = 0, 0
    for serial in range(size.enterprises):
        key, name, short_name, industry = CAST[serial] if serial < len(CAST) else next(strangers)
        community = serial % len(COMMUNITIES)
        organised = Organised.NOT
        if key != RESTAURANT and singles < size.single_unions:
            organised, singles = Organised.SINGLE, singles + 1
        elif COMMUNITIES[community][1] == UnionKind.COMMUNITY_JOINT and joints < size.joint_firms:
            organised, joints = Organised.JOINT, joints + 1
        yield Plan(
            key=key,
            name=name,
            short_name=short_name,
            industry=industry,
            community=community,
            organised=organised,
            headcount=RESTAURANT_PEOPLE if key == RESTAURANT else _small_headcount(chance),
        )
    for serial in range(size.neighbours):
        known = FAR_CAST[serial] if serial < len(FAR_CAST) else next(strangers)
        yield Plan(
            key=known[0],
            name=known[1],
            short_name=known[2],
            industry=known[3],
            community=-1,
            organised=Organised.NOT,
            headcount=_small_headcount(chance),
        )


def _small_headcount(chance: Random) -> int:
    return max(1, round(chance.lognormvariate(1.7, 0.8)))


def _with_members(chance: Random, plans: Sequence[Plan], *, total: int) -> list[Plan]:
    """Share out ``total`` members: small firms bring what they have, large ones the rest."""
    joint = {
        place: min(plan.headcount, LARGEST_SHARE)
        for place, plan in enumerate(plans)
        if plan.organised is Organised.JOINT
    }
    weights = {
        place: chance.uniform(0.5, 2.0)
        for place, plan in enumerate(plans)
        if plan.organised is Organised.SINGLE
    }
    rest = total - sum(joint.values())
    counts = {place: int(each * rest / sum(weights.values())) for place, each in weights.items()}
    for place in list(counts)[: rest - sum(counts.values())]:
        counts[place] += 1  # what rounding down left over
    shared = {**joint, **counts}
    return [
        replace(
            plan,
            members=shared.get(place, 0),
            headcount=max(plan.headcount, round(shared.get(place, 0) * chance.uniform(1.0, 1.4))),
        )
        for place, plan in enumerate(plans)
    ]


def _draft(chance: Random, unions: Unions, serial: int, plan: Plan) -> EnterpriseDraft:
    """Place one enterprise at a point and an address of its community."""
    is_here = plan.community >= 0
    place, _kind, road = COMMUNITIES[plan.community] if is_here else NEIGHBOUR
    union = unions.communities[plan.community] if is_here else unions.neighbour
    lng, lat = _point(chance, plan.community)
    return EnterpriseDraft(
        name=plan.name,
        short_name=plan.short_name,
        credit_code=credit_code(serial),
        industry=plan.industry,
        headcount=plan.headcount,
        address=f"{place}{road}{chance.randint(1, 380)}号",
        community_id=union.pk,
        union_id=union.pk if plan.organised is Organised.JOINT else None,
        lng=lng,
        lat=lat,
        original_x=lng,
        original_y=lat,
        original_crs=CoordinateSystem.WGS84,
    )


def _point(chance: Random, community: int) -> tuple[float, float]:
    """Return a point in the community's quarter of the station's circle."""
    angle = (max(community, 0) + chance.random()) * math.pi / 2
    metres = RADIUS_METRES * math.sqrt(chance.random())
    east = 0.03 if community < 0 else 0.0
    across = METRES_PER_DEGREE * math.cos(math.radians(CENTRE[1]))
    lng = CENTRE[0] + east + metres * math.cos(angle) / across
    return round(lng, 6), round(CENTRE[1] + metres * math.sin(angle) / METRES_PER_DEGREE, 6)
