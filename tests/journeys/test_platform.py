"""A platform hands a request on, follows it, and signs for it: machines on both sides."""

import http.client
import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.journeys.cast import HANDED_ON
from tests.worker.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
SCOPES = ("requests.read", "requests.write", "requests.words", "requests.move")
KEY = {"Idempotency-Key": "city-platform-2026-000417"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def data(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass
class Platform:
    """A client on the other side of a socket."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Call once over a connection of its own."""
        link = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, path, body=body.encode(), headers=self.headers | named)
        answer = link.getresponse()
        text = answer.read().decode()
        link.close()
        return Answer(answer.status, dict(answer.getheaders()), text)

    def log_in(self, client_id: str, secret: str) -> None:
        """Ask for a token and keep it."""
        pair = b64encode(f"{client_id}:{secret}".encode()).decode()
        answer = self.call(
            "POST",
            "/api/oauth/token",
            urlencode({"grant_type": "client_credentials"}),
            Authorization=f"Basic {pair}",
            Content_Type="application/x-www-form-urlencoded",
        )
        assert answer.status == 200, answer
        self.headers["Authorization"] = f"Bearer {answer.data['access_token']}"

    def post(self, path: str, body: dict[str, object], **headers: str) -> Answer:
        """POST JSON."""
        return self.call("POST", path, json.dumps(body), Content_Type="application/json", **headers)


@pytest.fixture
def platform(live_station: Stack) -> Platform:
    """A client that the station has just made, logged in."""
    live_station.run("tests.journeys.platform")
    printed = live_station.manage(
        "api_client", "city-platform", "--account", "platform", "--scopes", *SCOPES
    )
    lines = dict(line.split(": ") for line in printed.strip().splitlines() if ": " in line)
    made = Platform(live_station.address)
    made.log_in(lines["client_id"], lines["client_secret"])
    return made


def test_a_platform_hands_a_request_on_and_signs_for_it(
    live_station: Stack, platform: Platform
) -> None:
    number = hand_on(platform)
    live_station.wait_until_all_dispatched([number], seconds=60)
    assert live_station.steps_by_via([number]) == {"celery": 3}
    etag = read_it(platform, number)
    sign_for_it(platform, number, etag)
    [row] = live_station.query(
        "SELECT r.state, r.channel, a.username, (SELECT count(*) FROM members_accessentry e"
        " WHERE e.subject = 'request:' || r.id) FROM requests_app_request r"
        " JOIN members_account a ON a.id = r.handler_id WHERE r.number = %s",
        number,
    )
    assert row == ("signed", "platform", "platform", 1)  # ten minutes are one reading
    assert vias(live_station, number) == [
        ("request.registered", "api"),
        ("request.sensed", "celery"),
        ("request.triaged", "celery"),
        ("request.dispatched", "celery"),
        ("request.signed", "api"),
    ]


def hand_on(platform: Platform) -> str:
    """Send the request, and once more because the first answer might have been lost."""
    body: dict[str, object] = {
        "station": "YQ",
        "story": HANDED_ON.story,
        "name": HANDED_ON.name,
        "phone": HANDED_ON.phone,
    }
    first = platform.post("/api/v1/requests", body, **KEY)
    again = platform.post("/api/v1/requests", body, **KEY)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.data == first.data
    refused = platform.post("/api/v1/requests", body | {"story": "另一件"}, **KEY)
    assert (refused.status, refused.data["code"]) == (422, "idempotency_key_reused")
    return str(first.data["number"])


def read_it(platform: Platform, number: str) -> str:
    """Find it in the list, read it, and be told the second time that nothing has changed."""
    listed = platform.call("GET", "/api/v1/requests?state=dispatched&limit=100")
    assert number in [row["number"] for row in listed.data["requests"]]
    path = f"/api/v1/requests/{number}"
    read = platform.call("GET", path)
    assert read.status == 200
    assert read.data["moves"] == ["sign_for"]
    assert HANDED_ON.phone not in read.text
    assert HANDED_ON.name not in read.text
    again = platform.call("GET", path, If_None_Match=read.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    return read.headers["ETag"]


def sign_for_it(platform: Platform, number: str, etag: str) -> None:
    """Sign for the state that was read; the second call finds another one."""
    path, move = f"/api/v1/requests/{number}/moves", {"move": "sign_for"}
    assert platform.post(path, dict(move)).status == 428
    signed = platform.post(path, dict(move), If_Match=etag)
    assert (signed.status, signed.data["state"]) == (200, "signed")
    stale = platform.post(path, dict(move), If_Match=etag)
    assert (stale.status, stale.headers["ETag"]) == (412, signed.headers["ETag"])


def vias(station: Stack, number: str) -> list[tuple[str, str]]:
    """Return what happened and what carried it out."""
    rows = station.query(
        "SELECT e.kind, e.via FROM requests_app_event e"
        " JOIN requests_app_request r ON r.id = e.request_id"
        " WHERE r.number = %s ORDER BY e.seq",
        number,
    )
    return [(kind, via) for kind, via in rows]
