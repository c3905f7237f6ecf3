"""How the web server runs, the same under `make run` and in the image."""

import os

from gunicorn.config import Config
from gunicorn.glogging import Logger

from station.log_lines import DiscreetFormatter


class DiscreetLogger(Logger):
    """Gunicorn's own log: what it could not serve is told without the token of a link."""

    def setup(self, cfg: Config) -> None:
        """Set up as gunicorn does, then give every handler our lines."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            own = handler.formatter or DiscreetFormatter()
            handler.setFormatter(DiscreetFormatter(own._fmt, own.datefmt))  # noqa: SLF001


wsgi_app = "station.wsgi:application"
bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
control_socket_disable = True  # one path per user: two stations on a machine would meet there
logger_class = DiscreetLogger
# There is no access log. Whoever turns one on for a while gets no address, path or referrer.
access_log_format = "%(t)s %(m)s %(s)s %(B)s %(M)sms"
