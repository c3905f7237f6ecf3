"""A process that has imported the station once, and forks for each errand inside it.

An errand is what would stand behind ``python``: ``-m tests.worker.submit 5`` or ``manage.py
verify_chain``. Every one is a fresh process, with no connection and no memory of the one before;
what it is spared are the seconds of importing.
"""

import contextlib
import gc
import json
import os
import random
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import django
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
IMPORTED = ("station.urls", "tests.worker.announce", "tests.worker.finish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How an errand ended."""

    code: int
    out: str
    err: str


class Errands:
    """The process that waits for errands; ``log`` takes what it says itself."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.worker.errands"],
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
                text=True,
            )
        self._turn = threading.Lock()
        self.is_over = False

    def run(self, command: Sequence[str], *, seconds: float = 600) -> Done:
        """Let one errand be done, and wait for its end.

        Whatever interrupts the waiting ends the process: its answer would be taken for the next
        errand's. AssertionError when it takes longer than ``seconds``.
        """
        with self._turn:
            watch = threading.Timer(seconds, self._kill)
            watch.start()
            try:
                answer = self._ask(command)
            except BaseException:
                self._kill()
                raise
            finally:
                watch.cancel()
        assert answer, f"ended, or killed after {seconds} s: {command}"
        return Done(**json.loads(answer))

    def end(self) -> None:
        """Kill the process, and with it an errand that is still on its way."""
        self._kill()
        self._process.communicate()

    def _ask(self, command: Sequence[str]) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(list(command)), file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def _kill(self) -> None:
        self.is_over = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def main() -> None:
    """Import everything, then fork for every line that comes in."""
    django.setup()
    for name in IMPORTED:
        import_module(name)
    # A connection opened by an import would be everybody's: no fork may inherit one.
    assert connection.connection is None
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_do(json.loads(line))), flush=True)  # noqa: T201


def _do(command: Sequence[str]) -> dict[str, object]:
    kept: Mapping[str, str] = {"mode": "w+", "encoding": "utf-8", "errors": "replace"}
    with tempfile.TemporaryFile(**kept) as out, tempfile.TemporaryFile(**kept) as err:  # type: ignore[call-overload]
        pid = os.fork()
        if not pid:
            _be_the_errand(command, out.fileno(), err.fileno())
        _pid, status = os.waitpid(pid, 0)
        out.seek(0)
        err.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return {"code": code, "out": out.read(), "err": err.read()}


def _be_the_errand(command: Sequence[str], out: int, err: int) -> NoReturn:
    """Run the command as if Python had been started with it; never return."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        random.seed()  # else all forks would draw the same numbers
        code = _exit_code(command)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _exit_code(command: Sequence[str]) -> int:
    """Run the command and return what Python would have ended with, its reason on stderr."""
    try:
        _run(command)
    except SystemExit as ended:
        if isinstance(ended.code, int | None):
            return ended.code or 0
        print(ended.code, file=sys.stderr)  # noqa: T201
        return 1
    except BaseException:  # noqa: BLE001 - told as Python would
        traceback.print_exc()
        return 1
    return 0


def _run(command: Sequence[str]) -> None:
    first, *rest = command
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(command)
        runpy.run_path(str(ROOT / first), run_name="__main__")


if __name__ == "__main__":
    main()
