from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of
from requests_app.catalogue.reading import read_grade, read_urgency
from requests_app.catalogue.terms import GradeTerms, UrgencyTerms
from requests_app.models.choices import Urgency
from requests_app.models.versioned import Versioned, VersionedQuerySet


class Clock(models.TextChoices):
    """Which hours count."""

    WORKING = "working", _("工作时间")
    ALWAYS = "always", _("全天候")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Grade(Versioned):
    """How much work a request is, in working days."""

    noun = "grade"
    terms_type = GradeTerms

    handle_workdays = models.PositiveSmallIntegerField(_("办理工作日"))
    extend_workdays = models.PositiveSmallIntegerField(_("可延长工作日"), default=0)
    max_extensions = models.PositiveSmallIntegerField(_("可延长次数"), default=0)

    objects = VersionedQuerySet["Grade"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("件型")
        verbose_name_plural = _("件型")
        ordering = ["handle_workdays", "code", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            CheckConstraint(
                condition=Q(handle_workdays__gt=0),
                name="grade_deadline_positive",
                violation_error_message=_("办理工作日须大于0。"),
            ),
        ]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> GradeTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_grade(raw)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class UrgencyLevel(Versioned):
    """How soon somebody must act, in hours of its clock."""

    noun = "urgency"
    terms_type = UrgencyTerms

    rank = models.PositiveSmallIntegerField(_("次序"))
    clock = models.CharField(_("计时方式"), max_length=8, choices=Clock)
    accept_hours = models.FloatField(_("受理小时"))
    route_hours = models.FloatField(_("流转小时"))
    contact_hours = models.FloatField(_("首次联系小时"))
    report_up_hours = models.FloatField(_("上报小时"), null=True, blank=True)

    objects = VersionedQuerySet["UrgencyLevel"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("紧急程度")
        verbose_name_plural = _("紧急程度")
        ordering = ["rank", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            one_of("code", Urgency, name="urgencylevel_code_known"),
            one_of("clock", Clock, name="urgencylevel_clock_known"),
            CheckConstraint(
                condition=Q(accept_hours__gt=0, route_hours__gt=0, contact_hours__gt=0),
                name="urgencylevel_hours_positive",
                violation_error_message=_("小时数须大于0。"),
            ),
        ]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> UrgencyTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_urgency(raw)
