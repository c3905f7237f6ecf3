"""The token of a personal link reaches no log, also where everything goes wrong.

A web process without a database, its access log turned on: every way in which an address
gets into a log is walked, the token is in none, and the traces themselves are there.
"""

import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.devkit.places import CHECKOUT
from station.devkit.supervisor import answer_of, open_socket
from station.log_lines import DiscreetFormatter

TOKEN = "vN3kQ7mX1rT9bZ5wY2cH8A"
LINK = f"/l/{TOKEN}/"
PATIENCE = 60.0  # seconds; a busy machine is no wrong answer


@dataclass(frozen=True, slots=True)
class Web:
    """A web server on its own, and what it has said."""

    port: int
    log: Path

    def send(self, request: str, *lines: str) -> str:
        """Send a request as it stands; return the first line of the answer."""
        head = "\r\n".join([request, *lines, "Connection: close", "", ""])
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as link:
            link.sendall(head.encode())
            answer = link.makefile("rb").read()
        return answer.split(b"\r\n")[0].decode()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Start gunicorn as in production, but for its database, which is nowhere."""
    log = tmp_path_factory.mktemp("web") / "web.log"
    listening = open_socket("127.0.0.1", preferred_port=0)
    number = listening.fileno()
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgres://nobody@/nowhere?host=/nonexistent",
        "WEB_PROCESSES": "1",
    }
    command = ["-m", "gunicorn", "--bind", f"fd://{number}", "--access-logfile", "-"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=CHECKOUT, env=environ, stdout=out, stderr=out, pass_fds=[number],
        )  # fmt: skip
    port = listening.getsockname()[1]
    listening.close()
    try:
        deadline = time.monotonic() + PATIENCE
        while answer_of(f"http://127.0.0.1:{port}/privacy/") != 200:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield Web(port, log)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def test_no_line_of_the_web_server_holds_a_token(web: Web) -> None:
    host = f"Host: 127.0.0.1:{web.port}"
    came_from = f"Referer: http://127.0.0.1{LINK}"
    answers = [
        web.send(f"GET {LINK} HTTP/1.1", host),
        web.send(f"POST {LINK} HTTP/1.1", host, "Content-Length: 0"),
        web.send("GET / HTTP/1.1", host, came_from),
        web.send(f"PUT {LINK} HTTP/1.1", host, "Content-Length: 0"),
        web.send(f"GET {LINK}more/ HTTP/1.1", host, came_from),
        web.send(f"GET {LINK} HTTP/1.1", "Host: elsewhere.example"),
        web.send(f"{LINK} HTTP/1.1", host),
        web.send(f"GET {LINK} HTTP/9.9", host),
        web.send(f"G\x07ET {LINK} HTTP/1.1", host),
    ]

    statuses = [answer.split(" ")[1] for answer in answers]
    assert statuses == ["200", "500", "500", "405", "404", "400", "400", "400", "400"]
    said = web.log.read_text()
    assert TOKEN not in said
    assert "Internal Server Error: /l/…/" in said, "an error still leaves its trace"
    assert "OperationalError" in said
    assert "Invalid HTTP request line: '/l/…/ HTTP/1.1'" in said
    assert "POST 500" in said, "the access log was on"


def test_the_words_around_a_token_stay() -> None:
    try:
        raise ValueError(f"no way back from {LINK}?next=1")
    except ValueError:
        record = logging.LogRecord(
            "x",
            logging.ERROR,
            __file__,
            1,
            "%s from %s",
            ("500", f"{LINK} by hand"),
            sys.exc_info(),
        )
    written = DiscreetFormatter("%(levelname)s %(message)s").format(record)

    assert written.startswith("ERROR 500 from /l/…/ by hand\nTraceback")
    assert written.endswith("ValueError: no way back from /l/…/?next=1")


# ---- the edge ---------------------------------------------------------------------------


def test_the_edge_writes_its_errors_without_the_request() -> None:
    edge = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    told = " ".join(edge.split())
    assert "log default { format filter { wrap json fields { request delete } } }" in told
    assert edge.count("log ") == 1


def test_caddy_itself_says_nothing_of_a_link_it_could_not_pass_on(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not installed; the file's words are checked instead")
    listening = open_socket("127.0.0.1", preferred_port=0)
    port = listening.getsockname()[1]
    listening.close()
    edge = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    edge = edge.replace("{$STATION_DOMAIN}", f"http://127.0.0.1:{port}")
    (tmp_path / "Caddyfile").write_text(edge.replace("web:8000", "127.0.0.1:1"))
    log = tmp_path / "caddy.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [caddy, "run", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile"],
            env={**os.environ, "HOME": str(tmp_path)}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + PATIENCE
        while answer_of(f"http://127.0.0.1:{port}{LINK}") != 502:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
    assert '"status":502' in log.read_text()
    assert TOKEN not in log.read_text()
