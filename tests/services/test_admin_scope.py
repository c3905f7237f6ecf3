"""Whatever the admin shows ends with the administrator's own area; every model is decided."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from members.access import log_access
from members.admin_area import LocalInline, LocalRows
from members.api_clients import open_client
from members.models import (
    AccessAction,
    Account,
    ApiClient,
    ApiScope,
    Attempt,
    Channel,
    Delivery,
    DutyWindow,
    Member,
    Notice,
    OfficeHours,
    Role,
    RoleAssignment,
    ServiceArea,
    Unit,
)
from resources.models import Offer, Post, Programme, Wish
from tests.makers import (
    NOW,
    SINCE,
    make_account,
    make_enterprise,
    make_member,
    make_service_area,
    make_union,
    make_unit,
)
from tests.services.administrators import (
    logged_in,
    page_of,
    registered,
)

pytestmark = pytest.mark.django_db

UNKNOWN = 10**9
HERE, ELSEWHERE = "HERE", "ELSEWHERE"  # codes of two stations; in the words of all their rows

# ---- what is decided of every model -----------------------------------------------


def _staff(unit: Unit) -> Account:
    return make_account(username=f"staff-{unit.code}", role=Role.HANDLER, unit=unit)


def _role(unit: Unit) -> RoleAssignment:
    return RoleAssignment.objects.get(account=_staff(unit))


def _area(unit: Unit) -> ServiceArea:
    return make_service_area(station=unit, enterprise=make_enterprise(name=f"{unit.code}餐饮"))


def _member(unit: Unit) -> Member:
    union = make_union(name=f"{unit.code}联合工会")
    make_service_area(station=unit, union=union)
    return make_member(union=union, member_no=f"M-{unit.code}")


def _delivery(unit: Unit) -> Delivery:
    return Delivery.objects.create(
        key=f"email:{unit.code}",
        channel=Channel.EMAIL,
        account=_staff(unit),
        template="request.dispatched",
        due_at=NOW,
        dead_at=NOW,
        attempts=8,
    )


def _notice(unit: Unit) -> Notice:
    return Notice.objects.create(
        key=unit.code, account=_staff(unit), template="request.dispatched", created_at=NOW
    )


def _look(unit: Unit) -> Model:
    return log_access(
        account=_staff(unit), action=AccessAction.VIEW, subject=f"request:{unit.code}", now=NOW
    )


def _offer(unit: Unit) -> Offer:
    firm = make_enterprise(name=f"{unit.code}场馆")
    return Offer.objects.create(
        station=unit, enterprise=firm, title=f"场地{unit.code}", kind="venue", from_on=SINCE
    )


def _client(unit: Unit) -> ApiClient:
    open_client(name=f"client-{unit.code}", account=_staff(unit), scopes=[ApiScope.READ])
    return ApiClient.objects.get(name=f"client-{unit.code}")


# A row of a unit, for every model whose rows belong to one.
ROWS: dict[str, Callable[[Unit], Model]] = {
    "members.Unit": lambda unit: unit,
    "members.ServiceArea": _area,
    "members.OfficeHours": lambda unit: OfficeHours.objects.create(unit=unit, from_on=SINCE),
    "members.Account": _staff,
    "members.ApiClient": _client,
    "members.RoleAssignment": _role,
    "members.Member": _member,
    "members.Delivery": _delivery,
    "members.Notice": _notice,
    "members.AccessEntry": _look,
    "resources.Post": lambda unit: Post.objects.create(
        station=unit, code=unit.code, name=f"书屋{unit.code}", kind="gym"
    ),
    "resources.Offer": _offer,
    "resources.Programme": lambda unit: Programme.objects.create(
        station=unit, code=unit.code, title="夜校", kind="training", from_on=SINCE
    ),
    "resources.Wish": lambda unit: Wish.objects.create(
        station=unit, title=f"瑜伽{unit.code}", kind="teacher", created_at=NOW
    ),
}

_PUBLIC_BODY = "a request, a tie or an offer may name any; read by all, kept where it is served"
_CATALOGUE = "one catalogue for every unit"
_MACHINE = "a process of the whole installation, without content"

# Reference data that belongs to no unit, and why.
REFERENCE = {
    "members.Union": _PUBLIC_BODY,
    "members.Enterprise": _PUBLIC_BODY,
    "members.CalendarDay": "the statutory calendar is everybody's",
    "members.DataKey": "keys by purpose, shown without the key",
    "members.JobRun": _MACHINE,
    "members.Heartbeat": _MACHINE,
    "requests_app.Item": _CATALOGUE,
    "requests_app.ItemClass": _CATALOGUE,
    "requests_app.Rule": _CATALOGUE,
    "requests_app.RoutingRule": _CATALOGUE,
    "requests_app.Playbook": _CATALOGUE,
    "requests_app.Grade": _CATALOGUE,
    "requests_app.UrgencyLevel": _CATALOGUE,
    "requests_app.Flag": _CATALOGUE,
    "requests_app.Party": _CATALOGUE,
}

# Rows under a page that are the page's own: whoever may open it may read them.
PARTS_OF_THEIR_PAGE = {
    "members.Affiliation": "a tie is of the person wherever they serve, or recusal has a hole",
    "members.Skill": "what a person has learnt",
    "members.Employment": "where a member works",
}


def undecided(shown: "dict[str, ModelAdmin[Any]]") -> list[str]:
    """Name every model, and every model under its page, that nobody has decided about."""
    found = []
    for label, each in shown.items():
        if isinstance(each, LocalRows) != (label in ROWS) or (label in ROWS) == (
            label in REFERENCE
        ):
            found.append(label)
        for inline in each.inlines:
            under = inline.model._meta.label
            if issubclass(inline, LocalInline) == (under in PARTS_OF_THEIR_PAGE):
                found.append(f"{label} > {under}")
    return found


def test_every_model_is_scoped_or_said_to_belong_to_no_unit() -> None:
    assert undecided(registered()) == []
    assert registered().keys() == ROWS.keys() | REFERENCE.keys()


def test_a_model_registered_later_is_undecided() -> None:
    members = registered()["members.Member"]

    class Open(ModelAdmin[Any]):
        inlines = [type("Hours", (members.inlines[0],), {"model": DutyWindow})]

    later = Open(Attempt, members.admin_site)
    assert undecided({"members.Attempt": later}) == [
        "members.Attempt",
        "members.Attempt > members.DutyWindow",
    ]
    assert undecided({"members.Member": later})[0] == "members.Member"


# ---- a row of another area is like a row that does not exist ----------------------


@pytest.fixture
def stations() -> tuple[Unit, Unit]:
    return (
        make_unit(code=HERE, name=f"{HERE}片区"),
        make_unit(code=ELSEWHERE, name=f"{ELSEWHERE}片区"),
    )


def readers_of(label: str) -> list[Role]:
    shown: Any = registered()[label]
    return sorted(shown.keepers | shown.readers)


def leaks(client: Client, own: Model, other: Model) -> list[str]:
    """Say where a row of another area shows, or own ones do not."""
    found = [*_on_the_list(client, own, other), *_on_its_pages(client, other)]
    before = _stored(other)
    found += _by_choosing(client, other)
    for action in registered()[own._meta.label].actions:
        form = {"action": action, "_selected_action": [other.pk], "select_across": "1"}
        client.post(page_of(type(own), "changelist"), form)
    if _stored(other) != before:
        found.append("changed")
    page = client.get(page_of(type(own), "change", own.pk))
    if page.status_code != 200:
        found.append("own row not opened")
    if ELSEWHERE in page.content.decode():
        found.append("words of the own row")
    return found


def _on_the_list(client: Client, own: Model, other: Model) -> Iterator[str]:
    """Look at the rows, their number and the words of the list, and search in it."""
    shown, url = registered()[own._meta.label], page_of(type(own), "changelist")
    answer = client.get(url, {"_facets": "True"})
    rows = {row.pk for row in answer.context["cl"].result_list}
    if own.pk not in rows:
        yield "own row not listed"
    if other.pk in rows:
        yield "list"
    if answer.context["cl"].full_result_count != len(rows):
        yield "count"
    if ELSEWHERE in answer.content.decode():
        yield "words of the list"
    for name in shown.search_fields:
        found = client.get(url, {"q": _value(other, name)}).context["cl"].result_list
        if other.pk in {row.pk for row in found}:
            yield f"search by {name}"
    yield from _in_its_facets(answer.context["cl"], len(rows))


def _in_its_facets(changes: Any, rows: int) -> Iterator[str]:  # noqa: ANN401 - Django's list
    """Compare the number beside each filter with the number of rows."""
    for spec in changes.filter_specs:
        for choice in spec.choices(changes):
            number = re.search(r"\((\d+)\)$", str(choice["display"]))
            if number and int(number[1]) > rows:
                yield f"count of {spec.title}"


def _value(row: object, path: str) -> str:
    for name in path.split("__"):
        row = getattr(row, name)
    return str(row)


def _on_its_pages(client: Client, other: Model) -> Iterator[str]:
    """Compare the pages of a guessed id with those of an unknown one."""
    for page in ("change", "delete", "history"):
        for ask in (client.get, client.post):
            answers = [
                _answer(ask(page_of(type(other), page, pk), {"post": "yes"}))
                for pk in (other.pk, UNKNOWN)
            ]
            if answers[0] != answers[1] or answers[0][0] not in {302, 403, 404}:
                yield f"{ask.__name__} {page}"


def _answer(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


def _by_choosing(client: Client, other: Model) -> Iterator[str]:
    """Look into every list of choices, of the forms and of what completes a word."""
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.is_relation and field.related_model is type(other):
                app, name = model._meta.label_lower.split(".")
                asked = {"app_label": app, "model_name": name, "field_name": field.name}
                answer = client.get(reverse("admin:autocomplete"), asked)
                if answer.status_code == 200 and str(other.pk) in {
                    each["id"] for each in answer.json()["results"]
                }:
                    yield f"completion of {model._meta.label}.{field.name}"
    form = client.get(page_of(type(other), "add"))
    if form.status_code == 200 and ELSEWHERE in form.content.decode():
        yield "choices of the form"


def _stored(row: Model) -> dict[str, object] | None:
    return type(row)._base_manager.filter(pk=row.pk).values().first()


@pytest.mark.parametrize("label", ROWS)
def test_a_row_of_another_area_is_like_an_unknown_one(
    label: str, stations: tuple[Unit, Unit]
) -> None:
    here, elsewhere = stations
    own, other = ROWS[label](here), ROWS[label](elsewhere)
    found = {role: leaks(logged_in(role, unit=here), own, other) for role in readers_of(label)}
    assert found == {role: [] for role in readers_of(label)}


@pytest.mark.parametrize("label", ROWS)
def test_the_same_look_sees_an_open_list(
    label: str, stations: tuple[Unit, Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teeth: with the scope taken out, every list leaks by rows, search, pages and words."""
    here, elsewhere = stations
    own, other = ROWS[label](here), ROWS[label](elsewhere)
    monkeypatch.setattr(LocalRows, "area", lambda _self, _request: None)
    found = leaks(logged_in(Role.AUDITOR, unit=here), own, other)
    assert {"list", "get change", "get history", "words of the list"} <= set(found)
    for name in registered()[label].search_fields:
        assert f"search by {name}" in found
