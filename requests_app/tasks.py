"""Celery tasks: an id in, one verb called, quiet when the row has moved on."""

from celery import shared_task

from members.due import database_now
from requests_app.due import TIMER_TASK, take_step, take_timer
from requests_app.lifecycle import Via


@shared_task(name="requests.sense")
def sense_request(request_id: int) -> None:
    """Make the sensing step."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name="requests.triage")
def triage_request(request_id: int) -> None:
    """Make the triage step."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name="requests.dispatch")
def dispatch_request(request_id: int) -> None:
    """Make the dispatch step."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name="requests.send_for_review")
def send_request_for_review(request_id: int) -> None:
    """Draw a reviewer, or answer the worker."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name="requests.follow_up")
def follow_up_request(request_id: int) -> None:
    """Ask the worker for an opinion, or close."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name="requests.redispatch")
def redispatch_request(request_id: int) -> None:
    """Hand a second round to somebody else."""
    take_step(request_id, via=Via.CELERY, now=database_now())


@shared_task(name=TIMER_TASK)
def fire_timer(timer_id: int) -> None:
    """Fire one timer."""
    take_timer(timer_id, via=Via.CELERY, now=database_now())
