"""Addresses of the staff's pages."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from station.desk.approach import approach_agree, approach_override
from station.desk.checklist import step_end
from station.desk.claims import claims, claims_fill
from station.desk.design import design
from station.desk.figure_rows import figure_rows
from station.desk.figures import figures
from station.desk.files import request_file
from station.desk.inbox import inbox
from station.desk.mediation import session_new
from station.desk.notices import notices, notices_read
from station.desk.opinion import call_new, opinion_new, reply_told
from station.desk.parties import party_new, party_remove
from station.desk.payments import case_number, payment_new, payment_void
from station.desk.phone_note import employer_names, request_new, request_told
from station.desk.request_actions import (
    finding_confirm,
    identity_unmask,
    item_correct,
    request_move,
    request_resume,
)
from station.desk.request_page import request_detail
from station.desk.result import reply_check, result_new
from station.desk.review import result_return
from station.desk.settlement import settlement_new
from station.desk.settling import employer_link, employer_unlisted
from station.desk.wall import wall
from station.desk.withdrawal import settlement_withdraw

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
    path("requests/<str:number>/steps/<int:target>/", step_end, name="step-end"),
    path("requests/<str:number>/approach/", approach_agree, name="approach-agree"),
    path("requests/<str:number>/approach/danger/", approach_override, name="approach-override"),
    path("requests/<str:number>/parties/new/", party_new, name="party-new"),
    path("requests/<str:number>/parties/<int:target>/remove/", party_remove, name="party-remove"),
    path("requests/<str:number>/sessions/new/", session_new, name="session-new"),
    path("requests/<str:number>/claims/", claims, name="claims"),
    path("requests/<str:number>/claims/fill/", claims_fill, name="claims-fill"),
    path("requests/<str:number>/settlement/new/", settlement_new, name="settlement-new"),
    path("requests/<str:number>/settlement/undo/", settlement_withdraw, name="settlement-withdraw"),
    path("requests/<str:number>/instalments/<int:target>/pay/", payment_new, name="payment-new"),
    path("requests/<str:number>/payments/<int:target>/void/", payment_void, name="payment-void"),
    path("requests/<str:number>/case-number/", case_number, name="case-number"),
    path("requests/<str:number>/result/new/", result_new, name="result-new"),
    path("requests/<str:number>/result/check/", reply_check, name="reply-check"),
    path("requests/<str:number>/result/return/", result_return, name="result-return"),
    path("requests/<str:number>/calls/new/", call_new, name="call-new"),
    path("requests/<str:number>/opinions/new/", opinion_new, name="opinion-new"),
    path("requests/<str:number>/told/", reply_told, name="reply-told"),
    path("requests/<str:number>/files/<int:file_id>/", request_file, name="request-file"),
]

design_patterns = [
    path("design/", login_not_required(design), name="design"),
    path("design/<slug:surface>/", login_not_required(design), name="design-surface"),
]
if settings.DEVELOPMENT:  # the living page of the components is for those who build pages
    urlpatterns += design_patterns
