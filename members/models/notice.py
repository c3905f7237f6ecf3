from django.conf import settings
from django.db import models
from django.db.models import F, Index, Q
from django.utils.translation import gettext_lazy as _

from members.models.constraints import one_of


class Channel(models.TextChoices):
    """Ways out of the house; the in-app notice is not one of them."""

    EMAIL = "email", _("邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")


class Notice(models.Model):
    """An in-app notice. ``params`` hold ids and codes only, never personal data."""

    # Effect key such as "notify:<request>:<version>:<account>": a repeat is a no-op.
    key = models.CharField(_("幂等键"), max_length=120, unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name=_("账号"),
    )
    template = models.CharField(_("模板"), max_length=60)
    params = models.JSONField(_("参数"), default=dict)
    # No foreign key: requests live in a higher package.
    request_ref = models.BigIntegerField(_("诉求编号"), null=True, blank=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("站内通知")
        verbose_name_plural = _("站内通知")
        ordering = ["-id"]
        indexes = [
            Index(
                F("account"),
                F("id").desc(),
                condition=Q(read_at=None),
                name="members_notice_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """A message to the outside: claimed with a lease, retried, ended in a visible list."""

    key = models.CharField(_("幂等键"), max_length=120, unique=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("账号"),
    )
    template = models.CharField(_("模板"), max_length=60)
    params = models.JSONField(_("参数"), default=dict)
    due_at = models.DateTimeField(_("应发时间"))
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)
    last_error = models.CharField(_("最近错误"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("对外发送")
        verbose_name_plural = _("对外发送")
        ordering = ["-id"]
        constraints = [
            one_of("channel", Channel, name="members_delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dead_at__isnull=True),
                name="members_delivery_sent_or_dead",
            ),
        ]
        indexes = [
            Index(
                F("due_at"),
                condition=Q(sent_at=None, dead_at=None),
                name="members_delivery_due",
            ),
            Index(
                F("dead_at"),
                condition=Q(dead_at__isnull=False),
                name="members_delivery_dead",
            ),
        ]

    def __str__(self) -> str:
        return self.key
