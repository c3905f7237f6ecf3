"""Fill a bench database: the small demo, then requests up to the wanted number of rows.

Run as a module by `manage.py bench`; prints JSON: a session cookie's value, the number of a
request to open, the rows, and for the API a token and the requests its client may sign for.
"""

import json
import os
import random
import secrets
import sys
from collections.abc import Iterable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
django.setup()

# Django must be set up before its models are imported.
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from oauth2_provider.models import AccessToken, set_token_value  # noqa: E402

from members.api_clients import open_client  # noqa: E402
from members.due import database_now  # noqa: E402
from members.models import Account, ApiClient, ApiScope, Role, Unit  # noqa: E402
from members.register import assign_role, open_account  # noqa: E402
from requests_app.due import take_step  # noqa: E402
from requests_app.lifecycle import Via  # noqa: E402
from requests_app.models import Request  # noqa: E402
from requests_app.stages.sensing.intake import register_report  # noqa: E402
from requests_app.stages.sensing.report import Report  # noqa: E402
from station.accounts.sessions import SessionStore, begin_session  # noqa: E402
from station.api.etags import state_of  # noqa: E402

STORIES = (
    "我们班组十八个人，完工三个月了，劳务公司还欠三十六万。",
    "每天多干两个小时，工资条上从来没有加班费这一栏。",
    "请问夜校的烘焙课还有名额吗。",
    "车间的安全出口长期被货物堵着，提了几次都没人管。",
)


def fill(rows: int) -> None:
    """Register and move requests by the real verbs until there are ``rows`` of them."""
    station = Unit.objects.get(code="YQ")
    now = database_now()
    chance = random.Random(21)  # noqa: S311 - spread, not secrecy
    for serial in range(rows - Request.objects.count()):
        moment = now - timedelta(minutes=chance.randrange(60 * 24 * 20))
        receipt = register_report(
            Report(
                station_id=station.pk,
                station_code=station.code,
                channel="form",
                applicant_kind="worker",
                story=STORIES[serial % len(STORIES)],
                is_anonymous=True,
                form_key=f"bench-{serial}",
            ),
            via=Via.PERSON,
            now=moment,
        )
        while take_step(receipt.request_id, via=Via.SWEEP, now=moment):
            pass


def session_of(account: Account) -> str:
    """Return the key of a session that has passed the second factor."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "members.backends.PortalBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    begin_session(session, account_id=account.pk, passed=True, now=database_now())
    session.create()
    return str(session.session_key)


def token_at(units: Iterable[Unit]) -> str:
    """Return a token of a client whose service account handles requests at the units."""
    now = database_now()
    account = open_account(
        username="bench", name="bench", password=None, must_change_password=False
    )
    for unit in units:
        assign_role(
            account=account, role=Role.HANDLER, unit=unit, from_on=now.date(), actor=None, now=now
        )
    open_client(name="bench", account=account, scopes=list(ApiScope))
    token = secrets.token_urlsafe(24)
    row = AccessToken(
        application=ApiClient.objects.get(name="bench"),
        scope=" ".join(ApiScope),
        expires=now + timedelta(hours=1),
    )
    set_token_value(row, token)
    row.save()
    return token


def waiting() -> list[tuple[str, str]]:
    """Return number and state tag of every request that waits to be signed for."""
    rows = Request.objects.filter(state="dispatched").order_by("pk")
    return [(row.number, state_of(row.number, row.version)) for row in rows]


def main() -> None:
    """Fill and print what the bench needs to know."""
    os.environ["DEMO"] = "small"
    card = str(settings.MEDIA_ROOT / "card.json")
    call_command("fill_demo", "--known-passwords", "--card", card, stdout=sys.stderr)
    fill(int(sys.argv[1]))
    staff = Account.objects.filter(
        role_assignments__role=Role.WORKER, role_assignments__unit__code="YQ"
    ).earliest("pk")
    number = Request.objects.filter(state="dispatched", flags=[]).earliest("pk").number
    found = {
        "session": session_of(staff),
        "number": number,
        "rows": Request.objects.count(),
        "token": token_at(Unit.objects.filter(held_requests__state="dispatched").distinct()),
        "waiting": waiting(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
