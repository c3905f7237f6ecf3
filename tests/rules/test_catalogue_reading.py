"""A catalogue row that cannot be read is refused by name and field, never skipped."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from requests_app.catalogue import reading
from requests_app.catalogue.checks import check_catalogue
from requests_app.catalogue.problems import CatalogueError, Problem
from requests_app.catalogue.shipped import DEFAULTS, default_catalogue, read_folder

CATALOGUE = default_catalogue()
ITEM = {key: value for key, value in asdict(CATALOGUE.item("WAGE-01")).items() if value is not None}
RULE: dict[str, object] = {
    "code": "E99",
    "label": "测试",
    "urgency": "urgent",
    "conditions": [{"fact": "headcount", "at_least": 10}],
}
FLAG: dict[str, object] = {"code": "f", "label": "旗", "access": "normal", "mask": "full"}


def problem_of(error: CatalogueError) -> tuple[str, str, str]:
    (problem,) = error.problems
    return problem.reason, problem.code, problem.field


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"kind": "complain"}, "unreadable", "kind"),
        ({"level": "province"}, "unreadable", "level"),
        ({"label": "  "}, "unreadable", "label"),
        ({"lead": None}, "missing", "lead"),
        ({"co": "station"}, "unreadable", "co"),
        ({"co": ["station", ""]}, "unreadable", "co"),
        ({"co": ["station", "station"]}, "duplicate", "co"),
        ({"deadline_workdays": 0}, "unreadable", "deadline_workdays"),
        ({"deadline_workdays": True}, "unreadable", "deadline_workdays"),
        ({"callback_sample": 101}, "unreadable", "callback_sample"),
        ({"stop_page": "somewhere"}, "unreadable", "stop_page"),
        ({"urgancy": "normal"}, "unknown_field", "urgancy"),
    ],
)
def test_an_unreadable_item_names_its_field(
    change: dict[str, object], reason: str, field: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        reading.read_item({**ITEM, **change})
    assert problem_of(caught.value) == (reason, "WAGE-01", field)


def test_an_item_survives_being_written_out_and_read_again() -> None:
    assert reading.read_item(ITEM) == CATALOGUE.item("WAGE-01")


@pytest.mark.parametrize(
    ("conditions", "reason", "field"),
    [
        ([], "unreadable", "conditions"),
        ("headcount >= 10", "unreadable", "conditions"),
        (["headcount"], "unreadable", "conditions"),
        ([{"fact": "weather", "at_least": 1}], "unreadable", "fact"),
        ([{"fact": "headcount"}], "missing", "at_least"),
        ([{"fact": "headcount", "at_least": "10"}], "unreadable", "at_least"),
        ([{"fact": "headcount", "at_least": 5, "at_most": 4}], "unreadable", "at_most"),
        ([{"fact": "headcount", "any_of": ["ten"]}], "missing", "at_least"),
        ([{"fact": "headcount", "at_least": 1, "is": True}], "unknown_field", "is"),
        ([{"fact": "shared_demand"}], "missing", "is"),
        ([{"fact": "shared_demand", "is": "yes"}], "unreadable", "is"),
        ([{"fact": "flags"}], "missing", "any_of"),
        ([{"fact": "cues", "any_of": ["closeing"]}], "unknown_reference", "any_of"),
    ],
)
def test_an_unreadable_condition_refuses_its_rule(
    conditions: object, reason: str, field: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        reading.read_rule({**RULE, "conditions": conditions})
    assert problem_of(caught.value) == (reason, "E99", field)


def test_conditions_that_are_an_empty_list_are_refused_by_themselves() -> None:
    with pytest.raises(CatalogueError) as caught:
        reading.read_conditions("E99", [])
    assert problem_of(caught.value) == ("missing", "E99", "conditions")


def test_a_rule_that_raises_nothing_is_refused() -> None:
    with pytest.raises(CatalogueError) as caught:
        reading.read_rule({**RULE, "urgency": ""})
    assert problem_of(caught.value) == ("missing", "E99", "urgency")


@pytest.mark.parametrize(
    ("change", "field"), [({"task": "拨打 110"}, "task_minutes"), ({"task_minutes": 30}, "task")]
)
def test_a_task_needs_its_clock_and_a_clock_its_task(change: dict[str, object], field: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        reading.read_flag({**FLAG, **change})
    assert problem_of(caught.value) == ("missing", "f", field)


def test_hours_must_be_positive() -> None:
    row: dict[str, object] = {
        "code": "normal", "label": "一般", "rank": 0, "clock": "working",
        "accept_hours": 0, "route_hours": 8, "contact_hours": 8,
    }  # fmt: skip
    with pytest.raises(CatalogueError) as caught:
        reading.read_urgency(row)
    assert problem_of(caught.value) == ("unreadable", "normal", "accept_hours")


def test_a_route_to_a_level_that_is_none_is_refused() -> None:
    row: dict[str, object] = {
        "code": "R", "label": "r", "order": 1, "target_kind": "level", "target": "province",
    }  # fmt: skip
    with pytest.raises(CatalogueError) as caught:
        reading.read_routing_rule(row)
    assert problem_of(caught.value) == ("unreadable", "R", "target")
    assert reading.read_routing_rule({**row, "target_kind": "unit"}).target == "province"


def test_a_route_to_a_role_is_refused() -> None:
    row: dict[str, object] = {
        "code": "R", "label": "r", "order": 1, "target_kind": "role", "target": "handler",
    }  # fmt: skip
    with pytest.raises(CatalogueError) as caught:
        reading.read_routing_rule(row)
    assert problem_of(caught.value) == ("unreadable", "R", "target_kind")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(DEFAULTS, tmp_path / "defaults")
    (folder / "rules.toml").write_text("[[rule]\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"rules\.toml"):
        read_folder(folder)


def test_an_unknown_table_in_a_file_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(DEFAULTS, tmp_path / "defaults")
    with (folder / "grades.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[grades]]\ncode = "more"\n')
    with pytest.raises(CatalogueError, match="unknown_field"):
        read_folder(folder)


ITEM_FAULTS = {
    "grade": "hard",
    "urgency": "soon",
    "lead": "nobody",
    "playbook": "PB-NONE",
    "class_code": "NONE",
}


@pytest.mark.parametrize("field", sorted(ITEM_FAULTS))
def test_a_reference_into_nothing_is_named(field: str) -> None:
    row = reading.read_item({**ITEM, field: ITEM_FAULTS[field]})
    items = tuple(row if item.code == row.code else item for item in CATALOGUE.items)
    assert check_catalogue(replace(CATALOGUE, items=items)) == (
        Problem(
            reason="unknown_reference",
            noun="item",
            code="WAGE-01",
            field=field,
            value=ITEM_FAULTS[field],
        ),
    )


def test_references_of_rules_flags_and_routes_are_checked() -> None:
    rule = reading.read_rule(
        {**RULE, "urgency": "soon", "flags": ["loud"],
         "conditions": [{"fact": "flags", "any_of": ["quiet"]},
                        {"fact": "class_code", "any_of": ["NONE"]}]}
    )  # fmt: skip
    flag = reading.read_flag({**FLAG, "notify": ["nobody"]})
    route = reading.read_routing_rule(
        {"code": "R", "label": "r", "order": 1, "target_kind": "unit", "target": "QY",
         "class_codes": ["A"], "item_codes": ["B"], "flags": ["C"]}
    )  # fmt: skip
    changed = replace(
        CATALOGUE,
        rules=(*CATALOGUE.rules, rule),
        flags=(*CATALOGUE.flags, flag),
        routing_rules=(*CATALOGUE.routing_rules, route),
    )
    assert [(each.noun, each.field, each.value) for each in check_catalogue(changed)] == [
        ("rule", "flags", "loud"),
        ("rule", "urgency", "soon"),
        ("rule", "any_of", "quiet"),
        ("rule", "any_of", "NONE"),
        ("flag", "notify", "nobody"),
        ("routing_rule", "class_codes", "A"),
        ("routing_rule", "item_codes", "B"),
        ("routing_rule", "flags", "C"),
    ]


def test_double_codes_and_double_ranks_are_named() -> None:
    first = CATALOGUE.urgencies[0]
    changed = replace(CATALOGUE, urgencies=(*CATALOGUE.urgencies, first))
    found = {(each.field, each.value) for each in check_catalogue(changed)}
    assert found == {("code", "normal"), ("rank", "0")}
