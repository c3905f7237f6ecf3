"""Enrolling, resetting and disabling accounts: what an administrator or the set-up page does."""

import logging
import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import encrypt
from django.db import transaction

from members.models import Account
from station.accounts.second_factor import LAST_COUNTER, SECRET
from station.accounts.sessions import end_sessions

log = logging.getLogger(__name__)

# Without 0 O 1 l I: the password is read aloud or copied from paper once.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_ONE_TIME_LENGTH = 16


def enrol_totp(
    account: Account, secret: str, *, used_counter: int = -1, now: datetime
) -> RecoveryCodes:
    """Give the account an authenticator secret (base32) in place of any other.

    ``used_counter``: period of the code that proved the secret, so it cannot be used again.
    Returns fresh recovery codes. Open sessions stay; the set-up page ends the others.
    """
    with transaction.atomic():
        Authenticator.objects.filter(user=account).delete()
        Authenticator.objects.create(
            user=account,
            type=Authenticator.Type.TOTP,
            data={SECRET: encrypt(secret), LAST_COUNTER: used_counter},
            created_at=now,
        )
        return RecoveryCodes.activate(account)


def reset_account(account: Account, *, now: datetime) -> str:
    """Take the second factor away and return a one-time password to hand over in person.

    The next login sets a new password and a new authenticator. Every open session ends.
    """
    password = "".join(secrets.choice(_ALPHABET) for _ in range(_ONE_TIME_LENGTH))
    with transaction.atomic():
        Authenticator.objects.filter(user=account).delete()
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        end_sessions(account.pk, now=now)
    log.info("account.reset: account=%s", account.pk)
    return password


def disable_account(account: Account, *, now: datetime) -> None:
    """Bar the account from logging in and end its open sessions at once."""
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        end_sessions(account.pk, now=now)
    log.info("account.disabled: account=%s", account.pk)
