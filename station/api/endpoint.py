"""What all views of the API share: one format, a largest body, no store, grants by method."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import ApiScope
from station.api.access import Caller, caller_of
from station.api.errors import Refusal

BODY_MAX: Final = 1024 * 1024  # a text far too long still comes back with its field named


class Endpoint(APIView):
    """A view of the API. ``grants`` says which scope a method needs; none listed, none let in."""

    grants: ClassVar[Mapping[str, ApiScope]] = {}
    http_method_names = ["get", "head", "post"]

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return caller_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a body by its announced length before anybody reads it."""
        if _announced_length(request) > BODY_MAX:
            raise Refusal("body_too_large")
        super().initial(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep every answer out of every cache."""
        finished: Response = super().finalize_response(request, response, *args, **kwargs)
        finished["Cache-Control"] = "no-store"
        return finished


def _announced_length(request: Request) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else BODY_MAX + 1
