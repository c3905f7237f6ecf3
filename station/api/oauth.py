"""Who gets a token for what: the toolkit's validator, kept to our accounts and scopes."""

from collections.abc import Mapping
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from members.models import ApiClient, ApiScope


class ClientScopes(BaseScopes):  # type: ignore[misc]  # the toolkit has no types
    """A client may ask for the scopes of its own row; without asking it gets all of them."""

    def get_all_scopes(self) -> Mapping[str, str]:
        """Return every scope with its words."""
        return {scope.value: str(scope.label) for scope in ApiScope}

    def get_available_scopes(
        self, application: ApiClient | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what the client may be given."""
        return list(application.scopes) if application else []

    def get_default_scopes(
        self, application: ApiClient | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what the client gets when it names no scope."""
        return self.get_available_scopes(application)


class ClientValidator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Refuses clients whose service account is disabled as if the secret were wrong."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
        """Whether id and secret are right and the account behind them is in use."""
        is_right = super().authenticate_client(request, *args, **kwargs)
        return bool(is_right and request.client.user.is_active)

    def _load_application(self, client_id: str | None, request: Any) -> ApiClient | None:  # noqa: ANN401
        """Return the client. PostgreSQL takes no NUL, and no id of ours has one."""
        if client_id and "\x00" in client_id:
            return None
        found: ApiClient | None = super()._load_application(client_id, request)
        return found
