"""What sensing found in a text: proposals with reasons, for a person to confirm."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.models.request import Request


class Suggestion(models.Model):
    """One of the top three items proposed for a request."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="suggestions")
    rank = models.PositiveSmallIntegerField(_("名次"))
    item_code = models.CharField(_("事项"), max_length=16)
    score = models.FloatField(_("把握"))
    reasons = models.JSONField(_("理由"), default=list)  # [{code, start, end}], no words
    reader = models.CharField(_("模型版本"), max_length=40)

    class Meta:
        verbose_name = _("事项建议")
        verbose_name_plural = _("事项建议")
        constraints = [
            models.UniqueConstraint(fields=["request", "rank"], name="suggestion_unique_rank")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} ({self.score:.2f})"


class Finding(models.Model):
    """One fact found in the text. Keeps the place (start, end), never the words."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="findings")
    kind = models.CharField(_("要素"), max_length=16)  # headcount amount months cue enterprise
    code = models.CharField(_("代码"), max_length=40, blank=True)
    value = models.JSONField(_("值"), default=dict)
    start = models.PositiveIntegerField(_("起"), default=0)
    end = models.PositiveIntegerField(_("止"), default=0)
    reason = models.CharField(_("理由"), max_length=60)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = _("要素")
        verbose_name_plural = _("要素")

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
