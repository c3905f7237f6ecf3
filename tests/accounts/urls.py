"""The station's addresses with small desk pages in place of the real ones."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def inbox(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"inbox of {request.user}")


def busy(request: HttpRequest) -> HttpResponse:
    """Reads the session and the account several times and draws our frame."""
    return render(request, "account/logged_out.html")


def everybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("front")


desk = [
    path("", inbox, name="inbox"),
    path("busy/", busy, name="busy"),
]
urlpatterns = [
    path("", include("station.front.urls")),
    path("everybody/", everybody),
    path("desk/", include((desk, "desk"))),
    path("admin/", admin.site.urls),
    path("accounts/", include("station.accounts.urls")),
]
