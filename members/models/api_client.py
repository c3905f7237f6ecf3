"""Machines that use the API: an OAuth2 client in the name of a service account."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication


class ApiScope(models.TextChoices):
    """What a client may be allowed to ask for; its account's roles still say of what."""

    READ = "requests.read", _("读取诉求")
    WRITE = "requests.write", _("登记新诉求")
    WORDS = "requests.words", _("读取诉求内容")
    MOVE = "requests.move", _("办理诉求")


class ApiClient(AbstractApplication):  # type: ignore[misc]  # the toolkit has no types
    """One client. ``user`` is its service account: the account's roles of the day are its reach.

    Only the client-credentials grant, only confidential clients, only hashed secrets: the
    database refuses any other row, whoever writes it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="api_clients",
        verbose_name=_("服务账号"),
    )
    scopes = ArrayField(
        models.CharField(max_length=24, choices=ApiScope), verbose_name=_("权限范围"), default=list
    )

    objects = models.Manager["ApiClient"]()

    class Meta:
        verbose_name = _("接口客户端")
        verbose_name_plural = _("接口客户端")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="members_apiclient_name_once"),
            models.CheckConstraint(
                condition=Q(
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    hash_client_secret=True,
                ),
                name="members_apiclient_is_a_machine",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=ApiScope.values),
                name="members_apiclient_scopes_known",
            ),
        ]
