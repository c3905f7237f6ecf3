"""The net under Celery: looks once a second for due rows, nudges them or moves them itself."""

import logging
import os
import signal
import socket
import threading
import time
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

import members.notices.sending
import requests_app.due
from members.due import DueRow, Source, database_now, run_job
from members.models import Heartbeat
from members.nudge import nudge
from requests_app.lifecycle import Via

log = logging.getLogger(__name__)

SOURCES = (*requests_app.due.SOURCES, *members.notices.sending.SOURCES)
JOBS = requests_app.due.JOBS
BATCH = 200
NUDGE_AGAIN = timedelta(seconds=5)
TAKE_OVER = timedelta(seconds=10)
CHAIN_MAX = 5  # machine steps of one row in a turn while the broker is away


class Sweeper:
    """One sweeping process. Remembers only when it last nudged a row."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        self._nudged: dict[tuple[str, int], datetime] = {}
        self._left: dict[str, int] = {}  # rows of a source that may still be run in this look

    def turn(self) -> int:
        """Look at everything once; return how many steps were made here."""
        now = database_now()
        Heartbeat.objects.update_or_create(name=self.name, defaults={"at": now})
        self._left = {each.name: each.takes for each in SOURCES if each.takes is not None}
        made = sum(self._sweep(source, now) for source in SOURCES)
        for job in JOBS:
            try:
                run_job(job, now=now)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("job failed: job=%s", job.name)
        self._nudged = {key: at for key, at in self._nudged.items() if now - at < NUDGE_AGAIN}
        return made

    def _sweep(self, source: Source, now: datetime) -> int:
        return sum(self._settle_alone(source, row, now) for row in source.due(now, BATCH))

    def _settle_alone(self, source: Source, row: DueRow, now: datetime) -> int:
        """Settle one row; whatever is wrong with it must not stop the others."""
        try:
            return self._settle(source, row, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("row failed: source=%s row=%s", source.name, row.row_id)
            return 0

    def _settle(self, source: Source, row: DueRow, now: datetime) -> int:
        """Leave the row to Celery, nudge it again, or move it here."""
        waited = now - row.due_at
        if waited < source.nudge_after:
            return 0
        may_take = self._left.get(source.name, 1) > 0
        if (waited < TAKE_OVER or not may_take) and self._nudge(source, row, now):
            return 0
        if not may_take:
            return 0
        if source.name in self._left:
            self._left[source.name] -= 1
        made = 0
        while made < CHAIN_MAX and source.run(row.row_id, Via.SWEEP, database_now()):
            made += 1
        return made

    def _nudge(self, source: Source, row: DueRow, now: datetime) -> bool:
        """Nudge the row unless that was done a moment ago; return whether Celery knows of it."""
        key = (source.name, row.row_id)
        last = self._nudged.get(key)
        if last is not None and now - last < NUDGE_AGAIN:
            return True
        if not nudge(row.task, row.row_id):
            return False
        self._nudged[key] = now
        return True


class Command(BaseCommand):
    """Run until SIGTERM; with --once look a single time."""

    requires_system_checks: list[str] = []  # they would import every page; it shows none
    help = "Nudge or move whatever is due. Run two of them; no beat is needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and stop")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")

    def handle(self, *, once: bool, every: float, **options: Any) -> None:
        sweeper = Sweeper(name=f"sweep:{socket.gethostname()}:{os.getpid()}")
        if once:
            self.stdout.write(f"steps made: {sweeper.turn()}")
            return
        stop = threading.Event()

        def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        while not stop.is_set():
            started = time.monotonic()
            try:
                sweeper.turn()
            except (OperationalError, InterfaceError) as error:
                log.warning("database away: %s", type(error).__name__)
                connection.close()
            stop.wait(max(0.0, every - (time.monotonic() - started)))
