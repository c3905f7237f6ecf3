from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of


class SkillKind(models.TextChoices):
    """Trades of the force map (力量联络图)."""

    MEDIATION = "mediation", _("劳动关系调解")
    COORDINATION = "coordination", _("劳动关系协调")
    LAW = "law", _("法律顾问")
    COUNSELLING = "counselling", _("心理咨询")
    INSPECTION = "inspection", _("劳动法律监督")
    BARGAINING = "bargaining", _("集体协商指导")
    SOCIAL_WORK = "social_work", _("社会工作")
    SAFETY = "safety", _("安全生产")
    DIALECT = "dialect", _("方言沟通")


class Skill(models.Model):
    """What a person is trained for, with the certificate and its expiry."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="skills",
        verbose_name=_("账号"),
    )
    kind = models.CharField(_("专长"), max_length=16, choices=SkillKind)
    certificate = models.CharField(_("证书"), max_length=60, blank=True, default="")
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("专长")
        verbose_name_plural = _("专长")
        constraints = [
            one_of("kind", SkillKind, name="members_skill_kind_known"),
            models.UniqueConstraint(
                fields=["account", "kind", "certificate"], name="members_skill_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind}"

    def is_valid_on(self, on: date) -> bool:
        """Whether the certificate still holds on that day."""
        return self.expires_on is None or on <= self.expires_on
