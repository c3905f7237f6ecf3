"""Addresses of the worker's pages."""

from django.urls import path

from station.front import pages, rating, reporting, tracking
from station.front.preferences import preferences

app_name = "front"
urlpatterns = [
    path("", pages.home, name="home"),
    path("report/", reporting.report, name="report"),
    path("report/noted/", reporting.noted, name="report-noted"),
    path("report/employers/", pages.employers, name="report-employers"),
    path("track/", tracking.track, name="track"),
    path("l/<str:token>/", rating.link, name="link"),
    path("l/<str:token>", rating.link),  # a message may have lost the last stroke
    path("rate/", rating.rate, name="rate"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("leave/", pages.leave, name="leave"),
    path("preferences/", preferences, name="preferences"),
]
