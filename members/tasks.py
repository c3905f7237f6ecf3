"""Celery tasks of the registers: an id in, one verb called."""

from celery import shared_task

from members.due import database_now
from members.notices.sending import TASK, deliver


@shared_task(name=TASK)
def deliver_notice(delivery_id: int) -> None:
    """Send one delivery."""
    deliver(delivery_id, via="celery", now=database_now())
