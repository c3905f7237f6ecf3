"""docker-compose.yml describes the same processes as ``make run``, hardened."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from station.devkit.gates import production_environ
from station.devkit.places import CHECKOUT
from station.front.upload_fence import BODY_MAX

FILE = CHECKOUT / "docker-compose.yml"
OURS = ("migrate", "web", "worker", "sweep")
WANTED = re.compile(r"\$\{(\w+):\?")
# Keys of the compose specification that we use; a typing error is not among them.
SERVICE_KEYS = {
    "image", "build", "restart", "init", "read_only", "tmpfs", "cap_drop", "security_opt",
    "networks", "volumes", "environment", "depends_on", "ports", "shm_size", "command",
    "healthcheck", "stop_grace_period", "deploy",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def environ_of(compose: dict[str, Any], name: str) -> dict[str, str]:
    return dict(compose["services"][name]["environment"])


def test_docker_accepts_the_file_where_it_can_be_asked() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False,
                                        capture_output=True).returncode:  # fmt: skip
        pytest.skip("docker compose is not installed; the structure is checked instead")
    values = dict.fromkeys(WANTED.findall(FILE.read_text(encoding="utf-8")), "x")
    done = subprocess.run(
        [docker, "compose", "--file", FILE, "config", "--format", "json"],
        env={**os.environ, **values}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(OURS) < set(json.loads(done.stdout)["services"])


def test_every_key_and_reference_is_known(compose: dict[str, Any]) -> None:
    assert {key for key in compose if not key.startswith("x-")} == {
        "name", "services", "networks", "volumes",
    }  # fmt: skip
    for name, service in compose["services"].items():
        assert not set(service) - SERVICE_KEYS, name
        assert service.keys() & {"image", "build"}, name
        assert set(service["networks"]) <= compose["networks"].keys(), name
        for other, wait in service.get("depends_on", {}).items():
            assert other in compose["services"], name
            assert wait["condition"] in CONDITIONS
        for source in volume_names(service):
            assert source in compose["volumes"], name


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
    assert int(found[1]) * 1_000_000 > BODY_MAX


def test_what_the_processes_write_has_a_place_outside_the_image(compose: dict[str, Any]) -> None:
    image = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    for name in ("MEDIA_ROOT", "ANCHOR_DIR"):
        found = re.search(rf"{name}=(\S+)", image)
        assert found is not None, name
        kept = [volume.split(":")[1] for volume in compose["services"]["sweep"]["volumes"]]
        assert found[1] in kept, name
        assert re.search(rf"install -d -o station .*{found[1]}\b", image), name


def test_a_fresh_database_gets_its_catalogue(compose: dict[str, Any]) -> None:
    assert "manage.py load_catalogue" in " ".join(compose["services"]["migrate"]["command"])


def test_the_edge_writes_no_access_log_and_drops_claims() -> None:
    edge = (CHECKOUT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    assert not re.search(r"^\s*log\b", edge, flags=re.MULTILINE)
    assert "header_up X-Forwarded-For {remote_host}" in edge


def test_the_image_holds_no_test_tools_and_no_root() -> None:
    image = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    assert "requirements-dev" not in image
    assert re.search(r"^USER station$", image, flags=re.MULTILINE)
    assert "--require-hashes" in image
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert "!tests" not in ignored
