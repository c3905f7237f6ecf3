"""Money: what each worker claims, what was agreed, when it is due, what has come in. All in fen.

The database refuses what does not add up; the rules in stages/handling say it in words first.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from members.models import Account
from members.workdays import SHANGHAI
from requests_app.models.attachment import Attachment
from requests_app.models.request import Request


class Claim(models.Model):
    """What one worker claims. Name, post and months are sealed together."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="claims")
    line = models.PositiveSmallIntegerField(_("序号"))
    sealed = models.BinaryField(_("姓名、岗位、月份（加密）"))
    claimed_fen = models.BigIntegerField(_("主张金额（分）"))
    agreed_fen = models.BigIntegerField(_("协议金额（分）"), null=True)

    class Meta:
        verbose_name = _("明细")
        verbose_name_plural = _("明细")
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="claim_line_once"),
            models.CheckConstraint(condition=Q(line__gt=0), name="claim_lines_count_from_one"),
            models.CheckConstraint(condition=Q(claimed_fen__gt=0), name="claim_is_for_something"),
            models.CheckConstraint(
                condition=Q(agreed_fen=None) | Q(agreed_fen__gte=0),
                name="claim_agreed_not_negative",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="claims_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM requests_app_settlement s
                         WHERE s.request_id IN (OLD.request_id, NEW.request_id)
                           AND ROW(s.agreed_fen, s.people) <> (
                               SELECT COALESCE(SUM(agreed_fen), 0), COUNT(agreed_fen)
                                 FROM requests_app_claim WHERE request_id = s.request_id)) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'settlement_is_the_sum_of_its_claims',
                            MESSAGE = 'the claims do not add up to the settlement';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.line} of {self.request_id}"


class Settlement(models.Model):
    """What both sides signed: so much, for so many people, in instalments."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="settlement")
    signed_on = models.DateField(_("签订日期"))
    people = models.PositiveIntegerField(_("人数"))
    agreed_fen = models.BigIntegerField(_("协议金额（分）"))
    terms_sealed = models.BinaryField(_("违约条款（加密）"), null=True)
    court_offered = models.BooleanField(_("已告知可申请司法确认"), default=False)
    # Number of an arbitration or a court case; with it the union's own watch may end unpaid.
    case_number = models.CharField(_("案号"), max_length=60, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("协议")
        verbose_name_plural = _("协议")
        constraints = [
            models.CheckConstraint(condition=Q(people__gt=0), name="settlement_has_claimants"),
            models.CheckConstraint(
                condition=Q(agreed_fen__gt=0), name="settlement_is_for_something"
            ),
            models.CheckConstraint(
                condition=Q(signed_on__lte=TruncDate("recorded_at", tzinfo=SHANGHAI)),
                name="settlement_is_not_signed_in_the_future",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="settlement_adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="""
                    IF ROW(NEW.agreed_fen, NEW.people) <> (
                        SELECT COALESCE(SUM(agreed_fen), 0), COUNT(agreed_fen)
                          FROM requests_app_claim WHERE request_id = NEW.request_id) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'settlement_is_the_sum_of_its_claims',
                            MESSAGE = 'the claims do not add up to the settlement';
                    END IF;
                    IF NEW.agreed_fen IS DISTINCT FROM (
                        SELECT SUM(amount_fen) FROM requests_app_instalment
                         WHERE settlement_id = NEW.id) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'settlement_is_the_sum_of_its_instalments',
                            MESSAGE = 'the instalments do not add up to the settlement';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM requests_app_instalment
                         WHERE settlement_id = NEW.id AND due_on < NEW.signed_on) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'instalment_dates_in_order',
                            MESSAGE = 'an instalment is due before the signing';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"settlement of {self.request_id}"


class Instalment(models.Model):
    """One part of a settlement with its day."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("期次"))
    due_on = models.DateField(_("约定日期"))
    amount_fen = models.BigIntegerField(_("金额（分）"))

    class Meta:
        verbose_name = _("分期")
        verbose_name_plural = _("分期")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "number"], name="instalment_number_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0), name="instalment_is_for_something"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="instalments_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM requests_app_settlement s
                         WHERE s.id IN (OLD.settlement_id, NEW.settlement_id)
                           AND s.agreed_fen IS DISTINCT FROM (
                               SELECT SUM(amount_fen) FROM requests_app_instalment
                                WHERE settlement_id = s.id)) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'settlement_is_the_sum_of_its_instalments',
                            MESSAGE = 'the instalments do not add up to the settlement';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM (
                            SELECT due_on, LAG(due_on, 1, signed_on)
                                OVER (PARTITION BY s.id ORDER BY i.number) AS before
                              FROM requests_app_instalment i
                              JOIN requests_app_settlement s ON s.id = i.settlement_id
                             WHERE s.id IN (OLD.settlement_id, NEW.settlement_id)) AS dates
                         WHERE due_on < before) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'instalment_dates_in_order',
                            MESSAGE = 'an instalment is due before the one before it';
                    END IF;
                    IF NEW.amount_fen < (
                        SELECT SUM(amount_fen) FROM requests_app_payment
                         WHERE instalment_id = NEW.id AND voided_at IS NULL) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'payments_within_the_instalment',
                            MESSAGE = 'more was paid than agreed';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"instalment {self.number} of {self.settlement_id}"


class Payment(models.Model):
    """Money that came in for an instalment. A wrong entry is voided, never changed."""

    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField(_("金额（分）"))
    paid_on = models.DateField(_("到账日期"))
    voucher = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("付款凭证")
    )
    recorded_on = models.DateField(_("登记日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        verbose_name = _("到账")
        verbose_name_plural = _("到账")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_something"),
            models.CheckConstraint(
                condition=Q(paid_on__lte=F("recorded_on")), name="payment_is_not_in_the_future"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="not_more_than_agreed",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("agreed", "BIGINT")],
                func="""
                    -- The lock makes two payments at once see each other.
                    SELECT amount_fen INTO agreed FROM requests_app_instalment
                     WHERE id = NEW.instalment_id FOR UPDATE;
                    IF agreed < (SELECT COALESCE(SUM(amount_fen), 0) FROM requests_app_payment
                                  WHERE instalment_id = NEW.instalment_id AND voided_at IS NULL)
                    THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'payments_within_the_instalment',
                            MESSAGE = 'more was paid than agreed';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM requests_app_instalment i
                          JOIN requests_app_settlement s ON s.id = i.settlement_id
                         WHERE i.id = NEW.instalment_id AND NEW.paid_on < s.signed_on) THEN
                        RAISE check_violation USING
                            CONSTRAINT = 'payment_after_the_signing',
                            MESSAGE = 'money came in before the agreement was signed';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"payment {self.pk} for {self.instalment_id}"
