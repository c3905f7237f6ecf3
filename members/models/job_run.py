from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One run of a periodic job. Whoever inserts the (job, slot) row does the work."""

    job = models.CharField(_("任务"), max_length=60)
    slot = models.CharField(_("时段"), max_length=40)
    claimed_at = models.DateTimeField(_("开始时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")
        ordering = ["-id"]
        constraints = [UniqueConstraint(fields=["job", "slot"], name="members_jobrun_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class Heartbeat(models.Model):
    """The last sign of life of a long-running process, by the database clock."""

    name = models.CharField(_("进程"), max_length=60, unique=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("心跳")
        verbose_name_plural = _("心跳")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
