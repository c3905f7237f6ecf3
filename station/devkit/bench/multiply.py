"""Multiply the requests of a bench database, over a city of stations, most of them at an end.

Run as a module with the number of rows that are wanted. The rows are copies and end by chance:
they are there to be counted, not to be opened.
"""

import os
import random
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
django.setup()

# Django must be set up before its models are imported.
from django.db import connection, transaction  # noqa: E402

from members.due import database_now  # noqa: E402
from members.models import Account, Level, Unit  # noqa: E402
from members.trees import open_unit  # noqa: E402
from requests_app.lifecycle import STATES, State  # noqa: E402
from requests_app.models import (  # noqa: E402
    CallAttempt,
    Claim,
    Instalment,
    Item,
    Payment,
    Rating,
    Request,
    Result,
    Settlement,
)
from requests_app.models.choices import Channel  # noqa: E402

STATIONS = 102  # a city
BATCH = 2_000
DAYS = 3 * 365
CLOSED_SHARE, RATED_SHARE, SETTLED_SHARE = 0.96, 0.5, 0.03


def multiply(rows: int) -> None:
    """Insert copies until there are ``rows`` requests, then let the planner look at them."""
    chance = random.Random(31)  # noqa: S311 - spread, not secrecy
    now = database_now()
    stations = _stations(now)
    items = list(Item.objects.order_by("pk"))
    models = list(Request.objects.order_by("pk")[:200])
    staff = Account.objects.earliest("pk")
    numbers = range(Request.objects.count(), rows)
    copies = _copies(models, stations, items, chance, now, numbers=numbers)
    while batch := list(islice(copies, BATCH)):
        with transaction.atomic():
            _end(Request.objects.bulk_create(batch), staff, chance, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _stations(now: datetime) -> list[Unit]:
    street = Unit.objects.filter(level=Level.STREET).earliest("pk")
    for number in range(STATIONS - Unit.objects.filter(level=Level.STATION).count()):
        open_unit(
            level=Level.STATION,
            code=f"B{number}",
            name=f"第{number}片区",
            short_name=f"第{number}片区",
            parent=street,
            actor=None,
            now=now,
        )
    return list(Unit.objects.filter(level=Level.STATION).select_related("parent"))


def _copies(
    models: Sequence[Request],
    stations: Sequence[Unit],
    items: Sequence[Item],
    chance: random.Random,
    now: datetime,
    *,
    numbers: Iterable[int],
) -> Iterator[Request]:
    fields = [each.attname for each in Request._meta.concrete_fields if not each.primary_key]
    for number in numbers:
        model, station = chance.choice(models), chance.choice(stations)
        registered_at = now - timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        due_at = registered_at + timedelta(days=chance.choice((5, 7, 21)))
        took = (due_at - registered_at) * chance.uniform(0.1, 1.05)
        is_closed = registered_at + took < now and chance.random() < CLOSED_SHARE
        state = State.CLOSED if is_closed else State.SIGNED
        values = {name: getattr(model, name) for name in fields} | {
            "number": f"B{number:010d}",
            "lookup_hash": secrets.token_bytes(32),
            "station_id": station.pk,
            "holder_id": station.pk if chance.random() < 0.7 else station.parent_id,
            "item_id": chance.choice(items).pk,
            "channel": chance.choice(Channel.values),
            "state": state,
            "stage": STATES[state].stage,
            "registered_at": registered_at,
            "due_at": due_at,
            "original_due_at": due_at,
            "answered_at": registered_at + took if is_closed else None,
            "closed_at": registered_at + took if is_closed else None,
            "closed_as": "heard" if is_closed else "",
            "wake_at": None,
        }
        yield Request(**values)


def _end(requests: Sequence[Request], staff: Account, chance: random.Random, now: datetime) -> None:
    """Give the closed ones a result, an opinion, a call, and a few of them money."""
    closed = [(each, at) for each in requests if (at := each.closed_at) is not None]
    results = Result.objects.bulk_create(
        Result(
            request=each,
            number=1,
            rework=0,
            outcome="solved",
            reply_sealed=b"",
            submitted_at=at,
            submitted_by=staff,
        )
        for each, at in closed
    )
    heard = [each for each in results if chance.random() < RATED_SHARE]
    Rating.objects.bulk_create(
        Rating(
            result=each,
            source="link",
            level=chance.choice((5, 4, 4, 3, 2)),
            is_solved=chance.random() < 0.9,
            given_at=each.submitted_at,
        )
        for each in heard
    )
    CallAttempt.objects.bulk_create(
        CallAttempt(result=each, caller=staff, tried_at=each.submitted_at, is_reached=True)
        for each in heard
    )
    _settle([each for each, _at in closed if chance.random() < SETTLED_SHARE], staff, now)


def _settle(requests: Sequence[Request], staff: Account, now: datetime) -> None:
    fen = 2_000_000
    Claim.objects.bulk_create(
        Claim(request=each, line=1, sealed=b"", claimed_fen=fen, agreed_fen=fen)
        for each in requests
    )
    settlements = Settlement.objects.bulk_create(
        Settlement(
            request=each,
            signed_on=each.registered_at.date(),
            people=1,
            agreed_fen=fen,
            recorded_at=now,
            recorded_by=staff,
        )
        for each in requests
    )
    parts = Instalment.objects.bulk_create(
        Instalment(settlement=each, number=1, due_on=each.signed_on, amount_fen=fen)
        for each in settlements
    )
    Payment.objects.bulk_create(
        Payment(
            instalment=each,
            amount_fen=fen // 2,
            paid_on=each.due_on,
            recorded_on=now.date(),
            recorded_at=now,
            recorded_by=staff,
        )
        for each in parts
    )


if __name__ == "__main__":
    multiply(int(sys.argv[1]))
