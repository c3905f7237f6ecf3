"""For which stations somebody at work may register a request."""

from collections.abc import Sequence

from django.db.models import Q

from members.models import Level, Unit
from members.scope import Scope
from requests_app.queries import WORKING_ROLES


def stations_of(scope: Scope) -> Sequence[Unit]:
    """Return the stations for which the account may register: its own and those below it."""
    places = Q()
    for duty in scope.duties:
        if duty.role in WORKING_ROLES:
            places |= Q(path__startswith=duty.unit_path)
    if not places:
        return []
    return list(Unit.objects.filter(places, level=Level.STATION, is_active=True).order_by("path"))
