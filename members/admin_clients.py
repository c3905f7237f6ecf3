"""The machines that use the API as administrators see them: read only, never a secret.

The OAuth toolkit registers the model and takes this class from the settings; clients are
made, changed and ended by ``manage.py api_client``.
"""

from django.db.models import Q

from members.admin_area import LocalRows, people_under
from members.admin_roles import ReadOnly
from members.models import Role


class ClientAdmin(LocalRows, ReadOnly):
    """Name, service account and scopes of the clients of one's own area."""

    keepers = frozenset({Role.SECURITY_ADMIN})
    fields = ("name", "user", "scopes", "created", "updated")
    list_display = ("name", "user", "scopes", "created")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    ordering = ("name",)

    def local(self, paths: tuple[str, ...]) -> Q:
        """Clients of accounts that have, had or will have a duty there."""
        return Q(user__in=people_under(paths))
