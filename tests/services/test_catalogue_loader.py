"""Loading the catalogue: complete, repeatable, and it never overwrites an edit."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from requests_app.catalogue import snapshot
from requests_app.catalogue.loader import FIRST_DAY, load_catalogue
from requests_app.catalogue.problems import CatalogueError
from requests_app.catalogue.revision import (
    DayPassed,
    StaleVersion,
    revise_item,
    revise_row,
    withdraw_row,
)
from requests_app.catalogue.shelf import with_row
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.snapshot import (
    current_catalogue,
    forget_catalogue,
    item_terms,
    playbook_steps,
)
from requests_app.catalogue.terms import Facts
from requests_app.models import Grade, Item, Playbook, PlaybookStep, RoutingRule, Rule

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, ten o'clock in Shanghai
TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)
DEFAULTS = default_catalogue()
ROWS = 187  # 15 + 78 + 4 + 4 + 9 + 39 + 12 + 21 + 5


@pytest.fixture(autouse=True)
def _fresh_memory() -> None:
    forget_catalogue()


@pytest.fixture
def loaded() -> None:
    load_catalogue(now=NOW)


def wage() -> Item:
    return Item.objects.newest().get(code="WAGE-01")


def test_the_first_load_brings_the_whole_catalogue() -> None:
    report = load_catalogue(now=NOW)
    assert (report.updated, report.kept, report.unchanged) == ((), (), 0)
    assert len([code for noun, code in report.inserted if noun == "item"]) == 78
    assert len([code for noun, code in report.inserted if noun == "class"]) == 15
    assert current_catalogue(TODAY) == DEFAULTS


def test_the_first_catalogue_holds_for_days_before_it_was_loaded(loaded: None) -> None:
    assert current_catalogue(FIRST_DAY).version == DEFAULTS.version


def test_a_second_load_changes_nothing(loaded: None) -> None:
    report = load_catalogue(now=NOW)
    assert (report.inserted, report.updated, report.kept) == ((), (), ())
    assert report.unchanged == ROWS
    assert Item.objects.count() == 78


def test_a_dry_run_says_what_it_would_do_and_writes_nothing() -> None:
    report = load_catalogue(now=NOW, dry_run=True)
    assert report.is_dry_run
    assert len(report.inserted) == ROWS
    assert not Item.objects.exists()


def test_a_new_default_becomes_a_new_version_where_nobody_edited(loaded: None) -> None:
    newer = with_row(DEFAULTS, replace(DEFAULTS.grade("general"), handle_workdays=4))
    report = load_catalogue(now=NOW, defaults=newer)
    assert report.updated == (("grade", "general"),)
    old, new = Grade.objects.filter(code="general").order_by("version")
    assert (old.handle_workdays, old.valid_to) == (5, TODAY)
    assert (new.handle_workdays, new.valid_from, new.valid_to) == (4, TODAY, None)
    assert not new.is_edited
    assert load_catalogue(now=NOW, defaults=newer).updated == ()


def test_an_edit_is_never_overwritten_and_the_difference_is_shown(loaded: None) -> None:
    revise_item(wage(), changes={"deadline_workdays": 7}, valid_from=TODAY, actor=None, now=NOW)
    newer = with_row(DEFAULTS, replace(DEFAULTS.item("WAGE-01"), deadline_workdays=9))
    report = load_catalogue(now=NOW, defaults=newer)
    assert report.updated == ()
    (kept,) = report.kept
    assert (kept.code, kept.is_default_new) == ("WAGE-01", True)
    assert [(each.field, each.here, each.default) for each in kept.differences] == [
        ("deadline_workdays", 7, 9)
    ]
    assert wage().deadline_workdays == 7


def test_a_change_made_by_hand_in_sql_counts_as_an_edit(loaded: None) -> None:
    Item.objects.filter(code="WAGE-01").update(reopen_days=99)
    report = load_catalogue(now=NOW)
    assert [(row.code, row.is_default_new) for row in report.kept] == [("WAGE-01", False)]
    assert wage().reopen_days == 99


def test_a_withdrawn_row_is_not_brought_back(loaded: None) -> None:
    rule = RoutingRule.objects.get(code="R-OFFICIAL")
    withdraw_row(rule, valid_to=TODAY, actor=None, now=NOW)
    report = load_catalogue(now=NOW)
    assert [(row.code, row.is_withdrawn) for row in report.kept] == [("R-OFFICIAL", True)]
    codes = [each.code for each in current_catalogue(TODAY).routing_rules]
    assert "R-OFFICIAL" not in codes


def test_what_others_refer_to_cannot_be_withdrawn(loaded: None) -> None:
    with pytest.raises(CatalogueError, match="PB-WAGE"):
        withdraw_row(Playbook.objects.get(code="PB-WAGE"), valid_to=TODAY, actor=None, now=NOW)


@pytest.mark.parametrize("party", ["enterprise", "ent_union", "platform_co"])
def test_a_load_against_recusal_is_refused_whole(party: str) -> None:
    item = replace(DEFAULTS.item("WAGE-01"), co=("station", party))
    with pytest.raises(CatalogueError, match=f"WAGE-01.*tied_to_enterprise {party}"):
        load_catalogue(now=NOW, defaults=with_row(DEFAULTS, item))
    assert not Item.objects.exists()


def test_a_rule_that_cannot_be_read_stops_the_load_and_the_catalogue(loaded: None) -> None:
    Rule.objects.filter(code="E01").update(conditions=[{"fact": "headcount"}])
    forget_catalogue()
    with pytest.raises(CatalogueError, match="E01"):
        load_catalogue(now=NOW)
    with pytest.raises(CatalogueError, match="E01"):
        current_catalogue(TODAY)


def test_an_empty_catalogue_is_an_error_and_not_a_calm_one() -> None:
    with pytest.raises(CatalogueError, match="empty"):
        current_catalogue(TODAY)


# ---- revisions --------------------------------------------------------------------


def test_a_revision_holds_from_its_first_day_and_the_old_one_until_then(loaded: None) -> None:
    first = wage()
    second = revise_item(
        first, changes={"urgency": "urgent"}, valid_from=TOMORROW, actor=None, now=NOW, note="试"
    )
    assert (second.version, second.is_edited, second.note) == (2, True, "试")
    assert current_catalogue(TODAY).item("WAGE-01").urgency == "priority"
    assert current_catalogue(TOMORROW).item("WAGE-01").urgency == "urgent"
    started_with = item_terms(first.pk)
    assert started_with is not None
    assert (started_with.urgency, started_with.row_id) == ("priority", first.pk)
    assert current_catalogue(TOMORROW).item("WAGE-01").row_id == second.pk


PERIODS = {  # the urgency of wages, and whether R-OFFICIAL is in force
    TODAY: ("priority", True),
    TOMORROW: ("urgent", True),
    date(2026, 3, 4): ("urgent", True),
    date(2026, 3, 5): ("urgent", False),
    date(2026, 4, 1): ("urgent", False),
}


@pytest.mark.parametrize("days", [[*PERIODS], [*reversed(PERIODS)]], ids=["rising", "falling"])
def test_every_day_gets_the_catalogue_of_its_period_which_is_read_once(
    days: list[date], loaded: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    changes = {"urgency": "urgent"}
    revise_item(wage(), changes=changes, valid_from=TOMORROW, actor=None, now=NOW)
    rule = RoutingRule.objects.get(code="R-OFFICIAL")
    withdraw_row(rule, valid_to=date(2026, 3, 5), actor=None, now=NOW)
    forget_catalogue()

    def seen(day: date) -> tuple[str, bool]:
        catalogue = current_catalogue(day)
        codes = {each.code for each in catalogue.routing_rules}
        return catalogue.item("WAGE-01").urgency, "R-OFFICIAL" in codes

    assert {day: seen(day) for day in days} == PERIODS
    with django_assert_num_queries(0):
        assert {day: seen(day) for day in days} == PERIODS
        assert seen(date(2026, 12, 31)) == ("urgent", False)


def test_a_playbook_is_the_one_of_its_period(loaded: None) -> None:
    old = Playbook.objects.get(code="PB-CONS")
    revise_row(old, changes={"label": "新"}, valid_from=TOMORROW, actor=None, now=NOW)
    forget_catalogue()
    for _twice in range(2):
        assert {each.playbook_id for each in playbook_steps("PB-CONS", TODAY)} == {old.pk}
        assert old.pk not in {each.playbook_id for each in playbook_steps("PB-CONS", TOMORROW)}
        assert playbook_steps("PB-CONS", TOMORROW)


def test_what_no_revision_told_lives_to_the_end_of_the_day(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 0)
    with time_machine.travel(NOW, tick=False) as clock:
        before = current_catalogue(TODAY).item("WAGE-01").reopen_days
        Item.objects.filter(code="WAGE-01").update(reopen_days=before + 9)
        assert current_catalogue(TODAY).item("WAGE-01").reopen_days == before
        clock.shift(timedelta(days=1))
        assert current_catalogue(TODAY).item("WAGE-01").reopen_days == before + 9


def test_a_second_revision_on_the_same_day_leaves_one_version_in_force(loaded: None) -> None:
    once = revise_item(wage(), changes={"reopen_days": 1}, valid_from=TODAY, actor=None, now=NOW)
    revise_item(once, changes={"reopen_days": 2}, valid_from=TODAY, actor=None, now=NOW)
    assert [row.reopen_days for row in Item.objects.in_force(TODAY).filter(code="WAGE-01")] == [2]


def test_a_revision_of_an_old_version_is_refused(loaded: None) -> None:
    first = wage()
    revise_item(first, changes={"reopen_days": 1}, valid_from=TODAY, actor=None, now=NOW)
    with pytest.raises(StaleVersion):
        revise_item(first, changes={"reopen_days": 2}, valid_from=TODAY, actor=None, now=NOW)


def test_a_revision_cannot_begin_in_the_past(loaded: None) -> None:
    with pytest.raises(DayPassed):
        revise_item(wage(), changes={}, valid_from=date(2026, 3, 1), actor=None, now=NOW)


def test_a_revision_against_recusal_is_refused_and_changes_nothing(loaded: None) -> None:
    with pytest.raises(CatalogueError, match="tied_to_enterprise ent_union"):
        revise_item(wage(), changes={"lead": "ent_union"}, valid_from=TODAY, actor=None, now=NOW)
    assert (wage().version, wage().lead) == (1, "street_union")


def test_a_playbook_takes_its_steps_into_the_new_version(loaded: None) -> None:
    book = Playbook.objects.get(code="PB-POST")
    steps = [*book.raw()["steps"], {"title": "回访", "contacts_enterprise": False}]
    newer = revise_row(book, changes={"steps": steps}, valid_from=TODAY, actor=None, now=NOW)
    assert [step.order for step in newer.steps.all()] == [1, 2, 3, 4]
    assert PlaybookStep.objects.filter(playbook=book).count() == 3
    assert current_catalogue(TODAY).playbook("PB-POST").steps[-1].title == "回访"


# ---- what the row and the database refuse ------------------------------------------


def test_a_row_against_recusal_is_refused_in_words(loaded: None) -> None:
    item = wage()
    item.co = ["station", "enterprise"]
    with pytest.raises(ValidationError, match=r"WAGE-01.*enterprise.*回避"):
        item.clean()


def test_a_rule_row_that_cannot_be_read_is_refused_in_words(loaded: None) -> None:
    rule = Rule.objects.get(code="E01")
    rule.conditions = [{"fact": "weather", "at_least": 3}]
    with pytest.raises(ValidationError, match=r"E01.*weather"):
        rule.clean()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"level": "province"}, "item_level_known"),
        ({"urgency": "soon"}, "item_urgency_known"),
        ({"deadline_workdays": 0}, "item_deadline_positive"),
        ({"callback_sample": 101}, "item_callback_sample_percent"),
        ({"valid_to": date(1999, 1, 1)}, "item_days_in_order"),
    ],
)
def test_the_database_refuses_impossible_items(
    loaded: None, change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Item.objects.filter(code="WAGE-01").update(**change)


def test_the_database_refuses_two_versions_on_one_day(loaded: None) -> None:
    item = wage()
    Item.objects.filter(pk=item.pk).update(valid_to=TOMORROW)
    copy = {**item.raw(), "version": 2, "valid_from": TODAY}
    copy.pop("row_id")
    with pytest.raises(IntegrityError, match="item_versions_apart"), transaction.atomic():
        Item.objects.create(**copy)


# ---- the memory of a process ---------------------------------------------------------


def test_a_fresh_memory_asks_the_database_nothing(loaded: None) -> None:
    item = wage()
    current_catalogue(TODAY)
    item_terms(item.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        current_catalogue(TODAY)
        assert item_terms(item.pk) is not None
        assert item_terms(None) is None
    assert len(asked) == 0


def test_a_look_takes_one_statement_and_sees_another_process_change(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    current_catalogue(TODAY)
    monkeypatch.setattr(snapshot, "LOOK_SECONDS", 0.0)
    with CaptureQueriesContext(connection) as asked:
        current_catalogue(TODAY)
    assert len(asked) == 1
    Item.objects.filter(code="CONS-04").update(valid_to=TODAY)
    codes = [item.code for item in current_catalogue(TODAY).items]
    assert "CONS-04" not in codes


def test_the_stored_rules_decide_as_the_shipped_ones(loaded: None) -> None:
    facts = Facts(headcount=10, shared_demand=True, amount_fen=20_000_000)
    fired = current_catalogue(TODAY).rules_that_hold(facts)
    assert [rule.code for rule in fired] == ["E01", "E02"]


# ---- the command -----------------------------------------------------------------


def test_the_command_counts_and_shows_kept_rows(loaded: None) -> None:
    revise_item(wage(), changes={"reopen_days": 7}, valid_from=TODAY, actor=None, now=NOW)
    told = StringIO()
    call_command("load_catalogue", "--dry-run", stdout=told)
    assert f"未变 {ROWS - 1}" in told.getvalue()
    assert "WAGE-01“reopen_days”：本地 7，出厂 60" in told.getvalue()


def test_the_command_refuses_in_words(loaded: None) -> None:
    Rule.objects.filter(code="E01").update(conditions=[{"fact": "weather", "at_least": 1}])
    with pytest.raises(CommandError, match=r"升级规则 E01.*weather"):
        call_command("load_catalogue")
