"""Accounts of the demo: who works where, with which skills, hours and ties. All invented."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from members.models import (
    Account,
    AffiliationKind,
    Role,
    RoleAssignment,
    SkillKind,
    Unit,
    Weekday,
)
from members.register import (
    add_duty_window,
    add_skill,
    affiliate,
    assign_role,
    open_account,
)
from station.accounts.enrol import enrol_totp
from station.devkit.demo.enterprises import Firms
from station.devkit.demo.names import phone_number
from station.devkit.demo.territory import Units

# For a station that anybody may look at: never in a database that holds real people.
PASSWORD = "yunqiao-demo-2026"  # noqa: S105
_PHONES_FROM = 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One account: its role at a unit (an attribute of Units), in words for the greeting."""

    username: str
    name: str
    role: Role
    unit: str
    note: str
    skills: tuple[tuple[SkillKind, str], ...] = ()
    hours: tuple[tuple[int, time, time], ...] = ()
    is_staff: bool = False


_WEEK = (1, 2, 3, 4, 5)
_DAY = tuple((day, time(8, 30), time(17, 30)) for day in _WEEK)
_EVENING = ((2, time(18, 0), time(20, 30)), (4, time(18, 0), time(20, 30)))
_SATURDAY = ((6, time(9, 0), time(11, 30)),)

PARTS: tuple[Part, ...] = (
    Part(
        username="zhoumin",
        name="周敏",
        role=Role.WORKER,
        unit="station",
        note="专职工作者，云桥片区服务站",
        skills=((SkillKind.MEDIATION, "劳动关系协调员三级"), (SkillKind.DIALECT, "")),
        hours=_DAY + _SATURDAY,
    ),
    Part(
        username="heli",
        name="何立",
        role=Role.HEAD,
        unit="station",
        note="站长，云桥片区服务站",
        skills=((SkillKind.COORDINATION, "劳动关系协调员二级"), (SkillKind.BARGAINING, "")),
        hours=_DAY,
    ),
    Part(
        username="xuwen",
        name="许纹",
        role=Role.REGISTRAR,
        unit="station",
        note="登记员，云桥片区服务站",
        hours=_DAY + _EVENING,
    ),
    Part(
        username="linyizhou",
        name="林一舟",
        role=Role.HANDLER,
        unit="street",
        note="承办人，云桥街道总工会",
        skills=((SkillKind.LAW, "法律职业资格"), (SkillKind.MEDIATION, "")),
        hours=_DAY,
    ),
    Part(
        username="cenqi",
        name="岑其",
        role=Role.HANDLER,
        unit="street",
        note="承办人，云桥街道总工会；汀禾餐饮的顾问，须回避该企业",
        skills=(
            (SkillKind.INSPECTION, "工会劳动法律监督员"),
            (SkillKind.COUNSELLING, "心理咨询师二级"),
        ),
        hours=_DAY,
    ),
    Part(
        username="shenji",
        name="沈纪",
        role=Role.AUDITOR,
        unit="street",
        note="审计员，云桥街道总工会（只读）",
    ),
    Part(
        username="tanghe",
        name="唐禾",
        role=Role.HANDLER,
        unit="county",
        note="承办人，东津区总工会；湄荻网络负责人的亲属，须回避该企业",
        skills=((SkillKind.SAFETY, "注册安全工程师"),),
        hours=_DAY,
    ),
    Part(
        username="chenke",
        name="陈可",
        role=Role.HANDLER,
        unit="city",
        note="承办人，东海市总工会",
        skills=((SkillKind.BARGAINING, ""),),
        hours=_DAY,
    ),
    Part(
        username="songyu",
        name="宋屿",
        role=Role.WORKER,
        unit="other_station",
        note="专职工作者，月河片区服务站（看不到云桥的诉求）",
        skills=((SkillKind.SOCIAL_WORK, "社会工作师"),),
        hours=_DAY,
    ),
    Part(
        username="lutong",
        name="陆桐",
        role=Role.HANDLER,
        unit="other_street",
        note="承办人，月河街道总工会",
        skills=((SkillKind.COUNSELLING, "心理咨询师三级"),),
        hours=_DAY,
    ),
    Part(
        username="xitong",
        name="习同",
        role=Role.SYSTEM_ADMIN,
        unit="city",
        note="系统管理员，管理后台 /admin/（看不到诉求）",
        is_staff=True,
    ),
)


@dataclass(frozen=True, slots=True)
class People:
    """The accounts by user name, and the assignment of the city's handler."""

    accounts: dict[str, Account]
    city_duty: RoleAssignment

    def __getitem__(self, username: str) -> Account:
        return self.accounts[username]


def move_in(units: Units, firms: Firms, *, since: date, now: datetime) -> People:
    """Open every account with its role, skills, hours, second factor and the two ties."""
    accounts: dict[str, Account] = {}
    duties: dict[str, RoleAssignment] = {}
    for serial, part in enumerate(PARTS):
        unit: Unit = getattr(units, part.unit)
        account = open_account(
            username=part.username,
            name=part.name,
            password=PASSWORD,
            phone=phone_number(_PHONES_FROM + serial),
            is_staff=part.is_staff,
            must_change_password=False,
        )
        duties[part.username] = assign_role(
            account=account, role=part.role, unit=unit, from_on=since, actor=None, now=now
        )
        _equip(account, part, unit, since=since)
        enrol_totp(account, totp_secret(part.username), now=now)
        accounts[part.username] = account
    _open_platform(units, since=since, now=now)
    for username, key, kind in (
        ("cenqi", "tinghe", AffiliationKind.ADVISER),
        ("tanghe", "meidi", AffiliationKind.RELATIVE),
    ):
        affiliate(account=accounts[username], enterprise=firms.cast[key], kind=kind, from_on=since)
    return People(accounts, duties["chenke"])


def _open_platform(units: Units, *, since: date, now: datetime) -> None:
    """Open the service account of a city's platform: no password, nobody logs in with it."""
    account = open_account(
        username="platform", name="东海市政务平台", password=None, must_change_password=False
    )
    assign_role(
        account=account,
        role=Role.REGISTRAR,
        unit=units.station,
        from_on=since,
        actor=None,
        now=now,
    )


def totp_secret(username: str) -> str:
    """Return the known secret of a demo account, base32: no secret at all, on purpose."""
    digest = hashlib.sha256(f"demo-totp:{username}".encode()).digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def _equip(account: Account, part: Part, unit: Unit, *, since: date) -> None:
    for kind, certificate in part.skills:
        expires_on = date(since.year + 4, 6, 30) if certificate else None
        add_skill(account=account, kind=kind, certificate=certificate, expires_on=expires_on)
    for weekday, starts, ends in part.hours:
        add_duty_window(
            account=account,
            unit=unit,
            weekday=Weekday(weekday),
            starts=starts,
            ends=ends,
            from_on=since,
        )
