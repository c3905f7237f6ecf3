from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationConfig(AppConfig):
    """The composition root: surfaces and commands, no models."""

    name = "station"
    verbose_name = _("服务站")
