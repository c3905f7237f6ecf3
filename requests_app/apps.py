from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    """Requests: their lifecycle, stages and moves."""

    name = "requests_app"
    verbose_name = _("诉求")
    default_auto_field = "django.db.models.BigAutoField"
