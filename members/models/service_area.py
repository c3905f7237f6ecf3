import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order, no_overlap
from members.models.dated import Dated, DatedQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ServiceArea(Dated):
    """Which station serves a union or a single enterprise, and since when.

    The legal union tree and the service tree meet only here. An enterprise's own row
    goes before the row of its union.
    """

    union = models.ForeignKey(
        "members.Union",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_areas",
        verbose_name=_("工会"),
    )
    enterprise = models.ForeignKey(
        "members.Enterprise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_areas",
        verbose_name=_("企业"),
    )
    station = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="service_areas",
        verbose_name=_("片区"),
    )

    objects = DatedQuerySet["ServiceArea"].as_manager()

    class Meta:
        verbose_name = _("服务范围")
        verbose_name_plural = _("服务范围")
        constraints = [
            CheckConstraint(
                condition=Q(union__isnull=True, enterprise__isnull=False)
                | Q(union__isnull=False, enterprise__isnull=True),
                name="members_servicearea_one_subject",
                violation_error_message=_("工会和企业须填且只填一项。"),
            ),
            days_in_order(name="members_servicearea_days"),
            no_overlap(
                ["union"],
                name="members_servicearea_union_once",
                condition=Q(union__isnull=False),
            ),
            no_overlap(
                ["enterprise"],
                name="members_servicearea_enterprise_once",
                condition=Q(enterprise__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union_id or ''}/{self.enterprise_id or ''} → {self.station_id}"
