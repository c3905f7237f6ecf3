"""``manage.py fill_demo``: an empty database becomes the demo station."""

import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.due import database_now
from members.models import Unit
from station.devkit.demo.card import card_path, write_card
from station.devkit.demo.filling import fill_station
from station.devkit.demo.size import size_named


class Command(BaseCommand):
    help = "填充演示站 / fill an empty database with the demo station; DEMO=small for 50 firms"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known-passwords",
            action="store_true",
            help="fill outside development too: anybody can log in to what is filled",
        )

        parser.add_argument("--card", type=Path, default=card_path(), help="where to write log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEVELOPMENT or options["known_passwords"]):
            raise CommandError(
                "演示账号的密码是公开的，只在开发环境填充 / "
                "the demo's passwords are public: only with DEVELOPMENT=1"
            )
        if Unit.objects.exists():
            raise CommandError(
                "数据库里已有单位，不再填充 / this database already has units: nothing was filled"
            )
        try:
            size = size_named(os.environ.get("DEMO", ""))
        except KeyError as error:
            raise CommandError(f"DEMO={error.args[0]}: 只能是 small 或 full") from error
        started = time.monotonic()
        filled = fill_station(size, now=database_now(), say=self._say)
        write_card(filled.receipt, path=options["card"])
        self._say(f"完成 / done: {time.monotonic() - started:.1f} s")

    def _say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
