"""The reader's look: theme, 长辈版, language. Kept in cookies, never in a row."""

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from station.context import MODE_COOKIE, MODES, THEME_COOKIE, THEMES

_YEAR = 365 * 24 * 3600
_SWITCHES: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "theme": (THEME_COOKIE, frozenset(THEMES)),
        "mode": (MODE_COOKIE, frozenset(MODES)),
        "language": (
            settings.LANGUAGE_COOKIE_NAME,
            frozenset(code for code, _name in settings.LANGUAGES),
        ),
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the switches; on POST set the cookies that were sent and return to the page.

    Fields: theme, mode, language (any of them), next (a path on this host).
    Values outside the lists are passed over: a switch must not end on an error page.
    """
    if request.method != "POST":
        return render(request, "front/preferences.html")
    response = HttpResponseRedirect(_way_back(request))
    for field, (cookie, allowed) in _SWITCHES.items():
        value = request.POST.get(field)
        if value is not None and value in allowed:
            _keep(response, cookie, value, secure=request.is_secure())
    return response


def _way_back(request: HttpRequest) -> str:
    """Return the path to go back to; another host or scheme leads home."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"


def _keep(response: HttpResponse, cookie: str, value: str, *, secure: bool) -> None:
    """Set the cookie for a year; an empty value means "not chosen" and deletes it."""
    if not value:
        response.delete_cookie(cookie, samesite="Lax")
        return
    response.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
