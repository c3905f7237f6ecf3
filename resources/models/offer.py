from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Enterprise, Unit
from members.models.constraints import days_in_order, one_of
from members.models.dated import Dated, DatedQuerySet


class ResourceKind(models.TextChoices):
    """What can be shared or wished for."""

    FACILITY = "facility", _("设施")
    VENUE = "venue", _("场地")
    COURSE = "course", _("课程")
    TEACHER = "teacher", _("师资")
    DISCOUNT = "discount", _("折扣")
    CANTEEN = "canteen", _("食堂")
    PARKING = "parking", _("车位")
    SERVICE = "service", _("服务")
    OTHER = "other", _("其他")


class Offer(Dated):
    """A resource that a partner enterprise shares (工享)."""

    station = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="offers", verbose_name=_("片区")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        related_name="offers",
        verbose_name=_("共享企业"),
    )
    title = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=10, choices=ResourceKind)
    beneficiaries = models.CharField(_("服务对象"), max_length=80, blank=True, default="")
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    schedule = models.CharField(_("时间"), max_length=80, blank=True, default="")
    monthly_quota = models.PositiveIntegerField(_("每月名额"), null=True, blank=True)
    terms = models.CharField(_("使用条件"), max_length=200, blank=True, default="")

    objects = DatedQuerySet["Offer"].as_manager()

    class Meta:
        verbose_name = _("工享资源")
        verbose_name_plural = _("工享资源")
        ordering = ["id"]
        constraints = [
            one_of("kind", ResourceKind, name="resources_offer_kind_known"),
            days_in_order(name="resources_offer_days"),
        ]

    def __str__(self) -> str:
        return self.title
