from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from members.almanac import load_calendar, set_office_hours
from members.due import database_now
from members.models import OfficeHours

YEARS = (2024, 2025, 2026, 2027)
CONFIRMED_YEARS = (2024, 2025, 2026)  # those with a notice of the State Council


class Command(BaseCommand):
    """Bring in what is missing; days and hours that exist are left as they are."""

    help = "Load the statutory calendar and the usual office hours. May be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", type=int, nargs="*", default=YEARS, metavar="YEAR")
        parser.add_argument(
            "--confirmed",
            type=int,
            nargs="*",
            metavar="YEAR",
            help="years whose notice is published (default: those of the shipped calendar)",
        )

    def handle(self, *, years: list[int], confirmed: list[int] | None, **options: Any) -> None:
        wanted = sorted(set(years))
        known = set(wanted) & set(CONFIRMED_YEARS) if confirmed is None else set(confirmed)
        if not known <= set(wanted):
            raise CommandError(_("确认的年份须在载入的年份之中。"))
        now = database_now()
        added = load_calendar(years=wanted, confirmed_years=known, actor=None, now=now)
        if not OfficeHours.objects.filter(unit=None).exists():  # never over the station's own
            set_office_hours(from_on=date(wanted[0], 1, 1), actor=None, now=now)
        self.stdout.write(
            _("工作日历：{first}—{last}年，新增{added}天。").format(
                first=wanted[0], last=wanted[-1], added=added
            )
        )
