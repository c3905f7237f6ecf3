from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of
from requests_app.catalogue.reading import read_flag, read_party
from requests_app.catalogue.terms import FlagTerms, PartyTerms
from requests_app.models.item import codes
from requests_app.models.versioned import Versioned, VersionedQuerySet


class Access(models.TextChoices):
    """Who may read the text of a flagged request."""

    NORMAL = "normal", _("普通")
    RESTRICTED = "restricted", _("限制")
    NAMED = "named", _("仅指定承办人")
    LEVEL_ABOVE = "level_above", _("仅上一级")


class Mask(models.TextChoices):
    """How much of a person is hidden."""

    PARTIAL = "partial", _("部分隐去")
    FULL = "full", _("全部隐去")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Flag(Versioned):
    """A sensitive trait: who may read, who is told, what a person must do."""

    noun = "flag"
    terms_type = FlagTerms

    access = models.CharField(_("查看范围"), max_length=12, choices=Access)
    mask = models.CharField(_("隐去程度"), max_length=8, choices=Mask)
    notify = codes(_("通知"))
    task = models.CharField(_("人工任务"), max_length=120, blank=True, default="")
    task_en = models.CharField(_("人工任务（英文）"), max_length=160, blank=True, default="")
    task_minutes = models.PositiveSmallIntegerField(_("任务时限（分钟）"), null=True, blank=True)

    objects = VersionedQuerySet["Flag"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("敏感标记")
        verbose_name_plural = _("敏感标记")
        ordering = ["code", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            one_of("access", Access, name="flag_access_known"),
            one_of("mask", Mask, name="flag_mask_known"),
            CheckConstraint(
                condition=Q(task="", task_minutes__isnull=True)
                | (~Q(task="") & Q(task_minutes__isnull=False, task_minutes__gt=0)),
                name="flag_task_has_clock",
                violation_error_message=_("人工任务和时限须同时填写。"),
            ),
        ]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> FlagTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_flag(raw)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Party(Versioned):
    """A body that may lead, help with or answer to a request."""

    noun = "party"
    terms_type = PartyTerms

    is_enterprise_side = models.BooleanField(_("与企业有关联"), default=False)

    objects = VersionedQuerySet["Party"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("办理主体")
        verbose_name_plural = _("办理主体")
        ordering = ["code", "version"]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> PartyTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_party(raw)
