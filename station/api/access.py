"""The door of the API: a bearer token, the client's service account, its reach of today."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db.models import F
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from members.models import Account, ApiScope
from members.queries import accounts_with_scope, scope_in
from members.scope import Scope
from station.api.errors import Refusal

if TYPE_CHECKING:  # the framework's views read this module while they are being made
    from rest_framework.views import APIView


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: the client, its account with the roles of today, what the token may ask for."""

    client_id: str
    account: Account
    scope: Scope
    grants: frozenset[str]
    now: datetime


class BearerAuthentication(BaseAuthentication):
    """Reads the token from the Authorization header and from nowhere else.

    Sessions and cookies count for nothing here, so no page elsewhere can make a browser act.
    Account and roles are read anew each time: a disabled account or an ended role ends the
    access of tokens already issued. One statement for token, client, account and roles.
    """

    def authenticate(self, request: Request) -> tuple[Account, Caller] | None:
        """Return account and caller; None without a token. Raises AuthenticationFailed."""
        words = get_authorization_header(request).split()
        if not words:
            return None
        if len(words) != 2 or words[0].lower() != b"bearer":
            raise AuthenticationFailed
        now = timezone.now()
        account = _holder_of(words[1], now=now)
        if account is None:
            raise AuthenticationFailed
        read = vars(account)
        caller = Caller(
            client_id=read["client_id"],
            account=account,
            scope=scope_in(account),
            # A scope taken from the client since ends with it.
            grants=frozenset(read["token_scope"].split()).intersection(read["client_scopes"]),
            now=now,
        )
        return account, caller

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme, so that a missing token is a 401."""
        return "Bearer"


def _holder_of(token: bytes, *, now: datetime) -> Account | None:
    """Return the active account behind a token in force, with its roles and its client's facts.

    Tokens are found by the digest that the toolkit keeps of them. One that was asked for with
    a ``resource`` (RFC 8707) is meant for somebody else.
    """
    rows = accounts_with_scope(timezone.localdate(now)).filter(
        is_active=True,
        api_clients__accesstoken__token_checksum=hashlib.sha256(token).hexdigest(),
        api_clients__accesstoken__expires__gt=now,
        api_clients__accesstoken__resource=[],
    )
    return rows.annotate(
        client_id=F("api_clients__client_id"),
        client_scopes=F("api_clients__scopes"),
        token_scope=F("api_clients__accesstoken__scope"),
    ).first()


class HoldsGrant(BasePermission):
    """Asks for a token, for the scope of the method, and for a role today.

    A view without ``grants`` for its method lets nobody in.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return False without a token (401); raise Refusal for what the token lacks."""
        if not isinstance(request.auth, Caller):
            return False
        caller = request.auth
        if request.method not in view.allowed_methods:
            return True  # the answer is 405 for everybody
        grants: Mapping[str, ApiScope] = getattr(view, "grants", {})
        needed = grants.get(request.method or "")
        if needed is None or needed not in caller.grants:
            asked = f' scope="{needed}"' if needed else ""
            header = f'Bearer error="insufficient_scope"{asked}'
            raise Refusal("scope_missing", headers={"WWW-Authenticate": header})
        if not caller.scope.duties:
            raise Refusal("no_role")
        return True


def caller_of(request: Request) -> Caller:
    """Return who calls; only behind HoldsGrant."""
    return cast("Caller", request.auth)
