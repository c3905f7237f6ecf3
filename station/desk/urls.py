"""Addresses of the staff's pages."""

from django.conf import settings
from django.urls import URLPattern, path

from station.desk.design import design

app_name = "desk"
urlpatterns: list[URLPattern] = []

if settings.DEBUG:  # the living page of the components is for those who build pages
    urlpatterns += [
        path("design/", design, name="design"),
        path("design/<slug:surface>/", design, name="design-surface"),
    ]
