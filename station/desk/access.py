"""The door of the desk: who comes in, and the moment the page is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from members.models import Account
from members.queries import scope_of
from members.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks for a page of the desk, what they may act for, and when."""

    account: Account
    scope: Scope
    now: datetime


def staff_page[**P](
    page: Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only accounts that are logged in see ``page``, and keep it out of every cache.

    The second factor is asked for by the accounts' own middleware before a view is reached.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account):
            return redirect_to_login(request.get_full_path())
        now = timezone.now()
        scope = account.scope or scope_of(account, timezone.localdate(now))
        visitor = Visitor(account=account, scope=scope, now=now)
        response = page(request, visitor, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded
