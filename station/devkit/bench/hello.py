"""The yardstick: the least a Django view can do, under the portal's own server settings."""

import secrets
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path


def hello(_request: HttpRequest) -> JsonResponse:
    """Say hello."""
    return JsonResponse({"hello": "world"})


urlpatterns = [path("hello/", hello)]


def _configured() -> Any:  # noqa: ANN401 - WSGI's own shape
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=[],
        SECRET_KEY=secrets.token_hex(),
    )
    return get_wsgi_application()


application = _configured()
