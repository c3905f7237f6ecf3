"""Fill a drill's database with the smallest whole town. Run as a module."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from tests.town import build_town  # noqa: E402

if __name__ == "__main__":
    build_town(now=database_now())
