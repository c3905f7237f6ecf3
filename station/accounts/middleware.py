"""The gate before every staff page: who comes in, by which steps, and for how long."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from members.models import Account
from station.accounts.sessions import has_passed, touch

GUARDED_NAMESPACES = frozenset({"desk", "admin"})
# Account pages that only a complete login may see; the others are the way to it.
GUARDED_NAMES = frozenset({"mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"})
# The way to a complete login.
ACCOUNT_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_logged_out",
        "account_change_password",
        "mfa_authenticate",
        "mfa_activate_totp",
    }
)
AUTO_REFRESH = "X-Auto-Refresh"  # sent by pages that poll: nobody is sitting there

type Respond = Callable[[HttpRequest], HttpResponse]


class StaffGate:
    """Lets nobody onto desk or admin pages without account, own password and second factor."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then keep the session of a person at work alive."""
        response = self.get_response(request)
        # Only a session somebody has read: an open page must not cost a statement.
        if request.session.accessed and AUTO_REFRESH not in request.headers:
            touch(request.session, now=timezone.now())
        match = request.resolver_match
        if match is not None and (is_guarded(match) or match.url_name in ACCOUNT_NAMES):
            # What the desk shows stays in no cache, and "back" after logging out shows nothing.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Send the visitor to the first step that is missing; None lets the view answer."""
        match = request.resolver_match
        if match is None or not is_guarded(match) or not getattr(view, "login_required", True):
            return None
        step = missing_step(request)
        return None if step is None else _send_to(request, step)


def is_guarded(match: ResolverMatch) -> bool:
    """Whether a page is for staff who have logged in completely."""
    return bool(GUARDED_NAMESPACES & set(match.namespaces)) or match.url_name in GUARDED_NAMES


def missing_step(request: HttpRequest) -> str | None:
    """Return the url name of the first step this session lacks, or None."""
    account = request.user
    if not isinstance(account, Account):
        if SESSION_KEY in request.session:
            request.session.flush()  # disabled since: the session must not revive with it
        return "account_login"
    if account.must_change_password:
        return "account_change_password"
    if not has_passed(request.session, account_id=account.pk):
        return "mfa_activate_totp"
    return None


def _send_to(request: HttpRequest, step: str) -> HttpResponse:
    target = reverse(step)
    if step == "account_login" and (here := _way_back(request)):
        query = QueryDict(mutable=True)
        query[REDIRECT_FIELD_NAME] = here
        target = f"{target}?{query.urlencode(safe='/')}"
    if request.headers.get("HX-Request"):
        # A fragment would swap the login page into the middle of the desk.
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def _way_back(request: HttpRequest) -> str:
    """Return the page to come back to; a POST cannot be asked for again."""
    if request.headers.get("HX-Request"):
        return request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    return request.get_full_path() if request.method in {"GET", "HEAD"} else ""
