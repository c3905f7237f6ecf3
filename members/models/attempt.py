from django.db import models
from django.db.models import F, Index
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of


class AttemptKind(models.TextChoices):
    """What was tried."""

    LOGIN = "login", _("登录")
    LINK = "link", _("个人链接")
    LOOKUP = "lookup", _("凭码查询")
    SMS = "sms", _("短信验证码")


class Attempt(models.Model):
    """One wrong attempt. ``bucket`` is a keyed digest, never an address or a name."""

    kind = models.CharField(_("类型"), max_length=8, choices=AttemptKind)
    bucket = models.BinaryField(_("桶"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("尝试记录")
        verbose_name_plural = _("尝试记录")
        constraints = [one_of("kind", AttemptKind, name="members_attempt_kind_known")]
        indexes = [Index(F("kind"), F("bucket"), F("at"), name="members_attempt_bucket")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
