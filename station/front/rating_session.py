"""The half hour after a personal link was opened: a signed cookie that only /rate/ is sent.

It names the link's row and never the token. Nothing is kept on the server, so nothing has to
be ended there: what the cookie still opens is asked of the link each time.
"""

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SECONDS: Final = 30 * 60
SALT: Final = "station.front.rating"


def cookie_name() -> str:
    """Return the cookie's name; the prefix makes browsers refuse one set over plain http."""
    return "__Secure-rating" if settings.SESSION_COOKIE_SECURE else "rating"


def open_session(response: HttpResponse, link_id: int) -> None:
    """Let this browser open the link's page for half an hour."""
    response.set_cookie(
        cookie_name(),
        signing.dumps(link_id, salt=SALT),
        max_age=SECONDS,
        path=reverse("front:rate"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def opened_link(request: HttpRequest) -> int | None:
    """Return the link this browser has opened within the half hour."""
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
