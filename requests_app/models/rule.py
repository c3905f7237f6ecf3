from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from members.models import Level
from requests_app.catalogue.reading import read_routing_rule, read_rule
from requests_app.catalogue.terms import RoutingRuleTerms, RuleTerms
from requests_app.models.choices import Urgency
from requests_app.models.item import codes
from requests_app.models.versioned import Versioned, VersionedQuerySet


class RouteTarget(models.TextChoices):
    """What a routing rule names."""

    LEVEL = "level", _("层级")
    UNIT = "unit", _("单位")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Rule(Versioned):
    """A rule that raises urgency, level or flags when all its conditions hold."""

    noun = "rule"
    terms_type = RuleTerms

    conditions = models.JSONField(_("条件"), default=list)
    urgency = models.CharField(
        _("紧急程度至少"), max_length=8, choices=Urgency, blank=True, default=""
    )
    level = models.CharField(_("层级至少"), max_length=10, choices=Level, blank=True, default="")
    flags = codes(_("加上标记"))

    objects = VersionedQuerySet["Rule"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("升级规则")
        verbose_name_plural = _("升级规则")
        ordering = ["code", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            CheckConstraint(
                condition=Q(urgency__in=["", *Urgency.values]), name="rule_urgency_known"
            ),
            CheckConstraint(condition=Q(level__in=["", *Level.values]), name="rule_level_known"),
            CheckConstraint(
                condition=~Q(urgency="", level="", flags__len=0),
                name="rule_raises_something",
                violation_error_message=_("规则至少要提高一项：紧急程度、层级或标记。"),
            ),
        ]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> RuleTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_rule(raw)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoutingRule(Versioned):
    """Where requests of a certain make go; the first that matches by `order` decides."""

    noun = "routing_rule"
    terms_type = RoutingRuleTerms

    order = models.PositiveSmallIntegerField(_("顺序"))
    class_codes = codes(_("大类"))
    item_codes = codes(_("事项"))
    levels = codes(_("层级"))
    flags = codes(_("敏感标记"))
    stations = codes(_("片区代码"))
    target_kind = models.CharField(_("去向类型"), max_length=8, choices=RouteTarget)
    target = models.CharField(_("去向"), max_length=24)

    objects = VersionedQuerySet["RoutingRule"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("流转规则")
        verbose_name_plural = _("流转规则")
        ordering = ["order", "code", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            CheckConstraint(
                condition=Q(target_kind=RouteTarget.LEVEL, target__in=Level.values)
                | Q(target_kind=RouteTarget.UNIT),
                name="routingrule_target_known",
                violation_error_message=_("去向须是四个层级之一或单位代码。"),
            ),
        ]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> RoutingRuleTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_routing_rule(raw)
