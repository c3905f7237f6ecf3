"""Bring requests into every state of handling and completion, for the pages to be looked at.

Run as a module inside the station; prints the numbers, in the order of ``LABELS``.
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.journeys.settings")
django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up first

from members.due import database_now  # noqa: E402
from requests_app.models import Request  # noqa: E402
from tests.browser.states import LABELS  # noqa: E402
from tests.desk.cases import dispatched  # noqa: E402
from tests.desk.handled import (  # noqa: E402
    closed,
    in_review,
    paid,
    settled,
    signed,
    to_call,
    with_claims,
    with_parties,
    with_steps,
)
from tests.town import Town, found_town  # noqa: E402

DAY = timedelta(days=1)


def bring(town: Town) -> dict[str, Request]:
    """Make one request of each kind, as old as it has to be."""
    now = database_now()
    late = settled(town, now=now - 20 * DAY)
    late = with_steps(town, late, 7, now=now - 19 * DAY)
    late = paid(town, late, 2, 6_000_000, now=now - 8 * DAY)
    unagreed = signed(town, town.street_handler, now=now - DAY)
    Request.objects.filter(pk=unagreed.pk).update(approach="none")
    alarm = dispatched(
        town,
        now=now - timedelta(hours=1),
        story="有人被锁在车间里出不来，还有人动手打人，快来救人。",
    )
    listed = with_parties(town, signed(town, town.street_handler, now=now - DAY), now=now - DAY / 2)
    listed = with_claims(town, listed, now=now - DAY / 3)
    return {
        "late": late,
        "listed": listed,
        "fresh": unagreed,
        "alarm": alarm,
        "in-review": in_review(town, now=now - 2 * DAY),
        "to-call": to_call(town, now=now - 2 * DAY),
        "closed": closed(town, now=now - 3 * DAY),
    }


if __name__ == "__main__":
    with transaction.atomic():  # the station's own worker must not step in between
        made = bring(found_town())
    sys.stdout.write(json.dumps([made[label].number for label in LABELS]))
