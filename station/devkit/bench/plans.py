"""How the database answers the figures' statements: plans and times, one block a statement.

Run as a module on a filled database, with a username and whether to look at one station or all.
"""

import os
import sys
from datetime import timedelta
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "station.settings")
django.setup()

# Django must be set up before its models are imported.
from django.db import connection  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from members.due import database_now  # noqa: E402
from members.models import Account  # noqa: E402
from members.queries import scope_of, working_calendar  # noqa: E402
from requests_app.catalogue.snapshot import current_catalogue  # noqa: E402
from requests_app.figures.asking import requests_at  # noqa: E402
from requests_app.figures.choice import read_choices  # noqa: E402
from requests_app.figures.reading import read_figures  # noqa: E402
from requests_app.figures.window import own_window  # noqa: E402
from requests_app.queries import accesses_of  # noqa: E402

TIMES = 9
YARDSTICK = "SELECT COUNT(*) FROM requests_app_request"


def explain(username: str, *, days: int) -> None:
    """Print the plan of every statement of the page for a window of so many days."""
    now = database_now()
    today = timezone.localdate(now)
    scope = scope_of(Account.objects.get(username=username), today)
    choices = read_choices(scope)
    unit = choices.find("")
    assert unit is not None, "the account sees no unit"  # noqa: S101 - a developer's tool
    requests = requests_at(scope, [each.id for each in choices.stations_of(unit)])
    window = own_window(today - timedelta(days=days), today, now=now)
    accesses, calendar = accesses_of(current_catalogue(today)), working_calendar(now)
    with CaptureQueriesContext(connection) as seen:
        read_figures(requests, window, scope=scope, accesses=accesses, calendar=calendar)
    with connection.cursor() as cursor:
        count = sorted(_milliseconds(cursor, YARDSTICK) for _ in range(TIMES))[TIMES // 2]
    print(f"── yardstick, a bare count of all requests: {count:.1f} ms")
    for number, each in enumerate(seen.captured_queries, start=1):
        with connection.cursor() as cursor:
            times = sorted(_milliseconds(cursor, each["sql"]) for _ in range(TIMES))
            cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) " + each["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        middle = times[TIMES // 2]
        print(f"── statement {number} of {len(seen)}: {middle:.1f} ms, quickest {times[0]:.1f} ms")
        print(plan)


def _milliseconds(cursor: CursorWrapper, sql: str) -> float:
    started = perf_counter()
    cursor.execute(sql)
    cursor.fetchall()
    return (perf_counter() - started) * 1000


if __name__ == "__main__":
    explain(sys.argv[1], days=int(sys.argv[2]))
