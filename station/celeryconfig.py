"""Celery settings. No results, no beat, no eta: due times live in PostgreSQL."""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings


def broker_address(redis_url: str) -> str:
    """Return kombu's spelling of a Redis address: unix sockets are named differently there."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


broker_url = broker_address(settings.REDIS_URL)
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 3600,
    "global_keyprefix": "gqt.",
    "health_check_interval": 25,
    "socket_keepalive": True,
    "socket_timeout": 5,
    "socket_connect_timeout": 0.5,
}
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
task_serializer = "json"
accept_content = ["json"]
task_time_limit = 60
task_soft_time_limit = 45
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
worker_soft_shutdown_timeout = 5
worker_enable_remote_control = False
worker_send_task_events = False
worker_hijack_root_logger = False
timezone = "Asia/Shanghai"
