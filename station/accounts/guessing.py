"""Slowing down those who guess passwords and codes (docs/rules.md, accounts).

Every try is noted in PostgreSQL before a secret is compared, in several buckets: whom it is
for, and where it comes from. Losing the cache clears nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.attempts import admit_attempt, bucket_of, forgive_attempts, take_back_attempt
from members.models import AttemptKind

_KIND = AttemptKind.LOGIN
OWN_FREE = 5
# A whole office may sit behind one address; a guesser who tries many names still meets it.
NETWORK_FREE = 50
# One address gets at most about a hundred tries an hour past the waits, so it takes several
# that guess all the time before the owner of the name meets a wait from elsewhere.
NAME_FREE = 300


@dataclass(frozen=True, slots=True)
class Fence:
    """One bucket with its free tries. A shared one forgives only the try that was right."""

    bucket: bytes
    free: int
    is_shared: bool


def password_fences(username: str, network: str) -> tuple[Fence, ...]:
    """Fences around the password of a name, existing or not. Network: see station.address.

    The narrow one stands around the name from this network alone: whoever guesses elsewhere
    keeps the owner waiting only once they do so from many networks.
    """
    return (
        _network_fence(network),
        _own_fence(f"name-at:{network or 'unknown'} {username.strip()}"),
        Fence(bucket_of(f"name:{username}", kind=_KIND), free=NAME_FREE, is_shared=True),
    )


def code_fences(account_id: int, network: str) -> tuple[Fence, ...]:
    """Fences around the second factor of an account, narrow from everywhere.

    Nobody comes here without the password, so a stranger cannot keep the owner waiting.
    """
    return (_network_fence(network), _own_fence(f"code:{account_id}"))


def admit(fences: tuple[Fence, ...], *, now: datetime) -> None:
    """Note the try, or raise ValidationError saying how many seconds to wait.

    The wider fence behind the narrow one: a try refused before must not count against the owner.
    """
    for fence in fences:
        admission = admit_attempt(kind=_KIND, bucket=fence.bucket, now=now, free=fence.free)
        if not admission.is_admitted:
            raise ValidationError(
                _("尝试次数过多，请等%(seconds)s秒再试。"),
                code="wait",
                params={"seconds": admission.wait_seconds},
            )


def forgive(fences: tuple[Fence, ...], *, now: datetime) -> None:
    """Forget the wrong tries before a right one; ``now`` as given to ``admit``.

    On a shared bucket only the right try goes: whoever has one account must not wash clean
    the address from which they guess the others, nor does the owner coming in free the guessers.
    """
    for fence in fences:
        if fence.is_shared:
            take_back_attempt(kind=_KIND, bucket=fence.bucket, at=now)
        else:
            forgive_attempts(kind=_KIND, bucket=fence.bucket)


def _own_fence(value: str) -> Fence:
    return Fence(bucket_of(value, kind=_KIND), free=OWN_FREE, is_shared=False)


def _network_fence(network: str) -> Fence:
    value = f"network:{network or 'unknown'}"
    return Fence(bucket_of(value, kind=_KIND), free=NETWORK_FREE, is_shared=True)
