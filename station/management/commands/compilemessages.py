"""Compile the translation catalogues without gettext's tools, which a bare machine lacks."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes the place of Django's command of the same name."""

    help = "把 .po 编译成 .mo(用 polib)/ compile the message catalogues (with polib)"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for directory in settings.LOCALE_PATHS:
            for source in sorted(Path(directory).glob("*/LC_MESSAGES/*.po")):
                if compile_catalogue(source) and options["verbosity"] > 0:
                    self.stdout.write(f"{source.parent.parent.name}: {source.stem}")


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside ``source`` when it is older; tell whether anything was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    # Two processes may do this at once, and a reader must never see half a file.
    nursery = target.with_suffix(f".{os.getpid()}.tmp")
    polib.pofile(str(source)).save_as_mofile(str(nursery))
    nursery.replace(target)
    return True
