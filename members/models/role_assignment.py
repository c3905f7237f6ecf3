import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order, no_overlap, one_of
from members.models.dated import Dated, DatedQuerySet


class Role(models.TextChoices):
    """What a person does at a unit. System and security roles carry no case content."""

    REGISTRAR = "registrar", _("登记员")
    WORKER = "worker", _("专职工作者")
    HEAD = "head", _("站长")
    HANDLER = "handler", _("承办人")
    APPROVER = "approver", _("审批人")
    CALLER = "caller", _("回访员")
    SUPERVISOR = "supervisor", _("督办员")
    AUDITOR = "auditor", _("审计员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoleAssignment(Dated):
    """One role of one account at one unit, with dates."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="role_assignments",
        verbose_name=_("账号"),
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="role_assignments",
        verbose_name=_("单位"),
    )

    objects = DatedQuerySet["RoleAssignment"].as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            one_of("role", Role, name="members_roleassignment_role_known"),
            days_in_order(name="members_roleassignment_days"),
            no_overlap(["account", "role", "unit"], name="members_roleassignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} @ {self.unit_id}"
