"""Who may touch what in the admin: the dated roles of an account decide, not Django's groups."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from members.history import recorded
from members.models import Account, Role

type Roles = frozenset[str]
# What Django's own stubs say of these hooks' arguments.
type Row = Any
type AnyForm = Any


def actor_of(request: HttpRequest) -> Account | None:
    """Return the account behind an admin request."""
    return request.user if isinstance(request.user, Account) else None


class RoleGuarded:
    """Permissions from the dated roles of the account, not from Django's groups."""

    keepers: ClassVar[Roles] = frozenset({Role.SYSTEM_ADMIN})
    readers: ClassVar[Roles] = frozenset({Role.AUDITOR})

    def _holds(self, request: HttpRequest, roles: Roles) -> bool:
        account = actor_of(request)
        if account is None or not account.is_active or not account.is_staff:
            return False
        held = account.scope.roles if account.scope else frozenset[str]()
        return account.is_superuser or bool(roles & held)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers | self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers | self.readers)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Recorded(RoleGuarded, admin.ModelAdmin[Any]):
    """A register whose history names the account that changed it."""

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        verb = f"admin_{'change' if change else 'add'}"
        with recorded(verb, actor=actor_of(request), now=timezone.now()):
            super().save_model(request, obj, form, change)


class ReadOnly(RoleGuarded, admin.ModelAdmin[Any]):
    """A log or a sealed register: shown, never edited here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
