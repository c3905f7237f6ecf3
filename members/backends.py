"""How an account is found for a web request."""

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from members.models import Account
from members.queries import accounts_with_scope, scope_in


class PortalBackend(ModelBackend):
    """Loads the account with its duties and ties in one statement and sets ``scope``.

    A disabled account loses its open sessions at the next request.
    """

    def get_user(self, user_id: int) -> Account | None:
        """Return the active account with its scope of today, or None."""
        # Called by Django's middleware, which passes no clock.
        rows = accounts_with_scope(timezone.localdate()).filter(pk=user_id, is_active=True)
        account = rows.first()
        if account is not None:
            account.scope = scope_in(account)
        return account
