"""The admin of the registers, through its pages."""

import pytest
from django.contrib import admin
from django.db.models import BinaryField
from django.urls import reverse

from members.access import log_access
from members.models import (
    AccessAction,
    AccessEntry,
    Account,
    CalendarDay,
    Delivery,
    Enterprise,
    Level,
    Member,
    Role,
    RoleAssignment,
    Unit,
)
from members.notices.notify import NoticeDraft, queue_notices
from requests_app.catalogue.shelf import MODELS
from resources.models import Offer, Post, Programme, Wish
from tests.makers import (
    NOW,
    SINCE,
    make_account,
    make_calendar,
    make_enterprise,
    make_member,
    make_role,
    make_service_area,
    make_unit,
)
from tests.services.administrators import listed, logged_in

pytestmark = pytest.mark.django_db

OURS = ("members", "resources", "requests_app")


def lists() -> dict[str, str]:
    """Every change list of our registers by model name."""
    return {
        model.__name__: reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
        if model._meta.app_label in OURS
    }


def test_each_administrator_sees_only_what_is_theirs() -> None:
    make_member()
    seen = {}
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.WORKER):
        client = logged_in(role)
        seen[role] = {name for name, url in lists().items() if client.get(url).status_code == 200}
    bodies = {"Unit", "Union", "Enterprise", "ServiceArea", "CalendarDay", "OfficeHours"}
    machines = {"Delivery", "Notice", "JobRun", "Heartbeat"}
    shared = {"Post", "Offer", "Programme", "Wish"}
    catalogue = {model.__name__ for model in MODELS}
    assert seen == {
        Role.SYSTEM_ADMIN: bodies | machines | shared | catalogue,
        Role.SECURITY_ADMIN: {"Account", "ApiClient", "RoleAssignment", "DataKey", "Enterprise"},
        Role.AUDITOR: set(lists()),
        Role.WORKER: shared | {"Enterprise"},
    }


def test_without_the_staff_mark_the_admin_is_closed() -> None:
    client = logged_in(Role.SYSTEM_ADMIN)
    Account.objects.update(is_staff=False)
    assert client.get(reverse("admin:members_unit_changelist")).status_code == 302


def test_no_sealed_or_binary_field_is_ever_shown() -> None:
    auditor = logged_in(Role.AUDITOR)
    request = auditor.get(reverse("admin:index")).wsgi_request
    for model, site in admin.site._registry.items():
        if model._meta.app_label in OURS:
            binary = {f.name for f in model._meta.fields if isinstance(f, BinaryField)}
            shown = {*site.get_fields(request), *map(str, site.get_list_display(request))}
            assert not binary & shown


