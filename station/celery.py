"""The Celery application: the row is the truth, a message only a nudge.

See docs/architecture.md §3.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")

app = Celery("gongqingtong")
app.config_from_object("station.celeryconfig")
app.autodiscover_tasks()
