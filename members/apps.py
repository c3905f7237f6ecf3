from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People, bodies, place, time and reach."""

    name = "members"
    verbose_name = _("片区底册")
    default_auto_field = "django.db.models.BigAutoField"
