"""The admin of the catalogue: saving makes a version, a wrong one is refused in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from members.models import Account
from requests_app.admin import (
    ItemAdmin,
    PlaybookAdmin,
    RoutingRuleAdmin,
    VersionedAdmin,
    VersionedForm,
)
from requests_app.catalogue.loader import load_catalogue
from requests_app.catalogue.revision import revise_item
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.models import Item, Playbook, RoutingRule
from requests_app.models.versioned import Versioned
from tests.makers import make_account

pytestmark = pytest.mark.django_db
SITE = AdminSite()


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_catalogue(now=timezone.now())


@pytest.fixture
def request_of_admin() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    account = make_account()
    Account.objects.filter(pk=account.pk).update(is_staff=True, is_superuser=True)
    request.user = Account.objects.get(pk=account.pk)
    return request


def filled(
    desk: VersionedAdmin, request: HttpRequest, row: Versioned | None, **changes: object
) -> VersionedForm:
    """The admin's form as a browser would send it, with some fields changed."""
    form_class = desk.get_form(request, row, change=row is not None)
    shown = form_class(instance=row)
    data: dict[str, Any] = {}
    for bound in shown:
        value = bound.value()
        if isinstance(value, list) and bound.name != "steps":
            value = "\n".join(value)
        if value is not None and value is not False:
            data[bound.name] = bound.field.prepare_value(value)
    made = form_class(data | changes, instance=row)
    assert isinstance(made, VersionedForm)
    return made


def saved(
    desk: VersionedAdmin, request: HttpRequest, form: VersionedForm, *, change: bool = True
) -> None:
    assert form.is_valid(), form.errors
    desk.save_model(request, form.save(commit=False), form, change)


def test_saving_an_item_makes_a_version_and_keeps_the_old_one(
    request_of_admin: HttpRequest,
) -> None:
    desk = ItemAdmin(Item, SITE)
    item = Item.objects.get(code="WAGE-01")
    form = filled(
        desk, request_of_admin, item, deadline_workdays=7, co="station\r\n\r\nlawyer\r\n", note="试"
    )
    saved(desk, request_of_admin, form)
    old, new = Item.objects.filter(code="WAGE-01").order_by("version")
    assert (old.deadline_workdays, old.valid_to) == (None, timezone.localdate())
    assert (new.deadline_workdays, new.co, new.note) == (7, ["station", "lawyer"], "试")
    assert (new.is_edited, new.revised_by) == (True, request_of_admin.user)
    assert new.examples == old.examples


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"lead": "ent_union"}, "lead", "回避"),
        ({"co": "station\nenterprise"}, "co", "回避"),
        ({"playbook": "PB-NONE"}, "playbook", "PB-NONE"),
        ({"level": "province"}, "level", "province"),
        ({"deadline_workdays": 0}, "deadline_workdays", "0"),
        ({"valid_from": "2020-01-01"}, "valid_from", "不能早于今天"),
    ],
)
def test_a_wrong_item_is_refused_beside_its_field(
    request_of_admin: HttpRequest, change: dict[str, object], field: str, words: str
) -> None:
    item = Item.objects.get(code="WAGE-01")
    form = filled(ItemAdmin(Item, SITE), request_of_admin, item, **change)
    assert not form.is_valid()
    assert any(words in text for text in form.errors.get(field, [])), form.errors


def test_a_page_left_open_while_another_revised_is_refused(request_of_admin: HttpRequest) -> None:
    item = Item.objects.get(code="WAGE-01")
    form = filled(ItemAdmin(Item, SITE), request_of_admin, item, reopen_days=1)
    now = timezone.now()
    revise_item(
        item, changes={"reopen_days": 2}, valid_from=timezone.localdate(), actor=None, now=now
    )
    assert not form.is_valid()
    assert "新版本" in str(form.errors)


def test_old_versions_are_shown_and_not_changed(request_of_admin: HttpRequest) -> None:
    desk = ItemAdmin(Item, SITE)
    item = Item.objects.get(code="WAGE-01")
    assert desk.has_change_permission(request_of_admin, item)
    item.valid_to = timezone.localdate() + timedelta(days=1)
    assert not desk.has_change_permission(request_of_admin, item)
    assert not desk.has_delete_permission(request_of_admin, item)


def test_a_playbook_is_saved_with_its_steps(request_of_admin: HttpRequest) -> None:
    desk = PlaybookAdmin(Playbook, SITE)
    book = Playbook.objects.get(code="PB-POST")
    saved(desk, request_of_admin, filled(desk, request_of_admin, book, steps='[{"title": "答复"}]'))
    steps = current_catalogue(timezone.localdate()).playbook("PB-POST").steps
    assert [step.title for step in steps] == ["答复"]


def test_a_playbook_with_a_misspelt_step_is_refused(request_of_admin: HttpRequest) -> None:
    book = Playbook.objects.get(code="PB-POST")
    form = filled(
        PlaybookAdmin(Playbook, SITE), request_of_admin, book, steps='[{"titel": "答复"}]'
    )
    assert not form.is_valid()
    assert "title" in str(form.errors)


def test_a_new_routing_rule_is_introduced_from_its_day(request_of_admin: HttpRequest) -> None:
    desk = RoutingRuleAdmin(RoutingRule, SITE)
    asked = {
        "code": "R-WAGE", "label": "欠薪", "order": 5, "class_codes": "WAGE",
        "target_kind": "level", "target": "county",
    }  # fmt: skip
    form = filled(desk, request_of_admin, None, **asked)
    saved(desk, request_of_admin, form, change=False)
    row = RoutingRule.objects.get(code="R-WAGE")
    assert (row.version, row.is_edited, row.valid_from) == (1, True, timezone.localdate())
    assert current_catalogue(timezone.localdate()).routing_rules[0].code == "R-WAGE"
    again = filled(desk, request_of_admin, None, **asked)
    assert not again.is_valid()


@pytest.mark.parametrize(
    ("target_kind", "target"), [("unit", "NO-UNIT"), ("role", "handler"), ("level", "province")]
)
def test_a_routing_rule_into_nothing_is_refused(
    request_of_admin: HttpRequest, target_kind: str, target: str
) -> None:
    form = filled(
        RoutingRuleAdmin(RoutingRule, SITE),
        request_of_admin,
        None,
        code="R-NEW",
        label="新",
        order=1,
        target_kind=target_kind,
        target=target,
    )
    assert not form.is_valid()
    told = str(form.errors)
    assert (target if target_kind != "role" else "role") in told
