import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Index
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of


class AccessAction(models.TextChoices):
    """What was done with the data."""

    VIEW = "view", _("查看")
    UNMASK = "unmask", _("查看完整信息")


class AccessEntry(models.Model):
    """Who looked at what, and why. Append-only; the anchors of the event chain seal the rows."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="access_entries",
        verbose_name=_("账号"),
    )
    at = models.DateTimeField(_("时间"))
    action = models.CharField(_("动作"), max_length=8, choices=AccessAction)
    # Kind and id, such as "request:1".
    subject = models.CharField(_("对象"), max_length=60)
    field = models.CharField(_("字段"), max_length=40, blank=True, default="")
    reason_sealed = models.BinaryField(_("理由（加密）"), null=True, blank=True)

    class Meta:
        verbose_name = _("查阅记录")
        verbose_name_plural = _("查阅记录")
        ordering = ["-id"]
        constraints = [one_of("action", AccessAction, name="members_accessentry_action_known")]
        indexes = [
            Index(F("subject"), F("at"), name="members_access_subject"),
            Index(F("account"), F("at"), name="members_access_account"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.action} {self.subject}"
