from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    """Posts, offers, programmes and wishes."""

    name = "resources"
    verbose_name = _("阵地与共享")
    default_auto_field = "django.db.models.BigAutoField"
