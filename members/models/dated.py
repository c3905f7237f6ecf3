from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows with a first and a last day of force."""

    def in_force(self, on: date) -> Self:
        """Rows in force on that day; the last day counts."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), from_on__lte=on)


class Dated(models.Model):
    """First and last day a row is in force; both days count, an empty end is open."""

    from_on = models.DateField(_("起始日期"))
    to_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_in_force(self, on: date) -> bool:
        """Whether the row is in force on that day; the last day counts."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)
