import pghistory
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of, point_on_earth
from members.models.place import Placed
from members.numbers import NumberError, check_credit_code


class Industry(models.TextChoices):
    """The 20 sections of GB/T 4754-2017."""

    AGRICULTURE = "agriculture", _("农、林、牧、渔业")
    MINING = "mining", _("采矿业")
    MANUFACTURING = "manufacturing", _("制造业")
    UTILITIES = "utilities", _("电力、热力、燃气及水生产和供应业")
    CONSTRUCTION = "construction", _("建筑业")
    RETAIL = "retail", _("批发和零售业")
    TRANSPORT = "transport", _("交通运输、仓储和邮政业")
    HOSPITALITY = "hospitality", _("住宿和餐饮业")
    SOFTWARE = "software", _("信息传输、软件和信息技术服务业")
    FINANCE = "finance", _("金融业")
    REAL_ESTATE = "real_estate", _("房地产业")
    BUSINESS_SERVICES = "business_services", _("租赁和商务服务业")
    SCIENCE = "science", _("科学研究和技术服务业")
    ENVIRONMENT = "environment", _("水利、环境和公共设施管理业")
    RESIDENT_SERVICES = "resident_services", _("居民服务、修理和其他服务业")
    EDUCATION = "education", _("教育")
    HEALTH = "health", _("卫生和社会工作")
    CULTURE = "culture", _("文化、体育和娱乐业")
    ADMINISTRATION = "administration", _("公共管理、社会保障和社会组织")
    INTERNATIONAL = "international", _("国际组织")


def validate_credit_code(value: str) -> None:
    """Refuse a credit code whose check character is wrong (GB 32100-2015)."""
    try:
        check_credit_code(value)
    except NumberError as error:
        raise ValidationError(gettext(error.message), code="credit_code") from error


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Enterprise(Placed):
    """An employer in the territory, organised in a union or not yet."""

    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40)
    # Search and sort keys: the embedded server has no Chinese collation.
    pinyin = models.CharField(_("拼音"), max_length=400, editable=False)
    initials = models.CharField(_("拼音首字母"), max_length=100, editable=False)
    credit_code = models.CharField(
        _("统一社会信用代码"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_credit_code],
    )
    industry = models.CharField(_("行业"), max_length=20, choices=Industry)
    headcount = models.PositiveIntegerField(_("职工人数"), default=0)
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    community = models.ForeignKey(
        "members.Union",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="community_enterprises",
        verbose_name=_("所在社区工会"),
    )
    union = models.ForeignKey(
        "members.Union",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name=_("所属工会"),
        help_text=_("留空表示尚未建会。"),
    )
    is_active = models.BooleanField(_("在营"), default=True)

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        ordering = ["pinyin", "id"]
        constraints = [
            CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="members_enterprise_credit_code_form",
                violation_error_message=_("统一社会信用代码由 18 位数字和大写字母组成。"),
            ),
            one_of("industry", Industry, name="members_enterprise_industry_known"),
            point_on_earth(name="members_enterprise_point"),
        ]
        indexes = [
            Index(OpClass("pinyin", "text_pattern_ops"), name="members_ent_pinyin_prefix"),
            Index(
                OpClass("initials", "text_pattern_ops"),
                name="members_ent_initials_prefix",
            ),
            Index(OpClass("name", "text_pattern_ops"), name="members_ent_name_prefix"),
        ]

    def __str__(self) -> str:
        return self.name
