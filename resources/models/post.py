from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from members.models.constraints import one_of, point_on_earth
from members.models.place import Placed


class PostKind(models.TextChoices):
    """Kinds of service posts."""

    OUTDOOR_STATION = "outdoor_station", _("户外劳动者驿站")
    MOTHERS_ROOM = "mothers_room", _("妈咪暖心小屋")
    READING_ROOM = "reading_room", _("职工书屋")
    LIVE_STREAM_ROOM = "live_stream_room", _("爱心直播间")
    NIGHT_SCHOOL = "night_school", _("职工夜校")
    COUNSELLING_ROOM = "counselling_room", _("心理驿站")
    LEGAL_AID = "legal_aid", _("法律援助与调解室")
    CHILDCARE = "childcare", _("爱心托管班")
    GYM = "gym", _("健身活动室")
    EXHIBITION = "exhibition", _("展陈区")
    DRIVERS_HOME = "drivers_home", _("司机之家")


class PostState(models.TextChoices):
    """Whether a post can be used."""

    OPEN = "open", _("开放")
    REPAIR = "repair", _("检修")
    CLOSED = "closed", _("停用")


class Post(Placed):
    """A service post (阵地) of a station."""

    station = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("片区")
    )
    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类型"), max_length=20, choices=PostKind)
    zone = models.CharField(_("功能区"), max_length=20, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=20, blank=True, default="")
    area_m2 = models.PositiveIntegerField(_("面积（平方米）"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("容量（人）"), null=True, blank=True)
    opening_hours = models.CharField(_("开放时间"), max_length=80, blank=True, default="")
    facilities = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("设施"),
        default=list,
        blank=True,
    )
    state = models.CharField(_("状态"), max_length=8, choices=PostState, default=PostState.OPEN)

    class Meta:
        verbose_name = _("阵地")
        verbose_name_plural = _("阵地")
        ordering = ["code"]
        constraints = [
            one_of("kind", PostKind, name="resources_post_kind_known"),
            one_of("state", PostState, name="resources_post_state_known"),
            point_on_earth(name="resources_post_point"),
        ]

    def __str__(self) -> str:
        return self.name
