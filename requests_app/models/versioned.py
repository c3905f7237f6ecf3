from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.problems import CatalogueError
from requests_app.catalogue.terms import Term
from requests_app.catalogue.wording import problem_text


class HalfOpenSpan(Func):
    """daterange(from, to, '[)'): the last day is the first one no longer in force."""

    function = "daterange"
    output_field = DateRangeField()


class VersionedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of the catalogue, each code in versions that follow one another."""

    def in_force(self, on: date) -> Self:
        """The version of each code in force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)

    def newest(self) -> Self:
        """The version of each code that has no end yet; it may begin in the future."""
        return self.filter(valid_to__isnull=True)


class Versioned(models.Model):
    """A row of the catalogue that is never changed in place: an edit is a new version.

    `valid_to` is the first day on which the version no longer holds; empty means it still
    does. Two versions of one code never hold on the same day. `revision.py` writes these.
    """

    # What the catalogue calls this row.
    noun: ClassVar[str]
    terms_type: ClassVar[type[Term]]

    code = models.CharField(_("代码"), max_length=24)
    label = models.CharField(_("名称"), max_length=80)
    label_en = models.CharField(_("英文名称"), max_length=120, blank=True, default="")
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True, editable=False)
    is_edited = models.BooleanField(_("本地修改过"), default=False, editable=False)
    default_digest = models.CharField(
        _("出厂内容摘要"), max_length=64, blank=True, default="", editable=False
    )
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("修改人"),
    )
    note = models.CharField(_("修改说明"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            UniqueConstraint(fields=["code", "version"], name="%(class)s_version_once"),
            UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True),
                name="%(class)s_one_open_version",
            ),
            CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_days_in_order",
            ),
            ExclusionConstraint(
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (HalfOpenSpan(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
                name="%(class)s_versions_apart",
                violation_error_message=_("同一代码在这段日期内已有版本。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    def clean(self) -> None:
        """Refuse in words what the catalogue could not read."""
        try:
            self.as_terms()
        except CatalogueError as error:
            raise ValidationError([problem_text(each) for each in error.problems]) from error

    def raw(self) -> dict[str, Any]:
        """The content of the row under the names that `catalogue.reading` knows."""
        return {
            each.name: getattr(self, each.name) for each in fields(self.terms_type) if each.compare
        }

    def as_terms(self) -> Term:
        """The row as a value; CatalogueError when it cannot be read."""
        return self.read(self.raw())

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Term:
        """Content under the names of the terms as a value; each noun reads its own."""
        raise NotImplementedError
