from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.api_clients import (
    ClientRefused,
    Credentials,
    limit_client,
    open_client,
    revoke_client,
    rotate_secret,
)
from members.models import Account, ApiScope


class Command(BaseCommand):
    help = (
        "建立、换钥、限权或收回接口客户端；密钥只显示一次 / "
        "make, rotate, limit or revoke an API client; the secret is shown once"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the client's name, once in a station")
        parser.add_argument("--account", help="user name of its service account: makes the client")
        parser.add_argument("--scopes", nargs="+", choices=ApiScope.values, metavar="SCOPE")
        ending = parser.add_mutually_exclusive_group()
        ending.add_argument("--rotate", action="store_true", help="a new secret; the old one ends")
        ending.add_argument("--revoke", action="store_true", help="end the client and its tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one thing that is asked for."""
        name, scopes = options["name"], [ApiScope(each) for each in options["scopes"] or ()]
        try:
            if options["revoke"]:
                revoke_client(name=name)
                self.stdout.write(f"已收回 / revoked: {name}")
            elif options["rotate"]:
                self._print(rotate_secret(name=name))
            elif options["account"]:
                self._print(_opened(name, options["account"], scopes))
            elif scopes:
                limit_client(name=name, scopes=scopes)
                self.stdout.write(f"已改为 / now: {' '.join(scopes)}")
            else:
                raise CommandError("--account, --scopes, --rotate, --revoke?")
        except ClientRefused as refused:
            raise CommandError(str(refused)) from refused

    def _print(self, made: Credentials) -> None:
        self.stdout.write(f"client_id: {made.client_id}")
        self.stdout.write(f"client_secret: {made.client_secret}")


def _opened(name: str, username: str, scopes: Sequence[ApiScope]) -> Credentials:
    if not scopes:
        raise CommandError(f"--scopes: {' '.join(ApiScope.values)}")
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise CommandError(f"没有账号 / no account: {username}")
    return open_client(name=name, account=account, scopes=scopes)
