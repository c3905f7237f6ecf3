"""The Celery application: the row is the truth, a message only a nudge.

See docs/architecture.md §3.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
# Checking would import every page, and a worker shows none. `make lint` checks the deployment, and
# so does `migrate`, which must be through before the compose file starts a worker.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("gongqingtong")
app.config_from_object("station.celeryconfig")
app.autodiscover_tasks()
