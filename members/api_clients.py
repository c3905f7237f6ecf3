"""Making, changing and ending the machines that use the API (docs/rules.md, "API").

A secret leaves here once, as it is made; the row keeps its hash.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from members.models import Account, ApiClient, ApiScope


class ClientRefused(Exception):
    """This client cannot be made or found; the message says why."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the machine on the other side is given."""

    client_id: str
    client_secret: str = field(repr=False)


@transaction.atomic
def open_client(*, name: str, account: Account, scopes: Collection[ApiScope]) -> Credentials:
    """Make a client of a service account and return its credentials.

    The account must be a machine's: one with a password is a person's, and what a machine did
    would stand under that person's name. Raises ClientRefused.
    """
    if account.has_usable_password() or account.is_superuser:
        raise ClientRefused(_("%(name)s是个人账号：接口只用没有密码的服务账号") % _named(account))
    if not account.is_active:
        raise ClientRefused(_("账号%(name)s已停用") % _named(account))
    if ApiClient.objects.filter(name=name).exists():
        raise ClientRefused(_("已有名为%(name)s的客户端；改权限请去掉--account") % {"name": name})
    secret = generate_client_secret()
    client = ApiClient.objects.create(
        name=name,
        user=account,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        scopes=sorted(scopes),
    )
    return Credentials(client.client_id, secret)


@transaction.atomic
def rotate_secret(*, name: str) -> Credentials:
    """Give a client a new secret. The old one and every token end now. Raises ClientRefused."""
    client = _locked(name)
    secret = generate_client_secret()
    client.client_secret = secret
    client.save(update_fields=["client_secret"])
    _end_tokens(client)
    return Credentials(client.client_id, secret)


@transaction.atomic
def limit_client(*, name: str, scopes: Collection[ApiScope]) -> None:
    """Give a client these scopes and no others; tokens issued before end. Raises ClientRefused."""
    client = _locked(name)
    client.scopes = sorted(scopes)
    client.save(update_fields=["scopes"])
    _end_tokens(client)


@transaction.atomic
def revoke_client(*, name: str) -> None:
    """Delete a client with its tokens; what it did stays its account's. Raises ClientRefused."""
    _locked(name).delete()


def _named(account: Account) -> dict[str, str]:
    return {"name": account.username}


def _locked(name: str) -> ApiClient:
    client: ApiClient | None = ApiClient.objects.select_for_update().filter(name=name).first()
    if client is None:
        raise ClientRefused(_("没有名为%(name)s的客户端") % {"name": name})
    return client


def _end_tokens(client: ApiClient) -> None:
    get_access_token_model().objects.filter(application=client).delete()
