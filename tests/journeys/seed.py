"""Fill the journeys' database: the smallest town, and authenticators with known secrets.

Run as a module.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from members.models import Account  # noqa: E402
from station.accounts.enrol import enrol_totp  # noqa: E402
from tests.journeys.cast import SECRETS  # noqa: E402
from tests.town import build_town  # noqa: E402

if __name__ == "__main__":
    now = database_now()
    build_town(now=now)
    for account in Account.objects.filter(username__in=SECRETS):
        enrol_totp(account, SECRETS[account.username], now=now)
