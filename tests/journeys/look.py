"""Show name and phone of a request to a member of staff, as the desk does.

Run as a module inside a station: ``python -m tests.journeys.look YQ26112300001 zhoumin 理由…``.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from members.models import Account  # noqa: E402
from requests_app.models import Request  # noqa: E402
from requests_app.reading_access import unmask  # noqa: E402

if __name__ == "__main__":
    number, username, reason = sys.argv[1:]
    unmask(
        Request.objects.get(number=number).pk,
        actor=Account.objects.get(username=username),
        reason=reason,
        now=database_now(),
    )
