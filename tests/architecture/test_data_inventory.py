"""docs/data-inventory.toml says of every stored field what it is, why and for how long."""

import tomllib
from pathlib import Path

import pghistory.models
from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
APPS = ("members", "resources", "requests_app")
CLASSES = {"public", "internal", "personal", "sensitive", "secret"}

type Inventory = dict[str, dict[str, dict[str, object]]]


def inventory() -> Inventory:
    return tomllib.loads((ROOT / "docs" / "data-inventory.toml").read_text(encoding="utf-8"))


def models() -> list[type[Model]]:
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not issubclass(model, pghistory.models.Event)  # the same fields under the same rules
    ]


def fields_of(model: type[Model]) -> set[str]:
    return {each.name for each in (*model._meta.local_fields, *model._meta.local_many_to_many)}


def problems(known: Inventory) -> list[str]:
    stored = {model._meta.label: fields_of(model) for model in models()}
    found = [f"{label} is not stored" for label in known.keys() - stored.keys()]
    for label, names in stored.items():
        listed = known.get(label, {})
        found += [f"{label}.{name} is missing" for name in sorted(names - listed.keys())]
        found += [f"{label}.{name} is not stored" for name in sorted(listed.keys() - names)]
        for name, facts in listed.items():
            if facts.get("class") not in CLASSES:
                found.append(f"{label}.{name} has no class")
            if not (facts.get("purpose") and facts.get("retention") and facts.get("roles")):
                found.append(f"{label}.{name} says no purpose, retention or roles")
    return found


def test_every_stored_field_is_in_the_inventory() -> None:
    assert problems(inventory()) == []


def test_sealed_fields_are_sensitive_and_name_their_key() -> None:
    wrong = [
        f"{label}.{name}"
        for label, fields in inventory().items()
        for name, facts in fields.items()
        if name.endswith("_sealed") and not (facts["class"] == "sensitive" and facts["key"])
    ]
    assert wrong == []


def test_a_new_field_and_a_dead_line_are_seen() -> None:
    known = inventory()
    del known["requests_app.Identity"]["phone_sealed"]
    known["requests_app.Identity"]["fax"] = {"class": "odd"}
    assert problems(known) == [
        "requests_app.Identity.phone_sealed is missing",
        "requests_app.Identity.fax is not stored",
        "requests_app.Identity.fax has no class",
        "requests_app.Identity.fax says no purpose, retention or roles",
    ]
