"""Fills an empty database with the demo station and returns what a visitor needs to get in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction

from members.access import ACCESS_PURPOSE
from members.almanac import load_calendar, set_office_hours
from members.keys import sealer_for
from members.models import Notice
from members.notices.notify import mark_read
from members.queries import forget_calendar
from members.register import ACCOUNT_PURPOSE, MEMBER_PURPOSE
from members.workdays import SHANGHAI
from requests_app.catalogue.loader import load_catalogue
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.stages.sensing.intake import Receipt
from station.devkit.demo.enterprises import fill_enterprises
from station.devkit.demo.history import OPEN_FOR, History
from station.devkit.demo.membership import fill_members
from station.devkit.demo.people import People, move_in
from station.devkit.demo.resources import fill_resources
from station.devkit.demo.size import Size
from station.devkit.demo.stories import read_stories
from station.devkit.demo.telling import Teller
from station.devkit.demo.territory import found_unions, open_units
from station.devkit.demo.usual import usual_stories

SEED = 20_261_122
CONFIRMED_YEARS = (2024, 2025, 2026)
PROVISIONAL_YEAR = 2027
UNREAD_FOR = timedelta(days=1)

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made: the accounts, and the receipt of the reference case."""

    people: People
    receipt: Receipt


def fill_station(size: Size, *, now: datetime, say: Say) -> Filled:
    """Make the demo station in an empty database: all of it or nothing.

    The stations are as old as ``OPEN_FOR``; the requests are those of the last nine months.
    """
    opened_at = now - OPEN_FOR
    since = opened_at.astimezone(SHANGHAI).date()
    _lay_ground(opened_at, now)
    with transaction.atomic():
        forget_calendar()
        say("单位、企业与会员 / units, enterprises, members")
        units = open_units(now=opened_at)
        unions = found_unions(_dice("unions"), units, since=since, now=opened_at)
        firms = fill_enterprises(_dice("enterprises"), unions, size, now=opened_at)
        today = now.astimezone(SHANGHAI).date()
        fill_members(
            _dice("members"),
            firms,
            unions,
            units.station,
            size,
            since=since,
            today=today,
            now=opened_at,
        )
        say("账号与阵地 / accounts, posts, offers, programmes")
        people = move_in(units, firms, since=since, now=opened_at)
        fill_resources(_dice("resources"), firms, units.station, since=since, today=today, now=now)
        say("近九个月的诉求 / nine months of requests")
        dice = _dice("requests")
        history = History(units, firms, people, dice, now, Teller(units, firms, people, dice))
        stories = read_stories(only_core=not size.has_every_request)
        usual = usual_stories(_dice("usual"), every=size.usual_every)
        history.live_through([*usual, *stories])
        _read_old_notices(people, now=now)
    forget_catalogue()
    reference = next(each for each in stories if each.is_reference)
    return Filled(people, history.receipts[reference.text])


def _lay_ground(opened_at: datetime, now: datetime) -> None:
    """Load calendar and catalogue, make the keys: committed first, so that caches keep them."""
    last = max(PROVISIONAL_YEAR, now.year + 1)
    years = range(min(opened_at.year, CONFIRMED_YEARS[0]), last + 1)
    load_calendar(years=years, confirmed_years=CONFIRMED_YEARS, actor=None, now=opened_at)
    set_office_hours(from_on=date(opened_at.year, 1, 1), actor=None, now=opened_at)
    load_catalogue(now=opened_at)
    for purpose in (MEMBER_PURPOSE, ACCOUNT_PURPOSE, ACCESS_PURPOSE, "receipt"):
        sealer_for(purpose)


def _dice(part: str) -> Random:
    """Return the chance of one part: always the same, whatever the other parts drew."""
    return Random(f"{SEED}:{part}")  # noqa: S311 - invented data, no secret


def _read_old_notices(people: People, *, now: datetime) -> None:
    for account in people.accounts.values():
        old = Notice.objects.filter(
            account=account, read_at=None, created_at__lt=now - UNREAD_FOR
        ).values_list("pk", flat=True)
        mark_read(account_id=account.pk, notice_ids=list(old), now=now - UNREAD_FOR / 2)
