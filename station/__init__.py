"""The portal's composition root."""

from station.celery import app as celery_app

__all__ = ["celery_app"]
