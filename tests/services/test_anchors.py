"""Anchors seal the access log too, and their exported file is an elder witness."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from members.access import log_access
from members.models import AccessAction
from requests_app.anchors import export_anchors, seal_chains, verify_chains, verify_export
from requests_app.chain import Break
from requests_app.models import Anchor
from tests.services.test_intake import register
from tests.services.test_moves import tamper
from tests.town import MONDAY, Town


def look(town: Town, subject: str = "request:7", **rest: Any) -> int:
    entry = log_access(
        account=town.worker, action=AccessAction.VIEW, subject=subject, now=MONDAY, **rest
    )
    return entry.pk


@pytest.fixture
def file(settings: Settings) -> Path:
    return Path(settings.ANCHOR_DIR) / "anchors.jsonl"


@pytest.fixture
def three_anchors(town: Town) -> Town:
    for day in range(3):
        look(town, f"request:{day}")
        seal_chains(now=MONDAY + timedelta(days=day))
    return town


def test_a_look_costs_one_statement(town: Town) -> None:
    look(town)
    with CaptureQueriesContext(connection) as seen:
        look(town)
    assert len(seen) == 1


def test_looks_alone_are_sealed_once(town: Town) -> None:
    look(town)
    last = look(town, reason="职工来电核实")
    anchor = seal_chains(now=MONDAY)
    assert anchor is not None
    assert (anchor.heads, anchor.access[:2]) == ({}, [last, 2])
    assert seal_chains(now=MONDAY) is None
    assert list(verify_chains()) == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE members_accessentry SET subject = 'request:8' WHERE id = %(id)s", "changed"),
        ("UPDATE members_accessentry SET reason_sealed = 'x' WHERE id = %(id)s", "changed"),
        ("DELETE FROM members_accessentry WHERE id = %(id)s", "missing"),
        ("DELETE FROM members_accessentry", "missing"),
    ],
)
def test_a_changed_or_missing_look_is_found(town: Town, sql: str, fault: str) -> None:
    looked = look(town, reason="职工来电核实")
    last = look(town)
    seal_chains(now=MONDAY)
    tamper(sql % {"id": looked})
    assert list(verify_chains()) == [Break("access", last, fault)]


def test_a_look_moved_out_of_its_stretch_is_found(three_anchors: Town) -> None:
    tamper("UPDATE members_accessentry SET id = -1 WHERE subject = 'request:1'")
    assert [each.fault for each in verify_chains()] == ["missing"]


def test_a_forged_seal_breaks_its_anchor(three_anchors: Town) -> None:
    tamper("UPDATE requests_app_anchor SET access = '[0, 0, \"00\"]' WHERE number = 2")
    assert list(verify_chains()) == [Break("anchor", 2, "changed")]


def test_the_export_makes_good_what_a_crash_left_out(three_anchors: Town, file: Path) -> None:
    assert export_anchors() == 3
    whole = file.read_bytes()
    file.write_bytes(whole.splitlines(keepends=True)[0] + b'{"number": 2, "li')
    assert export_anchors() == 2
    assert file.read_bytes() == whole
    assert export_anchors() == 0


def test_sealing_exports_even_when_nothing_changed(
    three_anchors: Town, file: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert seal_chains(now=MONDAY) is None
    assert [json.loads(line)["number"] for line in file.read_text().splitlines()] == [1, 2, 3]


def test_a_true_file_holds(three_anchors: Town, file: Path) -> None:
    export_anchors()
    call_command("verify_chain", export=file, verbosity=0)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("DELETE FROM requests_app_anchor WHERE number = 3", [Break("export", 3, "missing")]),
        (
            "UPDATE requests_app_anchor SET link = '\\x00' WHERE number = 2",
            [Break("export", 2, "changed")],
        ),
    ],
)
def test_the_file_tells_what_the_rows_hide(
    three_anchors: Town, file: Path, sql: str, found: list[Break]
) -> None:
    export_anchors()
    tamper(sql)
    assert list(verify_export(file)) == found
    with pytest.raises(CommandError):
        call_command("verify_chain", export=file, verbosity=0)


def test_a_cut_end_is_found_by_the_file_alone(three_anchors: Town, file: Path) -> None:
    register(three_anchors)
    seal_chains(now=MONDAY)
    export_anchors()
    tamper("UPDATE requests_app_request SET sealed_seq = 0")
    tamper("DELETE FROM requests_app_anchor WHERE number = 4")
    assert list(verify_chains()) == []
    assert list(verify_export(file)) == [Break("export", 4, "missing")]


@pytest.mark.parametrize("keep", [(0, 2), (1, 2)])
def test_a_line_taken_from_the_file_is_a_gap(
    three_anchors: Town, file: Path, keep: tuple[int, ...]
) -> None:
    export_anchors()
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[place] for place in keep))
    assert [each.fault for each in verify_export(file)] == ["gap"]


def test_a_broken_line_and_a_missing_file_are_named(three_anchors: Town, file: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_chain", export=file)
    export_anchors()
    file.write_text("[]\n" + file.read_text())
    assert list(verify_export(file)) == [Break("export", 1, "unreadable")]
    assert Anchor.objects.count() == 3
