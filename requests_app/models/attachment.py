"""Files that came with a request: cleaned, sealed under the request's key, stored apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.models.request import Request


class Purpose(models.TextChoices):
    """Why a file is there."""

    REPORT = "report", _("诉求材料")
    DOCUMENT = "document", _("办理文书")
    VOUCHER = "voucher", _("付款凭证")


class Attachment(models.Model):
    """One file. The name on disk is random; the content there is sealed."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="attachments")
    stored_as = models.CharField(_("存储名"), max_length=100, unique=True)
    content_type = models.CharField(_("类型"), max_length=60)
    size = models.PositiveIntegerField(_("大小"))
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose, default=Purpose.REPORT)
    added_at = models.DateTimeField(_("时间"))
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("材料")
        verbose_name_plural = _("材料")

    def __str__(self) -> str:
        return self.stored_as
