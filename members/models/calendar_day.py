from datetime import time

import pghistory
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of


class CalendarDayKind(models.TextChoices):
    """Same codes as members.workdays.DayKind."""

    WORKDAY = "workday", _("工作日")
    RESTDAY = "restday", _("休息日")
    HOLIDAY = "holiday", _("节假日")
    MAKEUP = "makeup", _("调休上班")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CalendarDay(models.Model):
    """One day of the statutory calendar; provisional until the notice is entered."""

    date = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("类型"), max_length=8, choices=CalendarDayKind)
    name = models.CharField(_("名称"), max_length=40, blank=True, default="")
    source = models.CharField(_("依据"), max_length=80, blank=True, default="")
    confirmed = models.BooleanField(_("已确认"), default=False)

    class Meta:
        verbose_name = _("日历")
        verbose_name_plural = _("日历")
        ordering = ["date"]
        constraints = [one_of("kind", CalendarDayKind, name="members_calendarday_kind_known")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.kind}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OfficeHours(models.Model):
    """Office hours from a day on, of one unit or (without unit) everywhere."""

    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="office_hours",
        verbose_name=_("单位"),
        help_text=_("留空表示适用于所有单位。"),
    )
    opens = models.TimeField(_("上班"), default=time(8, 30))
    lunch_from = models.TimeField(_("午休开始"), default=time(12, 0))
    lunch_to = models.TimeField(_("午休结束"), default=time(14, 0))
    closes = models.TimeField(_("下班"), default=time(17, 30))
    from_on = models.DateField(_("起始日期"))

    class Meta:
        verbose_name = _("办公时间")
        verbose_name_plural = _("办公时间")
        ordering = ["from_on", "id"]
        constraints = [
            CheckConstraint(
                condition=Q(opens__lt=F("lunch_from"))
                & Q(lunch_from__lte=F("lunch_to"))
                & Q(lunch_to__lt=F("closes")),
                name="members_officehours_order",
                violation_error_message=_("时间须按上班、午休、下班的先后填写。"),
            ),
            UniqueConstraint(
                fields=["unit", "from_on"],
                nulls_distinct=False,
                name="members_officehours_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on:%Y-%m-%d} {self.opens}–{self.closes}"
