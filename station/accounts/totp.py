"""One-time codes of the second factor (RFC 6238: SHA-1, 30 seconds, 6 digits).

Pure. ``now`` is passed in; a code is good once, because the caller keeps the counter of the
last one and asks only for later ones.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime

PERIOD_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226 §4 recommends 160 bits
DRIFT_PERIODS = 1  # RFC 6238 §5.2: one period either way for slow fingers and wrong clocks


def new_secret() -> str:
    """Return a random secret in base32, 32 characters."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def counter_at(now: datetime) -> int:
    """Return the number of whole periods since 1970."""
    return int(now.timestamp()) // PERIOD_SECONDS


def code_for(secret: str, counter: int) -> str:
    """Return the six digits of one period (RFC 4226 §5.3)."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def code_at(secret: str, now: datetime) -> str:
    """Return the six digits that an authenticator shows at that moment."""
    return code_for(secret, counter_at(now))


def matching_counter(secret: str, code: str, *, now: datetime, after: int = -1) -> int | None:
    """Return the counter whose code was given, or None.

    Only counters later than ``after`` count: a code that was used, or one older than it, is
    never accepted again. Every candidate is compared, so the time taken tells nothing.
    """
    typed = "".join(code.split()).encode(errors="replace")
    present = counter_at(now)
    found = None
    for counter in range(present - DRIFT_PERIODS, present + DRIFT_PERIODS + 1):
        same = hmac.compare_digest(code_for(secret, counter).encode(), typed)
        if same and counter > after and found is None:
            found = counter
    return found
