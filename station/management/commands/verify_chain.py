"""Check every event chain, the access log and the anchors; name what was changed or lost."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.anchors import verify_chains, verify_export


class Command(BaseCommand):
    """Exit 0 when everything holds, 1 with one line for each break."""

    help = "Verify the event chains and the access log against their links, heads and anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="compare an exported anchors file as well"
        )

    def handle(self, *, export: Path | None, **options: Any) -> None:
        breaks = list(verify_chains())
        if export is not None:
            try:
                breaks += verify_export(export)
            except OSError as error:
                raise CommandError(f"{export}: {error.strerror}") from error
        for each in breaks:
            self.stdout.write(f"{each.number} seq {each.seq}: {each.fault}")
        if breaks:
            raise CommandError(f"{len(breaks)} places do not hold")
        self.stdout.write(self.style.SUCCESS("all chains hold"))
