"""Embedded PostgreSQL and Valkey for development and tests, shared by all who need them.

Every process that uses the services of a place holds a shared lock; the last one out
stops them. A lock ends with its process, also after kill -9, so nothing has to be cleaned
up: whoever comes next finds the servers running and uses them, or starts them.

Only ``manage.py`` and the test plugin may call this. Standard library only.
"""

import atexit
import contextlib
import fcntl
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import IO

from station.devkit.places import (
    CHECKOUT,
    DEVELOPMENT,
    Place,
    ServicesProblem,
    claim,
    find_binaries,
    open_home,
    place_for,
)
from station.devkit.servers import PostgresServer, ValkeyServer, postgres_url, valkey_url

LOCK_SECONDS = 180.0
TEST_RUN = "STATION_TEST_RUN"

# Commands that read code and files only; everything else may want the database.
COMMANDS_WITHOUT_SERVICES = frozenset(
    {
        "catalogue_check", "check", "collectstatic", "compilemessages", "diffsettings", "doctor",
        "findstatic", "help", "makecatalogue", "makemessages", "startapp", "startproject",
        "version",
    }
)  # fmt: skip


class Services:
    """One place's servers, as one user of them sees them."""

    def __init__(
        self, place: Place, *, wants_postgres: bool = True, wants_valkey: bool = True
    ) -> None:
        self.place = place
        self.wants_postgres = wants_postgres
        self.wants_valkey = wants_valkey
        self._users: IO[str] | None = None
        self._owner = 0
        binaries = find_binaries(place.user)
        self.postgres = PostgresServer(place, binaries, is_throwaway=place.name != DEVELOPMENT)
        self.valkey = ValkeyServer(place, binaries)

    def join(self, *, announce: bool = False) -> None:
        """Become a user of the services, starting those that do not run."""
        if self._users is not None:
            return
        open_home(self.place)
        with self._turn():
            claim(self.place)
            users = _lock_file(self.place, "users").open("w", encoding="utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
            self._users = users
            self._owner = os.getpid()
            try:
                self._start(announce=announce)
            except BaseException:
                self._release()
                raise

    def leave(self) -> None:
        """Stop being a user; the last one out stops the servers (and drops throw-away data)."""
        if self._users is None or self._owner != os.getpid():  # a forked child owns nothing
            return
        with self._turn():
            if self._is_last():
                self.remove_remains()
            self._release()

    def remove_remains(self) -> None:
        """Stop the servers and drop what must not outlive them; for the last user."""
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.place.runtime, ignore_errors=True)
        if self.place.name != DEVELOPMENT:
            shutil.rmtree(self.place.data, ignore_errors=True)

    def _start(self, *, announce: bool) -> None:
        if self.wants_postgres and not self.postgres.is_up():
            started = time.monotonic()
            self.postgres.start()
            _say(announce, f"PostgreSQL 已启动 / started ({time.monotonic() - started:.1f} s)")
        if self.wants_valkey and not self.valkey.is_up():
            started = time.monotonic()
            self.valkey.start()
            _say(announce, f"Valkey 已启动 / started ({time.monotonic() - started:.1f} s)")

    def _is_last(self) -> bool:
        assert self._users is not None  # noqa: S101 - narrows the type; leave() has looked
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(self) -> None:
        if self._users is not None:
            self._users.close()
            self._users = None

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Serialise starting and stopping among all processes of the place."""
        with _lock_file(self.place, "turn").open("w", encoding="utf-8") as turn:
            deadline = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > deadline:
                        raise ServicesProblem(
                            "另一进程启动或停止服务超过三分钟 / another process has been "
                            "starting or stopping the services for three minutes."
                        ) from error
                    time.sleep(0.05)
            yield


def _lock_file(place: Place, kind: str) -> Path:
    return place.home / f"{place.name}.{kind}.lock"


def _say(announce: bool, text: str) -> None:
    if announce:
        print(text, file=sys.stderr, flush=True)


def needs_services(arguments: list[str]) -> bool:
    """Tell whether a manage.py command line (without the program's name) uses the database."""
    if not arguments or {"--help", "-h", "--version"} & set(arguments):
        return False
    command = arguments[0]
    if command == "check" and any(word.startswith("--database") for word in arguments):
        return True
    if command == "makemigrations" and {"--check", "--dry-run"} & set(arguments):
        return False
    return command not in COMMANDS_WITHOUT_SERVICES


def serve_command(arguments: list[str], *, environ: MutableMapping[str, str]) -> None:
    """Give a management command the services that its environment does not name.

    Sets DATABASE_URL and REDIS_URL where they are missing; without a DATABASE_URL and
    without production's SECRET_KEY the process is a developer's, so DEVELOPMENT defaults to on.
    """
    wants_postgres = "DATABASE_URL" not in environ
    wants_valkey = "REDIS_URL" not in environ
    if wants_postgres and "SECRET_KEY" not in environ:
        environ.setdefault("DEVELOPMENT", "1")
    if not (wants_postgres or wants_valkey):
        return
    place = place_for()
    if needs_services(arguments):
        services = Services(place, wants_postgres=wants_postgres, wants_valkey=wants_valkey)
        services.join(announce=True)
        atexit.register(services.leave)
    else:
        # What still looks for the database (migration history) is told at once that it is away.
        environ.setdefault("DATABASE_POOL", "0")
    if wants_postgres:
        environ["DATABASE_URL"] = postgres_url(place)
    if wants_valkey:
        environ["REDIS_URL"] = valkey_url(place)


# ---- test runs --------------------------------------------------------------------


def name_test_run(*, environ: MutableMapping[str, str]) -> None:
    """Name this run's own services in the environment without starting them.

    The test settings call it before Django is set up; workers of the same run inherit the
    name. The sockets' paths follow from the name, so nothing has to run yet.
    """
    if "DATABASE_URL" in environ or TEST_RUN in environ:
        return
    environ[TEST_RUN] = f"test-{os.getpid()}-{secrets.token_hex(2)}"
    place = place_for(environ[TEST_RUN])
    environ["DATABASE_URL"] = postgres_url(place)
    environ["REDIS_URL"] = valkey_url(place)


def services_of_test_run(*, environ: MutableMapping[str, str]) -> Services | None:
    """Return this run's services, not yet joined; None when the environment names others."""
    if TEST_RUN not in environ:
        return None
    sweep_dead_runs()
    return Services(place_for(environ[TEST_RUN]))


def throwaway_services(label: str) -> Services:
    """Return services of one test alone, for drills that kill, freeze or empty them."""
    return Services(place_for(f"test-{os.getpid()}-{label}-{secrets.token_hex(2)}"))


def sweep_dead_runs(*, checkout: Path = CHECKOUT) -> None:
    """Stop and delete what killed test runs left behind (their process is gone, locks are free)."""
    home = checkout / ".data"
    for lock in sorted(home.glob("test-*.users.lock")):
        name = lock.name.removesuffix(".users.lock")
        if _is_alive(int(name.split("-")[1])):
            continue
        with contextlib.suppress(ServicesProblem, OSError), lock.open("r+") as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Services(place_for(name, checkout=checkout)).remove_remains()
            for leftover in home.glob(f"{name}.*.lock"):
                leftover.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
