"""``make test``: every check side by side, each with its time; the tests come last.

A red check does not hide the ones after it; the exit code is 1 when any was red.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from station.devkit.places import CHECKOUT

PYTHON = sys.executable
TEMPLATES = "templates"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One check: a program and what it needs in its environment."""

    label: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def production_environ() -> dict[str, str]:
    """Return an environment like production's, with secrets made up on the spot."""
    named = ("SECRET_KEY", "MASTER_KEY", "INDEX_PEPPER", "CHAIN_KEY")
    return {
        "DEBUG": "0",
        "DEVELOPMENT": "0",
        **{name: secrets.token_urlsafe(64) for name in named},
        "ALLOWED_HOSTS": "station.example",
        "CSRF_TRUSTED_ORIGINS": "https://station.example",
        "DATABASE_URL": "postgres://station@db.example/station",
        "REDIS_URL": "redis://redis.example:6379/0",
    }


def _module(label: str, *command: str, **environ: str) -> Gate:
    return Gate(label=label, command=(PYTHON, "-m", *command), environ=environ)


def _manage(label: str, *command: str) -> Gate:
    return Gate(label=label, command=(PYTHON, "manage.py", *command))


def gates() -> list[Gate]:
    """List the checks that need no services."""
    found = [
        _module("ruff", "ruff", "check", "--quiet", "."),
        _module("ruff format", "ruff", "format", "--check", "--quiet", "."),
        Gate(
            label="imports",
            # The console script: the package has no __main__.
            command=(
                PYTHON,
                "-c",
                "from importlinter.cli import lint_imports_command as run; run()",
            ),
        ),
        _module("types", "mypy"),
        _manage("migrations", "makemigrations", "--check", "--dry-run"),
        Gate(
            label="deployment",
            command=(PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            environ=production_environ(),
        ),
        _module("templates", "djlint", "--lint", "--quiet", TEMPLATES),
    ]
    if any(CHECKOUT.glob("*/management/commands/catalogue_check.py")):
        found.append(_manage("translations", "catalogue_check"))
    return found


def suites() -> list[Gate]:
    """Return the tests; those that run whole stations come last, a file of them at a time.

    Each of the two processes has a station of its own, so files share nothing but the machine.
    """
    alone = ("tests/worker", "tests/journeys", "tests/browser")
    ignored = [f"--ignore={folder}" for folder in alone]
    by_file = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    # Importing the Celery application names the station's own settings; tests have theirs. Dozens
    # of processes start: from bytecode, also where the environment would rather have none.
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONDONTWRITEBYTECODE": ""}
    return [
        _module("tests", "pytest", "-n", "2", *ignored, **own),
        _module("stations", "pytest", *by_file, *alone, **own),
    ]


def passes(gate: Gate) -> bool:
    """Run one check, print its name, time and outcome."""
    print(f"── {gate.label}", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        gate.command, cwd=CHECKOUT, env={**os.environ, **gate.environ}, check=False
    )
    mark = "✓" if done.returncode == 0 else "✗"
    print(f"{mark}  {gate.label}  {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0


def holds(gate: Gate) -> bool:
    """Run one check beside others: everything it says is printed at once, when it is done."""
    started = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=CHECKOUT,
        env={**os.environ, **gate.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    mark = "✓" if done.returncode == 0 else "✗"
    took = time.monotonic() - started
    print(f"{done.stdout}{mark}  {gate.label}  {took:.1f} s", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run all checks; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-tests", action="store_true")
    options = parser.parse_args()
    checks = gates()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        held = list(pool.map(holds, checks))
    red = [gate.label for gate, is_held in zip(checks, held, strict=True) if not is_held]
    if not options.without_tests:
        red += [gate.label for gate in suites() if not passes(gate)]
    if red:
        print(f"未通过 / red: {', '.join(red)}", flush=True)
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
