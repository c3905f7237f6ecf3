"""Compare the English catalogue with the sources; part of ``make test``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from station.devkit.messages import faults_of, messages_of, open_catalogue, unmarked_words


class Command(BaseCommand):
    """Exit 0 when the catalogue is whole, 1 with one line for each fault."""

    help = "核对英文词条 / check the English catalogue: missing, fuzzy, dead, empty, placeholders"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [*faults_of(messages_of(), open_catalogue()), *unmarked_words()]
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(
                f"{len(faults)}处不符;先运行 makecatalogue / {len(faults)} faults; "
                "run manage.py makecatalogue, then put the English into locale/en"
            )
