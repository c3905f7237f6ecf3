"""The published description of the API: how its parts are said, and the finished schema.

One schema a language and process: nothing in it depends on who asks.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from members.models import ApiScope
from station.api.errors import MEDIA_TYPE, PROBLEMS, problem_data

SCHEME: Final = "clientCredentials"

type Schema = dict[str, Any]


class FieldProblemShape(serializers.Serializer[Any]):
    """One wrong field or query parameter."""

    pointer = serializers.CharField(
        required=False, allow_blank=True, help_text=_("字段，JSON Pointer；空的是整个请求体")
    )
    parameter = serializers.CharField(required=False, allow_blank=True, help_text=_("查询参数"))
    code = serializers.CharField(help_text=_("稳定的代码，例如required、max_length、unknown"))
    detail = serializers.CharField(help_text=_("说明，按Accept-Language"))


class ProblemShape(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField(help_text=_("这一类问题的说明的地址"))
    title = serializers.CharField(help_text=_("标题，按Accept-Language"))
    status = serializers.IntegerField(help_text=_("HTTP状态码"))
    detail = serializers.CharField(help_text=_("怎么办，按Accept-Language"))
    code = serializers.ChoiceField([*PROBLEMS], help_text=_("稳定的代码，程序按它判断"))
    errors = FieldProblemShape(  # type: ignore[assignment]  # a field of the answer
        many=True, required=False, help_text=_("逐个字段的问题")
    )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Says which scope an operation needs, from the view's own grants."""

    target_class = "station.api.access.BearerAuthentication"
    name = SCHEME

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        """Return the scope of the operation's method."""
        grants: Mapping[str, ApiScope] = getattr(auto_schema.view, "grants", {})
        return {SCHEME: [grants[auto_schema.method].value]}

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        """Return the one flow there is."""
        flow = {
            "tokenUrl": reverse("api:token"),
            "scopes": {scope.value: str(scope.label) for scope in ApiScope},
        }
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def refusals(*codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the responses for these problems, those of one status together."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemShape, description=", ".join(named), examples=[_example(each) for each in named]
        )
        for status, named in sorted(by_status.items())
    }


def _example(code: str) -> OpenApiExample:
    return OpenApiExample(code, value=problem_data(code), media_type=MEDIA_TYPE)


def header(
    name: str, words: object, *, required: bool = False, responses: Sequence[int] = (), **more: Any
) -> OpenApiParameter:
    """Return a header of the request, or of the responses with these statuses."""
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        required=required,
        description=words,  # type: ignore[arg-type]  # lazy words are what the package takes
        response=list(responses) or False,
        **more,
    )


def schema_now() -> Schema:
    """Return the schema in the caller's language. Not to be changed by anybody."""
    return _schema_in(get_language() or "zh-hans")


@lru_cache(maxsize=8)
def _schema_in(language: str) -> Schema:
    with override(language):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]
        schema: Schema = generator.get_schema(  # type: ignore[no-untyped-call]
            request=None, public=True
        )
        return schema


def finish(result: Schema, **_hooked: object) -> Schema:
    """Say what the generator cannot see: closed bodies, the words at the top."""
    result["info"]["description"] = gettext(
        "用OAuth2客户端凭据取得令牌，放在Authorization: Bearer头里。时间带时区，金额以分计。"
        "拒绝都是application/problem+json，程序按code判断。"
    )
    components = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                name = body["schema"]["$ref"].rsplit("/", 1)[-1]
                components[name]["additionalProperties"] = False
    _drop_marks(result)
    return result


def _drop_marks(part: object) -> None:
    """Take out the generator's own marks, which a hook that we do not use would read."""
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
        for each in part.values():
            _drop_marks(each)
    elif isinstance(part, list):
        for each in part:
            _drop_marks(each)
