"""The account pages. Log-in, second step and password change are allauth's views; the pages
that make a second factor are ours, because here everybody must have one."""

import base64
from typing import Any

from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.views import LoginView as AllauthLoginView
from allauth.account.views import LogoutView as AllauthLogoutView
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.views import AuthenticateView as AllauthAuthenticateView
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from members.models import Account
from station.accounts import totp
from station.accounts.enrol import enrol_totp
from station.accounts.forms import RenewCodesForm, SetUpForm
from station.accounts.second_factor import (
    has_second_factor,
    make_recovery_codes,
    recovery_codes,
)
from station.accounts.sessions import end_sessions, has_passed, pass_second_factor
from station.address import client_network

_NEW_SECRET = "new_totp_secret"  # noqa: S105 - session key; its value is sealed
_CODES_ARE_NEW = "recovery_codes_are_new"  # session key: a GET may change the session only


class LoginView(AllauthLoginView):  # type: ignore[misc]
    """User name and password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether an old session has just run out, so the page can say so."""
        cookie_without_session = (
            settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.session.is_empty()
        )
        return _own_names(super().get_context_data(**kwargs)) | {
            "has_run_out": cookie_without_session and self.request.method == "GET"
        }


class SecondStepView(AllauthAuthenticateView):  # type: ignore[misc]
    """The code after the password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Start again when the account was reset between the two steps."""
        stage = get_pending_stage(request)
        if stage is not None and not has_second_factor(stage.login.user):
            clear_login(request)
            return redirect("account_login")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep our site on the page."""
        return _own_names(super().get_context_data(**kwargs))


class LogoutView(AllauthLogoutView):  # type: ignore[misc]
    """Ends the session by POST and tells the browser to forget what it kept of the desk."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out. The look cookies stay: they are the device's, not the account's."""
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@require_safe
@never_cache
def logged_out(request: HttpRequest) -> HttpResponse:
    """Say that the session is over."""
    return render(request, "account/logged_out.html")


@login_required
@never_cache
@sensitive_post_parameters("code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Enrol an authenticator app, the first thing after the first password.

    Only for an account without one: who lost the phone asks the administrator. Ends the
    account's other sessions, which came in on the password alone.
    """
    account = _account(request)
    if has_second_factor(account):
        if has_passed(request.session, account_id=account.pk):
            return redirect("mfa_index")
        logout(request)  # came in before the app was enrolled elsewhere: log in with both
        return redirect("account_login")
    secret = _secret_on_page(request)
    form = SetUpForm(
        request.POST or None, account=account, secret=secret, network=client_network(request)
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        enrol_totp(account, secret, used_counter=form.counter, now=now)
        del request.session[_NEW_SECRET]
        request.session.cycle_key()
        pass_second_factor(request.session, account_id=account.pk)
        request.session[_CODES_ARE_NEW] = True
        end_sessions(account.pk, except_key=request.session.session_key, now=now)
        return redirect("mfa_view_recovery_codes")
    adapter = get_mfa_adapter()
    url = adapter.build_totp_url(account, secret)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    facts = {"form": form, "qr": _as_data(adapter.build_totp_svg(url)), "url": url}
    return render(request, "mfa/set_up.html", {**facts, "secret_groups": groups})


@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects the account, with the ways to change it."""
    codes = recovery_codes(_account(request))
    left = len(codes.get_unused_codes()) if codes else 0
    return render(request, "mfa/security.html", {"codes_left": left})


@require_safe
@never_cache
def show_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show fresh recovery codes once, in the session that made them."""
    codes = recovery_codes(_account(request))
    if codes is None or not request.session.pop(_CODES_ARE_NEW, False):
        return redirect("mfa_index")
    return render(request, "mfa/recovery_codes.html", {"codes": codes.get_unused_codes()})


@never_cache
@sensitive_post_parameters("code")
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes after a fresh code of the app."""
    account = _account(request)
    form = RenewCodesForm(request.POST or None, account=account, network=client_network(request))
    if request.method == "POST" and form.is_valid():
        make_recovery_codes(account)
        request.session[_CODES_ARE_NEW] = True
        return redirect("mfa_view_recovery_codes")
    return render(request, "mfa/renew_codes.html", {"form": form})


def _own_names(facts: dict[str, Any]) -> dict[str, Any]:
    """Drop allauth's `site`, which would hide the station's own from the frame of the page."""
    return {name: value for name, value in facts.items() if name != "site"}


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)  # noqa: S101 - the gate let only accounts in
    return request.user


def _as_data(svg: str) -> str:
    """Return the picture as a data address: the content policy takes it, and no file exists."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _secret_on_page(request: HttpRequest) -> str:
    """Return the secret this session is enrolling: a reload must not change the picture."""
    if _NEW_SECRET not in request.session:
        request.session[_NEW_SECRET] = encrypt(totp.new_secret())
    secret: str = decrypt(request.session[_NEW_SECRET])
    return secret
