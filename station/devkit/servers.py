"""The two embedded servers: PostgreSQL and Valkey on unix sockets, started and stopped.

Both detach from the process that starts them and are found again by their pid files, so
any process of the same place may stop them. A pid file proves nothing by itself (kill -9,
reboot, a copied directory), so the process behind it is always looked at.

Standard library only.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from station.devkit.places import Binaries, Place, ServicesProblem, foreign_text

DATABASE = "gongqingtong"
MAJOR_VERSION = "18"
START_SECONDS = 30.0
STOP_SECONDS = 20
# For clusters that live as long as one test run. Commits still survive a kill -9 of the
# server (that needs the WAL written, not synced), which the drills rely on.
# Thousands of tests roll their rows back: the tables stay small only if somebody sweeps often.
THROWAWAY_OPTIONS = (
    "-c fsync=off",
    "-c full_page_writes=off",
    "-c shared_buffers=256MB",
    "-c autovacuum_naptime=2s",
    "-c autovacuum_vacuum_cost_delay=0",
    "-c autovacuum_vacuum_scale_factor=0",
    "-c autovacuum_vacuum_threshold=3000",
)


def run_as(place: Place, command: list[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run one short program as the service user, with a bare environment and from ``/``."""
    switched = place.user.is_switched
    # A file, not a pipe: a server that stays behind would keep the pipe open for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            timeout=timeout,
            check=False,
            user=place.user.uid if switched else None,
            group=place.user.gid if switched else None,
            extra_groups=[] if switched else None,
        )
        out.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), "")


