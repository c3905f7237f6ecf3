"""The visitor's card: ``.data/demo.json`` with log-ins and a look-up code; the codes of TOTP."""

import json
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from django.conf import settings

from requests_app.stages.sensing.intake import Receipt
from station.accounts.totp import code_at
from station.devkit.demo.people import PARTS, PASSWORD, totp_secret

CODE_COMMAND = ".venv/bin/python manage.py totp <用户名 / user name>"


class Login(TypedDict):
    """One line of the card."""

    username: str
    password: str
    note: str
    totp: str


class Card(TypedDict):
    """What ``manage.py run`` prints; ``lookup.code`` opens the reference case for its worker."""

    logins: list[Login]
    lookup: dict[str, str]
    hint: str


def card_path() -> Path:
    """Return where the card lies."""
    return Path(settings.BASE_DIR) / ".data" / "demo.json"


def write_card(receipt: Receipt, *, path: Path) -> None:
    """Write the card for the accounts of the demo. Only this user may read it."""
    card = Card(
        logins=[
            Login(
                username=part.username,
                password=PASSWORD,
                note=f"{part.name}，{part.note}",
                totp=totp_secret(part.username),
            )
            for part in PARTS
        ],
        lookup={"number": receipt.number, "code": grouped(receipt.code)},
        hint=f"六位验证码 / six-digit code: {CODE_COMMAND}",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def grouped(code: str) -> str:
    """Show a look-up code as it is shown on the receipt: 4-4-4-4."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def current_code(username: str, *, now: datetime) -> str | None:
    """Return the six digits of a demo account at this moment; None for any other name."""
    if username not in {part.username for part in PARTS}:
        return None
    return code_at(totp_secret(username), now)
