from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order, no_overlap, one_of
from members.models.dated import Dated, DatedQuerySet


class MemberStatus(models.TextChoices):
    """Standing of a membership."""

    ACTIVE = "active", _("正常")
    TRANSFERRING = "transferring", _("待转")
    RETAINED = "retained", _("保留")
    LEFT = "left", _("退会")
    DECEASED = "deceased", _("去世")


class Gender(models.TextChoices):
    """As registered."""

    UNKNOWN = "unknown", _("未登记")
    FEMALE = "female", _("女")
    MALE = "male", _("男")


class EmploymentKind(models.TextChoices):
    """Form of employment."""

    CONTRACT = "contract", _("合同工")
    AGENCY = "agency", _("劳务派遣")
    FLEXIBLE = "flexible", _("灵活就业")
    PLATFORM = "platform", _("新就业形态")


class Member(models.Model):
    """A union member. Name, phone and id number are sealed under the purpose key.

    The blind indexes serve look-up and warn of duplicates; they are not unique, so a
    second person behind one phone can be registered and merged later.
    """

    member_no = models.CharField(_("会员号"), max_length=20, unique=True)
    union = models.ForeignKey(
        "members.Union",
        on_delete=models.PROTECT,
        related_name="members",
        verbose_name=_("所属工会"),
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=MemberStatus, default=MemberStatus.ACTIVE
    )
    joined_on = models.DateField(_("入会日期"))
    left_on = models.DateField(_("离会日期"), null=True, blank=True)
    name_sealed = models.BinaryField(_("姓名（加密）"))
    phone_sealed = models.BinaryField(_("手机（加密）"), null=True, blank=True)
    id_number_sealed = models.BinaryField(_("证件号（加密）"), null=True, blank=True)
    phone_index = models.BinaryField(_("手机盲索引"), null=True, blank=True)
    id_number_index = models.BinaryField(_("证件号盲索引"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)
    gender = models.CharField(_("性别"), max_length=8, choices=Gender, default=Gender.UNKNOWN)

    class Meta:
        verbose_name = _("会员")
        verbose_name_plural = _("会员")
        ordering = ["member_no"]
        constraints = [
            one_of("status", MemberStatus, name="members_member_status_known"),
            one_of("gender", Gender, name="members_member_gender_known"),
            days_in_order(name="members_member_days", start="joined_on", end="left_on"),
            CheckConstraint(
                condition=Q(phone_sealed__isnull=True, phone_index__isnull=True)
                | Q(phone_sealed__isnull=False, phone_index__isnull=False),
                name="members_member_phone_indexed",
            ),
            CheckConstraint(
                condition=Q(id_number_sealed__isnull=True, id_number_index__isnull=True)
                | Q(id_number_sealed__isnull=False, id_number_index__isnull=False),
                name="members_member_id_number_indexed",
            ),
            CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                name="members_member_birth_year",
            ),
        ]
        indexes = [
            Index(F("phone_index"), name="members_member_phone"),
            Index(F("id_number_index"), name="members_member_id_number"),
        ]

    def __str__(self) -> str:
        return self.member_no


class Employment(Dated):
    """Where a member works or worked; several at a time are possible."""

    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        related_name="employments",
        verbose_name=_("会员"),
    )
    enterprise = models.ForeignKey(
        "members.Enterprise",
        on_delete=models.PROTECT,
        related_name="employments",
        verbose_name=_("企业"),
    )
    post = models.CharField(_("岗位"), max_length=40, blank=True, default="")
    kind = models.CharField(_("用工形式"), max_length=10, choices=EmploymentKind)

    objects = DatedQuerySet["Employment"].as_manager()

    class Meta:
        verbose_name = _("就业记录")
        verbose_name_plural = _("就业记录")
        constraints = [
            one_of("kind", EmploymentKind, name="members_employment_kind_known"),
            days_in_order(name="members_employment_days"),
            no_overlap(["member", "enterprise"], name="members_employment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} @ {self.enterprise_id}"
