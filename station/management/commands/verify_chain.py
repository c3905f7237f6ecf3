"""Check every event chain and anchor; name what was changed, lost or rewound."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.anchors import verify_chains


class Command(BaseCommand):
    """Exit 0 when all chains hold, 1 with one line for each break."""

    help = "Verify the event chains against their links, heads and anchors."

    def handle(self, **options: Any) -> None:
        breaks = list(verify_chains())
        for each in breaks:
            self.stdout.write(f"{each.number} seq {each.seq}: {each.fault}")
        if breaks:
            raise CommandError(f"{len(breaks)} chains do not hold")
        self.stdout.write(self.style.SUCCESS("all chains hold"))
