"""Runs the station's processes beside each other and stops them together.

Nothing is restarted here: in development a process that ends is a defect to look at, in
production the container runtime restarts it.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 25.0  # a busy machine needs its time to finish requests and tasks
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the station."""

    name: str
    command: tuple[str, ...]
    keeps: tuple[int, ...] = ()  # file descriptors handed down


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A part that ended although nobody asked it to."""

    name: str
    code: int
    log: Path

    def last_lines(self) -> str:
        """Return the end of its log."""
        return last_lines(self.log)


@dataclass(kw_only=True)
class Supervisor:
    """Starts parts in order, watches them, stops them in the same order."""

    environ: Mapping[str, str]
    directory: Path
    logs: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: Part) -> None:
        """Start one part; its output goes to a log of its own."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log_of(part.name).open("wb") as log:
            self._running[part.name] = subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env=dict(self.environ),
                pass_fds=part.keeps,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
                preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads here
            )

    def first_ended(self) -> Ended | None:
        """Return a part that ended by itself, if any."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                return Ended(name=name, code=code, log=self.log_of(name))
        return None

    def stop(self) -> None:
        """Ask every part to finish its work, then insist; returns when all are gone."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)  # also children that stayed behind
            process.wait()
        self._running.clear()

    def log_of(self, name: str) -> Path:
        """Return the file that holds a part's output."""
        return self.logs / f"{name}.log"


def last_lines(log: Path, *, count: int = 25) -> str:
    """Return the end of a log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-count:])


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if number == signal.SIGTERM:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()  # masters tell their own children
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end_with_parent() -> None:
    """Ask Linux to send SIGTERM when the parent dies, however it dies (no-op elsewhere)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def open_socket(host: str, *, preferred_port: int) -> socket.socket:
    """Bind the preferred port or, when it is taken, the next free one; listening."""
    for port in (*range(preferred_port, preferred_port + 20), 0):
        candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
            candidate.listen(128)
        except OSError:
            candidate.close()
            continue
        return candidate
    raise OSError(f"no free port on {host}")


def answer_of(url: str, *, seconds: float = 5.0) -> int:
    """Return the HTTP status that ``url`` answers with, 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
