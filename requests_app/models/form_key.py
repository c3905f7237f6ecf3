"""Form keys: the same form sent twice gets the same answer, another body never does."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Request


class FormKey(models.Model):
    """One sent form. The code stays readable until written down or 30 minutes old."""

    key_hash = models.BinaryField(_("表单键摘要"), max_length=32, unique=True)
    body_digest = models.BinaryField(_("内容摘要"), max_length=32)
    request = models.ForeignKey(Request, models.CASCADE, related_name="form_keys")
    code_sealed = models.BinaryField(_("查询码"), null=True)
    expires_at = models.DateTimeField(_("失效时间"))

    class Meta:
        verbose_name = _("表单键")
        verbose_name_plural = _("表单键")
        indexes = [
            models.Index(
                "expires_at",
                condition=models.Q(code_sealed__isnull=False),
                name="form_key_readable",
            )
        ]

    def __str__(self) -> str:
        return f"form key of {self.request_id}"
