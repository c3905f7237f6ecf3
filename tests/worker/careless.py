"""A station whose sender notes the sending first and sends afterwards: for a drill that must fail.

Loaded by Celery instead of ``station``: ``celery -A tests.worker.careless worker``.
"""

import logging
import os
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import members.tasks  # noqa: E402 - Django must be set up first
from members.models import Delivery  # noqa: E402
from members.notices.sending import TRANSPORTS  # noqa: E402
from station.celery import app  # noqa: E402

__all__ = ["app"]

log = logging.getLogger(__name__)


def deliver(delivery_id: int, *, via: str, now: datetime) -> bool:
    """Claim by the mark of success; whoever dies on the way leaves a lie behind."""
    claimed = Delivery.objects.filter(pk=delivery_id, sent_at=None, dead_at=None)
    if not claimed.update(sent_at=now):
        return False
    delivery = Delivery.objects.select_related("account").get(pk=delivery_id)
    TRANSPORTS[delivery.channel](delivery)
    log.info("delivery sent: id=%s via=%s", delivery_id, via)
    return True


members.tasks.deliver = deliver
