"""Nudges: tell Celery that a row is due. The row is the truth; a lost nudge costs seconds.

Publishing never waits longer than half a second and never retries. After a failure the
breaker stays open for a while, so a dead broker costs a web request nothing; the sweepers
move the rows meanwhile (architecture.md §3).
"""

import logging
import threading
import time
from collections.abc import Callable

from celery import current_app
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

log = logging.getLogger(__name__)

OPEN_SECONDS = 5.0
TIMEOUT_SECONDS = 0.5


class Breaker:
    """Stops calls for ``open_seconds`` after a failure. Safe to share between threads."""

    def __init__(self, *, open_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._open_seconds = open_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._closed_from = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls should be skipped now."""
        with self._lock:
            return self._clock() < self._closed_from

    def trip(self) -> None:
        """Note a failure."""
        with self._lock:
            self._closed_from = self._clock() + self._open_seconds


_breaker = Breaker(open_seconds=OPEN_SECONDS)


def _connection() -> Connection:
    """Return the write connection's settings with timeouts fit for a web request."""
    connection: Connection = current_app.connection_for_write()
    connection.transport_options = {
        **(connection.transport_options or {}),
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "max_retries": 0,
    }
    return connection


def nudge(task: str, row_id: int) -> bool:
    """Publish ``task(row_id)``; return whether the broker took it. Never raises."""
    if _breaker.is_open:
        return False
    try:
        with producers[_connection()].acquire(block=True, timeout=TIMEOUT_SECONDS) as producer:
            current_app.send_task(task, args=[row_id], producer=producer, retry=False)
    except (OperationalError, OSError, TimeoutError) as error:
        _breaker.trip()
        log.warning("nudge failed: task=%s row=%s error=%s", task, row_id, type(error).__name__)
        return False
    return True
