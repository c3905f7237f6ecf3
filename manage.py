#!/usr/bin/env python
"""Command line of the portal. Starts the embedded services when a command needs them."""

import os
import signal
import sys
import warnings


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        serve_from_wheels()
    # Comparing models with migration files needs no database; Django looks for one anyway.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def serve_from_wheels() -> None:
    """Start or name the embedded services; production names its own and never comes here."""
    from station.devkit.places import ServicesProblem
    from station.devkit.services import serve_command

    # Without this a SIGTERM would skip the exit handlers and leave the servers running.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        serve_command(sys.argv[1:], environ=os.environ)
    except ServicesProblem as problem:
        sys.exit(f"{problem}\n→ manage.py doctor")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
