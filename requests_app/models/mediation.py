"""Who sits at the table, and when they sat there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.models.request import Request


class ParticipantRole(models.TextChoices):
    """In which capacity somebody takes part."""

    REPRESENTATIVE = "representative", _("职工代表")
    ENTERPRISE = "enterprise", _("单位负责人")
    LEGAL_ADVISER = "legal_adviser", _("法律顾问")
    MEDIATOR = "mediator", _("调解员")
    UNION = "union", _("工会人员")
    AUTHORITY = "authority", _("主管部门")


class Participant(models.Model):
    """One person with a role in a request. Name, phone and remark are sealed together."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="participants")
    role = models.CharField(_("角色"), max_length=16, choices=ParticipantRole)
    has_authority = models.BooleanField(_("有授权委托书"), default=False)
    sealed = models.BinaryField(_("姓名、电话、说明（加密）"))
    added_at = models.DateTimeField(_("登记时间"))
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("移出时间"), null=True)

    class Meta:
        verbose_name = _("当事人")
        verbose_name_plural = _("当事人")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=ParticipantRole.values), name="participant_role_known"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(removed_at__gte=F("added_at")),
                name="participant_removed_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.request_id}"


class SessionOutcome(models.TextChoices):
    """What a session ended with."""

    AGREED = "agreed", _("达成协议")
    ADJOURNED = "adjourned", _("择日再议")
    FAILED = "failed", _("未达成")


class MediationSession(models.Model):
    """One meeting of the parties, with its minutes."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("第几次"))
    began_at = models.DateTimeField(_("开始"))
    ended_at = models.DateTimeField(_("结束"))
    place = models.CharField(_("地点"), max_length=60)
    outcome = models.CharField(_("结果"), max_length=12, choices=SessionOutcome)
    minutes_sealed = models.BinaryField(_("纪要（加密）"))
    participants = models.ManyToManyField(
        Participant, related_name="sessions", verbose_name=_("到会人")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("调解会议")
        verbose_name_plural = _("调解会议")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")), name="session_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__lte=F("recorded_at")), name="session_is_over_when_recorded"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=SessionOutcome.values), name="session_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number} of {self.request_id}"
