"""How each operation is described in the schema and on the reference page."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema,
)

from requests_app.lifecycle import Stage, State
from station.api.bodies import Body
from station.api.openapi import header, refusals
from station.api.v1.new_request import NewRequest
from station.api.v1.shapes import (
    PageShape,
    ReceiptShape,
    RequestDetailShape,
)

_EVERYWHERE: Final = (
    "bad_request",
    "not_authenticated",
    "token_invalid",
    "scope_missing",
    "no_role",
    "internal_error",
)
_WITH_BODY: Final = (
    "body_unreadable",
    "body_too_large",
    "content_type_unsupported",
    "body_invalid",
)
_LANGUAGE: Final = header("Accept-Language", _("名称和说明用哪种语言：zh-hans（默认）或en"))
_NUMBER: Final = OpenApiParameter("number", str, OpenApiParameter.PATH, description=_("诉求编号"))
_CHALLENGE: Final = header(
    "WWW-Authenticate", _("怎样取得访问权，例如Bearer"), responses=[401], required=True
)
_TAGS: Final = ["requests"]

_UNIT: Final = {"code": "YQ", "name": "云桥片区服务站"}
_DETAIL: Final[dict[str, Any]] = {
    "number": "YQ26112312345",
    "version": 4,
    "stage": "routing",
    "state": "dispatched",
    "state_label": "待签收",
    "urgency": "urgent",
    "channel": "platform",
    "station": _UNIT,
    "registered_at": "2026-11-23T09:00:00+08:00",
    "dispatched_at": "2026-11-23T09:00:03+08:00",
    "signed_at": None,
    "sign_by": "2026-11-23T11:00:03+08:00",
    "due_at": "2026-12-14T17:30:00+08:00",
    "due_is_provisional": False,
    "is_parked": False,
    "is_confidential": False,
    "matter": {
        "item": {"code": "WAGE-02", "label": "集体欠薪"},
        "item_class": {"code": "WAGE", "label": "工资报酬"},
        "flags": [],
        "level": "street",
        "enterprise": None,
        "headcount": 20,
        "amount_fen": 40000000,
        "holder": {"code": "YQJ", "name": "云桥街道总工会"},
    },
}
_WORDS: Final[dict[str, Any]] = {
    "words": {
        "story": "我们店里二十个人，七月份开始没发过工资。我的电话〔电话〕。",
        "employer": "示例餐饮",
        "approach": "none",
        "applicant": {
            "kind": "worker",
            "is_anonymous": False,
            "name": "王*英",
            "phone": "138****5678",
        },
        "is_erased": False,
    },
    "moves": ["sign_for"],
}
_ETAG: Final = _("这份内容的标识；读取时放进If-None-Match，办理时放进If-Match")

LIST_DOCS: Final = extend_schema(
    operation_id="listRequests",
    tags=_TAGS,
    summary=_("诉求列表"),
    description=_(
        "服务账号看得到的诉求，新的在前。翻页用next里的地址：期间登记的新诉求不会打乱后面的页。"
    ),
    parameters=[
        OpenApiParameter("state", str, enum=[each.value for each in State], description=_("状态")),
        OpenApiParameter("stage", str, enum=[each.value for each in Stage], description=_("阶段")),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
            description=_("每页多少件"),
        ),
        OpenApiParameter("cursor", str, description=_("上一页给的位置，不要自己拼")),
        _LANGUAGE,
        _CHALLENGE,
    ],
    responses={
        (200, "application/json"): OpenApiResponse(
            PageShape,
            description=_("一页诉求"),
            examples=[
                OpenApiExample(
                    "page",
                    value={
                        "requests": [_DETAIL],
                        "next": "/api/v1/requests?limit=1&cursor=WzE4LHt9XQ:1vO:Tq",
                    },
                )
            ],
        ),
        **refusals(*_EVERYWHERE, "parameter_invalid"),
    },
)

POST_DOCS: Final = extend_schema(
    operation_id="registerRequest",
    tags=_TAGS,
    summary=_("登记一件诉求"),
    description=_(
        "来源记为platform。同一个Idempotency-Key加同一份内容，再发多少次都是同一件诉求；"
        "同一个键换了内容会被拒绝。查询码请转交诉求人，30分钟后不能再取；键在那之后保留一天。"
    ),
    parameters=[
        header(
            "Idempotency-Key",
            _("客户端为这件诉求生成的键，8到128个可见ASCII字符"),
            required=True,
            pattern="^[!-~]{8,128}$",
        ),
        _LANGUAGE,
        _CHALLENGE,
        header("Location", _("这件诉求的地址"), responses=[200, 201], required=True),
        header("Idempotent-Replayed", _("true：之前已经登记过"), responses=[200], required=True),
    ],
    request=OpenApiRequest(
        NewRequest,
        examples=[
            OpenApiExample(
                "new",
                value={
                    "station": "YQ",
                    "story": "我们店里二十个人，七月份开始没发过工资，加起来四十多万。",
                    "employer": "示例餐饮",
                    "name": "王秀英",
                    "phone": "13812345678",
                    "approach": "none",
                },
            )
        ],
    ),
    responses={
        (200, "application/json"): OpenApiResponse(
            ReceiptShape,
            description=_("之前已经登记过的同一件"),
            examples=[
                OpenApiExample("again", value={"number": "YQ26112312345", "lookup_code": None})
            ],
        ),
        (201, "application/json"): OpenApiResponse(
            ReceiptShape,
            description=_("已登记"),
            examples=[
                OpenApiExample(
                    "registered",
                    value={"number": "YQ26112312345", "lookup_code": "4071226359184406"},
                )
            ],
        ),
        **refusals(
            *_EVERYWHERE,
            *_WITH_BODY,
            "idempotency_key_missing",
            "idempotency_key_invalid",
            "idempotency_key_reused",
        ),
    },
)

DETAIL_DOCS: Final = extend_schema(
    operation_id="readRequest",
    tags=_TAGS,
    summary=_("读取一件诉求"),
    description=_(
        "没有这个编号和无权查看，回答完全一样。带requests.words权限读到内容时，"
        "在查阅记录里留下一条；304不留。姓名和手机号始终遮盖。"
    ),
    parameters=[
        _NUMBER,
        header("If-None-Match", _("上次得到的ETag；没有变化时回答304")),
        _LANGUAGE,
        _CHALLENGE,
        header("ETag", _ETAG, responses=[200, 304], required=True),
    ],
    responses={
        (200, "application/json"): OpenApiResponse(
            RequestDetailShape,
            description=_("这件诉求"),
            examples=[OpenApiExample("request", value={**_DETAIL, **_WORDS})],
        ),
        304: OpenApiResponse(None, description=_("和客户端手里的一样")),
        **refusals(*_EVERYWHERE, "not_found"),
    },
)


def move_docs(body: type[Body]) -> Callable[[Any], Any]:
    """Describe the moves; their codes come with the body."""
    return extend_schema(
        operation_id="moveRequest",
        tags=_TAGS,
        summary=_("办理一步"),
        description=_(
            "If-Match写明客户端读到的是哪个状态：期间有人办过就是412，响应头里是当前的ETag。"
            "时限提醒和换一种语言不算变化。"
        ),
        parameters=[
            _NUMBER,
            header("If-Match", _("读取这件诉求时得到的ETag，不接受*"), required=True),
            _LANGUAGE,
            _CHALLENGE,
            header("ETag", _ETAG, responses=[200, 412], required=True),
        ],
        request=OpenApiRequest(body, examples=[OpenApiExample("sign", value={"move": "sign_for"})]),
        responses={
            (200, "application/json"): OpenApiResponse(
                RequestDetailShape,
                description=_("办理后的诉求"),
                examples=[OpenApiExample("moved", value={**_DETAIL, **_WORDS, "moves": []})],
            ),
            **refusals(
                *_EVERYWHERE,
                *_WITH_BODY,
                "not_found",
                "move_not_allowed",
                "move_illegal",
                "state_changed",
                "state_unnamed",
            ),
        },
    )
