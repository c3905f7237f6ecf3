"""How allauth behaves here: a user name and a password, a second factor, nothing else.

allauth's own rate limits are off (docs/decisions.md): attempts are rows in PostgreSQL.
"""

import base64
import logging
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from members.keys import seal_text, unseal_text
from members.models import Account
from station.accounts import guessing
from station.accounts.sessions import begin_session
from station.address import client_network

log = logging.getLogger(__name__)

_PURPOSE = _CONTEXT = "mfa"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Counts attempts, starts the session's clocks, says everything in one neutral way."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for an unknown name, a wrong password and a disabled account.
        "username_password_mismatch": _("用户名或密码不正确。"),
        "enter_current_password": _("当前密码不正确。"),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave allauth's own counters in the cache out of it."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Compare the password, unless the name or the address has to wait.

        Raises ValidationError before any hash is computed while it has to.
        """
        now = timezone.now()
        fences = guessing.password_fences(credentials["username"], client_network(request))
        guessing.admit(fences, now=now)
        account: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if account is None:
            log.info("account.login_refused")  # no name: what was typed may be a password
        else:
            guessing.forgive(fences, now=now)
        return account

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Log in under a new session key and start both clocks."""
        now = timezone.now()
        methods = {record["method"] for record in get_authentication_records(request, user)}
        super().login(request, user)
        begin_session(request.session, account_id=user.pk, passed="mfa" in methods, now=now)
        Account.objects.filter(pk=user.pk).update(last_seen_at=now)
        log.info("account.logged_in: account=%s second_factor=%s", user.pk, "mfa" in methods)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set the password its owner has chosen; the duty to change it is done."""
        assert isinstance(user, Account)  # noqa: S101 - AUTH_USER_MODEL
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])

    def get_login_stages(self) -> list[str]:
        """After the password comes the code, and nothing in between."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer with pages only; allauth's JSON answers would be a second surface."""
        return False

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows says what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: the portal sends no mail about accounts."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network behind the trusted proxies."""
        return client_network(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the page that says it is over."""
        return reverse("account_logged_out")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the account's own page, which says that it is done."""
        return reverse("mfa_index")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals the secrets of the second factor; names the station in the app."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确或已用过。"),
    }

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on its own white ground, so that a camera reads it in the dark too."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(picture.to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        """Seal a secret under the purpose key ``mfa``."""
        return base64.b64encode(seal_text(text, purpose=_PURPOSE, context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret sealed by ``encrypt``."""
        blob = base64.b64decode(encrypted_text)
        return unseal_text(blob, purpose=_PURPOSE, context=_CONTEXT)
