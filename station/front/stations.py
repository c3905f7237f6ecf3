"""The stations a worker can turn to."""

from members.models import Level, Unit


def open_stations() -> list[Unit]:
    """Return the stations that are in use, in the order of the tree: one statement."""
    return list(Unit.objects.filter(level=Level.STATION, is_active=True).order_by("path"))
