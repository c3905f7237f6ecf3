"""Makers of the smallest valid row of each register. Nothing random, nothing surprising."""

from datetime import date, datetime
from itertools import count

from members import almanac, register, trees
from members.api_clients import open_client
from members.models import (
    Account,
    Affiliation,
    AffiliationKind,
    Employment,
    EmploymentKind,
    Enterprise,
    Industry,
    Level,
    Member,
    Role,
    RoleAssignment,
    ServiceArea,
    Union,
    UnionKind,
    Unit,
)
from members.models.api_client import ApiScope
from members.numbers import credit_check_character
from members.workdays import SHANGHAI

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)  # a Friday, office open
SINCE = date(2026, 1, 1)

_serial = count(1)
_ABOVE = {Level.STATION: Level.STREET, Level.STREET: Level.COUNTY, Level.COUNTY: Level.CITY}
_UNION_ABOVE = {
    UnionKind.ENTERPRISE_SINGLE: UnionKind.STREET,
    UnionKind.COMMUNITY_FEDERATION: UnionKind.STREET,
    UnionKind.COMMUNITY_JOINT: UnionKind.STREET,
    UnionKind.STREET: UnionKind.COUNTY,
    UnionKind.COUNTY: UnionKind.CITY,
}


def make_unit(
    *,
    level: Level = Level.STATION,
    parent: Unit | None = None,
    code: str = "",
    name: str = "",
    is_fallback: bool = False,
) -> Unit:
    """Make a unit, with the chain above it when no parent is given."""
    if parent is None and level in _ABOVE:
        parent = make_unit(level=_ABOVE[level])
    code = code or f"U{next(_serial)}"
    return trees.open_unit(
        level=level,
        code=code,
        name=name or f"{level.label}{code}",
        short_name=name or code,
        parent=parent,
        is_fallback=is_fallback,
        actor=None,
        now=NOW,
    )


def make_union(
    *,
    kind: UnionKind = UnionKind.COMMUNITY_JOINT,
    parent: Union | None = None,
    enterprise: Enterprise | None = None,
    name: str = "",
) -> Union:
    """Make a union, with the chain above it when no parent is given."""
    if parent is None and kind in _UNION_ABOVE:
        parent = make_union(kind=_UNION_ABOVE[kind])
    code = f"L{next(_serial)}"
    return trees.found_union(
        kind=kind,
        code=code,
        name=name or f"{kind.label}{code}",
        parent=parent,
        enterprise=enterprise,
        actor=None,
        now=NOW,
    )


def make_credit_code(serial: int | None = None) -> str:
    """Make a credit code whose check character is right; nobody holds it."""
    body = f"91330203{next(_serial) if serial is None else serial:09d}"
    return body + credit_check_character(body)


def make_enterprise(
    *,
    name: str = "",
    short_name: str = "",
    community: Union | None = None,
    union: Union | None = None,
    credit_code: str | None = None,
    industry: Industry = Industry.HOSPITALITY,
    headcount: int = 0,
) -> Enterprise:
    """Make an enterprise in business; not organised unless a union is given."""
    return register.register_enterprise(
        draft=register.EnterpriseDraft(
            name=name or f"示例餐饮{next(_serial)}有限公司",
            short_name=short_name,
            industry=industry,
            credit_code=credit_code,
            headcount=headcount,
            community_id=community.pk if community else None,
            union_id=union.pk if union else None,
        ),
        actor=None,
        now=NOW,
    )


def make_service_area(
    *,
    station: Unit,
    union: Union | None = None,
    enterprise: Enterprise | None = None,
    from_on: date = SINCE,
) -> ServiceArea:
    """Let a station serve a union or an enterprise."""
    return register.assign_area(
        station=station, union=union, enterprise=enterprise, from_on=from_on, actor=None, now=NOW
    )


def make_account(
    *,
    username: str = "",
    name: str = "",
    password: str | None = None,
    role: Role | None = None,
    unit: Unit | None = None,
) -> Account:
    """Make an account; with a role it is assigned at the unit, or at a fresh station."""
    username = username or f"user{next(_serial)}"
    account = register.open_account(
        username=username,
        name=name or username,
        password=password,
        must_change_password=False,
    )
    if role is not None:
        make_role(account=account, role=role, unit=unit or make_unit())
    return account


def make_role(
    *,
    account: Account,
    role: Role,
    unit: Unit,
    from_on: date = SINCE,
    to_on: date | None = None,
) -> RoleAssignment:
    """Assign a role."""
    return register.assign_role(
        account=account, role=role, unit=unit, from_on=from_on, to_on=to_on, actor=None, now=NOW
    )


def make_affiliation(
    *,
    account: Account,
    enterprise: Enterprise,
    kind: AffiliationKind = AffiliationKind.MANAGER,
    from_on: date = SINCE,
    to_on: date | None = None,
) -> Affiliation:
    """Tie an account to an enterprise."""
    return register.affiliate(
        account=account, enterprise=enterprise, kind=kind, from_on=from_on, to_on=to_on
    )


def make_member(
    *,
    union: Union | None = None,
    member_no: str = "",
    name: str = "张小明",
    phone: str = "",
    id_number: str = "",
) -> Member:
    """Make a member; without a union, in a fresh joint union."""
    draft = register.MemberDraft(
        member_no=member_no or f"M{next(_serial):08d}",
        union_id=(union or make_union()).pk,
        name=name,
        joined_on=SINCE,
        phone=phone,
        id_number=id_number,
    )
    return register.register_members(drafts=[draft])[0]


def make_employment(
    *,
    member: Member,
    enterprise: Enterprise,
    from_on: date = SINCE,
    to_on: date | None = None,
) -> Employment:
    """Give a member a job."""
    return register.employ(
        member=member,
        enterprise=enterprise,
        kind=EmploymentKind.CONTRACT,
        from_on=from_on,
        to_on=to_on,
    )


def make_calendar() -> None:
    """Load the calendars of 2024 to 2026 as confirmed and 2027 as provisional."""
    almanac.load_calendar(
        years=(2024, 2025, 2026, 2027), confirmed_years=(2024, 2025, 2026), actor=None, now=NOW
    )


def make_platform(unit: Unit) -> Account:
    """Return the account of a platform that may sign for the requests of a unit."""
    account = make_account(username="platform", name="市级平台", role=Role.HANDLER, unit=unit)
    open_client(name="platform", account=account, scopes=[ApiScope.READ])
    return account
