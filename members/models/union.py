import pghistory
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order, one_of, path_ends_in_own_id


class UnionKind(models.TextChoices):
    """Kinds of union bodies; a community may hold a federation or a joint union."""

    CITY = "city", _("市总工会")
    COUNTY = "county", _("区（县、市）总工会")
    STREET = "street", _("街道总工会")
    COMMUNITY_FEDERATION = "community_federation", _("社区工会联合会")
    COMMUNITY_JOINT = "community_joint", _("社区联合工会")
    ENTERPRISE_SINGLE = "enterprise_single", _("单建企业工会")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Union(models.Model):
    """A node of the legal union tree. Where it is served says ServiceArea."""

    kind = models.CharField(_("类型"), max_length=24, choices=UnionKind)
    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级工会"),
    )
    # Ids from the root down, own id last. Written by members.trees only.
    path = models.CharField(_("路径"), max_length=200, editable=False)
    enterprise = models.OneToOneField(
        "members.Enterprise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_union",
        verbose_name=_("所在企业"),
    )
    # The chair of a union is a public office, so the name is not sealed.
    chair_name = models.CharField(_("工会主席"), max_length=40, blank=True, default="")
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("工会组织")
        verbose_name_plural = _("工会组织")
        ordering = ["path"]
        constraints = [
            one_of("kind", UnionKind, name="members_union_kind_known"),
            # Not unique=True: that adds a second pattern index beside the one below.
            UniqueConstraint(fields=["path"], name="members_union_path_once"),
            path_ends_in_own_id(name="members_union_path_own_id"),
            CheckConstraint(
                condition=Q(kind=UnionKind.CITY, parent__isnull=True)
                | (~Q(kind=UnionKind.CITY) & Q(parent__isnull=False)),
                name="members_union_only_city_is_root",
                violation_error_message=_("只有市总工会没有上级工会。"),
            ),
            CheckConstraint(
                condition=Q(kind=UnionKind.ENTERPRISE_SINGLE, enterprise__isnull=False)
                | (~Q(kind=UnionKind.ENTERPRISE_SINGLE) & Q(enterprise__isnull=True)),
                name="members_union_single_has_enterprise",
                violation_error_message=_("单建企业工会须对应一家企业，其他工会不对应企业。"),
            ),
            days_in_order(name="members_union_days", start="founded_on", end="dissolved_on"),
        ]
        indexes = [Index(OpClass("path", "text_pattern_ops"), name="members_union_path_prefix")]

    def __str__(self) -> str:
        return self.name
