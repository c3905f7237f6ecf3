"""The living page: every component in every state. Only under DEBUG; asks no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def design(request: HttpRequest, surface: str = "desk") -> HttpResponse:
    """Show the components as the desk or, with surface "front", as the worker's page draws them."""
    return render(request, "desk/design.html")
