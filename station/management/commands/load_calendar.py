from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from members.almanac import has_notice, load_calendar, set_office_hours
from members.due import database_now
from members.models import OfficeHours

YEARS = (2024, 2025, 2026, 2027)
CONFIRMED_YEARS = (2024, 2025, 2026)  # those with a notice of the State Council
FIRST_YEAR, LAST_YEAR = 1950, 2099  # what the package knows of China


class Command(BaseCommand):
    """Bring in what is missing; days and hours that exist are left as they are."""

    help = "Load the statutory calendar and the usual office hours. May be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", type=_year, nargs="*", default=YEARS, metavar="YEAR")
        parser.add_argument(
            "--confirmed",
            type=_year,
            nargs="*",
            metavar="YEAR",
            help="years whose notice is published (default: those of the shipped calendar)",
        )

    def handle(self, *, years: list[int], confirmed: list[int] | None, **options: Any) -> None:
        wanted = sorted(set(years))
        known = set(wanted) & set(CONFIRMED_YEARS) if confirmed is None else set(confirmed)
        if not known <= set(wanted):
            raise CommandError(_("确认的年份须在载入的年份之中。"))
        if unknown := sorted(year for year in known if not has_notice(year)):
            raise CommandError(
                _("程序里还没有{years}年的放假通知，请先不确认，收到通知后在管理后台录入。").format(
                    years="、".join(map(str, unknown))
                )
            )
        now = database_now()
        added = load_calendar(years=wanted, confirmed_years=known, actor=None, now=now)
        if not OfficeHours.objects.filter(unit=None).exists():  # never over the station's own
            set_office_hours(from_on=date(wanted[0], 1, 1), actor=None, now=now)
        self.stdout.write(
            _("工作日历：{first}—{last}年，新增{added}天。").format(
                first=wanted[0], last=wanted[-1], added=added
            )
        )


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise ArgumentTypeError(f"{text}: {FIRST_YEAR}–{LAST_YEAR}")
    return int(text)
