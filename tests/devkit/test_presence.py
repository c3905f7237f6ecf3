"""A checkout runs one station: a second start is told where the first one is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from station.devkit.places import CHECKOUT
from station.devkit.presence import AlreadyRuns, Presence

ADDRESS = "http://127.0.0.1:8003/"
HOLDER = """
import subprocess, sys
from pathlib import Path
from station.devkit.presence import Presence
Presence(Path(sys.argv[1])).tell(sys.argv[2])
# Outlives a killed parent, as a worker may for a while, and inherits all it can.
child = subprocess.Popen(["sleep", "60"], close_fds=False)
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / ".data" / "run.lock"


@pytest.fixture
def killed_with_a_child(record: Path) -> Iterator[Path]:
    """The record of a station that was killed -9 while a process of it lives on."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, record, ADDRESS],
        cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        with pytest.raises(AlreadyRuns, match=ADDRESS):
            Presence(record)
        holder.kill()
    yield record
    os.kill(child, signal.SIGKILL)


def test_a_second_one_is_told_the_address(record: Path) -> None:
    first = Presence(record)
    first.tell("http://127.0.0.1:8000/a-longer-one")
    first.tell(ADDRESS)
    with pytest.raises(AlreadyRuns, match=f"already runs: {ADDRESS}\n"):
        Presence(record)
    first.leave()


def test_one_that_starts_is_told_so(record: Path) -> None:
    first = Presence(record)
    with pytest.raises(AlreadyRuns, match="is starting"):
        Presence(record)
    first.leave()


def test_after_it_left_there_is_room_and_no_old_address(record: Path) -> None:
    first = Presence(record)
    first.tell(ADDRESS)
    first.leave()
    second = Presence(record)
    with pytest.raises(AlreadyRuns, match="is starting"):
        Presence(record)
    second.leave()


def test_a_killed_one_keeps_nobody_out(killed_with_a_child: Path) -> None:
    Presence(killed_with_a_child).leave()


def test_run_says_it_and_touches_nothing(record: Path, settings: Settings) -> None:
    settings.BASE_DIR = record.parents[1]
    first = Presence(record)
    first.tell(ADDRESS)
    with pytest.raises(CommandError, match=f"already runs: {ADDRESS}"):
        call_command("run")
    first.leave()
    assert [path.name for path in record.parent.iterdir()] == ["run.lock"]
