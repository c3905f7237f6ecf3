"""Changes of the registers: enterprises, members, accounts, roles, ties, service areas.

Every verb checks its rows, writes them in one transaction and returns what it made. The
database holds the rules (no overlaps, known codes); the checks here only say them in words.
The trees are in members.trees, the calendar in members.almanac.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from members.history import recorded
from members.keys import Sealer, pepper, seal_text, sealer_for
from members.models import (
    Account,
    Affiliation,
    AffiliationKind,
    CoordinateSystem,
    DutyWindow,
    Employment,
    EmploymentKind,
    Enterprise,
    Gender,
    Industry,
    Member,
    MemberStatus,
    Role,
    RoleAssignment,
    ServiceArea,
    Skill,
    SkillKind,
    Union,
    Unit,
    Weekday,
)
from members.numbers import check_resident_id, normalise_phone
from members.privacy import blind_index

MEMBER_PURPOSE = "member"
ACCOUNT_PURPOSE = "account"
BATCH = 500


# ---- enterprises ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnterpriseDraft:
    """What is entered of an enterprise; points in WGS-84 degrees beside the original ones."""

    name: str
    industry: Industry
    short_name: str = ""
    credit_code: str | None = None
    headcount: int = 0
    address: str = ""
    community_id: int | None = None
    union_id: int | None = None
    lng: float | None = None
    lat: float | None = None
    original_x: float | None = None
    original_y: float | None = None
    original_crs: CoordinateSystem | str = ""


def register_enterprise(
    *, draft: EnterpriseDraft, actor: Account | None, now: datetime
) -> Enterprise:
    """Add one enterprise with its search keys. Raises ValidationError by field."""
    row = _enterprise(draft)
    with recorded("register_enterprise", actor=actor, now=now):
        _check_and_insert(row)
    return row


def register_enterprises(
    *, drafts: Sequence[EnterpriseDraft], actor: Account | None, now: datetime
) -> list[Enterprise]:
    """Add many enterprises, all or none. A duplicate credit code is an IntegrityError."""
    rows = [_enterprise(draft) for draft in drafts]
    for row in rows:
        row.clean_fields(exclude=["community", "union"])
    with transaction.atomic(), recorded("register_enterprises", actor=actor, now=now):
        return Enterprise.objects.bulk_create(rows, batch_size=BATCH)


def rename_enterprise(
    *, enterprise: Enterprise, name: str, short_name: str, actor: Account | None, now: datetime
) -> None:
    """Give an enterprise its new name and the search keys that belong to it."""
    enterprise.name, enterprise.short_name = name, short_name
    enterprise.pinyin, enterprise.initials = search_keys(name)
    enterprise.full_clean()
    with recorded("rename_enterprise", actor=actor, now=now):
        enterprise.save(update_fields=["name", "short_name", "pinyin", "initials"])


def search_keys(name: str) -> tuple[str, str]:
    """Return the full pinyin and the initials of a name, lower case, without blanks."""
    full = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return "".join(full.lower().split())[:400], "".join(initials.lower().split())[:100]


def _enterprise(draft: EnterpriseDraft) -> Enterprise:
    pinyin, initials = search_keys(draft.name)
    return Enterprise(
        name=draft.name,
        short_name=draft.short_name or draft.name[:40],
        pinyin=pinyin,
        initials=initials,
        credit_code=draft.credit_code or None,
        industry=draft.industry,
        headcount=draft.headcount,
        address=draft.address,
        community_id=draft.community_id,
        union_id=draft.union_id,
        lng=draft.lng,
        lat=draft.lat,
        original_x=draft.original_x,
        original_y=draft.original_y,
        original_crs=draft.original_crs,
    )


def assign_area(
    *,
    station: Unit,
    from_on: date,
    actor: Account | None,
    now: datetime,
    union: Union | None = None,
    enterprise: Enterprise | None = None,
) -> ServiceArea:
    """Let a station serve a union or an enterprise from a day on.

    The area in force before ends the day before, so figures of the past stay true.
    """
    with transaction.atomic(), recorded("assign_area", actor=actor, now=now):
        before = ServiceArea.objects.in_force(from_on).filter(
            union=union, enterprise=enterprise, from_on__lt=from_on
        )
        before.update(to_on=from_on - timedelta(days=1))
        area = ServiceArea(union=union, enterprise=enterprise, station=station, from_on=from_on)
        _check_and_insert(area)
    return area


# ---- members ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EmploymentDraft:
    """Where a member works, from which day."""

    enterprise_id: int
    kind: EmploymentKind
    from_on: date
    post: str = ""


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What is entered of a member, in plain; it is sealed before it reaches a row."""

    member_no: str
    union_id: int
    name: str
    joined_on: date
    phone: str = ""
    id_number: str = ""
    birth_year: int | None = None
    gender: Gender = Gender.UNKNOWN
    status: MemberStatus = MemberStatus.ACTIVE
    employment: EmploymentDraft | None = None


def register_members(*, drafts: Sequence[MemberDraft]) -> list[Member]:
    """Add members with their employment, all or none; name, phone and id number sealed.

    Raises NumberError for a phone or id number that cannot be right, IntegrityError for a
    member number that exists. The same phone twice is allowed: it is a warning elsewhere.
    """
    sealer = sealer_for(MEMBER_PURPOSE)
    rows = [_member(draft, sealer) for draft in drafts]
    with transaction.atomic():
        made = Member.objects.bulk_create(rows, batch_size=BATCH)
        Employment.objects.bulk_create(
            (
                Employment(
                    member=member,
                    enterprise_id=draft.employment.enterprise_id,
                    kind=draft.employment.kind,
                    post=draft.employment.post,
                    from_on=draft.employment.from_on,
                )
                for member, draft in zip(made, drafts, strict=True)
                if draft.employment is not None
            ),
            batch_size=BATCH,
        )
    return made


