"""A day as the worker's pages say it."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_words(day: date) -> str:
    """11月20日; with the year when it is not this one."""
    local = timezone.localtime(day).date() if isinstance(day, datetime) else day
    is_this_year = local.year == timezone.localdate().year
    return date_format(local, _("n月j日") if is_this_year else _("Y年n月j日"))
