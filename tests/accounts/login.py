"""Logging in for tests: ``login`` takes the real steps, ``passed_second_factor`` the short way."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from members.models import Account
from station.accounts import totp
from station.accounts.enrol import enrol_totp
from station.accounts.second_factor import LAST_COUNTER, SECRET
from station.accounts.sessions import begin_session
from tests.people import PASSWORD

LOGIN = "/accounts/login/"
CODE = "/accounts/login/code/"


def login(client: Client, account: Account, *, password: str = PASSWORD) -> None:
    """Log in with password and code, as a person does; both are given to who has none."""
    if not account.has_usable_password():
        account.set_password(password)
        account.save(update_fields=["password"])
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        enrol_totp(account, totp.new_secret(), now=timezone.now())
    answer = give_password(client, account.username, password)
    assert answer.headers["Location"] == CODE, "the password was refused"
    answer = client.post(CODE, {"code": next_code(account)})
    assert answer.status_code == 302, "the code was refused"


def passed_second_factor(client: Client, account: Account) -> None:
    """Put the client behind the gate without taking the steps: for tests of other pages."""
    client.force_login(account)
    session = client.session
    begin_session(session, account_id=account.pk, passed=True, now=timezone.now())
    session.save()


def give_password(client: Client, username: str, password: str) -> HttpResponse:
    """Post the first step."""
    return client.post(LOGIN, {"login": username, "password": password})  # type: ignore[return-value]


def secret_of(account: Account) -> str:
    """Return the secret that the account's app holds."""
    row = Authenticator.objects.get(user=account, type=Authenticator.Type.TOTP)
    secret: str = decrypt(row.data[SECRET])
    return secret


def next_code(account: Account, *, now: datetime | None = None) -> str:
    """Return a code of the app that was not used yet."""
    row = Authenticator.objects.get(user=account, type=Authenticator.Type.TOTP)
    present = totp.counter_at(now or timezone.now())
    counter = max(present - totp.DRIFT_PERIODS, row.data[LAST_COUNTER] + 1)
    assert counter <= present + totp.DRIFT_PERIODS, "all codes of this minute are used: move now"
    return totp.code_for(decrypt(row.data[SECRET]), counter)
