from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin app with our site in place of the default one."""

    default_site = "station.accounts.admin_site.PortalAdminSite"
