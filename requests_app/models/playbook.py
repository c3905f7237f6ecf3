from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.reading import read_playbook
from requests_app.catalogue.terms import PlaybookTerms
from requests_app.models.versioned import Versioned, VersionedQuerySet

STEP_FIELDS = (
    "title",
    "title_en",
    "contacts_enterprise",
    "document",
    "within_minutes",
    "within_workdays",
)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Playbook(Versioned):
    """The usual way to handle a group of items; its steps belong to the version."""

    noun = "playbook"
    terms_type = PlaybookTerms

    is_confidential = models.BooleanField(_("标题和通知不含细节"), default=False)

    objects = VersionedQuerySet["Playbook"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("处置指引")
        verbose_name_plural = _("处置指引")
        ordering = ["code", "version"]

    def clean(self) -> None:
        """Refuse what cannot be read; a row that is not stored yet has no steps to read."""
        if self.pk is not None:
            super().clean()

    def raw(self) -> dict[str, Any]:
        """The content of the row with its steps, in order."""
        return {
            "code": self.code,
            "label": self.label,
            "label_en": self.label_en,
            "is_confidential": self.is_confidential,
            "steps": [step.raw() for step in self.steps.all()],
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> PlaybookTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_playbook(raw)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PlaybookStep(models.Model):
    """One step of one version of a playbook."""

    playbook = models.ForeignKey(
        Playbook, on_delete=models.PROTECT, related_name="steps", verbose_name=_("处置指引")
    )
    order = models.PositiveSmallIntegerField(_("顺序"))
    title = models.CharField(_("步骤"), max_length=120)
    title_en = models.CharField(_("步骤（英文）"), max_length=200, blank=True, default="")
    contacts_enterprise = models.BooleanField(_("会接触企业"), default=False)
    document = models.CharField(_("须附文书"), max_length=40, blank=True, default="")
    within_minutes = models.PositiveSmallIntegerField(_("时限（分钟）"), null=True, blank=True)
    within_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"), null=True, blank=True)

    class Meta:
        verbose_name = _("处置步骤")
        verbose_name_plural = _("处置步骤")
        ordering = ["playbook", "order"]
        constraints = [
            UniqueConstraint(fields=["playbook", "order"], name="playbookstep_order_once"),
            CheckConstraint(
                condition=Q(within_minutes__isnull=True) | Q(within_minutes__gt=0),
                name="playbookstep_minutes_positive",
            ),
            CheckConstraint(
                condition=Q(within_workdays__isnull=True) | Q(within_workdays__gt=0),
                name="playbookstep_workdays_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.title}"

    def raw(self) -> dict[str, Any]:
        """The step under the names that `catalogue.reading` knows."""
        return {name: getattr(self, name) for name in STEP_FIELDS}
