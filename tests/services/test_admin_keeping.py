"""Who may change what in the admin where reading reaches further than keeping."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.models import (
    Delivery,
    DutyWindow,
    Enterprise,
    Level,
    Role,
    RoleAssignment,
    ServiceArea,
    UnionKind,
    Unit,
)
from members.queries import station_of, unions_served
from resources.models import Post
from tests.makers import (
    NOW,
    SINCE,
    make_account,
    make_affiliation,
    make_enterprise,
    make_member,
    make_role,
    make_service_area,
    make_union,
    make_unit,
)
from tests.services.administrators import (
    listed,
    logged_in,
    logged_in_with,
    page_of,
    registered,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
FIRM = {"short_name": "味", "industry": "retail", "headcount": "3"}


def city_of(unit: Unit) -> Unit:
    return Unit.objects.get(pk=int(unit.path.split("/")[1]))


def rename(client: Client, firm: Enterprise) -> int:
    url = page_of(Enterprise, "change", firm.pk)
    return client.post(url, FIRM | {"name": f"{firm.name}改"}).status_code


# ---- what a reader's role shows is not kept by another role elsewhere -------------


def test_a_keeper_here_who_only_reads_there_changes_nothing_there() -> None:
    street = make_unit(level=Level.STREET)
    here, there = make_unit(parent=street), make_unit(parent=street)
    posts = [
        Post.objects.create(station=unit, code=unit.code, name="书屋", kind="gym")
        for unit in (here, there)
    ]
    client = logged_in_with({Role.WORKER: here, Role.AUDITOR: street})
    assert listed(client, Post) == {post.pk for post in posts}
    form = {"name": "新", "kind": "gym", "state": "open", "facilities": ""}
    answers = [
        client.post(
            page_of(Post, "change", post.pk), form | {"code": post.code, "station": here.pk}
        ).status_code
        for post in posts
    ]
    assert answers == [302, 403]
    assert [post.name for post in Post.objects.order_by("pk")] == ["新", "书屋"]


def test_a_dead_delivery_is_replayed_by_its_keepers_not_by_its_readers() -> None:
    street = make_unit(level=Level.STREET)
    here, there = make_unit(parent=street), make_unit(parent=street)
    for unit in (here, there):
        Delivery.objects.create(
            key=unit.code,
            channel="email",
            account=make_account(role=Role.HANDLER, unit=unit),
            template="t",
            due_at=NOW,
            dead_at=NOW,
        )
    client = logged_in_with({Role.SYSTEM_ADMIN: here, Role.AUDITOR: street})
    dead = listed(client, Delivery)
    assert len(dead) == 2
    form = {"action": "replay", "_selected_action": list(dead)}
    client.post(page_of(Delivery, "changelist"), form)
    assert [row.key for row in Delivery.objects.filter(dead_at=None)] == [here.code]


def test_duties_elsewhere_are_neither_shown_nor_taken_over() -> None:
    street = make_unit(level=Level.STREET)
    here, there = make_unit(parent=street), make_unit(parent=street)
    both = make_account(role=Role.HANDLER, unit=here)
    later = make_role(account=both, role=Role.HEAD, unit=there, from_on=date(2099, 1, 1))
    for unit in (here, there):
        DutyWindow.objects.create(
            account=both, unit=unit, weekday=1, starts="08:30", ends="12:00", from_on=SINCE
        )
    client = logged_in_with({Role.SECURITY_ADMIN: here, Role.AUDITOR: street})
    page = client.get(page_of(type(both), "change", both.pk))
    shown = {
        form.instance.unit_id
        for inline in page.context["inline_admin_formsets"]
        for form in inline.formset.initial_forms
        if hasattr(form.instance, "unit_id")
    }
    assert shown == {here.pk}
    form = {"username": both.username, "name": both.name, "is_active": "on"}
    for prefix in ("affiliations", "skills", "duty_windows", "role_assignments"):
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    taken = {"id": later.pk, "account": both.pk, "role": "head", "unit": here.pk}
    form |= {f"role_assignments-0-{name}": str(value) for name, value in taken.items()}
    form |= {"role_assignments-0-from_on": "2026-01-01"}
    form |= {f"role_assignments-{each}_FORMS": "1" for each in ("TOTAL", "INITIAL")}
    client.post(page_of(type(both), "change", both.pk), form)
    assert RoleAssignment.objects.get(pk=later.pk).unit_id == there.pk


# ---- enterprises and unions: read by all, kept where they are served --------------


def test_an_enterprise_is_kept_where_it_is_served() -> None:
    here, there = make_unit(), make_unit()
    ours, theirs = make_enterprise(name="甲"), make_enterprise(name="乙")
    nobodys = make_enterprise(name="丙")
    make_service_area(station=here, enterprise=ours)
    make_service_area(station=there, enterprise=theirs)
    client = logged_in(Role.SYSTEM_ADMIN, unit=here)
    assert listed(client, Enterprise) == {ours.pk, theirs.pk, nobodys.pk}
    assert [rename(client, firm) for firm in (ours, theirs, nobodys)] == [302, 403, 403]
    above = logged_in(Role.SYSTEM_ADMIN, unit=city_of(here))
    assert [rename(above, firm) for firm in (theirs, nobodys)] == [403, 302]


def test_a_union_is_kept_where_it_is_served_and_the_others_at_the_root() -> None:
    here = make_unit()
    ours = make_union(name="甲")
    street = ours.parent
    assert street is not None
    make_service_area(station=here, union=ours)
    at_station = logged_in(Role.SYSTEM_ADMIN, unit=here)
    at_root = logged_in(Role.SYSTEM_ADMIN, unit=city_of(here))

    def answers(client: Client) -> list[int]:
        return [
            client.post(page_of(type(row), "change", row.pk), {"name": "新"}).status_code
            for row in (ours, street)
        ]

    assert answers(at_station) == [302, 403]
    assert answers(at_root) == [302, 302]


def test_nobody_takes_an_enterprise_or_a_union_that_others_serve() -> None:
    """A service area opens the register of members, so it is not taken by entering one."""
    here, there = make_unit(), make_unit()
    community = make_union()
    make_service_area(station=there, union=community)
    theirs, free = make_enterprise(community=community), make_enterprise()
    client = logged_in(Role.SYSTEM_ADMIN, unit=here)
    url = page_of(ServiceArea, "add")
    day = {"station": here.pk, "from_on": "2026-01-01"}
    for taken in ({"enterprise": theirs.pk}, {"union": community.pk}):
        page = client.post(url, day | taken)
        assert page.status_code == 200
        assert set(page.context["adminform"].form.errors) == set(taken)
    assert client.post(url, day | {"enterprise": free.pk}).status_code == 302
    assert station_of(free, on=TODAY) == here.pk
    assert station_of(theirs, on=TODAY) == there.pk
    row = ServiceArea.objects.get(enterprise=free)
    change = {"enterprise": theirs.pk, "station": here.pk, "from_on": "2026-01-01"}
    client.post(page_of(ServiceArea, "change", row.pk), change | {"to_on": "2030-01-01"})
    row.refresh_from_db()
    assert (row.enterprise_id, row.to_on) == (free.pk, date(2030, 1, 1))


def test_a_union_is_served_with_its_enterprise() -> None:
    own, by_union, by_community = make_unit(), make_unit(), make_unit()
    community = make_union()
    firm = make_enterprise(community=community)
    single = make_union(kind=UnionKind.ENTERPRISE_SINGLE, enterprise=firm)
    Enterprise.objects.filter(pk=firm.pk).update(union=single)

    def served() -> set[int | None]:
        row = unions_served(TODAY).get(pk=single.pk)
        return {vars(row)["served_from"], station_of(firm, on=TODAY)}

    assert served() == {None}
    make_service_area(station=by_community, union=community)
    assert served() == {by_community.pk}
    make_service_area(station=by_union, union=single)
    assert served() == {by_union.pk}
    make_service_area(station=own, enterprise=firm)
    assert served() == {own.pk}


# ---- what belongs to no unit yet is seen from the root ----------------------------


def test_what_nobody_serves_is_seen_from_the_city_alone() -> None:
    here = make_unit()
    member = make_member()
    dead = Delivery.objects.create(key="k", channel="sms", template="t", due_at=NOW, dead_at=NOW)
    seen = {
        unit.level: (
            listed(logged_in(Role.AUDITOR, unit=unit), type(member)),
            listed(logged_in(Role.AUDITOR, unit=unit), Delivery),
        )
        for unit in (here, city_of(here))
    }
    assert seen == {"station": (set(), set()), "city": ({member.pk}, {dead.pk})}


def test_only_a_superuser_opens_a_root() -> None:
    city = city_of(make_unit())
    client = logged_in(Role.SYSTEM_ADMIN, unit=city)
    form = {"level": "city", "code": "NEW", "name": "新市", "short_name": "新"}
    page = client.post(page_of(Unit, "add"), form | {"is_active": "on"})
    assert set(page.context["adminform"].form.errors) == {"parent"}
    assert not Unit.objects.filter(code="NEW").exists()


# ---- what a page asks for can be picked -------------------------------------------


def completions() -> list[tuple[str, str, str, Role]]:
    """Every field that completes a word, with the roles that fill in its page."""
    found = []
    for shown in registered().values():
        for each in (shown, *shown.inlines):
            keepers: Any = getattr(each, "keepers", frozenset())
            found += [
                (each.model._meta.app_label, each.model._meta.model_name or "", name, role)
                for name in each.autocomplete_fields
                for role in sorted(keepers)
            ]
    return found


def test_whoever_fills_in_a_page_can_complete_its_words() -> None:
    firm = make_enterprise(name="好味道")
    make_affiliation(account=make_account(), enterprise=firm)
    clients = {role: logged_in(role) for role in Role}
    refused = []
    for app, model, field, role in completions():
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        if clients[role].get(reverse("admin:autocomplete"), asked).status_code != 200:
            refused.append((app, model, field, role))
    assert refused == []
    assert ("members", "affiliation", "enterprise", Role.SECURITY_ADMIN) in completions()
