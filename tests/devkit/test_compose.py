"""docker-compose.yml describes the same processes as ``make run``, hardened."""

import contextlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from station.devkit.gates import production_environ
from station.devkit.places import CHECKOUT
from station.upload_fence import READ_MAX

FILE = CHECKOUT / "docker-compose.yml"
OURS = ("migrate", "web", "worker", "sweep")
WANTED = re.compile(r"\$\{(\w+):\?")
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
SIZE = re.compile(r"\d+(b|k|kb|m|mb|g|gb)")
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def is_yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


def is_duration(value: object) -> bool:
    return isinstance(value, str) and DURATION.fullmatch(value) is not None


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_environment(value: object) -> bool:
    """A bare ``0`` or ``yes`` would be a number or a truth value: every value is written out."""
    return isinstance(value, dict) and all(is_text(k) and is_text(v) for k, v in value.items())


def mapping_of(shapes: dict[str, Callable[[object], bool]]) -> Callable[[object], bool]:
    """Say of a value whether it is a mapping of known keys, each with a value of its shape."""

    def holds(value: object) -> bool:
        return isinstance(value, dict) and all(
            key in shapes and shapes[key](each) for key, each in value.items()
        )

    return holds


def is_command(value: object) -> bool:
    return is_words(value) and bool(value)


def is_test(value: object) -> bool:
    return is_words(value) and isinstance(value, list) and value[0] in {"CMD", "CMD-SHELL", "NONE"}


# The keys of the specification that we use, with the shape of their values.
SERVICE_SHAPE = {
    "image": is_text,
    "build": is_text,
    "restart": lambda value: value in ("no", "always", "on-failure", "unless-stopped"),
    "init": is_yes_or_no,
    "read_only": is_yes_or_no,
    "tmpfs": is_words,
    "cap_drop": is_words,
    "security_opt": is_words,
    "networks": is_words,
    "volumes": is_words,
    "ports": is_words,
    "environment": is_environment,
    "depends_on": lambda value: (
        isinstance(value, dict)
        and all(set(each) == {"condition"} and each["condition"] in CONDITIONS
                for each in value.values())
    ),
    "shm_size": lambda value: isinstance(value, str) and SIZE.fullmatch(value) is not None,
    "command": is_command,
    "healthcheck": mapping_of(
        {"test": is_test, "interval": is_duration, "timeout": is_duration, "retries": is_count}
    ),
    "stop_grace_period": is_duration,
    "deploy": mapping_of({"replicas": is_count}),
}  # fmt: skip


def faults_of(service: dict[str, Any]) -> list[str]:
    """Keys of a service that are unknown or hold a value of the wrong shape."""
    return [
        key for key in service if key not in SERVICE_SHAPE or not SERVICE_SHAPE[key](service[key])
    ]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def environ_of(compose: dict[str, Any], name: str) -> dict[str, str]:
    return dict(compose["services"][name]["environment"])


# ---- as compose itself reads it ----------------------------------------------------


@pytest.fixture(scope="module")
def program() -> list[str]:
    """Find a compose that works; reading a file needs no engine."""
    for words in (["docker", "compose"], ["docker-compose"]):
        with contextlib.suppress(FileNotFoundError):
            if not subprocess.run([*words, "version"], capture_output=True, check=False).returncode:
                return words
    lacking = "neither docker compose nor docker-compose works here; only the shape is checked"
    if os.environ.get("REQUIRE_TOOLS"):
        pytest.fail(lacking)
    pytest.skip(lacking)


