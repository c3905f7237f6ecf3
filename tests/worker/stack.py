"""A whole station for drills and journeys: own PostgreSQL and Valkey, workers, sweepers, web.

Everything runs in processes of its own, so a drill may kill, freeze or empty any of them.
Only processes started here are ever signalled.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

from members.nudge import OPEN_SECONDS
from station.devkit.places import Place
from station.devkit.servers import postgres_url, valkey_url
from station.devkit.services import throwaway_services
from station.devkit.supervisor import answer_of, open_socket
from tests.worker.cluster import keep_cluster, lay_cluster
from tests.worker.errands import Errands

ROOT = Path(__file__).resolve().parents[2]
# The machine's steps as their events: up to the dispatch, and from the result to the end.
TO_DISPATCHED = ("request.sensed", "request.triaged", "request.dispatched")
TO_CLOSED = ("reply.given", "request.closed")


class Stack:
    """Services, a Celery worker and sweepers around one throw-away database.

    ``seed`` names the module that fills the database; ``log_level`` is the worker's; ``environ``
    is added to their environment.
    """

    def __init__(
        self,
        label: str,
        *,
        workers: int = 1,
        sweepers: int = 2,
        app: str = "station",
        seed: str = "tests.worker.seed",
        log_level: str = "WARNING",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.services = throwaway_services(label)
        self.app = app
        self.workers: list[subprocess.Popen[bytes]] = []
        self.sweepers: list[subprocess.Popen[bytes]] = []
        self.web: subprocess.Popen[bytes] | None = None
        self._errands: Errands | None = None
        self.address = ""
        self._counts = (workers, sweepers)
        self._warmed = 0
        self._seed = seed
        self._log_level = log_level
        self._environ = dict(environ or {})

    def __enter__(self) -> Self:
        is_migrated = lay_cluster(self.services.place)
        self.services.join()
        try:
            if not is_migrated:
                self.manage("migrate", "--verbosity", "0")
                self.manage("createcachetable")
                keep_cluster(self.services)
            self.run(self._seed)
            for _ in range(self._counts[0]):
                self.start_worker()
            for _ in range(self._counts[1]):
                self.start_sweeper()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_details: object) -> None:
        web = [self.web] if self.web else []
        for process in (*web, *self.workers, *self.sweepers):
            if process.poll() is None:
                kill(process)
        if self._errands is not None:
            self._errands.end()
        self.services.leave()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this station."""
        place = self.services.place
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DEVELOPMENT": "1",
            "DEBUG": "0",  # as in `make run`: a page of Django's own would be the wrong thing
            "DATABASE_URL": postgres_url(place),
            "REDIS_URL": valkey_url(place),
            "MEDIA_ROOT": str(place.data / "media"),
            "ANCHOR_DIR": str(place.data / "anchors"),
            **self._environ,
        }

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start one Celery worker with two children in a process group of its own."""
        command = ["-m", "celery", "-A", self.app, "worker", "-c", "2"]
        name = f"w{len(self.workers)}@drill"
        process = self._start([*command, "-l", self._log_level, "-n", name])
        self.workers.append(process)
        return process

    def start_sweeper(self) -> subprocess.Popen[bytes]:
        """Start one sweeper."""
        process = self._start(["manage.py", "sweep"])
        self.sweepers.append(process)
        return process

    def start_web(self, *, seconds: float = 60) -> str:
        """Start gunicorn as ``manage.py run`` does; return the address once it answers."""
        listening = open_socket("127.0.0.1", preferred_port=0)
        number = listening.fileno()
        self.web = self._start(["-m", "gunicorn", "--bind", f"fd://{number}"], keeps=(number,))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.close()
        deadline = time.monotonic() + seconds
        while answer_of(self.address) != 200:
            assert time.monotonic() < deadline, f"the web never came up: {self.log()}"
            assert self.web.poll() is None, f"the web ended: {self.log()}"
            time.sleep(0.1)
        return self.address

    def _start(
        self, command: Sequence[str], *, keeps: tuple[int, ...] = ()
    ) -> subprocess.Popen[bytes]:
        with (self.services.place.data / "drill.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=keeps,
            )

    def mend(self) -> None:
        """Start again whatever a drill has killed, or what has ended as the broker went away.

        That happens to a worker of Celery's now and then; in production its container is
        restarted. What it had in hand the sweepers finish, as every drill's verdict asks.
        """
        for processes in (self.workers, self.sweepers):
            processes[:] = [each for each in processes if each.poll() is None]
        self.services.postgres.start()
        if not self.services.valkey.is_up():
            self.services.valkey.start()
            time.sleep(OPEN_SECONDS + 1)  # until then the running processes' breakers stay open
        while len(self.workers) < self._counts[0]:
            self.start_worker()
        while len(self.sweepers) < self._counts[1]:
            self.start_sweeper()

    def log(self) -> str:
        """Return the end of what the processes have said."""
        return self.whole_log()[-4000:]

    def whole_log(self) -> str:
        """Return everything that the processes have said."""
        return (self.services.place.data / "drill.log").read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Run one management command to its end."""
        return self._finish(["manage.py", *arguments])

    def run(self, module: str, *arguments: str) -> list[str]:
        """Run one module of the tests inside the station; return the JSON it prints last."""
        lines = self._finish(["-m", module, *arguments]).strip().splitlines()
        answer: list[str] = json.loads(lines[-1]) if lines else []
        return answer

    def _finish(self, command: Sequence[str]) -> str:
        if self._errands is not None and self._errands.is_over:
            self._errands.end()
            self._errands = None
        if self._errands is None:
            log = self.services.place.data / "errands.log"
            self._errands = Errands(self.environment, log)
        done = self._errands.run(command)
        assert done.code == 0, f"{command}: {done.out[-2000:]}{done.err[-4000:]}"
        return done.out

    def submit(
        self, count: int, *, offset: int = 0, pause: float = 0.0, calm: bool = False
    ) -> list[str]:
        """Send reports through the intake verb; return the acknowledged numbers.

        ``pause`` is the seconds between two; ``calm``: questions only, nothing urgent.
        """
        options = ["--offset", str(offset), "--pause", str(pause), *(["--calm"] if calm else [])]
        return self.run("tests.worker.submit", str(count), *options)

    def finish(self, count: int, *, offset: int, pause: float = 0.0) -> list[str]:
        """Ask questions and let people handle them up to the result; return their numbers."""
        options = ["--offset", str(offset), "--pause", str(pause)]
        return self.run("tests.worker.finish", str(count), *options)

    @contextmanager
    def stuck_at(self, table: str) -> Iterator[Callable[[], int]]:
        """Hold every step that writes to a table in mid-step; yields how many are waiting."""
        with psycopg.connect(_dsn(self.services.place)) as link:
            link.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(table)))
            yield lambda: int(
                self.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[
                    0
                ][0]
            )

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read rows; used by the checks only."""
        with psycopg.connect(_dsn(self.services.place)) as link:
            return link.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def alter(self, statement: str, *values: object) -> int:
        """Change rows as no verb may: let time pass, give addresses. Return how many."""
        with psycopg.connect(_dsn(self.services.place)) as link:
            return link.execute(statement, values).rowcount  # type: ignore[arg-type]

    def warm_up(self, *, seconds: float = 90, calm: bool = False) -> None:
        """Wait until Celery has read, graded and dispatched something by itself.

        A fresh worker imports and learns for seconds; until then the sweepers take over,
        which is right and not what a calm check asks about.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._warmed += 4  # fresh forms: a repeated one is answered without any step
            numbers = self.submit(4, offset=1_000_000 + self._warmed, calm=calm)
            self.wait_until_all_dispatched(numbers, seconds=30)
            if self.steps_by_via(numbers) == {"celery": 12}:
                return
        raise AssertionError(f"the worker never came up: {self.log()}")

    def wait_until_all_dispatched(self, numbers: Sequence[str], *, seconds: float) -> None:
        """Wait until these requests are dispatched; say what is missing when they are not."""
        self.wait_until_all(numbers, "dispatched", seconds=seconds)

    def wait_until_all(self, numbers: Sequence[str], state: str, *, seconds: float) -> None:
        """Wait until these requests are in a state; say what is missing when they are not."""
        deadline = time.monotonic() + seconds
        missing = set(numbers)
        while missing and time.monotonic() < deadline:
            rows = self.query("SELECT number FROM requests_app_request WHERE state = %s", state)
            missing -= {number for (number,) in rows}
            time.sleep(0.1)
        assert not missing, f"{len(missing)} of {len(numbers)} missing: {self.log()}"

    def steps_by_via(
        self, numbers: Sequence[str], kinds: Sequence[str] = TO_DISPATCHED
    ) -> Mapping[str, int]:
        """Count the machine steps of these requests by what carried them out."""
        rows = self.query(
            "SELECT e.via, count(*) FROM requests_app_event e"
            " JOIN requests_app_request r ON r.id = e.request_id"
            " WHERE e.kind = ANY(%s) AND r.number = ANY(%s) GROUP BY e.via",
            list(kinds),
            list(numbers),
        )
        return {via: int(number) for via, number in rows}

    def let_limits_pass(self, numbers: Sequence[str]) -> int:
        """Move the sign-for limits of these requests to now; return how many there are."""
        return self.alter(
            "UPDATE requests_app_timer t SET due_at = clock_timestamp()"
            " FROM requests_app_request r WHERE r.id = t.request_id"
            " AND t.rule = 'sign_for' AND r.number = ANY(%s)",
            list(numbers),
        )

    def wait_for_timers(self, numbers: Sequence[str], *, seconds: float) -> Mapping[str, int]:
        """Wait until every request's limit has been noted; count by what carried it out."""
        deadline = time.monotonic() + seconds
        while True:
            rows = self.query(
                "SELECT e.via, count(*) FROM requests_app_event e"
                " JOIN requests_app_request r ON r.id = e.request_id"
                " WHERE e.kind = 'timer.fired' AND e.data->>'rule' = 'sign_for'"
                " AND r.number = ANY(%s) GROUP BY e.via",
                list(numbers),
            )
            fired = {via: int(number) for via, number in rows}
            if sum(fired.values()) >= len(numbers) or time.monotonic() > deadline:
                return fired
            time.sleep(0.2)

    def delays(self, numbers: Sequence[str]) -> list[float]:
        """Return the seconds from registration to dispatch of these requests, sorted."""
        rows = self.query(
            "SELECT extract(epoch FROM dispatched_at - registered_at) FROM requests_app_request"
            " WHERE number = ANY(%s) ORDER BY 1",
            list(numbers),
        )
        return [float(seconds) for (seconds,) in rows]

    def verdict(self, acknowledged: Sequence[str]) -> "Verdict":
        """Compare what was acknowledged with what arrived."""
        arrived = self.query("SELECT number FROM requests_app_request WHERE state = 'dispatched'")
        steps = self.query(
            "SELECT request_id, kind, data->>'rule', count(*) FROM requests_app_event"
            " GROUP BY request_id, kind, data->>'rule' HAVING count(*) > 1"
        )
        twice = self.query(
            "SELECT request_ref, account_id, template, count(*) FROM members_notice"
            " WHERE template = 'request.dispatched'"
            " GROUP BY request_ref, account_id, template HAVING count(*) > 1"
        )
        untold = self.query(
            "SELECT number FROM requests_app_request r WHERE state = 'dispatched' AND NOT EXISTS"
            " (SELECT 1 FROM members_notice n WHERE n.request_ref = r.id)"
        )
        lost = set(acknowledged) - {number for (number,) in arrived}
        return Verdict(sorted(lost), steps, twice, [number for (number,) in untold])


class Verdict:
    """What a drill found wrong; empty lists everywhere is the only pass."""

    def __init__(
        self,
        lost: list[str],
        repeated_steps: list[tuple[Any, ...]],
        notices_twice: list[tuple[Any, ...]],
        untold: list[str],
    ) -> None:
        self.faults = {
            "lost": lost,
            "repeated steps": repeated_steps,
            "notices twice": notices_twice,
            "dispatched and nobody told": untold,
        }

    @property
    def is_clean(self) -> bool:
        """Whether every request arrived once and nobody was told twice."""
        return not any(self.faults.values())

    def __repr__(self) -> str:
        return ", ".join(f"{name}: {len(rows)}" for name, rows in self.faults.items())


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process group started by a stack and reap it."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def _dsn(place: Place) -> str:
    return f"host={place.runtime} port=5432 user=gongqingtong dbname=gongqingtong"
