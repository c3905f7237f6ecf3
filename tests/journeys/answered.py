"""Take a request of the journeys' station to its reply; print the token of its link.

Run as a module with the request's number. The machine's steps are left to whoever is faster,
this process or the station's worker.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import json  # noqa: E402 - Django must be set up first
import time  # noqa: E402

from members.due import database_now  # noqa: E402
from requests_app.lifecycle import STATES, State  # noqa: E402
from requests_app.models import Request  # noqa: E402
from requests_app.stages.completion.reviewing import accept_result  # noqa: E402
from tests.answers import reviewer_of, submit, take_steps, token_of_reply  # noqa: E402

PATIENCE = 30.0  # seconds


def at_rest(request_id: int) -> Request:
    """Return the request once no step of the machine is due."""
    deadline = time.monotonic() + PATIENCE
    while True:
        row = take_steps(request_id, now=database_now())
        if not STATES[State(row.state)].task:
            return row
        assert time.monotonic() < deadline, row.state
        time.sleep(0.1)


def main(number: str) -> None:
    request_id = Request.objects.get(number=number).pk
    at_rest(request_id)
    submit(request_id, now=database_now())
    row = at_rest(request_id)
    if row.state == State.IN_REVIEW:
        now = database_now()
        accept_result(row.pk, actor=reviewer_of(row, now=now), version=row.version, now=now)
        at_rest(request_id)
    print(json.dumps([token_of_reply(request_id)]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
