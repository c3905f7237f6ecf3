"""The Celery application: the row is the truth, a message only a nudge.

See docs/architecture.md §3.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
# Checking would import every page; a worker shows none. The release is checked before it runs.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("gongqingtong")
app.config_from_object("station.celeryconfig")
app.autodiscover_tasks()
