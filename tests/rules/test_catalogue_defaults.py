"""The shipped catalogue: complete, readable, every reference resolves."""

import tomllib
from pathlib import Path

import pytest

from requests_app.catalogue.checks import check_catalogue
from requests_app.catalogue.facts import CUES
from requests_app.catalogue.shipped import DEFAULTS, default_catalogue, read_folder
from requests_app.catalogue.terms import UnknownCode, needs_recusal

CATALOGUE = default_catalogue()
CUE_WORDS = DEFAULTS.parents[1] / "stages" / "sensing" / "understand" / "cue_words.toml"


def test_the_shipped_catalogue_has_its_fixed_size() -> None:
    assert len(CATALOGUE.classes) == 15
    assert len(CATALOGUE.items) == 78
    assert sum(len(item.examples) for item in CATALOGUE.items) == 239
    assert [rule.code for rule in CATALOGUE.rules] == [f"E{number:02}" for number in range(1, 13)]
    assert {row.code: row.handle_workdays for row in CATALOGUE.grades} == {
        "simple": 1,
        "general": 5,
        "difficult": 15,
        "complex": 30,
    }
    assert [row.code for row in CATALOGUE.urgencies] == ["normal", "priority", "urgent", "critical"]


def test_the_shipped_catalogue_is_in_order() -> None:
    assert check_catalogue(CATALOGUE) == ()


def test_reading_twice_gives_the_same_version() -> None:
    assert read_folder(DEFAULTS).version == CATALOGUE.version


def test_every_label_has_an_english_side() -> None:
    rows = (
        *CATALOGUE.classes,
        *CATALOGUE.items,
        *CATALOGUE.grades,
        *CATALOGUE.urgencies,
        *CATALOGUE.flags,
        *CATALOGUE.rules,
        *CATALOGUE.parties,
        *CATALOGUE.playbooks,
        *CATALOGUE.routing_rules,
    )
    assert [row.code for row in rows if not row.label_en] == []
    assert [
        step.title for book in CATALOGUE.playbooks for step in book.steps if not step.title_en
    ] == []
    assert CATALOGUE.item("WAGE-02").label_in("zh-hans") == "集体欠薪"
    assert CATALOGUE.item("WAGE-02").label_in("en").startswith("Collective")


def test_items_stand_in_their_class_and_keep_its_order() -> None:
    assert [item.code for item in CATALOGUE.items_of("WAGE")] == [
        f"WAGE-0{number}" for number in range(1, 7)
    ]
    assert all(item.code.startswith(f"{item.class_code}-") for item in CATALOGUE.items)
    assert CATALOGUE.items[0].code == "WAGE-01"
    assert CATALOGUE.items[-1].code == "CONS-04"


def test_complaints_and_reports_are_reviewed_by_another_and_all_called_back() -> None:
    graver = [item for item in CATALOGUE.items if item.kind in {"complaint", "report"}]
    assert {(item.review, item.callback) for item in graver} == {("other", "all")}
    simple = [item for item in CATALOGUE.items if item.kind == "consult" and item.grade == "simple"]
    assert {(item.review, item.callback) for item in simple} == {("none", "sample")}


def test_wage_and_injury_files_are_kept_ten_years_and_others_five() -> None:
    ten = {item.code for item in CATALOGUE.items if item.retention_days == 3652}
    assert {item.code for item in CATALOGUE.items_of("WAGE")} | {"SAFE-04", "PLAT-02"} <= ten
    assert {item.retention_days for item in CATALOGUE.items} == {1826, 3652}


def test_an_item_uses_its_own_deadline_before_its_grades() -> None:
    assert CATALOGUE.handle_workdays(CATALOGUE.item("SAFE-01")) == 3
    assert CATALOGUE.handle_workdays(CATALOGUE.item("WAGE-02")) == 15


@pytest.mark.parametrize(
    ("kind", "flags", "expected"),
    [
        ("complaint", (), True),
        ("report", (), True),
        ("service", (), False),
        ("help", ("minor", "mass"), False),
        ("help", ("medical",), True),
        ("consult", ("whistle",), True),
    ],
)
def test_recusal_follows_kind_and_flags(
    kind: str, flags: tuple[str, ...], *, expected: bool
) -> None:
    assert needs_recusal(kind, flags) is expected


def test_a_step_that_meets_the_employer_waits_for_the_workers_word() -> None:
    steps = CATALOGUE.playbook("PB-WAGE").steps
    assert [step.contacts_enterprise for step in steps][:3] == [False, True, False]
    assert steps[0].needs_document
    assert not steps[1].needs_document


@pytest.mark.parametrize(
    "look_up",
    [
        CATALOGUE.item,
        CATALOGUE.item_class,
        CATALOGUE.grade,
        CATALOGUE.urgency,
        CATALOGUE.flag,
        CATALOGUE.rule,
        CATALOGUE.party,
        CATALOGUE.playbook,
    ],
)
def test_an_unknown_code_is_named(look_up: object) -> None:
    assert callable(look_up)
    with pytest.raises(UnknownCode, match="NO-SUCH"):
        look_up("NO-SUCH")


def test_rules_may_ask_for_every_cue_that_sensing_finds_and_no_other() -> None:
    found = tomllib.loads(Path(CUE_WORDS).read_text(encoding="utf-8"))
    assert set(CUES) == set(found)
