"""Error pages in plain words. They ask neither database nor session, so they always answer.

An unknown page and a forbidden one give the same bytes: views raise Http404 for both. Machines
under /api/ get a problem in JSON.
"""

import logging

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from station.api.errors import problem_page
from station.context import look_of, site_of_settings

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when the request was refused for its size."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    return _page(request, "400", 400)


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it over
) -> HttpResponse:
    """403: the account is known but this place is not part of its duty."""
    return _page(request, "403", 403)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it over
) -> HttpResponse:
    """404: nothing here, or nothing this reader may see."""
    return _page(request, "404", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Django has already logged the error."""
    return _page(request, "500", 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old; the reason is for the log only."""
    log.info("csrf_refused: reason=%s", reason)
    return _page(request, "403_csrf", 403)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more was sent than the portal takes."""
    return _page(request, "413", 413)


def too_many(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """429 with the wait in seconds, rounded up to whole minutes in the words."""
    response = _page(request, "429", 429, minutes=max(1, -(-retry_after // 60)))
    response["Retry-After"] = str(retry_after)
    return response


def _page(request: HttpRequest, name: str, status: int, **facts: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_page(status)
    context = {
        "site": site_of_settings(),
        "look": look_of(request),
        "is_desk": request.path.startswith(("/desk/", "/admin/", "/accounts/")),
        **facts,
    }
    response = HttpResponse(render_to_string(f"errors/{name}.html", context), status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"  # the address may be a personal link
    return response
