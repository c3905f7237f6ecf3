"""``manage.py run``: the whole station on this machine, filled and clickable."""

import gc
import json
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from station.devkit.places import place_for
from station.devkit.presence import AlreadyRuns, Presence
from station.devkit.servers import postgres_url
from station.devkit.supervisor import (
    Part,
    Supervisor,
    answer_of,
    end_with_parent,
    last_lines,
    open_socket,
)

READY_SECONDS = 60.0
FAILURES_SHOWN = 5
SWEEPERS = 2


class Stopped(Exception):
    """The developer pressed Ctrl-C or something sent SIGTERM."""


class Command(BaseCommand):
    help = "启动整个服务站 / start the whole station: web, worker, two sweepers"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="preferred; else the next free")
        parser.add_argument(
            "--end-with-parent", action="store_true", help="stop when the calling make dies"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            presence = Presence(settings.BASE_DIR / ".data" / "run.lock")
        except AlreadyRuns as told:
            raise CommandError(str(told)) from told
        if options["end_with_parent"]:
            end_with_parent()
        # Celery's and gunicorn's Ctrl-C is ours to pass on, so both signals say the same.
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        try:
            self._prepare()
            self._serve(host=options["host"], port=options["port"], presence=presence)
        except Stopped:
            self._say("已全部停止 / everything stopped")
        finally:
            presence.leave()

    def _prepare(self) -> None:
        """Bring schema, catalogues and demo data up to date, saying what goes on."""
        gc.freeze()  # what is imported stays: migrating takes a fifth less when nobody walks it
        for directory in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
            Path(directory).mkdir(parents=True, exist_ok=True)
        self._timed(
            "编译译文 / compiling messages", lambda: call_command("compilemessages", verbosity=0)
        )
        if _filling().exists():
            self._start_over()
        self._timed("更新数据库 / migrating", _migrate)
        if not _is_empty():
            return
        if "fill_demo" not in get_commands():
            self._say("没有 fill_demo 命令,跳过演示数据 / no fill_demo command: no demo data")
            return
        _filling().touch()
        self._timed("填充演示站 / filling the demo station", lambda: call_command("fill_demo"))
        _filling().unlink()

    def _start_over(self) -> None:
        """Drop a demo station that a killed run left half filled; never one of somebody else's."""
        if os.environ.get("DATABASE_URL") != postgres_url(place_for()):
            raise CommandError(
                f"上次填充演示数据中断 / the last filling was cut short. 清空数据库后删除 / "
                f"empty the database, then delete {_filling()}"
            )
        self._say("上次填充中断,重建数据库 / the last filling was cut short: starting over")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        _filling().unlink()

    def _serve(self, *, host: str, port: int, presence: Presence) -> None:
        """Start the parts and stay until one ends or somebody stops us."""
        listening = open_socket(host, preferred_port=port)
        supervisor = Supervisor(
            environ=os.environ, directory=settings.BASE_DIR, logs=settings.BASE_DIR / ".data/logs"
        )
        try:
            for part in self._parts(listening.fileno()):
                supervisor.start(part)
            address = f"http://{host}:{listening.getsockname()[1]}/"
            self._await(supervisor, address)
            presence.tell(address)
            self._greet(address)
            while True:
                self._look(supervisor)
                time.sleep(0.5)
        finally:
            supervisor.stop()
            listening.close()

    def _parts(self, listening: int) -> list[Part]:
        python = sys.executable
        parts = [
            Part(
                name="web",
                command=(python, "-m", "gunicorn", "--bind", f"fd://{listening}"),
                keeps=(listening,),
            ),
            Part(
                name="worker",
                command=(
                    python, "-m", "celery", "--app", "station.celery", "worker",
                    "--concurrency", "2", "--loglevel", "INFO",
                ),
            ),
        ]  # fmt: skip
        if "sweep" not in get_commands():
            self._say("没有 sweep 命令,不启动巡检 / no sweep command: no sweepers")
            return parts
        return parts + [
            Part(name=f"sweep-{number}", command=(python, "manage.py", "sweep"))
            for number in range(1, SWEEPERS + 1)
        ]

    def _await(self, supervisor: Supervisor, address: str) -> None:
        """Wait for the first page; a page that keeps failing is shown, not waited for."""
        deadline = time.monotonic() + READY_SECONDS
        failures = 0
        while not 0 < (status := answer_of(address)) < 500:
            self._look(supervisor)
            failures += status >= 500
            if failures >= FAILURES_SHOWN or time.monotonic() > deadline:
                log = supervisor.log_of("web")
                raise CommandError(
                    f"首页没有正常应答 / the first page fails ({status or 'no answer'}); {log}:\n"
                    f"{last_lines(log)}"
                )
            time.sleep(0.2)

    def _look(self, supervisor: Supervisor) -> None:
        ended = supervisor.first_ended()
        if ended is not None:
            raise CommandError(
                f"{ended.name} 退出 / ended with code {ended.code}; {ended.log}:\n"
                f"{ended.last_lines()}"
            )

    def _greet(self, address: str) -> None:
        self._say(f"\n工情通 → {address}")
        for line in demo_lines(settings.BASE_DIR / ".data" / "demo.json"):
            self._say(f"  {line}")
        self._say("日志 / logs: .data/logs · 停止 / stop: Ctrl-C\n")

    def _timed(self, label: str, work: Callable[[], object]) -> None:
        self._say(f"{label} …")
        started = time.monotonic()
        work()
        self._say(f"  {time.monotonic() - started:.1f} s")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def demo_lines(path: Path) -> list[str]:
    """Read what ``fill_demo`` left to print: one line a log-in, then the look-up code.

    Shape: ``{"logins": [{"username", "password", "note", "totp"}], "lookup": {"number", "code"},
    "hint"}``; further values of an entry are printed as they are.
    """
    if not path.is_file():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    lines = ["  ".join(str(value) for value in login.values()) for login in found.get("logins", [])]
    lookup = found.get("lookup")
    if lookup:
        lines.append("查询 / look-up: " + "  ".join(str(value) for value in lookup.values()))
    if hint := found.get("hint"):
        lines.append(str(hint))
    return lines


def _filling() -> Path:
    return Path(settings.BASE_DIR) / ".data" / "demo.filling"


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _is_empty() -> bool:
    """Tell whether the station knows no unit yet (a unit is the first thing it needs)."""
    try:
        unit = apps.get_model("members", "Unit")
    except LookupError:
        return True
    return not unit._default_manager.exists()


def _stop(number: int, _frame: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut the stop short
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped(number)
