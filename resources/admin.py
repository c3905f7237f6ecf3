"""Admin of posts, offers, programmes and wishes: kept by the station's own staff."""

from django.contrib import admin

from members.admin_area import AreaUnits, LocalRegister
from members.admin_roles import Recorded
from members.models import Role
from resources.models import Offer, Post, Programme, Wish


class StationKept(LocalRegister, Recorded):
    """The worker and the head keep those of their stations, beside the system administrator."""

    keepers = frozenset({Role.SYSTEM_ADMIN, Role.WORKER, Role.HEAD})
    unit_path = "station__path"


@admin.register(Post)
class PostAdmin(StationKept):
    list_display = ("name", "code", "kind", "station", "state")
    list_filter = ("kind", "state", ("station", AreaUnits))
    list_select_related = ("station",)
    search_fields = ("name", "code")


@admin.register(Offer)
class OfferAdmin(StationKept):
    list_display = ("title", "kind", "enterprise", "station", "from_on", "to_on")
    list_filter = ("kind", ("station", AreaUnits))
    list_select_related = ("enterprise", "station")
    search_fields = ("title", "enterprise__name")
    autocomplete_fields = ("enterprise",)


@admin.register(Programme)
class ProgrammeAdmin(StationKept):
    list_display = ("title", "code", "kind", "station", "from_on", "to_on")
    list_filter = ("kind", ("station", AreaUnits))
    list_select_related = ("station",)
    search_fields = ("title", "code")


@admin.register(Wish)
class WishAdmin(StationKept):
    list_display = ("title", "kind", "enterprise", "station", "state", "created_at")
    list_filter = ("kind", "state", ("station", AreaUnits))
    list_select_related = ("enterprise", "station")
    search_fields = ("title",)
    autocomplete_fields = ("enterprise",)
