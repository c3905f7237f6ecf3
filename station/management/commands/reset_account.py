from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from members.models import Account
from station.accounts.enrol import reset_account


class Command(BaseCommand):
    help = "Take an account's second factor away and print a one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"没有账号 / no account: {options['username']}")
        password = reset_account(account, now=timezone.now())
        self.stdout.write(f"一次性密码 / one-time password: {password}")
        if not account.is_active:
            self.stdout.write("该账号已停用 / the account is disabled")
