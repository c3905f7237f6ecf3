"""What is sealed: the words of a request, who asked, and the key that opens both."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Request


class RequestKey(models.Model):
    """The wrapped key of one request, in a table outside the main dump.

    Erasing this row erases everything sealed under it, older backups included, once the
    key table's own backups have lapsed (30 days).
    """

    request = models.OneToOneField(Request, models.CASCADE, related_name="key", primary_key=True)
    master_id = models.CharField(_("主密钥"), max_length=16)
    wrapped = models.BinaryField(_("密钥"))

    class Meta:
        verbose_name = _("诉求密钥")
        verbose_name_plural = _("诉求密钥")

    def __str__(self) -> str:
        return f"key of {self.request_id}"


class Narrative(models.Model):
    """One text of a request, encrypted from the first insert."""

    class Kind(models.TextChoices):
        STORY = "story", _("诉求内容")
        EMPLOYER = "employer", _("所填单位")
        OVERRIDE = "override", _("紧急联系单位的理由")

    request = models.ForeignKey(Request, models.CASCADE, related_name="narratives")
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    sealed = models.BinaryField(_("密文"))
    written_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("诉求文字")
        verbose_name_plural = _("诉求文字")
        indexes = [models.Index("request", "kind", name="narrative_by_request")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.request_id}"


class Identity(models.Model):
    """Who asked, apart from the request. No row exists for an anonymous one."""

    request = models.OneToOneField(
        Request, models.CASCADE, related_name="identity", primary_key=True
    )
    name_sealed = models.BinaryField(_("姓名"), null=True)
    phone_sealed = models.BinaryField(_("手机号"), null=True)
    phone_index = models.BinaryField(_("手机号索引"), max_length=32, null=True, db_index=True)

    class Meta:
        verbose_name = _("诉求人身份")
        verbose_name_plural = _("诉求人身份")

    def __str__(self) -> str:
        return f"identity of {self.request_id}"


class SearchRow(models.Model):
    """Single characters and bigrams of an unflagged text, identifiers masked."""

    request = models.OneToOneField(
        Request, models.CASCADE, related_name="search_row", primary_key=True
    )
    grams = ArrayField(models.CharField(max_length=2))

    class Meta:
        verbose_name = _("检索行")
        verbose_name_plural = _("检索行")
        indexes = [GinIndex(fields=["grams"], name="search_row_grams")]

    def __str__(self) -> str:
        return f"search row of {self.request_id}"
