from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.constraints import days_in_order, no_overlap, one_of
from members.models.dated import Dated, DatedQuerySet


class AffiliationKind(models.TextChoices):
    """How an account is tied to an enterprise."""

    OWNER = "owner", _("投资人")
    MANAGER = "manager", _("管理人员")
    RELATIVE = "relative", _("近亲属")
    UNION_OFFICER = "union_officer", _("企业工会干部")
    ADVISER = "adviser", _("顾问")
    FORMER = "former", _("曾任职")


class Affiliation(Dated):
    """A tie between an account and an enterprise: the fact the recusal rule rests on."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="affiliations",
        verbose_name=_("账号"),
    )
    enterprise = models.ForeignKey(
        "members.Enterprise",
        on_delete=models.PROTECT,
        related_name="affiliations",
        verbose_name=_("企业"),
    )
    kind = models.CharField(_("关系"), max_length=16, choices=AffiliationKind)

    objects = DatedQuerySet["Affiliation"].as_manager()

    class Meta:
        verbose_name = _("利害关系")
        verbose_name_plural = _("利害关系")
        constraints = [
            one_of("kind", AffiliationKind, name="members_affiliation_kind_known"),
            days_in_order(name="members_affiliation_days"),
            no_overlap(["account", "enterprise", "kind"], name="members_affiliation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} @ {self.enterprise_id}"
