"""Addresses of the API: one for tokens, the rest by version."""

from django.urls import path

from station.api.token import TokenEndpoint
from station.api.v1.moves import RequestMoves
from station.api.v1.reference import reference
from station.api.v1.requests import RequestDetail, RequestList
from station.api.v1.schema import SchemaView

app_name = "api"

urlpatterns = [
    path("oauth/token", TokenEndpoint.as_view(), name="token"),
    path("v1/requests", RequestList.as_view(), name="requests"),
    path("v1/requests/<str:number>", RequestDetail.as_view(), name="request"),
    path("v1/requests/<str:number>/moves", RequestMoves.as_view(), name="moves"),
    path("v1/schema", SchemaView.as_view(), name="schema"),
    path("v1/docs", reference, name="docs"),
]