def test_nothing_is_deleted_in_the_admin() -> None:
    enterprise = make_enterprise()
    client = logged_in(Role.SYSTEM_ADMIN)
    url = reverse("admin:members_enterprise_delete", args=[enterprise.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Enterprise.objects.filter(pk=enterprise.pk).exists()


def test_a_member_is_shown_without_identity_and_cannot_be_edited() -> None:
    member, station = make_member(name="张小明", phone="13812345678"), make_unit()
    make_service_area(station=station, union=member.union)
    client = logged_in(Role.AUDITOR, unit=station)
    url = reverse("admin:members_member_change", args=[member.pk])
    page = client.get(url).content.decode()
    assert member.member_no in page
    assert "张小明" not in page
    assert "5678" not in page
    assert client.post(url, {"member_no": "X"}).status_code == 403
    assert Member.objects.get().member_no == member.member_no


def test_a_new_unit_gets_its_path_and_keeps_its_place() -> None:
    street = make_unit(level=Level.STREET)
    client = logged_in(Role.SYSTEM_ADMIN, unit=street)
    form = {"level": "station", "code": "QY", "name": "启用片区", "short_name": "启用"}
    client.post(reverse("admin:members_unit_add"), form | {"parent": street.pk, "is_active": "on"})
    unit = Unit.objects.get(code="QY")
    assert unit.path == f"{street.path}{unit.pk}/"
    history = Unit.pgh_event_model.objects.get(pgh_obj_id=unit.pk)
    assert history.pgh_context.metadata["verb"] == "open_unit"
    url = reverse("admin:members_unit_change", args=[unit.pk])
    client.post(url, {"name": "新名", "short_name": "新", "parent": "", "is_active": "on"})
    unit.refresh_from_db()
    assert (unit.name, unit.parent_id, unit.code) == ("新名", street.pk, "QY")


def test_a_unit_below_its_like_is_a_field_error() -> None:
    street = make_unit(level=Level.STREET)
    client = logged_in(Role.SYSTEM_ADMIN, unit=street)
    form = {"level": "street", "code": "SB", "name": "乙街道", "short_name": "乙"}
    page = client.post(reverse("admin:members_unit_add"), form | {"parent": street.pk})
    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == {"parent"}
    assert not Unit.objects.filter(code="SB").exists()


def test_a_renamed_enterprise_gets_its_search_keys() -> None:
    enterprise, station = make_enterprise(name="旧名"), make_unit()
    make_service_area(station=station, enterprise=enterprise)
    client = logged_in(Role.SYSTEM_ADMIN, unit=station)
    url = reverse("admin:members_enterprise_change", args=[enterprise.pk])
    form = {"name": "好味道", "short_name": "味", "industry": "retail", "headcount": "3"}
    assert client.post(url, form).status_code == 302
    enterprise.refresh_from_db()
    assert (enterprise.pinyin, enterprise.credit_code) == ("haoweidao", None)


def _account_form(account: Account, roles: list[dict[str, object]]) -> dict[str, object]:
    form: dict[str, object] = {
        "username": account.username,
        "name": account.name,
        "is_active": "on",
    }
    for prefix in ("role_assignments", "affiliations", "skills", "duty_windows"):
        rows = roles if prefix == "role_assignments" else []
        form |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for n, row in enumerate(rows):
            form |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
            form[f"{prefix}-{n}-account"] = account.pk
    return form


def test_the_security_administrator_assigns_roles_but_not_to_themselves() -> None:
    station = make_unit()
    client = logged_in(Role.SECURITY_ADMIN, unit=station)
    me = Account.objects.get(role_assignments__role=Role.SECURITY_ADMIN)
    other = make_account()
    role = {"role": "head", "unit": station.pk, "from_on": "2026-01-01"}
    for account in (other, me):
        url = reverse("admin:members_account_change", args=[account.pk])
        client.post(url, _account_form(account, [role]))
    given = RoleAssignment.objects.filter(role="head")
    assert [row.account for row in given] == [other]
    history = RoleAssignment.pgh_event_model.objects.get(pgh_obj_id=given[0].pk)
    assert history.pgh_context.metadata["actor"] == me.pk


def test_an_account_is_added_with_a_hashed_password() -> None:
    client = logged_in(Role.SECURITY_ADMIN)
    form = {
        "username": "neu",
        "name": "新人",
        "usable_password": "true",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    roles = _account_form(Account(username="neu", name="新人"), [])
    client.post(reverse("admin:members_account_add"), roles | form)
    assert Account.objects.get(username="neu").check_password("correct-horse-battery")


def test_the_calendar_warns_of_the_unpublished_year_until_it_is_confirmed() -> None:
    make_calendar()
    client = logged_in(Role.SYSTEM_ADMIN)
    url = reverse("admin:members_calendarday_changelist")
    assert client.get(url).status_code == 200
    day = CalendarDay.objects.get(date="2027-01-01")
    client.post(url, {"action": "confirm_years", "_selected_action": [day.pk]})
    assert not CalendarDay.objects.filter(confirmed=False).exists()


def test_a_dead_delivery_is_replayed() -> None:
    station = make_unit()
    account = make_account(role=Role.HANDLER, unit=station)
    queue_notices([NoticeDraft("k", account.pk, "request.dispatched")], now=NOW)
    dead = Delivery.objects.create(
        key="sms:k",
        channel="sms",
        template="t",
        due_at=NOW,
        dead_at=NOW,
        attempts=8,
        account=account,
    )
    url = reverse("admin:members_delivery_changelist")
    form = {"action": "replay", "_selected_action": [dead.pk]}
    logged_in(Role.AUDITOR, unit=station).post(url, form)
    dead.refresh_from_db()
    assert dead.dead_at == NOW
    client = logged_in(Role.SYSTEM_ADMIN, unit=station)
    client.post(url, form)
    client.post(url, form)
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)


# ---- rows of one's own area ---------------------------------------------------------


def test_the_auditor_reads_the_looks_of_people_under_their_unit() -> None:
    street = make_unit(level=Level.STREET)
    ours = make_account(role=Role.WORKER, unit=make_unit(parent=street))
    theirs = make_account(role=Role.WORKER, unit=make_unit())
    for account in (ours, theirs):
        log_access(account=account, action=AccessAction.VIEW, subject="request:1", now=NOW)
    seen = listed(logged_in(Role.AUDITOR, unit=street), AccessEntry)
    assert seen == {AccessEntry.objects.get(account=ours).pk}


def test_looks_stay_with_the_auditor_when_the_role_has_ended() -> None:
    street = make_unit(level=Level.STREET)
    gone = make_account(role=Role.WORKER, unit=make_unit(parent=street))
    log_access(account=gone, action=AccessAction.VIEW, subject="request:1", now=NOW)
    RoleAssignment.objects.filter(account=gone).update(to_on=SINCE)
    assert len(listed(logged_in(Role.AUDITOR, unit=street), AccessEntry)) == 1


def test_the_security_administrator_keeps_the_accounts_under_their_unit() -> None:
    street = make_unit(level=Level.STREET)
    client = logged_in(Role.SECURITY_ADMIN, unit=street)
    me = Account.objects.get(role_assignments__role=Role.SECURITY_ADMIN)
    ours = make_account(role=Role.WORKER, unit=make_unit(parent=street))
    theirs = make_account(role=Role.WORKER, unit=make_unit())
    new = make_account()  # without any role yet: somebody has to give the first one
    assert listed(client, Account) == {me.pk, ours.pk, new.pk}
    roles = RoleAssignment.objects.filter(account__in=[me, ours])
    assert listed(client, RoleAssignment) == {row.pk for row in roles}
    url = reverse("admin:members_account_change", args=[theirs.pk])
    client.post(url, _account_form(theirs, []) | {"name": "别名"})
    theirs.refresh_from_db()
    assert theirs.name != "别名"


def test_no_role_is_given_outside_the_own_area() -> None:
    street, elsewhere = make_unit(level=Level.STREET), make_unit()
    client = logged_in(Role.SECURITY_ADMIN, unit=street)
    other = make_account()
    role = {"role": "head", "unit": elsewhere.pk, "from_on": "2026-01-01"}
    url = reverse("admin:members_account_change", args=[other.pk])
    assert client.post(url, _account_form(other, [role])).status_code == 200
    assert not RoleAssignment.objects.filter(role="head").exists()


def test_somebody_who_serves_above_is_not_kept_from_below() -> None:
    street = make_unit(level=Level.STREET)
    both = make_account(role=Role.WORKER, unit=make_unit(parent=street))
    assert street.parent is not None
    above = make_role(account=both, role=Role.HEAD, unit=street.parent)
    client = logged_in(Role.SECURITY_ADMIN, unit=street)
    assert above.pk not in listed(client, RoleAssignment)
    url = reverse("admin:members_account_change", args=[both.pk])
    assert client.post(url, _account_form(both, [])).status_code == 403
    assert (
        client.post(reverse("admin:auth_user_password_change", args=[both.pk])).status_code == 403
    )


def test_staff_keep_the_resources_of_their_own_station() -> None:
    here, elsewhere = make_unit(), make_unit()
    firm = make_enterprise()
    for unit in (here, elsewhere):
        dated = {"station": unit, "from_on": SINCE}
        Post.objects.create(station=unit, code=unit.code, name="书屋", kind="gym")
        Offer.objects.create(**dated, enterprise=firm, title="场地", kind="venue")
        Programme.objects.create(**dated, code=unit.code, title="夜校", kind="training")
        Wish.objects.create(station=unit, title="瑜伽", kind="teacher", created_at=NOW)
    client = logged_in(Role.WORKER, unit=here)
    for model in (Post, Offer, Programme, Wish):
        name = model.__name__.lower()
        own = model.objects.get(station=here)
        assert listed(client, model) == {own.pk}, name
        other = model.objects.get(station=elsewhere)
        url = reverse(f"admin:resources_{name}_change", args=[other.pk])
        assert client.get(url).status_code == 302, name
    form = {"name": "新", "code": "N1", "kind": "gym", "state": "open", "facilities": ""}
    url = reverse("admin:resources_post_add")
    assert client.post(url, form | {"station": elsewhere.pk}).status_code == 200
    assert not Post.objects.filter(code="N1").exists()
    client.post(url, form | {"station": here.pk})
    assert Post.objects.filter(code="N1").exists()


def test_a_system_administrator_above_keeps_every_station_below() -> None:
    street = make_unit(level=Level.STREET)
    post = Post.objects.create(station=make_unit(parent=street), code="p", name="x", kind="gym")
    assert listed(logged_in(Role.SYSTEM_ADMIN, unit=street), Post) == {post.pk}
    assert listed(logged_in(Role.SYSTEM_ADMIN), Post) == set()