def is_running(pid: int, *, working_in: Path) -> bool:
    """Tell whether ``pid`` lives and works in the directory (a reused pid does not)."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    proc = Path(f"/proc/{pid}")
    if not proc.is_dir():
        return _command_line(pid) != ""
    try:
        return (proc / "cwd").resolve() == working_in.resolve()
    except OSError:  # a zombie has no directory any more
        return False


def _command_line(pid: int) -> str:
    # Systems without /proc (macOS) have ps.
    done = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    line = done.stdout.strip()
    return line if "postgres" in line or "valkey" in line else ""


def _wait_gone(pid: int, *, working_in: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(pid, working_in=working_in):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class PostgresServer:
    """The cluster of one place."""

    def __init__(self, place: Place, binaries: Binaries, *, is_throwaway: bool) -> None:
        self.place = place
        self.binaries = binaries
        self.is_throwaway = is_throwaway

    @property
    def url(self) -> str:
        """Connection address of the station's database."""
        return postgres_url(self.place)

    def pid(self) -> int:
        """Return the postmaster's pid, or 0 when it does not run."""
        pid = _first_number(self.place.postgres_data / "postmaster.pid")
        return pid if is_running(pid, working_in=self.place.postgres_data) else 0

    def is_up(self) -> bool:
        """Tell whether the server answers on its socket."""
        if not self.place.postgres_socket.exists():
            return False
        done = self._tool("pg_isready", "-q", "-t", "3", "-d", "postgres")
        return done.returncode == 0

    def start(self) -> None:
        """Start the cluster, making it first when there is none. Twice is as good as once."""
        if self.is_up():
            return
        self._make_cluster()
        self.stop()  # one that runs but cannot be reached: its socket directory is gone
        deadline = time.monotonic() + START_SECONDS
        while not self._try_start():
            if time.monotonic() > deadline:
                raise ServicesProblem(f"PostgreSQL 启动失败 / does not start:\n{self._log_tail()}")
            time.sleep(0.3)  # the killed predecessor may still be an unreaped zombie
        self._make_database()

    def _try_start(self) -> bool:
        self._forget_dead_postmaster()
        data = self.place.postgres_data
        options = f"-h '' -k {self.place.runtime} -p 5432"
        if self.is_throwaway:
            options = " ".join((options, *THROWAWAY_OPTIONS))
        # An absolute wait: recovery after a crash may take longer than pg_ctl's default.
        done = self._run(
            "pg_ctl", "start", "-w", "-t", "60", "-s", "-D", str(data),
            "-l", str(data / "server.log"), "-o", options, timeout=90,
        )  # fmt: skip
        return done.returncode == 0 and self.is_up()

    def stop(self) -> None:
        """Stop the server: politely, then at once, then by force."""
        pid = self.pid()
        if not pid:
            return
        data = self.place.postgres_data
        for mode, seconds in (("fast", STOP_SECONDS), ("immediate", 5)):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._run(
                    "pg_ctl", "stop", "-s", "-D", str(data), "-m", mode, "-t", str(seconds),
                    timeout=seconds + 10,
                )  # fmt: skip
            if _wait_gone(pid, working_in=data, seconds=1):
                return
        self.kill()

    def kill(self) -> None:
        """Kill the postmaster the hard way (drills) and wait until it is gone."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            _wait_gone(pid, working_in=self.place.postgres_data, seconds=5)

    def _make_cluster(self) -> None:
        data = self.place.postgres_data
        version = data / "PG_VERSION"
        if version.is_file():
            found = version.read_text(encoding="ascii").strip()
            if found != MAJOR_VERSION:
                raise ServicesProblem(
                    f"{data} 是 PostgreSQL {found} 的数据,需要 {MAJOR_VERSION};请移走 / "
                    f"{data} holds data of PostgreSQL {found}, not {MAJOR_VERSION}; move it away."
                )
            return
        nursery = data.with_name("postgres.new")  # renamed when complete: no half cluster
        shutil.rmtree(nursery, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
        nursery.mkdir(mode=0o700)
        if self.place.user.is_switched:
            os.chown(nursery, self.place.user.uid, self.place.user.gid)
        # Trigram indexes on Chinese text need a Unicode LC_CTYPE; plain C finds nothing.
        done = self._run(
            "initdb", "-D", str(nursery), "-U", DATABASE, "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions",
            *(("--no-sync",) if self.is_throwaway else ()),
            timeout=120,
        )  # fmt: skip
        if done.returncode != 0:
            raise ServicesProblem(f"initdb 失败 / failed:\n{done.stdout[-2000:]}")
        nursery.rename(data)

    def _make_database(self) -> None:
        done = self._tool("createdb", DATABASE)
        if done.returncode != 0 and "already exists" not in done.stdout:
            raise ServicesProblem(f"createdb 失败 / failed:\n{done.stdout[-2000:]}")

    def _forget_dead_postmaster(self) -> None:
        """Drop the pid file of a server that is gone.

        PostgreSQL itself hesitates when the number now belongs to another process, which is
        usual after a reboot or in a copied directory. Orphaned backends still keep a second
        server out through the shared memory they are attached to.
        """
        if not self.pid():
            (self.place.postgres_data / "postmaster.pid").unlink(missing_ok=True)

    def _tool(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(
            name, "-h", str(self.place.runtime), "-p", "5432", "-U", DATABASE, *arguments,
            timeout=30,
        )  # fmt: skip

    def _run(self, name: str, *arguments: str, timeout: float) -> subprocess.CompletedProcess[str]:
        program = str(self.binaries.postgres / name)
        return run_as(self.place, [program, *arguments], timeout=timeout)

    def _log_tail(self) -> str:
        log = self.place.postgres_data / "server.log"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.is_file() else ""


class ValkeyServer:
    """The Valkey server of one place: append-only file, never evicts (it carries the broker)."""

    def __init__(self, place: Place, binaries: Binaries) -> None:
        self.place = place
        self.binaries = binaries

    @property
    def url(self) -> str:
        """Connection address (Django, redis-py); Celery's form is derived in its settings."""
        return valkey_url(self.place)

    @property
    def _pid_file(self) -> Path:
        return self.place.valkey_data / "valkey.pid"

    def pid(self) -> int:
        """Return the server's pid, or 0 when it does not run."""
        pid = _first_number(self._pid_file)
        return pid if is_running(pid, working_in=self.place.valkey_data) else 0

    def is_up(self) -> bool:
        """Tell whether the server answers."""
        return self.ask("PING").startswith(b"+PONG")

    def ask(self, command: str, *, seconds: float = 2.0) -> bytes:
        """Send one inline command and return the start of the answer, empty when none comes."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(seconds)
                link.connect(str(self.place.valkey_socket))
                link.sendall(command.encode() + b"\r\n")
                return link.recv(64)
        except OSError:
            return b""

    def start(self) -> None:
        """Start the server. Twice is as good as once."""
        if self.is_up():
            return
        self.kill()  # one that lives but does not answer
        data = self.place.valkey_data
        done = run_as(
            self.place,
            [
                str(self.binaries.valkey), "--port", "0",
                "--unixsocket", str(self.place.valkey_socket), "--unixsocketperm", "700",
                "--dir", str(data), "--pidfile", str(self._pid_file),
                "--logfile", str(data / "server.log"), "--daemonize", "yes",
                "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
            ],
            timeout=30,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while done.returncode == 0 and not self.is_up():
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            if done.returncode == 0:
                return
        raise ServicesProblem(f"Valkey 启动失败 / does not start:\n{done.stdout[-2000:]}")

    def stop(self) -> None:
        """Stop the server, by force when it does not answer."""
        pid = self.pid()
        if not pid:
            return
        self.ask("SHUTDOWN")
        if not _wait_gone(pid, working_in=self.place.valkey_data, seconds=5):
            self.kill()

    def kill(self) -> None:
        """Kill the server the hard way (drills) and wait until it is gone."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            _wait_gone(pid, working_in=self.place.valkey_data, seconds=5)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Hold the server still: it accepts connections and never answers (drills)."""
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


def postgres_url(place: Place) -> str:
    """Return the DATABASE_URL of the place, whether or not the server runs."""
    return f"postgres://{DATABASE}@/{DATABASE}?host={place.runtime}&port=5432"


def valkey_url(place: Place) -> str:
    """Return the REDIS_URL of the place, whether or not the server runs."""
    return f"unix://{place.valkey_socket}?db=0"


def _first_number(path: Path) -> int:
    """Return the number in the first line of a pid file; 0 when absent, empty or torn."""
    try:
        first = path.read_text(encoding="ascii", errors="replace").splitlines()[0]
        return int(first)
    except PermissionError as error:
        raise ServicesProblem(foreign_text(path)) from error
    except (OSError, IndexError, ValueError):
        return 0
