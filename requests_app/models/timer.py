"""Timers: every moment at which something falls due on a request."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Request


class TimerRule(models.TextChoices):
    """What falls due."""

    SIGN_FOR = "sign_for", _("签收到期")
    LIGHT_YELLOW = "light_yellow", _("临期提醒")
    LIGHT_RED = "light_red", _("超期提醒")
    STEP = "step", _("步骤到期")
    INSTALMENT = "instalment", _("分期到期")
    REVIEW = "review", _("审核到期")
    CALLBACK = "callback", _("回访到期")
    SILENCE = "silence", _("未回应期满")
    STAND_IN = "stand_in", _("审核回访补位")


class Timer(models.Model):
    """One due moment; unique for its rule, round and level, so it fires once."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="timers")
    rule = models.CharField(_("规则"), max_length=20, choices=TimerRule)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    level = models.PositiveSmallIntegerField(_("级次"), default=0)
    due_at = models.DateTimeField(_("到期时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("失败次数"), default=0)

    class Meta:
        verbose_name = _("计时")
        verbose_name_plural = _("计时")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "rule", "round", "level"], name="timer_fires_once"
            ),
        ]
        indexes = [models.Index("due_at", condition=Q(done_at=None), name="timer_due")]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_at:%Y-%m-%d %H:%M}"
