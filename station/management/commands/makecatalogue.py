"""Bring the English catalogue up to date with the sources; the words stay a person's work."""

from typing import Any

from django.core.management.base import BaseCommand

from station.devkit.messages import CATALOGUE, messages_of, open_catalogue, renewed


class Command(BaseCommand):
    """Keep translations, add new message ids with their places, drop dead ones."""

    help = "更新 locale/en 的词条(不需要 gettext)/ update the English catalogue (no gettext needed)"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        fresh = renewed(messages_of(), open_catalogue())
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        fresh.save(str(CATALOGUE))
        empty = sum(not entry.translated() for entry in fresh)
        self.stdout.write(f"共{len(fresh)}条,待译{empty}条 / {len(fresh)} entries, {empty} empty")
