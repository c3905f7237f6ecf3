"""A small closed-loop load client: N requests over C connections, loopback only. Bounded.

Standard library; its own cost is the same for the yardstick and for what is measured.
"""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LONGEST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request and the status that counts as success."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    expects: int = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: requests a second and milliseconds at three ranks; errors counted."""

    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    errors: int
    requests: int


def run_load(port: int, make: Callable[[int], Call], *, total: int, connections: int) -> Outcome:
    """Send ``total`` calls over ``connections`` threads to 127.0.0.1; stop after 30 seconds."""
    times: list[float] = []
    errors: list[int] = []
    serials = iter(range(total))
    lock = threading.Lock()
    deadline = time.monotonic() + LONGEST_SECONDS

    def work() -> None:
        while time.monotonic() < deadline:
            with lock:
                serial = next(serials, None)
            if serial is None:
                return
            call = make(serial)
            started = time.perf_counter()
            status = _send(port, call)
            elapsed = time.perf_counter() - started
            with lock:
                times.append(elapsed)
                if status != call.expects:
                    errors.append(status)

    started = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _outcome(times, len(errors), time.perf_counter() - started)


def _send(port: int, call: Call) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_SECONDS)
    try:
        link.request(call.method, call.path, body=call.body, headers=dict(call.headers))
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


def _outcome(times: list[float], errors: int, seconds: float) -> Outcome:
    ranks = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else []
    p50, p95, p99 = (ranks[rank - 1] * 1000 if ranks else 0.0 for rank in (50, 95, 99))
    return Outcome(
        rate=round(len(times) / seconds, 1),
        p50_ms=round(p50, 1),
        p95_ms=round(p95, 1),
        p99_ms=round(p99, 1),
        errors=errors,
        requests=len(times),
    )
