"""The admin behind the same door as the desk: no second login page, no way round the code."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from members.models import Account
from station.accounts.sessions import has_passed

# allauth's and the OAuth toolkit's rows hold secrets and have their own pages or commands; editing
# them by hand would open a way into an account. Groups give nothing here: roles are dated rows.
_HIDDEN_APPS = frozenset({"account", "auth", "mfa", "oauth2_provider"})


class PortalAdminSite(AdminSite):
    """Django's admin for accounts with ``is_staff`` that came in by both factors."""

    site_header = _("工情通 管理后台")
    site_title = _("工情通")
    index_title = _("基础数据")
    site_url = "/desk/"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Register all models but Django's groups and those of the packages for logging in."""
        models = (
            [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        )
        shown = [m for m in models if m._meta.app_label not in _HIDDEN_APPS]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask for ``is_staff`` and for the second factor in this session."""
        account = request.user
        return (
            isinstance(account, Account)
            and account.is_active
            and account.is_staff
            and has_passed(request.session, account_id=account.pk)
        )

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the one login page; who is logged in but not ``is_staff`` to the desk."""
        if request.user.is_authenticated:
            return redirect("/desk/")
        query = QueryDict(mutable=True)
        query[REDIRECT_FIELD_NAME] = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        return HttpResponseRedirect(f"{reverse('account_login')}?{query.urlencode(safe='/')}")

    def password_change(  # type: ignore[override]  # a redirect, not a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the one page that changes passwords."""
        return redirect("account_change_password")

    def logout(  # type: ignore[override]  # a redirect, not a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the one page that ends the session."""
        return redirect("account_logout")
