import pghistory
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of, path_ends_in_own_id, point_on_earth


class Level(models.TextChoices):
    """The four levels a request can be held at, lowest first."""

    STATION = "station", _("片区")
    STREET = "street", _("街道")
    COUNTY = "county", _("区（县、市）")
    CITY = "city", _("市")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Unit(models.Model):
    """A node of the service tree: who works on requests. Not the legal union tree."""

    level = models.CharField(_("层级"), max_length=10, choices=Level)
    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=30)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级"),
    )
    # Ids from the root down, own id last: "/1/4/9/". Written by members.trees only.
    path = models.CharField(_("路径"), max_length=200, editable=False)
    is_fallback = models.BooleanField(_("兜底单位"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=20, blank=True, default="")
    area_km2 = models.DecimalField(
        _("服务面积（平方公里）"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    floor_m2 = models.PositiveIntegerField(_("阵地面积（平方米）"), null=True, blank=True)
    zones = models.PositiveSmallIntegerField(_("功能区数"), null=True, blank=True)
    lng = models.FloatField(_("经度（WGS-84）"), null=True, blank=True)
    lat = models.FloatField(_("纬度（WGS-84）"), null=True, blank=True)

    class Meta:
        verbose_name = _("服务单位")
        verbose_name_plural = _("服务单位")
        ordering = ["path"]
        constraints = [
            one_of("level", Level, name="members_unit_level_known"),
            # Not unique=True: that adds a second pattern index beside the one below.
            UniqueConstraint(fields=["path"], name="members_unit_path_once"),
            path_ends_in_own_id(name="members_unit_path_own_id"),
            CheckConstraint(
                condition=Q(level=Level.CITY, parent__isnull=True)
                | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
                name="members_unit_only_city_is_root",
                violation_error_message=_("只有市一级没有上级单位。"),
            ),
            CheckConstraint(
                condition=Q(code__regex=r"^[A-Z][A-Z0-9]{1,11}$"),
                name="members_unit_code_form",
                violation_error_message=_("代码由大写字母和数字组成，以字母开头。"),
            ),
            UniqueConstraint(
                fields=["parent"],
                condition=Q(is_fallback=True),
                name="members_unit_one_fallback",
                violation_error_message=_("同一上级之下只能有一个兜底单位。"),
            ),
            point_on_earth(name="members_unit_point"),
        ]
        indexes = [Index(OpClass("path", "text_pattern_ops"), name="members_unit_path_prefix")]

    def __str__(self) -> str:
        return self.name
