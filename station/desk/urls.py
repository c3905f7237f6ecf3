"""Addresses of the staff's pages."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from station.desk.design import design
from station.desk.figure_rows import figure_rows
from station.desk.figures import figures
from station.desk.files import request_file
from station.desk.inbox import inbox
from station.desk.notices import notices, notices_read
from station.desk.phone_note import employer_names, request_new, request_told
from station.desk.request_actions import (
    employer_link,
    employer_unlisted,
    finding_confirm,
    identity_unmask,
    item_correct,
    request_move,
    request_resume,
)
from station.desk.request_page import request_detail
from station.desk.wall import wall

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", inbox, name="inbox"),
    path("notices/", notices, name="notices"),
    path("notices/read/", notices_read, name="notices-read"),
    path("figures/", figures, name="figures"),
    path("figures/rows/", figure_rows, name="figure-rows"),
    path("wall/", wall, name="wall"),
    path("new/", request_new, name="request-new"),
    path("new/told/", request_told, name="request-told"),
    path("new/employers/", employer_names, name="employer-names"),
    path("requests/<str:number>/", request_detail, name="request-detail"),
    path("requests/<str:number>/move/", request_move, name="request-move"),
    path("requests/<str:number>/confirm/", finding_confirm, name="finding-confirm"),
    path("requests/<str:number>/item/", item_correct, name="item-correct"),
    path("requests/<str:number>/employer/", employer_link, name="employer-link"),
    path("requests/<str:number>/unlisted/", employer_unlisted, name="employer-unlisted"),
    path("requests/<str:number>/unmask/", identity_unmask, name="identity-unmask"),
    path("requests/<str:number>/resume/", request_resume, name="request-resume"),
    path("requests/<str:number>/files/<int:file_id>/", request_file, name="request-file"),
]

design_patterns = [
    path("design/", login_not_required(design), name="design"),
    path("design/<slug:surface>/", login_not_required(design), name="design-surface"),
]
if settings.DEVELOPMENT:  # the living page of the components is for those who build pages
    urlpatterns += design_patterns
