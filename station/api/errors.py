"""Refusals as problem details (RFC 9457): a stable code, words in the caller's language.

The table below is the whole list; the reference page and the schema are drawn from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings

MEDIA_TYPE: Final = "application/problem+json"
DOCS: Final = "/api/v1/docs"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of refusal: its status, its title, and what the caller can do about it."""

    status: int
    title: Promise
    detail: Promise


PROBLEMS: Final[Mapping[str, Problem]] = {
    "bad_request": Problem(400, _("请求有误"), _("这个请求无法读取。")),
    "body_unreadable": Problem(
        400, _("请求体无法读取"), _("请求体须是UTF-8编码的JSON，名称不重复，不含NaN和Infinity。")
    ),
    "parameter_invalid": Problem(400, _("查询参数有误"), _("errors里写明是哪个参数、为什么。")),
    "idempotency_key_missing": Problem(
        400, _("缺少Idempotency-Key"), _("登记诉求须带Idempotency-Key，8到128个可见ASCII字符。")
    ),
    "idempotency_key_invalid": Problem(
        400, _("Idempotency-Key有误"), _("Idempotency-Key须是8到128个可见ASCII字符。")
    ),
    "not_authenticated": Problem(
        401, _("没有访问令牌"), _("请在Authorization头里带Bearer令牌；令牌由/api/oauth/token签发。")
    ),
    "token_invalid": Problem(
        401, _("访问令牌无效"), _("令牌写错、过期或已收回，或者服务账号已停用。请重新申请。")
    ),
    "scope_missing": Problem(
        403, _("令牌没有这项权限"), _("这一步需要令牌里没有的权限范围，请用api_client命令调整。")
    ),
    "no_role": Problem(403, _("服务账号没有任职"), _("服务账号今天在任何单位都没有任职。")),
    "move_not_allowed": Problem(
        403, _("不能由这个账号办理"), _("这一步由承办单位的办理人员操作，有利害关系的须回避。")
    ),
    "not_found": Problem(404, _("没有找到"), _("没有这件诉求，或者这个账号看不到。")),
    "method_not_allowed": Problem(405, _("不支持这个方法"), _("支持的方法见Allow头。")),
    "idempotency_key_reused": Problem(
        422, _("Idempotency-Key已用过"), _("同一个键曾随另一份内容提交。新的诉求请换新的键。")
    ),
    "move_illegal": Problem(
        409, _("当前状态不能这样办理"), _("诉求所处的状态没有这一步。可办的步骤见moves。")
    ),
    "state_changed": Problem(
        412,
        _("诉求已经变化"),
        _("If-Match不是当前的版本。当前的ETag在响应头里，请重新读取。"),
    ),
    "body_too_large": Problem(413, _("请求体过大"), _("请求体最多1 MiB。")),
    "content_type_unsupported": Problem(
        415, _("不支持这种内容"), _("请用Content-Type: application/json，UTF-8编码。")
    ),
    "body_invalid": Problem(422, _("内容有误"), _("errors里写明哪个字段、为什么。没有保存。")),
    "state_unnamed": Problem(
        428, _("缺少If-Match"), _("办理须带If-Match，值是读取这件诉求时得到的ETag。")
    ),
    "too_many_attempts": Problem(429, _("尝试次数过多"), _("请等Retry-After秒后再试。")),
    "internal_error": Problem(500, _("系统出错"), _("是我们的问题，已经记录。请稍后再试。")),
}

# What Django's own handlers answer under /api/, by status.
_BY_STATUS: Final = {
    400: "bad_request",
    404: "not_found",
    413: "body_too_large",
    500: "internal_error",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field (``pointer``, RFC 6901) or query parameter (``parameter``)."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def as_data(self) -> dict[str, str]:
        """Return what is sent."""
        at = {"pointer": self.pointer} if self.pointer is not None else {}
        named = {"parameter": self.parameter} if self.parameter is not None else {}
        return {**at, **named, "code": self.code, "detail": self.detail}


class Refusal(Exception):
    """Ends a request with one of PROBLEMS."""

    def __init__(
        self,
        code: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def as_problem(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an exception of a view; None leaves it to Django (500)."""
    refusal = _refusal_of(error)
    if refusal is None:
        return None
    return Response(
        problem_data(refusal.code, refusal.errors),
        status=PROBLEMS[refusal.code].status,
        headers=refusal.headers,
        content_type=MEDIA_TYPE,
    )


def problem_page(status: int) -> HttpResponse:
    """Return what Django's own handlers answer under /api/: no view was reached, or it broke."""
    code = _BY_STATUS.get(status, "bad_request")
    body = JSONRenderer().render(problem_data(code))
    response = HttpResponse(body, status=PROBLEMS[code].status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def problem_data(code: str, errors: Sequence[FieldProblem] = ()) -> dict[str, Any]:
    """Return the body of a problem. Nothing of the request is repeated in it."""
    kind = PROBLEMS[code]
    data: dict[str, Any] = {
        "type": f"{DOCS}#{code}",
        "title": kind.title,  # still lazy: rendered in the caller's language
        "status": kind.status,
        "detail": kind.detail,
        "code": code,
    }
    return data | ({"errors": [each.as_data() for each in errors]} if errors else {})


def _refusal_of(error: Exception) -> Refusal | None:
    match error:
        case Refusal():
            return error
        case exceptions.ValidationError():
            return Refusal("body_invalid", errors=list(_field_problems(error.detail, "")))
        case exceptions.NotAuthenticated():
            return Refusal("not_authenticated", headers={"WWW-Authenticate": "Bearer"})
        case exceptions.AuthenticationFailed():
            header = 'Bearer error="invalid_token"'
            return Refusal("token_invalid", headers={"WWW-Authenticate": header})
        case exceptions.MethodNotAllowed():
            return Refusal("method_not_allowed")
        case _:
            plain = _PLAIN.get(type(error))
            return Refusal(plain) if plain else None


_PLAIN: Final[Mapping[type[Exception], str]] = {
    Http404: "not_found",
    exceptions.ParseError: "body_unreadable",
    exceptions.UnsupportedMediaType: "content_type_unsupported",
}


def _field_problems(detail: object, pointer: str) -> Iterator[FieldProblem]:
    """Walk DRF's nested details; a serializer's own problems point at the whole body."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            step = "" if is_whole else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _field_problems(inner, pointer + step)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_problems(inner, pointer)
    elif isinstance(detail, exceptions.ErrorDetail):
        yield FieldProblem(code=detail.code or "invalid", detail=str(detail), pointer=pointer)
