"""What a request looks like on the wire, as the schema says it; sheets.py fills the shapes."""

from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from members.models import Level
from requests_app.lifecycle import STAGE_LABELS, STATES, Stage, State
from requests_app.models.choices import ApplicantKind, Approach, Channel, Urgency


class Shape(serializers.Serializer[Any]):
    """An answer, or a part of one; never a body to be saved."""


class UnitShape(Shape):
    """A union unit."""

    code = serializers.CharField(help_text=_("单位代码"))
    name = serializers.CharField(help_text=_("单位简称"))


class TermShape(Shape):
    """A code of the catalogue with its label in the caller's language."""

    code = serializers.CharField(help_text=_("代码，不随语言变化"))
    label = serializers.CharField(  # type: ignore[assignment]  # a field of the answer
        help_text=_("名称，按Accept-Language")
    )


class MatterShape(Shape):
    """What a request is about."""

    item = TermShape(allow_null=True, help_text=_("事项；还没有定为null"))
    item_class = TermShape(allow_null=True, help_text=_("事项大类，没有事项时是提交时选的类别"))
    flags = TermShape(many=True, help_text=_("敏感标记"))
    level = serializers.ChoiceField(Level.choices, allow_null=True, help_text=_("层级"))
    enterprise = serializers.CharField(allow_null=True, help_text=_("名录里的用人单位"))
    headcount = serializers.IntegerField(allow_null=True, help_text=_("人数"))
    amount_fen = serializers.IntegerField(allow_null=True, help_text=_("金额，单位为分"))
    holder = UnitShape(allow_null=True, help_text=_("承办单位"))


class RequestShape(Shape):
    """A request as a list shows it."""

    number = serializers.CharField(help_text=_("编号"))
    version = serializers.IntegerField(help_text=_("版本；状态或人能修改的内容变化时加一"))
    stage = serializers.ChoiceField(
        [(each.value, gettext_lazy(STAGE_LABELS[each])) for each in Stage], help_text=_("阶段")
    )
    state = serializers.ChoiceField(
        [(each.value, gettext_lazy(STATES[each].label)) for each in State], help_text=_("状态")
    )
    state_label = serializers.CharField(help_text=_("状态名称，按Accept-Language"))
    urgency = serializers.ChoiceField(Urgency.choices, help_text=_("紧急程度"))
    channel = serializers.ChoiceField(Channel.choices, help_text=_("来源"))
    station = UnitShape(help_text=_("片区服务站"))
    registered_at = serializers.DateTimeField(help_text=_("登记时间"))
    dispatched_at = serializers.DateTimeField(allow_null=True, help_text=_("交办时间"))
    signed_at = serializers.DateTimeField(allow_null=True, help_text=_("签收时间"))
    sign_by = serializers.DateTimeField(allow_null=True, help_text=_("签收期限"))
    due_at = serializers.DateTimeField(allow_null=True, help_text=_("办理期限"))
    due_is_provisional = serializers.BooleanField(
        help_text=_("期限是否暂定：次年的放假安排还没有公布")
    )
    is_parked = serializers.BooleanField(help_text=_("自动处理是否已停置，等人恢复"))
    is_confidential = serializers.BooleanField(help_text=_("是否专人办理：列表里不显示事项和单位"))
    matter = MatterShape(allow_null=True, help_text=_("诉求是什么；对这个客户端保密时为null"))


class ApplicantShape(Shape):
    """Who asked, always masked."""

    kind = serializers.ChoiceField(ApplicantKind.choices, help_text=_("诉求人类型"))
    is_anonymous = serializers.BooleanField(help_text=_("是否匿名"))
    name = serializers.CharField(allow_blank=True, help_text=_("姓名，已遮盖"))
    phone = serializers.CharField(allow_blank=True, help_text=_("手机号，已遮盖，例如138****5678"))


class WordsShape(Shape):
    """The words of a request, identifiers masked. Handing them out is logged."""

    story = serializers.CharField(allow_blank=True, help_text=_("诉求内容，号码和自称已遮盖"))
    employer = serializers.CharField(allow_blank=True, help_text=_("诉求人所填的单位"))
    approach = serializers.ChoiceField(Approach.choices, help_text=_("可以怎样联系单位"))
    applicant = ApplicantShape(help_text=_("诉求人"))
    is_erased = serializers.BooleanField(help_text=_("内容是否已按期限销毁"))


class RequestDetailShape(RequestShape):
    """A request with its words and with what this client may do now."""

    words = WordsShape(
        allow_null=True,
        help_text=_("需要requests.words权限且账号可以阅读，否则为null。每次读取都有记录。"),
    )
    moves = serializers.ListField(
        child=serializers.CharField(), help_text=_("这个账号现在可以办理的步骤")
    )


class PageShape(Shape):
    """One page of a list, newest first."""

    requests = RequestShape(many=True, help_text=_("诉求，新的在前"))
    next = serializers.CharField(allow_null=True, help_text=_("下一页的地址；没有了为null"))


class ReceiptShape(Shape):
    """What the client passes on to whoever asked."""

    number = serializers.CharField(help_text=_("编号"))
    lookup_code = serializers.CharField(
        allow_null=True,
        help_text=_("16位查询码，只在提交后30分钟内可以重复取得；之后为null"),
    )
