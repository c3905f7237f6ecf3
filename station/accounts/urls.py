"""Addresses of the account pages: what is not listed here does not exist.

The names are allauth's, because its flow finds the next page by them.
"""

from allauth.account.views import password_change
from django.urls import path

from station.accounts.views import (
    LoginView,
    LogoutView,
    SecondStepView,
    logged_out,
    renew_recovery_codes,
    security,
    set_up,
    show_recovery_codes,
)

urlpatterns = [
    path("login/", LoginView.as_view(), name="account_login"),
    path("login/code/", SecondStepView.as_view(), name="mfa_authenticate"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("logged-out/", logged_out, name="account_logged_out"),
    path("password/", password_change, name="account_change_password"),
    path("set-up/", set_up, name="mfa_activate_totp"),
    path("security/", security, name="mfa_index"),
    path("recovery-codes/", show_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", renew_recovery_codes, name="mfa_generate_recovery_codes"),
]
