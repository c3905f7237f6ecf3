"""``setup`` finds a Python by running it, for a name on PATH proves nothing; one at a time."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.devkit.places import CHECKOUT

SETUP = CHECKOUT / "station" / "devkit" / "setup"


def program(directory: Path, name: str, body: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def find_python(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    program(tmp_path / "bin", "dirname", 'exec /usr/bin/dirname "$@"')
    program(tmp_path / "bin", "tr", 'exec /usr/bin/tr "$@"')
    return subprocess.run(
        ["/bin/bash", SETUP, "--find-python"],
        env={
            "PATH": str(tmp_path / "bin"),
            "HOME": str(tmp_path),
            "PYENV_ROOT": str(tmp_path / "pyenv"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def working(tmp_path: Path, directory: str, name: str) -> None:
    program(tmp_path / directory, name, f'exec "{sys.executable}" "$@"')


def test_a_shim_that_fails_when_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin", "python3.13", "echo 'command not found' >&2; exit 127")
    working(tmp_path, "bin", "python3.12")
    found = find_python(tmp_path)
    assert found.returncode == 0
    assert Path(found.stdout.strip()).samefile(sys.executable)


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin", "python3", "exit 1")
    working(tmp_path, "pyenv/versions/3.13.0/bin", "python")
    assert find_python(tmp_path).returncode == 0


def test_no_python_at_all_is_said_with_the_package_to_install(tmp_path: Path) -> None:
    found = find_python(tmp_path)
    assert found.returncode != 0
    assert "apt-get install python3 python3-venv" in found.stderr
    assert found.stdout == ""


# ---- two at once ------------------------------------------------------------------

# Stands in for uv: makes an environment that runs, and takes its time to fill it.
UV = """
case "$1 $2" in
"venv "*)
    mkdir -p .venv/bin
    ln -s "$PYTHON" .venv/bin/python ;;
"pip sync")
    echo begin >>installed
    while [ ! -e go ]; do sleep 0.05; done
    echo end >>installed ;;
esac
"""
WAITING = "另一个安装正在进行,等它结束 / another setup is at work here: waiting for it"


class Checkout:
    """A copy of what ``setup`` needs, with a uv that waits for a word."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.go = root / "go"
        self.started: list[subprocess.Popen[bytes]] = []
        (root / "station" / "devkit").mkdir(parents=True)
        shutil.copy(SETUP, root / "station" / "devkit" / "setup")
        (root / "requirements-dev.lock").write_text("django==6.1.3\n", encoding="utf-8")
        program(root / "bin", "uv", UV)

    def setup(self) -> subprocess.Popen[bytes]:
        with (self.root / "said").open("ab") as said:
            process = subprocess.Popen(
                ["/bin/bash", self.root / "station" / "devkit" / "setup"],
                env={
                    "PATH": f"{self.root / 'bin'}:{Path(sys.executable).parent}:{os.defpath}",
                    "PYTHON": sys.executable,
                    "HOME": str(self.root),
                },
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def lines(self, name: str) -> list[str]:
        path = self.root / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def await_line(self, name: str, line: str, *, times: int = 1) -> None:
        deadline = time.monotonic() + 20
        while self.lines(name).count(line) < times:
            assert time.monotonic() < deadline, f"no {line} in {self.lines(name)}"
            time.sleep(0.02)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path)
    yield made
    for process in made.started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_second_setup_waits_and_finds_everything_installed(checkout: Checkout) -> None:
    first = checkout.setup()
    checkout.await_line("installed", "begin")
    second = checkout.setup()
    checkout.await_line("said", WAITING)
    assert second.poll() is None
    checkout.go.touch()
    assert (first.wait(timeout=20), second.wait(timeout=20)) == (0, 0)
    assert checkout.lines("installed") == ["begin", "end"]


def test_a_setup_killed_with_its_installer_counts_for_nothing(checkout: Checkout) -> None:
    killed = checkout.setup()
    checkout.await_line("installed", "begin")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    checkout.go.touch()
    assert checkout.setup().wait(timeout=20) == 0
    assert checkout.lines("installed") == ["begin", "begin", "end"]
    assert WAITING not in checkout.lines("said")


def test_the_installer_of_a_killed_setup_is_waited_for(checkout: Checkout) -> None:
    killed = checkout.setup()
    checkout.await_line("installed", "begin")
    killed.kill()  # its installer works on: two of them would be at one environment
    killed.wait()
    second = checkout.setup()
    checkout.await_line("said", WAITING)
    checkout.go.touch()
    assert second.wait(timeout=20) == 0
    assert checkout.lines("installed") == ["begin", "end", "begin", "end"]
