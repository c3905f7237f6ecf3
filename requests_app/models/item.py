from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from members.models import Level
from members.models.constraints import one_of
from requests_app.catalogue.reading import read_class, read_item
from requests_app.catalogue.recusal import ENTERPRISE_SIDE, recusal_problems
from requests_app.catalogue.terms import ClassTerms, ItemTerms
from requests_app.catalogue.wording import problem_text
from requests_app.models.choices import Urgency
from requests_app.models.versioned import Versioned, VersionedQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Kind(models.TextChoices):
    """What somebody wants with a request."""

    CONSULT = "consult", _("咨询")
    SERVICE = "service", _("服务预约")
    HELP = "help", _("求助")
    COMPLAINT = "complaint", _("投诉维权")
    REPORT = "report", _("举报险情")
    SUGGEST = "suggest", _("建议")
    PRAISE = "praise", _("表扬")


class Review(models.TextChoices):
    """Who looks at a result before the worker is told."""

    NONE = "none", _("不复核")
    SAMPLE = "sample", _("抽查")
    OTHER = "other", _("由他人复核")


class Callback(models.TextChoices):
    """Whom the station calls back after the end."""

    NONE = "none", _("不回访")
    SAMPLE = "sample", _("抽样回访")
    ALL = "all", _("全部回访")


class StopPage(models.TextChoices):
    """The page that names a hotline before the form goes on."""

    DANGER = "danger", _("现场危险")
    CRISIS = "crisis", _("心理危机")
    VIOLENCE = "violence", _("暴力威胁")
    ELSEWHERE = "elsewhere", _("不属工会职责")


def codes(label: "StrPromise") -> "ArrayField[list[str], list[str]]":
    """A column with codes of other rows of the catalogue."""
    return ArrayField(models.CharField(max_length=24), verbose_name=label, default=list, blank=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ItemClass(Versioned):
    """A class of items: the topic a worker picks on the form."""

    noun = "class"
    terms_type = ClassTerms

    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    objects = VersionedQuerySet["ItemClass"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("诉求大类")
        verbose_name_plural = _("诉求大类")
        ordering = ["order", "code", "version"]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> ClassTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_class(raw)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Item(Versioned):
    """One kind of request. A running request keeps the version it started with."""

    noun = "item"
    terms_type = ItemTerms

    class_code = models.CharField(_("大类代码"), max_length=24)
    kind = models.CharField(_("性质"), max_length=10, choices=Kind)
    grade = models.CharField(_("件型代码"), max_length=24)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency)
    level = models.CharField(_("办结层级"), max_length=10, choices=Level)
    lead = models.CharField(_("主办"), max_length=24)
    co = codes(_("协办"))
    counterparty = codes(_("相对方"))
    flags = codes(_("敏感标记"))
    escalate = codes(_("常见升级规则"))
    playbook = models.CharField(_("处置指引"), max_length=24)
    deadline_workdays = models.PositiveSmallIntegerField(_("办理工作日"), null=True, blank=True)
    keywords = ArrayField(
        models.CharField(max_length=40), verbose_name=_("关键词"), default=list, blank=True
    )
    examples = ArrayField(
        models.CharField(max_length=200), verbose_name=_("例句"), default=list, blank=True
    )
    review = models.CharField(_("复核"), max_length=8, choices=Review, default=Review.NONE)
    callback = models.CharField(_("回访"), max_length=8, choices=Callback, default=Callback.SAMPLE)
    callback_sample = models.PositiveSmallIntegerField(_("回访抽样（%）"), default=10)
    silence_close_workdays = models.PositiveSmallIntegerField(_("无回应办结工作日"), default=10)
    reopen_days = models.PositiveSmallIntegerField(_("可重办天数"), default=30)
    retention_days = models.PositiveIntegerField(_("保存天数"), default=1826)
    stop_page = models.CharField(
        _("提示页"), max_length=12, choices=StopPage, blank=True, default=""
    )

    objects = VersionedQuerySet["Item"].as_manager()

    class Meta(Versioned.Meta):
        verbose_name = _("诉求事项")
        verbose_name_plural = _("诉求事项")
        ordering = ["code", "version"]
        constraints = [
            *Versioned.Meta.constraints,
            one_of("kind", Kind, name="item_kind_known"),
            one_of("urgency", Urgency, name="item_urgency_known"),
            one_of("level", Level, name="item_level_known"),
            one_of("review", Review, name="item_review_known"),
            one_of("callback", Callback, name="item_callback_known"),
            CheckConstraint(
                condition=Q(deadline_workdays__isnull=True) | Q(deadline_workdays__gt=0),
                name="item_deadline_positive",
                violation_error_message=_("办理工作日须大于0。"),
            ),
            CheckConstraint(
                condition=Q(callback_sample__lte=100),
                name="item_callback_sample_percent",
                violation_error_message=_("抽样比例不能超过100%。"),
            ),
            CheckConstraint(
                condition=Q(silence_close_workdays__gt=0, retention_days__gt=0),
                name="item_periods_positive",
                violation_error_message=_("天数须大于0。"),
            ),
        ]

    def clean(self) -> None:
        """Refuse in words what cannot be read, and every handler that recusal forbids."""
        super().clean()
        found = recusal_problems(self.as_terms(), side=ENTERPRISE_SIDE)
        if found:
            raise ValidationError([problem_text(each) for each in found])

    def raw(self) -> dict[str, Any]:
        """The content of the row, with the row it comes from."""
        return {**super().raw(), "row_id": self.pk or 0}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> ItemTerms:
        """Content under the names of the terms as a value; CatalogueError when unreadable."""
        return read_item(raw)

    def as_terms(self) -> ItemTerms:
        """The item as a value, with `row_id` set."""
        return self.read(self.raw())
