"""The end of a request: result, review, the worker's opinion, the attempts to reach them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Account
from requests_app.models.request import Request


class Outcome(models.TextChoices):
    """What came of it, as the handler sees it."""

    SOLVED = "solved", _("已解决")
    PARTLY = "partly", _("部分解决")
    EXPLAINED = "explained", _("已解释说明")
    REFERRED = "referred", _("已转有权部门")
    UNSOLVED = "unsolved", _("未能解决")


class Satisfaction(models.IntegerChoices):
    """Five levels everywhere; the upper three count as satisfied (docs/rules.md, "Figures")."""

    VERY_SATISFIED = 5, _("非常满意")
    SATISFIED = 4, _("满意")
    FAIRLY_SATISFIED = 3, _("基本满意")
    DISSATISFIED = 2, _("不满意")
    VERY_DISSATISFIED = 1, _("非常不满意")


class RatingSource(models.TextChoices):
    """How an opinion reached us. What staff wrote down is counted apart."""

    LINK = "link", _("本人评价")
    CALL = "call", _("电话回访")
    COUNTER = "counter", _("窗口代录")


class Result(models.Model):
    """One submitted result with the reply to the worker; a returned one is followed by another."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(_("第几次"))
    rework = models.PositiveSmallIntegerField(_("第几次重办"))
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome)
    reply_sealed = models.BinaryField(_("答复（加密）"))
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("结果")
        verbose_name_plural = _("结果")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="result_number_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="result_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"result {self.number} of {self.request_id}"


class Review(models.Model):
    """What a second person found. Only for results that were reviewed."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="review")
    reviewer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(_("通过"))
    note_sealed = models.BinaryField(_("意见（加密）"), null=True)
    decided_at = models.DateTimeField(_("审核时间"))

    class Meta:
        verbose_name = _("审核")
        verbose_name_plural = _("审核")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_accepted=True) | Q(note_sealed__isnull=False),
                name="review_returns_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.result_id}"


class Rating(models.Model):
    """The worker's opinion of one result, once a way."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="ratings")
    source = models.CharField(_("来源"), max_length=8, choices=RatingSource)
    level = models.PositiveSmallIntegerField(_("满意度"), choices=Satisfaction)
    is_solved = models.BooleanField(_("诉求人认为已解决"))
    wants_rework = models.BooleanField(_("希望重新办理"), default=False)
    words_sealed = models.BinaryField(_("意见（加密）"), null=True)
    given_at = models.DateTimeField(_("评价时间"))
    entered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("评价")
        verbose_name_plural = _("评价")
        constraints = [
            models.UniqueConstraint(fields=["result", "source"], name="rating_once_a_way"),
            models.CheckConstraint(
                condition=Q(source__in=RatingSource.values), name="rating_source_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Satisfaction.values), name="rating_level_known"
            ),
            models.CheckConstraint(
                condition=Q(source=RatingSource.LINK, entered_by=None)
                | (~Q(source=RatingSource.LINK) & Q(entered_by__isnull=False)),
                name="rating_says_who_entered_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} for {self.result_id}"


class CallAttempt(models.Model):
    """One try to reach the worker about a result."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="call_attempts")
    caller = models.ForeignKey(Account, models.PROTECT, related_name="+")
    tried_at = models.DateTimeField(_("时间"))
    is_reached = models.BooleanField(_("接通"))
    note_sealed = models.BinaryField(_("说明（加密）"), null=True)

    class Meta:
        verbose_name = _("回访")
        verbose_name_plural = _("回访")

    def __str__(self) -> str:
        return f"call about {self.result_id}"


class LinkPurpose(models.TextChoices):
    """What a personal link is good for; nothing else."""

    RATING = "rating", _("评价")


class PersonalLink(models.Model):
    """A link for one person and one act. Only the token's hash is stored (completion/links.py)."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="links")
    purpose = models.CharField(_("用途"), max_length=8, choices=LinkPurpose)
    nonce = models.BinaryField(_("随机数"), max_length=16)
    token_hash = models.BinaryField(_("令牌摘要"), max_length=32, unique=True)
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = _("个人链接")
        verbose_name_plural = _("个人链接")
        constraints = [
            models.UniqueConstraint(fields=["result", "purpose"], name="personal_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.result_id}"
