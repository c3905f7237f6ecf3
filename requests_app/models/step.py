"""Steps: what a person has to do on a request, from its playbook or because of a flag."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.models.flag import Flag
from requests_app.models.playbook import PlaybookStep
from requests_app.models.request import Request


class Step(models.Model):
    """One line of a request's checklist: open, done with a note, or not applicable with a reason.

    Its words are those of the version of the playbook (or the flag) that the request met.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="steps")
    rework = models.PositiveSmallIntegerField(_("第几次重办"), default=0)
    order = models.PositiveSmallIntegerField(_("顺序"))
    playbook_step = models.ForeignKey(
        PlaybookStep, models.PROTECT, null=True, related_name="+", verbose_name=_("处置步骤")
    )
    flag = models.ForeignKey(
        Flag, models.PROTECT, null=True, related_name="+", verbose_name=_("敏感标记")
    )
    opened_at = models.DateTimeField(_("开始时间"))
    due_at = models.DateTimeField(_("时限"), null=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    waived_at = models.DateTimeField(_("标为不适用的时间"), null=True)
    ended_by = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("操作人")
    )
    note_sealed = models.BinaryField(_("说明（加密）"), null=True)

    class Meta:
        verbose_name = _("办理步骤")
        verbose_name_plural = _("办理步骤")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "rework", "playbook_step"], name="step_once_a_round"
            ),
            models.UniqueConstraint(fields=["request", "flag"], name="step_once_a_flag"),
            models.CheckConstraint(
                condition=Q(playbook_step=None) ^ Q(flag=None), name="step_of_playbook_or_flag"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(waived_at=None), name="step_done_or_waived"
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.order} of {self.request_id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_at is None and self.waived_at is None

    @property
    def has_lapsed(self) -> bool:
        """Whether it went with its playbook: called not applicable by nobody."""
        return self.waived_at is not None and self.ended_by_id is None
