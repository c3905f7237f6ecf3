from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order
from members.models.dated import Dated, DatedQuerySet


class Weekday(models.IntegerChoices):
    """ISO numbers."""

    MONDAY = 1, _("星期一")
    TUESDAY = 2, _("星期二")
    WEDNESDAY = 3, _("星期三")
    THURSDAY = 4, _("星期四")
    FRIDAY = 5, _("星期五")
    SATURDAY = 6, _("星期六")
    SUNDAY = 7, _("星期日")


class DutyWindow(Dated):
    """Weekly hours on duty at a unit. A night duty is two windows, one a day."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="duty_windows",
        verbose_name=_("账号"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="duty_windows",
        verbose_name=_("单位"),
    )
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday)
    starts = models.TimeField(_("开始"))
    ends = models.TimeField(_("结束"))

    objects = DatedQuerySet["DutyWindow"].as_manager()

    class Meta:
        verbose_name = _("值班时间")
        verbose_name_plural = _("值班时间")
        ordering = ["weekday", "starts", "id"]
        constraints = [
            CheckConstraint(condition=Q(weekday__range=(1, 7)), name="members_dutywindow_weekday"),
            CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="members_dutywindow_hours",
                violation_error_message=_("结束时间须晚于开始时间。"),
            ),
            days_in_order(name="members_dutywindow_days"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.weekday} {self.starts}–{self.ends}"
