"""Events: what happened to a request, append-only and chained; and the sealed anchors."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.chain import EventFacts
from requests_app.lifecycle import Via
from requests_app.models.request import Request

VIA_CHOICES = [(via.value, via.value) for via in Via]


class Event(models.Model):
    """One thing that happened. Holds codes, ids and numbers, never free text.

    The database refuses UPDATE and DELETE; a correction is a new event.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("事件"), max_length=40)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    via = models.CharField(_("途径"), max_length=8, choices=VIA_CHOICES)
    from_state = models.CharField(_("原状态"), max_length=16, blank=True)
    to_state = models.CharField(_("新状态"), max_length=16, blank=True)
    version = models.PositiveIntegerField(_("版本"))
    because = models.JSONField(_("理由"), default=list)
    data = models.JSONField(_("数据"), default=dict)
    note_digest = models.CharField(_("说明摘要"), max_length=64, blank=True)
    link = models.BinaryField(_("链"), max_length=32)

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        constraints = [
            models.UniqueConstraint(fields=["request", "seq"], name="event_unique_seq"),
            models.CheckConstraint(
                condition=models.Q(via__in=[via.value for via in Via]), name="event_via_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.seq}"

    def facts(self, number: str) -> EventFacts:
        """Return what the link of this row vouches for."""
        return EventFacts(
            number=number,
            seq=self.seq,
            kind=self.kind,
            at=self.at,
            actor_id=self.actor_id,
            via=self.via,
            from_state=self.from_state,
            to_state=self.to_state,
            version=self.version,
            because=self.because,
            data=self.data,
            note_digest=self.note_digest,
        )


class Anchor(models.Model):
    """The heads of all changed chains and the new access log since the last anchor, linked."""

    number = models.PositiveBigIntegerField(_("序号"), unique=True)
    sealed_at = models.DateTimeField(_("封存时间"))
    heads = models.JSONField(_("链首"))  # {request number: [seq, link as hex]}
    access = models.JSONField(_("查阅记录封存"))  # [last id, rows since the last anchor, hex]
    link = models.BinaryField(_("签名"), max_length=32)

    class Meta:
        verbose_name = _("封存")
        verbose_name_plural = _("封存")
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
