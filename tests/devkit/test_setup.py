"""``setup`` finds a Python by running it: a name on PATH proves nothing."""

import subprocess
import sys
from pathlib import Path

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
