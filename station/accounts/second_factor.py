"""The second factor of an account: one TOTP secret and ten recovery codes.

The rows are allauth's Authenticators; the secret is sealed by the adapter. Codes are checked
here, because a code must be good once for ever, not once per cache entry.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt
from django.db import transaction

from members.models import Account
from station.accounts import totp

SECRET = "secret"  # noqa: S105 - the name of a key in the row, not a secret
LAST_COUNTER = "last_counter"


def has_second_factor(account: Account) -> bool:
    """Whether an authenticator app is enrolled."""
    rows = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP)
    return bool(rows.exists())


def accept_code(account: Account, code: str, *, now: datetime) -> Authenticator | None:
    """Use up a code of the app or a recovery code; None when it is wrong or used.

    Two requests with the same code: the row lock lets one of them win.
    """
    with transaction.atomic():
        rows = (
            Authenticator.objects.select_for_update()
            .filter(
                user=account, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
            )
            .order_by("-type", "pk")  # totp before recovery_codes
        )
        for row in rows:
            if row.type == Authenticator.Type.TOTP:
                accepted = _use_totp(row, code, now=now)
            else:
                accepted = RecoveryCodes(row).validate_code(code)
            if accepted:
                return row
    return None


def accept_app_code(account: Account, code: str, *, now: datetime) -> bool:
    """Use up a code of the app alone, where a recovery code must not do."""
    with transaction.atomic():
        row = (
            Authenticator.objects.select_for_update()
            .filter(user=account, type=Authenticator.Type.TOTP)
            .first()
        )
        return row is not None and _use_totp(row, code, now=now)


def make_recovery_codes(account: Account) -> RecoveryCodes:
    """Replace the account's recovery codes by ten new ones, not yet shown."""
    with transaction.atomic():
        # Two clicks at once must not leave the older set behind.
        Account.objects.select_for_update().get(pk=account.pk)
        Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(account)


def recovery_codes(account: Account) -> RecoveryCodes | None:
    """Return the account's recovery codes, or None."""
    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return None if row is None else RecoveryCodes(row)


def _use_totp(row: Authenticator, code: str, *, now: datetime) -> bool:
    counter = totp.matching_counter(
        decrypt(row.data[SECRET]), code, now=now, after=row.data.get(LAST_COUNTER, -1)
    )
    if counter is None:
        return False
    row.data[LAST_COUNTER] = counter
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True
