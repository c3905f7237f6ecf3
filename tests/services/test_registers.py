"""What the database itself refuses, and what the verbs of the registers do."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import ProgrammingError
from pytest_django import DjangoAssertNumQueries

from members import register
from members.access import log_access
from members.keys import unseal_text
from members.models import (
    AccessAction,
    AccessEntry,
    Account,
    Affiliation,
    Employment,
    Enterprise,
    Level,
    Member,
    Role,
    RoleAssignment,
    ServiceArea,
    Union,
    UnionKind,
    Unit,
)
from members.numbers import NumberError, resident_check_character
from tests.makers import (
    NOW,
    SINCE,
    make_account,
    make_affiliation,
    make_credit_code,
    make_employment,
    make_enterprise,
    make_member,
    make_role,
    make_service_area,
    make_union,
    make_unit,
)

pytestmark = pytest.mark.django_db


def test_database_refuses_overlapping_dates() -> None:
    station, union, enterprise = make_unit(), make_union(), make_enterprise()
    account = make_account()
    member = make_member(union=union)
    dates = {"from_on": SINCE}
    overlaps: list[tuple[type, dict[str, object], str]] = [
        (ServiceArea, {"union": union, "station": station}, "members_servicearea_union_once"),
        (
            ServiceArea,
            {"enterprise": enterprise, "station": station},
            "members_servicearea_enterprise_once",
        ),
        (
            RoleAssignment,
            {"account": account, "role": Role.HEAD, "unit": station},
            "members_roleassignment_once",
        ),
        (
            Affiliation,
            {"account": account, "enterprise": enterprise, "kind": "owner"},
            "members_affiliation_once",
        ),
        (
            Employment,
            {"member": member, "enterprise": enterprise, "kind": "contract"},
            "members_employment_once",
        ),
    ]
    for model, fields, constraint in overlaps:
        first = model.objects.create(**fields, **dates, to_on=date(2026, 6, 30))
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            # The last day counts, so the same day is an overlap.
            model.objects.create(**fields, from_on=date(2026, 6, 30))
        after = model.objects.create(**fields, from_on=date(2026, 7, 1))
        assert list(model.objects.in_force(date(2026, 6, 30)).filter(**fields)) == [first]
        assert list(model.objects.in_force(date(2026, 7, 1)).filter(**fields)) == [after]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"level": "planet"}, "members_unit_level_known"),
        ({"path": "/1/2/3/"}, "members_unit_path_own_id"),
        ({"code": "q-1"}, "members_unit_code_form"),
        ({"lng": 121.5}, "members_unit_point"),
        ({"lng": 121.5, "lat": 91}, "members_unit_point"),
        ({"parent": None}, "members_unit_only_city_is_root"),
    ],
)
def test_database_refuses_a_wrong_unit(change: dict[str, object], constraint: str) -> None:
    unit = make_unit()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(**change)


def test_database_refuses_a_second_fallback_below_one_parent() -> None:
    first = make_unit(is_fallback=True)
    with pytest.raises(ValidationError):
        make_unit(parent=first.parent, is_fallback=True)
    sibling = make_unit(parent=first.parent)
    with pytest.raises(IntegrityError, match="members_unit_one_fallback"), transaction.atomic():
        Unit.objects.filter(pk=sibling.pk).update(is_fallback=True)


def test_database_refuses_a_service_area_of_two_subjects_or_none() -> None:
    station = make_unit()
    for subject in ({}, {"union": make_union(), "enterprise": make_enterprise()}):
        with (
            pytest.raises(IntegrityError, match="members_servicearea_one_subject"),
            transaction.atomic(),
        ):
            ServiceArea.objects.create(station=station, from_on=SINCE, **subject)


def test_database_refuses_a_malformed_credit_code() -> None:
    enterprise = make_enterprise()
    with (
        pytest.raises(IntegrityError, match="members_enterprise_credit_code_form"),
        transaction.atomic(),
    ):
        Enterprise.objects.filter(pk=enterprise.pk).update(credit_code="I" * 18)


def test_credit_code_is_checked_and_unique_and_may_be_missing() -> None:
    code = make_credit_code()
    assert make_enterprise(credit_code=code).credit_code == code
    make_enterprise()
    make_enterprise()
    with pytest.raises(ValidationError) as caught:
        make_enterprise(credit_code=code)
    assert set(caught.value.message_dict) == {"credit_code"}
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(ValidationError) as caught:
        make_enterprise(credit_code=wrong)
    assert set(caught.value.message_dict) == {"credit_code"}


def test_database_refuses_a_phone_without_its_index() -> None:
    member = make_member(phone="13812345678")
    with (
        pytest.raises(IntegrityError, match="members_member_phone_indexed"),
        transaction.atomic(),
    ):
        Member.objects.filter(pk=member.pk).update(phone_index=None)


def test_access_entries_cannot_be_changed() -> None:
    account = make_account()
    entry = log_access(
        account=account,
        action=AccessAction.UNMASK,
        subject="request:7",
        field="phone",
        reason="核实联系方式",
        now=NOW,
    )
    stored = AccessEntry.objects.get(pk=entry.pk)
    assert stored.reason_sealed is not None
    opened = unseal_text(bytes(stored.reason_sealed), purpose="access", context="request:7")
    assert opened == "核实联系方式"
    for change in (
        lambda: AccessEntry.objects.update(subject="request:8"),
        lambda: AccessEntry.objects.all().delete(),
    ):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            change()
    assert AccessEntry.objects.get().subject == "request:7"


def test_search_keys_when_registered() -> None:
    enterprise = make_enterprise(name="示例好味道 餐饮ABC")
    assert (enterprise.pinyin, enterprise.initials) == ("shilihaoweidaocanyinabc", "slhwdcyabc")
    register.rename_enterprise(
        enterprise=enterprise, name="示例新味道", short_name="新味道", actor=None, now=NOW
    )
    assert Enterprise.objects.get().initials == "slxwd"


def test_register_enterprises_takes_all_or_none() -> None:
    good = register.EnterpriseDraft(name="甲", industry="retail", credit_code=make_credit_code(1))
    bad = register.EnterpriseDraft(name="乙", industry="retail", credit_code="x")
    with pytest.raises(ValidationError):
        register.register_enterprises(drafts=[good, bad], actor=None, now=NOW)
    assert Enterprise.objects.count() == 0
    register.register_enterprises(drafts=[good], actor=None, now=NOW)
    assert Enterprise.objects.get().short_name == "甲"


def test_member_is_sealed_and_indexed() -> None:
    body = "33020319900307001"
    number = body + resident_check_character(body)
    made = make_member(name="张小明", phone="+86 138-1234-5678", id_number=number)
    member = Member.objects.get(pk=made.pk)

    def opened(field: str) -> str:
        blob = bytes(getattr(member, f"{field}_sealed"))
        context = register.member_context(member.member_no, field)
        return unseal_text(blob, purpose=register.MEMBER_PURPOSE, context=context)

    assert [opened(f) for f in ("name", "phone", "id_number")] == ["张小明", "13812345678", number]
    assert "张小明".encode() not in bytes(member.name_sealed)
    assert bytes(member.phone_index or b"") == register.phone_index_of("13812345678")
    assert (member.birth_year, member.gender) == (1990, "male")


def test_two_members_may_share_a_phone() -> None:
    first = make_member(phone="13812345678")
    second = make_member(phone="13812345678")
    index = register.phone_index_of("13812345678")
    assert set(Member.objects.filter(phone_index=index)) == {first, second}


def test_register_members_takes_all_or_none() -> None:
    union = make_union()
    drafts = [
        register.MemberDraft(
            member_no=f"M{n}", union_id=union.pk, name="甲", joined_on=SINCE, phone=phone
        )
        for n, phone in enumerate(["13812345678", "1"])
    ]
    with pytest.raises(NumberError):
        register.register_members(drafts=drafts)
    assert Member.objects.count() == 0


def test_members_cost_the_same_statements_one_or_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    union = make_union()
    make_member(union=union)  # makes the key
    for count in (1, 3):
        drafts = [
            register.MemberDraft(
                member_no=f"N{count}-{n}", union_id=union.pk, name="甲", joined_on=SINCE
            )
            for n in range(count)
        ]
        # The key, a savepoint and its release, the members in one insert.
        with django_assert_num_queries(4):
            register.register_members(drafts=drafts)


def test_one_person_may_hold_two_jobs_but_not_the_same_twice() -> None:
    member = make_member()
    first, second = make_enterprise(), make_enterprise()
    make_employment(member=member, enterprise=first)
    make_employment(member=member, enterprise=second)
    with pytest.raises(ValidationError):
        make_employment(member=member, enterprise=first, from_on=date(2026, 5, 1))


def test_assign_role_refuses_oneself_and_overlaps() -> None:
    account, station = make_account(), make_unit()
    with pytest.raises(ValidationError) as caught:
        register.assign_role(
            account=account, role=Role.HEAD, unit=station, from_on=SINCE, actor=account, now=NOW
        )
    assert caught.value.code == "self"
    given = make_role(account=account, role=Role.HEAD, unit=station)
    with pytest.raises(ValidationError):
        make_role(account=account, role=Role.HEAD, unit=station, from_on=date(2026, 9, 1))
    register.relieve(assignment=given, last_on=date(2026, 8, 31), actor=None, now=NOW)
    again = make_role(account=account, role=Role.HEAD, unit=station, from_on=date(2026, 9, 1))
    assert [row for row in (given, again) if row.is_in_force(date(2026, 9, 1))] == [again]


def test_assign_area_ends_the_one_before() -> None:
    old, new, union = make_unit(), make_unit(), make_union()
    make_service_area(station=old, union=union)
    make_service_area(station=new, union=union, from_on=date(2026, 7, 1))
    spans = ServiceArea.objects.order_by("from_on").values_list("station", "from_on", "to_on")
    assert list(spans) == [
        (old.pk, SINCE, date(2026, 6, 30)),
        (new.pk, date(2026, 7, 1), None),
    ]


def test_open_account_hashes_seals_and_refuses_a_taken_name() -> None:
    account = register.open_account(
        username="chen", name="陈示例", password="long-enough-1", phone="13812345678"
    )
    account = Account.objects.get(pk=account.pk)
    assert account.check_password("long-enough-1")
    blob = bytes(account.phone_sealed or b"")
    phone = unseal_text(blob, purpose=register.ACCOUNT_PURPOSE, context="account:chen:phone")
    assert phone == "13812345678"
    with pytest.raises(ValidationError):
        register.open_account(username="chen", name="另一人", password=None)


def test_single_enterprise_union_becomes_the_enterprises_union() -> None:
    enterprise = make_enterprise()
    union = make_union(kind=UnionKind.ENTERPRISE_SINGLE, enterprise=enterprise)
    assert Enterprise.objects.get().union == union
    with pytest.raises(ValidationError):
        make_union(kind=UnionKind.COMMUNITY_JOINT, enterprise=make_enterprise())
    assert Union.objects.filter(kind=UnionKind.COMMUNITY_JOINT).count() == 0


def test_history_names_verb_and_actor() -> None:
    actor = make_account()
    account, station = make_account(), make_unit()
    given = register.assign_role(
        account=account, role=Role.HEAD, unit=station, from_on=SINCE, actor=actor, now=NOW
    )
    history = RoleAssignment.pgh_event_model.objects.filter(pgh_obj_id=given.pk)
    contexts = list(history.values_list("pgh_label", "pgh_context__metadata"))
    assert contexts == [
        ("insert", {"verb": "assign_role", "actor": actor.pk, "at": NOW.isoformat()})
    ]


def test_levels_cover_the_four_of_the_service_tree() -> None:
    assert [level.value for level in Level] == ["station", "street", "county", "city"]


def test_affiliation_is_dated() -> None:
    tie = make_affiliation(
        account=make_account(), enterprise=make_enterprise(), to_on=date(2026, 3, 31)
    )
    assert list(Affiliation.objects.in_force(date(2026, 3, 31))) == [tie]
    assert list(Affiliation.objects.in_force(date(2026, 4, 1))) == []
