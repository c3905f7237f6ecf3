"""The published schema, for everybody: JSON, or YAML for whoever asks for it."""

from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from station.api.endpoint import Endpoint
from station.api.openapi import schema_now


class SchemaView(Endpoint):
    """The schema in the caller's language."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    http_method_names = ["get", "head"]

    def get_renderers(self) -> list[BaseRenderer]:
        """Return YAML for ``?format=yaml`` or an Accept that names it, else JSON."""
        accepted = self.request.headers.get("Accept", "")
        wants_yaml = self.request.GET.get("format") == "yaml" or "yaml" in accepted
        return [OpenApiYamlRenderer() if wants_yaml else OpenApiJsonRenderer2()]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the schema."""
        return Response(schema_now())
