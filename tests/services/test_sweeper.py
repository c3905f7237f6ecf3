"""A sweeper takes over what waits, but not so much that the steps behind it wait too."""

from datetime import timedelta

import pytest

from members.due import DueRow, Source
from members.notices import sending
from station.management.commands import sweep
from tests.town import MONDAY

LONG_AGO = MONDAY - timedelta(days=3650)


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    heard: list[int] = []

    def nudge(_task: str, row_id: int) -> bool:
        heard.append(row_id)
        return True

    monkeypatch.setattr(sweep, "nudge", nudge)
    monkeypatch.setattr(sweep, "JOBS", ())
    return heard


def taken(monkeypatch: pytest.MonkeyPatch, *, takes: int | None) -> list[list[int]]:
    """Return the rows that a sweeper ran itself in each of two looks at five waiting rows."""
    looks: list[list[int]] = []

    def run(row_id: int, _via: str, _now: object) -> bool:
        looks[-1].append(row_id)
        return False

    rows = [DueRow("members.deliver", row_id, LONG_AGO) for row_id in range(5)]
    source = Source("slow", lambda _now, _limit: rows, run, timedelta(0), takes=takes)
    monkeypatch.setattr(sweep, "SOURCES", (source,))
    sweeper = sweep.Sweeper(name="sweep:test")
    for _ in range(2):
        looks.append([])
        sweeper.turn()
    return looks


@pytest.mark.django_db
def test_only_so_many_rows_are_run_here_and_the_rest_is_nudged(
    monkeypatch: pytest.MonkeyPatch, nudged: list[int]
) -> None:
    assert taken(monkeypatch, takes=2) == [[0, 1], [0, 1]]
    assert nudged == [2, 3, 4]  # once: the second look comes within five seconds


@pytest.mark.django_db
def test_without_a_cap_all_rows_are_run(monkeypatch: pytest.MonkeyPatch, nudged: list[int]) -> None:
    assert taken(monkeypatch, takes=None) == [[0, 1, 2, 3, 4]] * 2
    assert nudged == []


def test_a_sweeper_sends_two_deliveries_at_most() -> None:
    assert [source.takes for source in sending.SOURCES] == [2]
