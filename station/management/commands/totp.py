"""``manage.py totp NAME``: the code that the authenticator of a demo account would show."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from station.devkit.demo.card import current_code


class Command(BaseCommand):
    help = "演示账号的当前验证码 / the current code of a demo account; only in development"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("只在开发环境可用 / only with DEVELOPMENT=1")
        code = current_code(options["username"], now=timezone.now())
        if code is None:
            raise CommandError("不是演示账号 / not a demo account")
        self.stdout.write(code)
