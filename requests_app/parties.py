"""Who takes part in a request and who claims money in it, in clear: sealed as one text each.

Below the stages: handling seals these, completion looks that a reply names none of them.
"""

import json
from dataclasses import asdict, dataclass

from requests_app.sealing import RequestVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a role in a request."""

    name: str
    phone: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Claimant:
    """One worker of a claim line."""

    name: str
    post: str = ""
    months: str = ""


def seal_person(person: Person, vault: RequestVault) -> bytes:
    """Seal one participant."""
    return vault.seal_text(json.dumps(asdict(person)), "participant")


def person_of(sealed: bytes | memoryview, vault: RequestVault) -> Person:
    """Open one participant."""
    return Person(**json.loads(vault.open_text(sealed, "participant")))


def seal_claimant(claimant: Claimant, vault: RequestVault) -> bytes:
    """Seal the words of one claim line."""
    return vault.seal_text(json.dumps(asdict(claimant)), "claim")


def claimant_of(sealed: bytes | memoryview, vault: RequestVault) -> Claimant:
    """Open the words of one claim line."""
    return Claimant(**json.loads(vault.open_text(sealed, "claim")))