def read_by(program: list[str], text: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Let compose check ``text`` against its schema and list the services."""
    file = tmp_path / "docker-compose.yml"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [*program, "--file", file, "config", "--services"],
        env={**os.environ, **dict.fromkeys(WANTED.findall(text), "x")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_compose_accepts_the_file(program: list[str], tmp_path: Path) -> None:
    done = read_by(program, FILE.read_text(encoding="utf-8"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert set(OURS) < set(done.stdout.split())


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("retries:", "retry:"),
        ("replicas: 2", "replica: 2"),
        ("condition: service_healthy", "condition: healthy"),
        ("stop_grace_period: 60s", "stop_grace_period: 60"),
        ('["redis:/data"]', '["redi:/data"]'),
    ],
)
def test_compose_refuses_a_slip_of_the_pen(
    program: list[str], tmp_path: Path, right: str, slip: str
) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert right in text
    done = read_by(program, text.replace(right, slip), tmp_path)
    assert done.returncode != 0, f"{slip} passed"


# ---- as we read it, also without compose -------------------------------------------


def test_every_key_value_and_reference_is_known(compose: dict[str, Any]) -> None:
    """Check the keys that we use by hand, and the networks, which compose looks up too late."""
    assert {key for key in compose if not key.startswith("x-")} == {
        "services", "networks", "volumes",
    }  # fmt: skip
    for name, service in compose["services"].items():
        assert faults_of(service) == [], name
        assert service.keys() & {"image", "build"}, name
        assert set(service["networks"]) <= compose["networks"].keys(), name
        for other, wait in service.get("depends_on", {}).items():
            assert other in compose["services"], name
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], name
        for source in volume_names(service):
            assert source in compose["volumes"], name
    assert all(volume is None for volume in compose["volumes"].values())
    for network in compose["networks"].values():
        assert network is None or set(network) == {"ipam"}


@pytest.mark.parametrize(
    "slip",
    [
        {"restart": False},  # what YAML makes of a bare no
        {"read-only": True},
        {"environment": {"DEBUG": 0}},
        {"healthcheck": {"test": ["pg_isready"]}},
        {"healthcheck": {"test": ["CMD", "true"], "interval": 5}},
        {"deploy": {"replica": 2}},
        {"depends_on": {"db": {"condition": "healthy"}}},
        {"stop_grace_period": "60"},
        {"command": "manage.py sweep"},
    ],
)
def test_a_slip_of_the_pen_is_seen(slip: dict[str, Any]) -> None:
    assert faults_of(slip) == list(slip)


def volume_names(service: dict[str, Any]) -> Iterator[str]:
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith("."):
            yield source


def test_our_processes_share_one_image_and_one_environment(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert len({services[name]["image"] for name in OURS}) == 1
    assert all(environ_of(compose, name) == environ_of(compose, "web") for name in OURS)
    assert environ_of(compose, "web").keys() >= production_environ().keys()
    assert services["sweep"]["deploy"]["replicas"] == 2
    for name in OURS:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_only_the_edge_is_reached_from_outside(compose: dict[str, Any]) -> None:
    open_to_all = [name for name, service in compose["services"].items() if "ports" in service]
    assert open_to_all == ["edge"]


def test_the_database_knows_chinese_letters_and_keeps_its_data(compose: dict[str, Any]) -> None:
    database = compose["services"]["db"]
    assert database["image"] == "postgres:18"
    assert "--locale-provider=builtin" in environ_of(compose, "db")["POSTGRES_INITDB_ARGS"]
    assert "--locale=C.UTF-8" in environ_of(compose, "db")["POSTGRES_INITDB_ARGS"]
    assert database["volumes"] == ["db:/var/lib/postgresql"]


def test_the_broker_never_evicts_and_writes_down(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command


def test_every_wanted_value_is_in_the_example() -> None:
    example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)=", example, flags=re.MULTILINE))
    assert set(WANTED.findall(FILE.read_text(encoding="utf-8"))) <= named


def test_the_edge_lets_through_what_the_portal_takes() -> None:
    edge = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    found = re.search(r"max_size (\d+)MB", edge)
    assert found is not None
    assert int(found[1]) * 1_000_000 > READ_MAX


def test_what_the_processes_write_has_a_place_outside_the_image(compose: dict[str, Any]) -> None:
    image = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    for name in ("MEDIA_ROOT", "ANCHOR_DIR"):
        found = re.search(rf"{name}=(\S+)", image)
        assert found is not None, name
        kept = [volume.split(":")[1] for volume in compose["services"]["sweep"]["volumes"]]
        assert found[1] in kept, name
        assert re.search(rf"install -d -o station .*{found[1]}\b", image), name


@pytest.mark.parametrize("command", ["createcachetable", "load_calendar", "load_catalogue"])
def test_a_fresh_database_gets_all_it_needs(compose: dict[str, Any], command: str) -> None:
    steps = compose["services"]["migrate"]["command"][-1].split(" && ")
    assert f"python manage.py {command}" in steps
    assert get_commands().keys() >= {step.split()[2] for step in steps}


def test_the_edge_writes_no_access_log_and_drops_claims() -> None:
    edge = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    _global, site = edge.split("{$STATION_DOMAIN} {")
    assert not re.search(r"^\s*log\b", site, flags=re.MULTILINE)
    assert "header_up X-Forwarded-For {remote_host}" in edge


def test_the_image_holds_no_test_tools_and_no_root() -> None:
    image = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    assert "requirements-dev" not in image
    assert re.search(r"^USER station$", image, flags=re.MULTILINE)
    assert "--require-hashes" in image
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert "!tests" not in ignored
