from django.db import models
from django.utils.translation import gettext_lazy as _


class CoordinateSystem(models.TextChoices):
    """Systems that map services and surveys hand out."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", _("GCJ-02（高德、腾讯）")
    BD09 = "bd09", _("BD-09（百度）")
    CGCS2000 = "cgcs2000", "CGCS2000"


class Placed(models.Model):
    """A point in WGS-84 degrees, with the coordinates as they were handed in.

    Kept apart because a conversion between systems is not exactly reversible.
    """

    lng = models.FloatField(_("经度（WGS-84）"), null=True, blank=True)
    lat = models.FloatField(_("纬度（WGS-84）"), null=True, blank=True)
    original_x = models.FloatField(_("原始坐标 X"), null=True, blank=True)
    original_y = models.FloatField(_("原始坐标 Y"), null=True, blank=True)
    original_crs = models.CharField(
        _("原始坐标系"), max_length=10, choices=CoordinateSystem, blank=True, default=""
    )

    class Meta:
        abstract = True
