"""The one OAuth endpoint: a client's id and secret for a token of an hour.

Answers as RFC 6749 says, so that any OAuth library understands them. Whoever asks too often
or guesses is slowed by rows in PostgreSQL (docs/rules.md, "API").
"""

import base64
import binascii
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse, extend_schema
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework import serializers
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from members.attempts import bucket_of
from members.models import ApiScope, AttemptKind
from station.accounts.guessing import Fence, admit, forgive
from station.address import client_network
from station.api.endpoint import Endpoint
from station.api.errors import Refusal
from station.api.openapi import header, refusals

# A token lasts an hour; a client that starts anew again and again gets this many in one.
REQUESTS_FREE: Final = 30
OWN_FREE: Final = 5
# The machines of a whole town may sit behind one address; a guesser of many ids meets it.
NETWORK_FREE: Final = 50


class TokenBody(serializers.Serializer[Any]):
    """What a client sends, as a form. Id and secret go here or into the Authorization header."""

    grant_type = serializers.ChoiceField(["client_credentials"], help_text=_("只有这一种"))
    scope = serializers.CharField(
        required=False, help_text=_("要哪些权限范围，空格分开；不写就是这个客户端的全部")
    )
    client_id = serializers.CharField(required=False, help_text=_("不放在请求头里时写在这里"))
    client_secret = serializers.CharField(required=False, help_text=_("同上"))


class TokenShape(serializers.Serializer[Any]):
    """A token."""

    access_token = serializers.CharField(help_text=_("放进Authorization: Bearer头"))
    expires_in = serializers.IntegerField(help_text=_("有效期，秒"))
    token_type = serializers.ChoiceField(["Bearer"], help_text=_("总是Bearer"))
    scope = serializers.CharField(help_text=_("得到的权限范围，空格分开"))


class TokenRefusalShape(serializers.Serializer[Any]):
    """A refusal of the token endpoint (RFC 6749, 5.2)."""

    error = serializers.CharField(help_text=_("RFC 6749规定的代码"))
    error_description = serializers.CharField(required=False, help_text=_("给人看的说明"))


class TokenEndpoint(OAuthLibMixin, Endpoint):  # type: ignore[misc]  # the toolkit has no types
    """Issues tokens for client credentials, and does nothing else."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FormParser,)
    http_method_names = ["post"]

    @extend_schema(
        operation_id="issueToken",
        tags=["oauth"],
        summary=_("申请访问令牌"),
        description=_(
            "OAuth2客户端凭据。客户端由服务站用api_client命令建立，密钥只显示一次。"
            "令牌一小时有效；没有刷新令牌，到期再申请。"
        ),
        auth=[{"clientBasic": []}, {}],  # type: ignore[list-item]  # as the schema has it
        parameters=[
            header("Retry-After", _("要等多少秒"), responses=[429], required=True),
            header("WWW-Authenticate", _("怎样证明身份：Basic"), responses=[401], required=True),
        ],
        request=OpenApiRequest(
            TokenBody,
            examples=[
                OpenApiExample(
                    "token",
                    value={
                        "grant_type": "client_credentials",
                        "scope": f"{ApiScope.READ} {ApiScope.WRITE}",
                    },
                    media_type="application/x-www-form-urlencoded",
                )
            ],
        ),
        responses={
            (200, "application/json"): OpenApiResponse(TokenShape, description=_("访问令牌")),
            (400, "application/json"): OpenApiResponse(
                TokenRefusalShape, description="invalid_request, invalid_scope, …"
            ),
            (401, "application/json"): OpenApiResponse(
                TokenRefusalShape, description="invalid_client"
            ),
            **refusals(
                "body_too_large", "content_type_unsupported", "too_many_attempts", "internal_error"
            ),
        },
    )
    @method_decorator(sensitive_variables())
    def post(self, request: Request) -> HttpResponse:
        """Note the try, compare, and forget the wrong tries before a right one."""
        now = timezone.now()
        fences = fences_of(request)
        try:
            admit((request_fence(request), *fences), now=now)
        except ValidationError as error:
            seconds = error.params["seconds"]  # type: ignore[index]  # set where it is raised
            raise Refusal("too_many_attempts", headers={"Retry-After": str(seconds)}) from error
        _url, headers, body, status = self.create_token_response(request)
        if status == 401:  # the scheme the client may answer with (RFC 6749, 5.2)
            headers["WWW-Authenticate"] = 'Basic realm="token"'
        if status == 200:
            forgive(fences, now=now)
        return HttpResponse(body, status=status, headers=headers)


def request_fence(request: Request) -> Fence:
    """Return the fence around all token requests of a client from a network, right or wrong."""
    value = f"token-request:{_who(request)}"
    return Fence(bucket_of(value, kind=AttemptKind.LOGIN), free=REQUESTS_FREE, is_shared=True)


def fences_of(request: Request) -> tuple[Fence, ...]:
    """Return the fences around wrong secrets: of the network, and of the client from there."""
    kind = AttemptKind.LOGIN
    network = f"token-network:{client_network(request) or 'unknown'}"
    own = f"token-secret:{_who(request)}"
    return (
        Fence(bucket_of(network, kind=kind), free=NETWORK_FREE, is_shared=True),
        Fence(bucket_of(own, kind=kind), free=OWN_FREE, is_shared=False),
    )


def _who(request: Request) -> str:
    """Return network and claimed client id.

    Both places of an id are counted together: else the one in the header could be varied
    while the one in the body is guessed at.
    """
    sent = "/".join((_basic_id(request), str(request.POST.get("client_id", ""))))
    return f"{client_network(request) or 'unknown'} {sent}"


def _basic_id(request: Request) -> str:
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded).decode("latin-1").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""
