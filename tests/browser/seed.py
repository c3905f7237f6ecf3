"""Bring requests into every state of handling and completion, for the pages to be looked at.

Run as a module inside the station; prints the numbers, in the order of ``LABELS``.
"""

import json
import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up first

from members.due import database_now  # noqa: E402
from members.models import Account, Level, Role, Unit  # noqa: E402
from members.register import assign_role, open_account  # noqa: E402
from members.trees import open_unit  # noqa: E402
from requests_app.models import Request  # noqa: E402
from requests_app.models.mediation import ParticipantRole  # noqa: E402
from requests_app.parties import Person  # noqa: E402
from requests_app.stages.handling.checklist import complete_step  # noqa: E402
from requests_app.stages.handling.mediation import add_participant  # noqa: E402
from requests_app.stages.routing.service import sign_for  # noqa: E402
from station.accounts.enrol import enrol_totp  # noqa: E402
from tests.browser.states import LABELS, LONG_EMPLOYER, LONG_NAME, LONG_NOTE  # noqa: E402
from tests.desk.cases import STORY, dispatched  # noqa: E402
from tests.desk.handled import (  # noqa: E402
    act,
    closed,
    in_review,
    paid,
    settled,
    signed,
    to_call,
    with_claims,
    with_parties,
    with_session,
    with_steps,
)
from tests.journeys.cast import SECRETS  # noqa: E402
from tests.town import PASSWORD, SINCE, Town, found_town  # noqa: E402

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


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
        "long": _long(town, now=now - 4 * HOUR),
    }


def _next_street(town: Town, *, now: datetime) -> Town:
    """Open a street of its own: what happens there stands in no inbox of the journeys."""
    street = open_unit(
        level=Level.STREET,
        code="HXJ",
        name="荷西街道总工会",
        short_name="荷西街道总工",
        parent=town.county,
        actor=None,
        now=now,
    )
    station = open_unit(
        level=Level.STATION,
        code="HX",
        name="荷西片区服务站",
        short_name="荷西片区服务",
        parent=street,
        actor=None,
        now=now,
    )

    def person(username: str, name: str, role: Role, unit: Unit) -> Account:
        account = open_account(
            username=username, name=name, password=PASSWORD, must_change_password=False
        )
        assign_role(account=account, role=role, unit=unit, from_on=SINCE, actor=None, now=now)
        enrol_totp(account, SECRETS[username], now=now)
        return account

    return replace(
        town,
        street=street,
        station=station,
        street_handler=person("yuanqi", "袁祁", Role.HANDLER, street),
        worker=person("muxi", "穆溪", Role.WORKER, station),
        head=person("lanshan", "兰珊", Role.HEAD, station),
    )


def _long(town: Town, *, now: datetime) -> Request:
    """A request in which everything that somebody may type is as long as it may be."""
    row = dispatched(town, now=now, story=STORY + 4 * LONG_NOTE, employer=LONG_EMPLOYER)
    actor = town.street_handler
    row = sign_for(row.pk, actor=actor, version=row.version, now=now + HOUR)
    for role in (ParticipantRole.REPRESENTATIVE, ParticipantRole.ENTERPRISE):
        row = act(
            row,
            add_participant,
            role=role,
            person=Person(name=LONG_NAME, phone="0574-88886666", remark=LONG_NOTE[:100]),
            has_authority=role is ParticipantRole.REPRESENTATIVE,
            actor=actor,
            now=now + HOUR,
        )
    row = with_session(town, row, now=now + 2 * HOUR)
    step = row.steps.filter(flag=None).order_by("order")[0]
    row = act(row, complete_step, step.pk, note=LONG_NOTE, actor=actor, now=now + 2 * HOUR)
    return with_claims(town, row, now=now + 3 * HOUR, claimed=[99_999_999_999] * 3)


if __name__ == "__main__":
    with transaction.atomic():  # the station's own worker must not step in between
        made = bring(_next_street(found_town(), now=database_now()))
    sys.stdout.write(json.dumps([made[label].number for label in LABELS]))
