"""Give the journeys' station a service account, as an administrator would. Run as a module."""

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.journeys.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from members.due import database_now  # noqa: E402
from members.models import Role, Unit  # noqa: E402
from members.register import assign_role, open_account  # noqa: E402

if __name__ == "__main__":
    now = database_now()
    account = open_account(
        username="platform", name="市级平台", password=None, must_change_password=False
    )
    for code, role in (("YQ", Role.WORKER), ("YQJ", Role.HANDLER), ("DJ", Role.HANDLER)):
        assign_role(
            account=account,
            role=role,
            unit=Unit.objects.get(code=code),
            from_on=timezone.localdate(now) - timedelta(days=1),
            actor=None,
            now=now,
        )