def employ(
    *,
    member: Member,
    enterprise: Enterprise,
    kind: EmploymentKind,
    from_on: date,
    post: str = "",
    to_on: date | None = None,
) -> Employment:
    """Note that a member works at an enterprise. Two jobs at once are fine, the same twice not."""
    row = Employment(
        member=member, enterprise=enterprise, kind=kind, post=post, from_on=from_on, to_on=to_on
    )
    _check_and_insert(row)
    return row


def member_context(member_no: str, field: str) -> str:
    """Return the place a sealed field of a member is bound to."""
    return f"member:{member_no}:{field}"


def phone_index_of(phone: str) -> bytes:
    """Return the blind index of a normalised phone in the member register."""
    return blind_index(phone, pepper=pepper("member-phone"), purpose="member-phone")


def id_number_index_of(number: str) -> bytes:
    """Return the blind index of a checked id number in the member register."""
    return blind_index(number, pepper=pepper("member-id"), purpose="member-id")


def _member(draft: MemberDraft, sealer: Sealer) -> Member:
    def sealed(text: str, field: str) -> bytes:
        return sealer.seal_text(text, context=member_context(draft.member_no, field))

    phone = normalise_phone(draft.phone) if draft.phone else ""
    number = check_resident_id(draft.id_number) if draft.id_number else ""
    return Member(
        member_no=draft.member_no,
        union_id=draft.union_id,
        status=draft.status,
        joined_on=draft.joined_on,
        name_sealed=sealed(draft.name, "name"),
        phone_sealed=sealed(phone, "phone") if phone else None,
        phone_index=phone_index_of(phone) if phone else None,
        id_number_sealed=sealed(number, "id_number") if number else None,
        id_number_index=id_number_index_of(number) if number else None,
        birth_year=int(number[6:10]) if number else draft.birth_year,
        gender=_gender_of(number) if number else draft.gender,
    )


def _gender_of(id_number: str) -> Gender:
    """The 17th digit is odd for men (GB 11643-1999)."""
    return Gender.MALE if int(id_number[16]) % 2 else Gender.FEMALE


# ---- accounts, roles, ties --------------------------------------------------------


def open_account(
    *,
    username: str,
    name: str,
    password: str | None,
    phone: str = "",
    email: str = "",
    is_staff: bool = False,
    must_change_password: bool = True,
) -> Account:
    """Create an account. Without a password nobody can log in until one is set."""
    account = Account(
        username=Account.normalize_username(username),
        name=name,
        email=email,
        is_staff=is_staff,
        must_change_password=must_change_password,
    )
    if phone:
        account.phone_sealed = seal_text(
            normalise_phone(phone), purpose=ACCOUNT_PURPOSE, context=f"account:{username}:phone"
        )
    account.set_password(password)
    account.full_clean(exclude=["password"])
    account.save(force_insert=True)
    return account


def assign_role(
    *,
    account: Account,
    role: Role,
    unit: Unit,
    from_on: date,
    actor: Account | None,
    now: datetime,
    to_on: date | None = None,
) -> RoleAssignment:
    """Give an account a role at a unit for a span of days. Nobody assigns themselves."""
    if actor is not None and actor.pk == account.pk:
        raise ValidationError(_("不能给自己任职。"), code="self")
    row = RoleAssignment(account=account, role=role, unit=unit, from_on=from_on, to_on=to_on)
    with recorded("assign_role", actor=actor, now=now):
        _check_and_insert(row)
    return row


def relieve(
    *, assignment: RoleAssignment, last_on: date, actor: Account | None, now: datetime
) -> None:
    """End an assignment; ``last_on`` is its last day in force."""
    assignment.to_on = last_on
    assignment.full_clean()
    with recorded("relieve", actor=actor, now=now):
        assignment.save(update_fields=["to_on"])


def affiliate(
    *,
    account: Account,
    enterprise: Enterprise,
    kind: AffiliationKind,
    from_on: date,
    to_on: date | None = None,
) -> Affiliation:
    """Record a tie to an enterprise; from its first day the account is recused there."""
    row = Affiliation(
        account=account, enterprise=enterprise, kind=kind, from_on=from_on, to_on=to_on
    )
    _check_and_insert(row)
    return row


def add_skill(
    *, account: Account, kind: SkillKind, certificate: str = "", expires_on: date | None = None
) -> Skill:
    """Record what a person is trained for."""
    row = Skill(account=account, kind=kind, certificate=certificate, expires_on=expires_on)
    _check_and_insert(row)
    return row


def add_duty_window(
    *,
    account: Account,
    unit: Unit,
    weekday: Weekday,
    starts: time,
    ends: time,
    from_on: date,
    to_on: date | None = None,
) -> DutyWindow:
    """Record weekly hours on duty."""
    row = DutyWindow(
        account=account,
        unit=unit,
        weekday=weekday,
        starts=starts,
        ends=ends,
        from_on=from_on,
        to_on=to_on,
    )
    _check_and_insert(row)
    return row


def _check_and_insert(row: Model) -> None:
    """Say the database's rules in words first; the database has the last word."""
    row.full_clean()
    row.save(force_insert=True)
