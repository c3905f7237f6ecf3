"""The embedded services: shared by their users, back after every kind of death."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.devkit.places import CHECKOUT, ServicesProblem, checkout_key, place_for
from station.devkit.services import (
    Services,
    needs_services,
    serve_command,
    sweep_dead_runs,
    throwaway_services,
)

USER = """
import sys
from station.devkit.places import place_for
from station.devkit.services import Services
Services(place_for(sys.argv[1])).join()
print("joined", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def own() -> Iterator[Services]:
    fresh = throwaway_services("devkit")
    fresh.join()
    yield fresh
    fresh.leave()


def ask(services: Services, sql: str) -> str:
    done = subprocess.run(
        [
            services.postgres.binaries.postgres / "psql", "-h", services.place.runtime,
            "-U", "gongqingtong", "-Atqc", sql, "gongqingtong",
        ],
        capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    return done.stdout.strip()


def test_servers_stay_until_the_last_user_leaves(own: Services) -> None:
    second = Services(own.place)
    second.join()
    second.leave()
    assert own.postgres.is_up()
    assert own.valkey.is_up()

    second.join()
    own.leave()
    assert second.postgres.is_up()
    second.leave()
    assert not second.postgres.is_up()
    assert not second.valkey.is_up()
    assert not own.place.runtime.exists()
    assert not own.place.data.exists()


def test_a_killed_user_keeps_nobody_from_stopping_the_servers() -> None:
    name = throwaway_services("killed").place.name
    user = subprocess.Popen(
        [sys.executable, "-c", USER, name],
        cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert user.stdin is not None
    assert user.stdout is not None
    assert user.stdout.readline() == "joined\n"
    user.send_signal(signal.SIGKILL)
    user.wait()
    user.stdin.close()
    user.stdout.close()

    heir = Services(place_for(name))
    assert heir.postgres.is_up()
    heir.join()
    heir.leave()
    assert not heir.postgres.is_up()


def test_rows_are_back_after_both_servers_are_killed(own: Services) -> None:
    ask(own, "create table kept as select 41 + 1 as answer")
    own.postgres.kill()
    own.valkey.kill()
    assert not own.postgres.is_up()

    own.leave()
    own.join()
    assert own.valkey.is_up()
    assert own.postgres.is_up()


def test_committed_rows_survive_a_kill_of_the_postmaster(own: Services) -> None:
    ask(own, "create table kept as select 41 + 1 as answer")
    own.postgres.kill()
    own.postgres.start()
    assert ask(own, "select answer from kept") == "42"


def test_a_reused_process_number_does_not_stop_a_start(own: Services) -> None:
    own.postgres.stop()
    stale = own.place.postgres_data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{own.place.postgres_data}\n", encoding="ascii")
    own.postgres.start()
    assert own.postgres.pid() not in (0, os.getpid())


def test_a_lost_socket_directory_is_made_anew(own: Services) -> None:
    own.place.postgres_socket.unlink()
    own.place.valkey_socket.unlink()
    second = Services(own.place)
    second.join()
    assert second.postgres.is_up()
    assert second.valkey.is_up()
    second.leave()


def test_chinese_letters_are_letters_to_the_database(own: Services) -> None:
    ask(own, "create extension pg_trgm")
    assert ask(own, "select cardinality(show_trgm('拖欠工资'))") == "5"


def test_a_frozen_broker_does_not_answer(own: Services) -> None:
    with own.valkey.frozen():
        assert own.valkey.ask("PING", seconds=0.2) == b""
    assert own.valkey.is_up()


def test_remains_of_a_killed_test_run_are_swept() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = Services(place_for(f"test-{gone.pid}-ab12"))
    left.join()
    left._release()  # what the kernel does for a killed process

    sweep_dead_runs()
    assert not left.postgres.is_up()
    assert not left.place.data.exists()
    assert not list(left.place.home.glob(f"{left.place.name}.*"))


def test_two_checkouts_share_nothing(tmp_path: Path) -> None:
    one, other = place_for(checkout=tmp_path / "a"), place_for(checkout=tmp_path / "b")
    assert one.runtime != other.runtime
    assert one.postgres_data != other.postgres_data
    # A copied checkout brings the pointer along; it must not lead to the first one's data.
    (tmp_path / "b" / ".data").mkdir(parents=True)
    pointer = tmp_path / "b" / ".data" / "location"
    pointer.write_text(f"/var/lib/gongqingtong/{checkout_key(tmp_path / 'a')}\n", encoding="utf-8")
    assert place_for(checkout=tmp_path / "b").postgres_data == other.postgres_data


def test_the_longest_socket_path_fits() -> None:
    longest = place_for("test-4194304-valkey-outage-ffff", checkout=Path("/" + "x" * 200))
    assert len(os.fsencode(longest.postgres_socket)) <= 103


def test_a_socket_path_that_is_too_long_is_named() -> None:
    services = throwaway_services("x" * 80)
    with pytest.raises(ServicesProblem, match="too long"):
        services.join()
    assert not services.place.runtime.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_data_of_another_user_are_left_alone() -> None:
    services = throwaway_services("foreign")
    services.place.postgres_data.mkdir(parents=True)
    os.chown(services.place.postgres_data, 12345, 12345)
    try:
        with pytest.raises(ServicesProblem, match="belongs to the user 12345"):
            services.join()
        assert services.place.postgres_data.stat().st_uid == 12345
    finally:
        services.remove_remains()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("shell", True),
        ("migrate", True),
        ("runserver 8000", True),
        ("test", True),
        ("check --database default", True),
        ("makemigrations members", True),
        ("check", False),
        ("check --deploy", False),
        ("makemigrations --check", False),
        ("compilemessages", False),
        ("collectstatic --noinput", False),
        ("doctor", False),
        ("shell --help", False),
        ("--version", False),
        ("", False),
    ],
)
def test_commands_start_services_only_when_they_use_them(line: str, expected: bool) -> None:
    assert needs_services(line.split()) is expected


def test_a_command_without_need_names_the_services_and_starts_none() -> None:
    environ: dict[str, str] = {}
    serve_command(["check"], environ=environ)
    assert environ["DEVELOPMENT"] == "1"
    assert "DEBUG" not in environ  # visitors of `make run` meet our own error pages
    assert environ["DATABASE_URL"].startswith("postgres://gongqingtong@/gongqingtong?host=/")
    assert environ["REDIS_URL"].startswith("unix:///")


def test_production_is_never_given_development_values() -> None:
    environ = {"SECRET_KEY": "theirs", "REDIS_URL": "redis://theirs"}
    serve_command(["check"], environ=environ)
    assert "DEVELOPMENT" not in environ
    assert environ["REDIS_URL"] == "redis://theirs"

    named = {"DATABASE_URL": "postgres://theirs/db", "REDIS_URL": "redis://theirs"}
    before = dict(named)
    serve_command(["shell"], environ=named)
    assert named == before
