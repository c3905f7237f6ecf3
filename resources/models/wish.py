from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Enterprise, Unit
from members.models.constraints import days_in_order, one_of
from resources.models.offer import ResourceKind


class WishState(models.TextChoices):
    """How far a wish has come."""

    OPEN = "open", _("待匹配")
    MATCHED = "matched", _("已匹配")
    MET = "met", _("已满足")
    WITHDRAWN = "withdrawn", _("已撤回")


class Wish(models.Model):
    """A resource that an enterprise, or workers of the station's area, would like to use.

    Not a request (诉求): nobody's rights hang on it and no clock runs.
    """

    station = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="wishes", verbose_name=_("片区")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wishes",
        verbose_name=_("企业"),
    )
    title = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=10, choices=ResourceKind)
    state = models.CharField(_("状态"), max_length=10, choices=WishState, default=WishState.OPEN)
    wanted_from = models.DateField(_("希望开始"), null=True, blank=True)
    wanted_to = models.DateField(_("希望结束"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("资源需求")
        verbose_name_plural = _("资源需求")
        ordering = ["-id"]
        constraints = [
            one_of("kind", ResourceKind, name="resources_wish_kind_known"),
            one_of("state", WishState, name="resources_wish_state_known"),
            days_in_order(name="resources_wish_days", start="wanted_from", end="wanted_to"),
        ]

    def __str__(self) -> str:
        return self.title
