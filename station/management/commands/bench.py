"""Measure the portal against a bare "hello" under the same server settings; prints JSON."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from station.devkit.bench.load import Call, Outcome, run_load
from station.devkit.gates import production_environ

START_SECONDS = 60.0
WARM_UP = 8


class Command(BaseCommand):
    help = "Measure desk, front and API beside a bare hello of the same run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requests", type=int, default=200, help="calls an operation")
        parser.add_argument("--connections", type=int, default=8)
        parser.add_argument("--rows", type=int, default=300, help="requests in the database")

    def handle(self, *, requests: int, connections: int, rows: int, **options: Any) -> None:
        """Fill a database of its own, start both servers one after the other, measure."""
        with _own_database() as url, TemporaryDirectory() as folder:
            environ = _environ(url, folder)
            _run(environ, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
            _run(environ, "manage.py", "migrate", "--verbosity", "0")
            _run(environ, "manage.py", "createcachetable")
            seeded = json.loads(_run(environ, "-m", "station.devkit.bench.seed", str(rows)))
            if len(seeded["waiting"]) < requests + WARM_UP:
                raise CommandError(f"--rows: only {len(seeded['waiting'])} to sign for")
            results = {"hello": _measure_hello(environ, requests * 5, connections)}
            with _server(environ, "station.wsgi:application") as port:
                for name, make in _operations(seeded).items():
                    run_load(
                        port, make, total=WARM_UP, connections=2
                    )  # imports, caches, prepared plans
                    results[name] = run_load(port, make, total=requests, connections=connections)
        self.stdout.write(json.dumps(_report(results, seeded["rows"], connections), indent=2))


def _environ(url: str, folder: str) -> dict[str, str]:
    """Return production's settings for a server on loopback without TLS."""
    return {
        **os.environ,
        **production_environ(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "SECURE_SSL_REDIRECT": "0",
        "STATIC_ROOT": f"{folder}/static",
        "MEDIA_ROOT": f"{folder}/media",
        "TRUSTED_PROXIES": "127.0.0.1",
        "WEB_PROCESSES": "2",
    }


def _report(results: Mapping[str, Outcome], rows: int, connections: int) -> dict[str, Any]:
    hello = results["hello"].rate or 1.0
    return {
        "rows": rows,
        "connections": connections,
        "operations": {
            name: asdict(outcome) | {"share_of_hello": round(outcome.rate / hello, 3)}
            for name, outcome in results.items()
        },
    }


def _measure_hello(environ: Mapping[str, str], total: int, connections: int) -> Outcome:
    def hello(_serial: int) -> Call:
        return Call("GET", "/hello/", {"Host": "127.0.0.1"})

    with _server(environ, "station.devkit.bench.hello:application", path="/hello/") as port:
        run_load(port, hello, total=50, connections=2)
        return run_load(port, hello, total=total, connections=connections)


def _operations(seeded: Mapping[str, Any]) -> dict[str, Callable[[int], Call]]:
    """Return what is measured: name → the serial-th call."""
    staff = {"Host": "127.0.0.1", "Cookie": f"__Host-session={seeded['session']}"}
    token = secrets.token_hex(16)
    number = seeded["number"]

    def intake(serial: int) -> Call:
        form = {
            "csrfmiddlewaretoken": token,
            "form_key": secrets.token_urlsafe(24),
            "story": f"车间照明坏了一周没人修（第{serial}件）",
            "is_anonymous": "on",
            "approach": "none",
        }
        headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-csrf={token}",
            # Many senders: one address would rightly be asked a question after sixty.
            "X-Forwarded-For": f"203.0.{serial // 250 % 250}.{serial % 250 + 1}",
        }
        return Call("POST", "/report/", headers, urlencode(form).encode())

    return {
        **_api_operations(seeded),
        "form": lambda _serial: Call("GET", "/report/", {"Host": "127.0.0.1"}),
        "intake": intake,
        "inbox": lambda _serial: Call("GET", "/desk/", staff),
        "detail": lambda _serial: Call("GET", f"/desk/requests/{number}/", staff),
    }


def _api_operations(seeded: Mapping[str, Any]) -> dict[str, Callable[[int], Call]]:
    """Return the calls of a machine. Each status change signs for another request."""
    machine = {"Host": "127.0.0.1", "Authorization": f"Bearer {seeded['token']}"}
    waiting = iter(seeded["waiting"])

    def sign(_serial: int) -> Call:
        number, state = next(waiting)
        headers = {**machine, "If-Match": f'"{state}"', "Content-Type": "application/json"}
        path = f"/api/v1/requests/{number}/moves"
        return Call("POST", path, headers, b'{"move": "sign_for"}')

    return {
        "list by API": lambda _serial: Call("GET", "/api/v1/requests", machine),
        "status change by API": sign,
    }


@contextmanager
def _own_database() -> Iterator[str]:
    """Make a database for this run on the same server and drop it afterwards."""
    name = f"bench_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run(environ: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=dict(environ),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"{command} failed")
    return done.stdout


@contextmanager
def _server(environ: Mapping[str, str], app: str, *, path: str = "/") -> Iterator[int]:
    """Serve one application with the portal's gunicorn settings on a free loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listening.fileno()}", app],
            cwd=settings.BASE_DIR,
            env=dict(environ),
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(port, path)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await(port: int, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while run_load(port, lambda _: Call("GET", path), total=1, connections=1).errors:
        if time.monotonic() > deadline:
            raise CommandError("the server does not answer")
        time.sleep(0.3)
