from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from members.models.constraints import days_in_order, one_of
from members.models.dated import Dated, DatedQuerySet


class ProgrammeKind(models.TextChoices):
    """Fields of benefit projects."""

    TRAINING = "training", _("技能培训")
    CULTURE = "culture", _("文体活动")
    HEALTH = "health", _("健康关爱")
    LEGAL = "legal", _("法律服务")
    COUNSELLING = "counselling", _("心理服务")
    FAMILY = "family", _("家庭与托管")
    MATCHMAKING = "matchmaking", _("公益红娘")
    HARDSHIP = "hardship", _("困难帮扶")
    EMPLOYMENT = "employment", _("就业服务")
    DISCOUNT = "discount", _("普惠优惠")


class Programme(Dated):
    """A benefit project (工惠) of a station."""

    station = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="programmes",
        verbose_name=_("片区"),
    )
    code = models.CharField(_("代码"), max_length=20, unique=True)
    title = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=12, choices=ProgrammeKind)
    target_group = models.CharField(_("服务对象"), max_length=80, blank=True, default="")
    content = models.CharField(_("内容"), max_length=400, blank=True, default="")
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    quota = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    budget_fen = models.PositiveBigIntegerField(_("预算（分）"), null=True, blank=True)

    objects = DatedQuerySet["Programme"].as_manager()

    class Meta:
        verbose_name = _("工惠项目")
        verbose_name_plural = _("工惠项目")
        ordering = ["code"]
        constraints = [
            one_of("kind", ProgrammeKind, name="resources_programme_kind_known"),
            days_in_order(name="resources_programme_days"),
        ]

    def __str__(self) -> str:
        return self.title
