"""A machine on the other side: asks for a token as any OAuth client does, then calls."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from members.api_clients import Credentials

TOKEN = "/api/oauth/token"
REQUESTS = "/api/v1/requests"
STORY = "我们店里二十个人，七月份开始没发过工资，加起来四十多万。"
_keys = count(1)


def new_key() -> str:
    """Return a fresh Idempotency-Key."""
    return f"machine-key-{next(_keys)}"


def filled(**changes: object) -> dict[str, object]:
    """Return the body of a named request; ``None`` takes a field away."""
    fields: dict[str, object] = {
        "station": "YQ",
        "story": STORY,
        "employer": "汀禾餐饮",
        "topic": "WAGE",
        "name": "王秀英",
        "phone": "138 1234 5678",
        "approach": "unnamed",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def basic(made: Credentials) -> str:
    """Return the Authorization header of a client."""
    pair = f"{made.client_id}:{made.client_secret}".encode()
    return f"Basic {b64encode(pair).decode()}"


def ask_token(made: Credentials, *, address: str = "203.0.113.7", **form: str) -> HttpResponse:
    """Ask for a token by HTTP Basic."""
    asked = {"grant_type": "client_credentials"} | form
    return Client(REMOTE_ADDR=address).post(
        TOKEN,
        urlencode(asked),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": basic(made)},
    )


def token_for(made: Credentials) -> str:
    """Return a token; the asking must succeed."""
    answer = ask_token(made)
    assert answer.status_code == 200, answer.content
    return str(json.loads(answer.content)["access_token"])


@dataclass
class Machine:
    """One client with a token."""

    token: str
    http: Client = field(default_factory=Client)

    def get(self, address: str, **headers: str) -> HttpResponse:
        """GET with the token."""
        return self.http.get(address, headers=self._headers(headers))

    def post(self, address: str, body: object, **headers: str) -> HttpResponse:
        """POST JSON with the token."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        kind = headers.pop("Content-Type", "application/json")
        return self.http.post(address, text, content_type=kind, headers=self._headers(headers))

    def call(self, method: str, address: str, **headers: str) -> HttpResponse:
        """Call by any method."""
        return self.http.generic(method, address, headers=self._headers(headers))

    def register(self, *, key: str = "", **changes: object) -> HttpResponse:
        """Register a request."""
        return self.post(REQUESTS, filled(**changes), **{"Idempotency-Key": key or new_key()})

    def move(self, number: str, etag: str | None, code: str = "sign_for") -> HttpResponse:
        """Make a move on the state that an ETag names."""
        headers = {} if etag is None else {"If-Match": etag}
        return self.post(f"{REQUESTS}/{number}/moves", {"move": code}, **headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | more


def data_of(answer: HttpResponse, status: int = 200) -> dict[str, Any]:
    """Return the body of an answer that has this status."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = json.loads(answer.content)
    return body


def problem_of(answer: HttpResponse, code: str) -> dict[str, Any]:
    """Return the body of a refusal that has this code."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    body: dict[str, Any] = json.loads(answer.content)
    assert body["code"] == code, body
    assert body["status"] == answer.status_code
    assert body["type"] == f"/api/v1/docs#{code}"
    assert body["title"]
    assert body["detail"]
    return body
