"""Fill the journeys' database: the smallest town, a lone station, known authenticators.

Run as a module.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from members.models import Account, Role  # noqa: E402
from station.accounts.enrol import enrol_totp  # noqa: E402
from tests.journeys.cast import LONE_STATION, SECRETS  # noqa: E402
from tests.makers import make_account, make_unit  # noqa: E402
from tests.town import PASSWORD, build_town  # noqa: E402

if __name__ == "__main__":
    now = database_now()
    town = build_town(now=now)
    lone = make_unit(code="GW", name=LONE_STATION, parent=town.street)
    make_account(username="luqi", name="陆琪", password=PASSWORD, role=Role.WORKER, unit=lone)
    for account in Account.objects.filter(username__in=SECRETS):
        enrol_totp(account, SECRETS[account.username], now=now)
