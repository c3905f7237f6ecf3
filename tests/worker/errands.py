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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import django

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
            self.process = subprocess.Popen(
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

    def end(self) -> None:
        """Kill the process, and with it an errand that is still on its way."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def run(self, command: Sequence[str]) -> Done:
        """Let one errand be done, and wait for its end."""
        assert self.process.stdin
        assert self.process.stdout
        with self._turn:
            print(json.dumps(list(command)), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        assert answer, f"the process for errands is gone: {command}"
        return Done(**json.loads(answer))


def main() -> None:
    """Import everything, then fork for every line that comes in."""
    django.setup()
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_do(json.loads(line))), flush=True)  # noqa: T201


def _do(command: Sequence[str]) -> dict[str, object]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
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
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(0)
    random.seed()  # else all forks would draw the same numbers
    code = 1
    try:
        _run(command)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - reported as Python would, then the process ends
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


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
