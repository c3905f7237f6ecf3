"""Personal links: 128 bits, only the hash stored, good for one result and one act.

The token is an HMAC of the row's random number under a pepper outside PostgreSQL, so that the
page of whoever has the look-up code can show it again, and a stolen table opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from members.attempts import admit_attempt, bucket_of, take_back_attempt
from members.keys import pepper
from members.models import AttemptKind
from requests_app.models import PersonalLink, Request, Result
from requests_app.models.completion import LinkPurpose

TOKEN_BYTES = 16
TOKEN_LENGTH = 22  # characters of base64url without padding
FREE_TRIES = 10  # an old link opened again is no guess; several people share an address


@dataclass(frozen=True, slots=True)
class Opening:
    """What a token gives: the link it opens, or nothing; and the seconds to wait first."""

    link_id: int | None
    wait_seconds: int = 0


def make_link(
    result: Result, *, days: int, now: datetime, purpose: LinkPurpose = LinkPurpose.RATING
) -> PersonalLink:
    """Make the link of a result, good for ``days``: one statement."""
    nonce = secrets.token_bytes(TOKEN_BYTES)
    return PersonalLink.objects.create(
        result=result,
        purpose=purpose,
        nonce=nonce,
        token_hash=_hash(_token(nonce)),
        expires_at=now + timedelta(days=days),
    )


def token_of(link: PersonalLink) -> str:
    """Return the token of a link, as it stands in the address."""
    return _token(bytes(link.nonce))


def open_link(token: str, *, network: str, now: datetime) -> Opening:
    """Return the link that this token opens for a visitor from ``network``.

    Wrong tokens are counted per network and slow it down; a try made while waiting is neither
    compared nor counted. The right token takes only its own try back. Unknown, lapsed and
    revoked tokens answer alike, and so does one that asks for a second proof.
    """
    bucket = bucket_of(f"network:{network or 'unknown'}", kind=AttemptKind.LINK)
    admission = admit_attempt(kind=AttemptKind.LINK, bucket=bucket, now=now, free=FREE_TRIES)
    if not admission.is_admitted:
        return Opening(None, admission.wait_seconds)
    link = find_link(token, now=now)
    if link is None or asks_second_proof(link):
        return Opening(None)
    take_back_attempt(kind=AttemptKind.LINK, bucket=bucket, at=now)
    return Opening(link.pk)


def asks_second_proof(link: PersonalLink) -> bool:
    """Whether a code by SMS is asked for before the link opens. Never today.

    docs/decisions.md: there is no SMS channel yet. With one, this says yes where a phone is
    on record, and until the page that asks for the code exists, such a link stays shut.
    """
    del link
    return False


def find_link(token: str, *, now: datetime) -> PersonalLink | None:
    """Return the link that this token opens now; None for unknown, lapsed and revoked alike."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    return (
        PersonalLink.objects.select_related("result__request")
        .filter(token_hash=_hash(token), revoked_at=None, expires_at__gt=now)
        .first()
    )


def extend_links(request: Request, *, until: datetime) -> None:
    """Let the link of the result that stands be good until a moment, also one that lapsed."""
    PersonalLink.objects.filter(result__request=request, revoked_at=None).update(expires_at=until)


def revoke_links(request: Request, *, now: datetime) -> None:
    """Close every link of a request: its result no longer stands."""
    PersonalLink.objects.filter(result__request=request, revoked_at=None).update(revoked_at=now)


def _token(nonce: bytes) -> str:
    digest = hmac.digest(pepper("link"), nonce, hashlib.sha256)[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
