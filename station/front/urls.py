"""Addresses of the worker's pages."""

from django.urls import path

from station.front.preferences import preferences

app_name = "front"
urlpatterns = [
    path("preferences/", preferences, name="preferences"),
]
