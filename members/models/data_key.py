from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _


class DataKey(models.Model):
    """A data key of one purpose, wrapped under the master key.

    The table is left out of the main dump and has its own backup; the master key is in
    neither. Blobs name the key by ``code``; a retired key still opens old blobs.
    """

    code = models.CharField(_("代码"), max_length=24, unique=True)
    purpose = models.CharField(_("用途"), max_length=40)
    wrapped = models.BinaryField(_("加密后的密钥"))
    created_at = models.DateTimeField(_("生成时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据密钥")
        verbose_name_plural = _("数据密钥")
        ordering = ["purpose", "id"]
        constraints = [
            UniqueConstraint(
                fields=["purpose"],
                condition=Q(retired_at__isnull=True),
                name="members_datakey_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.code
