"""The request: one worker's matter on its way through the four stages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Account, Enterprise, Level, Unit
from requests_app.lifecycle import STATES, Stage, State
from requests_app.models.choices import ApplicantKind, Approach, Channel, Closure, Urgency
from requests_app.recusal import Shunned, whom_to_keep_from_judging, whom_to_shun


class Request(models.Model):
    """One request. The row is the truth; a message is only a nudge.

    ``version`` rises when the state or something a person can edit changes; ``seq`` counts
    events. ``wake_at`` is the moment of the next machine step, empty when none is due.
    Narrative and identity live in rows of their own, sealed under the request's key.
    """

    number = models.CharField(_("编号"), max_length=24, unique=True)
    station = models.ForeignKey(
        Unit, models.PROTECT, related_name="raised_requests", verbose_name=_("片区")
    )
    holder = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="held_requests", verbose_name=_("承办单位")
    )
    handler = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="handled_requests",
        verbose_name=_("承办人"),
    )
    # Whoever handled the round that did not satisfy; a second round is another person's.
    former_handler = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("前次承办人")
    )
    # Who was drawn to review or to call back; only the unit where nobody was free.
    assignee = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="assigned_requests",
        verbose_name=_("审核或回访人"),
    )
    assignee_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="assigned_requests",
        verbose_name=_("审核或回访单位"),
    )
    stage = models.CharField(_("阶段"), max_length=12)
    state = models.CharField(_("状态"), max_length=16)
    version = models.PositiveIntegerField(_("版本"), default=1)
    seq = models.PositiveIntegerField(_("事件序号"), default=1)
    chain_head = models.BinaryField(_("链首"), max_length=32)
    sealed_seq = models.PositiveIntegerField(_("已封存序号"), default=0)

    wake_at = models.DateTimeField(_("下一步时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("失败次数"), default=0)
    parked_at = models.DateTimeField(_("停置时间"), null=True)
    parked_reason = models.CharField(_("停置原因"), max_length=120, blank=True)

    channel = models.CharField(_("来源"), max_length=12, choices=Channel)
    applicant_kind = models.CharField(_("诉求人类型"), max_length=20, choices=ApplicantKind)
    approach = models.CharField(
        _("联系单位方式"), max_length=8, choices=Approach, default=Approach.NONE
    )
    # A recorded danger to life is the only way past the worker's word.
    approach_overridden_at = models.DateTimeField(_("紧急联系单位的时间"), null=True)
    is_anonymous = models.BooleanField(_("匿名"), default=False)
    topic = models.CharField(_("所选类别"), max_length=8, blank=True)
    registrar = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="registered_requests",
        verbose_name=_("登记人"),
    )

    item = models.ForeignKey(
        "requests_app.Item",
        models.PROTECT,
        null=True,
        related_name="requests",
        verbose_name=_("事项"),
    )
    level = models.CharField(_("层级"), max_length=8, choices=Level, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    flags = ArrayField(models.CharField(max_length=16), verbose_name=_("敏感标记"), default=list)
    needs_recusal = models.BooleanField(_("须回避"), default=True)
    headcount = models.PositiveIntegerField(_("人数"), null=True)
    amount_fen = models.BigIntegerField(_("金额（分）"), null=True)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        related_name="requests",
        verbose_name=pgettext_lazy("用人单位", "单位"),
    )
    # Linked as the sender named it, confirmed by a person, or said to be in no register.
    employer_is_settled = models.BooleanField(_("用人单位已认定"), default=False)

    registered_at = models.DateTimeField(_("登记时间"))
    dispatched_at = models.DateTimeField(_("交办时间"), null=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    sign_by = models.DateTimeField(_("签收期限"), null=True)
    due_at = models.DateTimeField(_("办理期限"), null=True)
    original_due_at = models.DateTimeField(_("原定期限"), null=True)
    due_is_provisional = models.BooleanField(_("期限暂定"), default=False)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    told_at = models.DateTimeField(_("告知时间"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_as = models.CharField(_("办结方式"), max_length=12, choices=Closure, blank=True)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    reworks = models.PositiveSmallIntegerField(_("重办次数"), default=0)
    lookup_hash = models.BinaryField(_("查询码摘要"), max_length=32, unique=True)

    class Meta:
        verbose_name = _("诉求")
        verbose_name_plural = _("诉求")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[stage.value for stage in Stage]), name="request_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="request_urgency_known"
            ),
            models.CheckConstraint(
                condition=Q(headcount=None) | Q(headcount__gt=0), name="request_headcount_positive"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
                name="request_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.CLOSED, closed_at__isnull=False, closed_as__in=Closure.values
                )
                | (~Q(state=State.CLOSED) & Q(closed_at=None, closed_as="")),
                name="request_closed_says_how",
            ),
            models.CheckConstraint(
                condition=Q(seq__gte=F("sealed_seq")) & Q(seq__gte=F("version")),
                name="request_seq_counts_events",
            ),
        ]
        indexes = [
            models.Index(
                "wake_at", condition=Q(parked_at=None, wake_at__isnull=False), name="request_due"
            ),
            models.Index("parked_at", condition=Q(parked_at__isnull=False), name="request_parked"),
            models.Index("holder", "due_at", "id", name="request_by_holder"),
            models.Index("station", "due_at", "id", name="request_by_station"),
            models.Index("enterprise", "registered_at", name="request_by_enterprise"),
            models.Index(
                "assignee", condition=Q(assignee__isnull=False), name="request_by_assignee"
            ),
            models.Index("id", condition=Q(seq__gt=F("sealed_seq")), name="request_unsealed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_parked(self) -> bool:
        """Whether the machine gave up and a person has to resume."""
        return self.parked_at is not None

    @property
    def shunned(self) -> Shunned:
        """Whose people stand aside from this request now."""
        return whom_to_shun(
            needs_recusal=self.needs_recusal,
            employer_is_settled=self.employer_is_settled,
            enterprise_id=self.enterprise_id,
        )

    @property
    def kept_from_judging(self) -> Shunned:
        """Whose people neither review the result nor call back."""
        return whom_to_keep_from_judging(
            needs_recusal=self.needs_recusal,
            employer_is_settled=self.employer_is_settled,
            enterprise_id=self.enterprise_id,
        )

    @property
    def state_label(self) -> str:
        """Chinese message id of the state for staff."""
        return STATES[State(self.state)].label

    @property
    def public_label(self) -> str:
        """Chinese message id of the state in the worker's words."""
        return STATES[State(self.state)].public_label
