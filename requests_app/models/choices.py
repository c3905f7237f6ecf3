"""Closed vocabularies of a request. Codes are stored, labels are shown."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """Where a request came in; kept for ever (features U10)."""

    FORM = "form", _("职工网页")
    COUNTER = "counter", _("窗口")
    PHONE = "phone", _("电话")
    VISIT = "visit", _("走访")
    HOTLINE = "hotline", _("12351热线")
    TALK = "talk", _("职工说事")
    CHAIR = "chair", _("主席有约")
    PLATFORM = "platform", _("市级平台")


class ApplicantKind(TextChoices):
    """Who asks."""

    WORKER = "worker", _("职工个人")
    REPRESENTATIVE = "representative", _("职工代表")
    ENTERPRISE_UNION = "enterprise_union", _("企业工会")
    ENTERPRISE = "enterprise", _("企业行政")
    STAFF = "staff", _("站工作人员代报")


class Approach(TextChoices):
    """How the employer may be approached; the worker decides (architecture.md §4)."""

    NONE = "none", _("先不联系，等我同意")
    UNNAMED = "unnamed", _("可以联系，不提我的名字")
    NAMED = "named", _("可以联系，可以提我的名字")


class Closure(TextChoices):
    """How a request ended. What nobody could be asked about is never counted as solved."""

    HEARD = "heard", _("诉求人已评价")
    ANSWERED = "answered", _("答复后办结")
    UNREACHED = "unreached", _("无法回访")


class Urgency(TextChoices):
    """Four degrees; a machine may only raise them."""

    NORMAL = "normal", _("一般")
    PRIORITY = "priority", _("优先")
    URGENT = "urgent", _("紧急")
    CRITICAL = "critical", _("特急")


URGENCY_ORDER = [urgency.value for urgency in Urgency]
