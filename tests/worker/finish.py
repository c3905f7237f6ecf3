"""Ask N questions and handle them as people would, up to the result; print the numbers as JSON.

Run as a module inside a drill's station: ``python -m tests.worker.finish 12 [--offset 0]``.
The machine does its steps meanwhile, in whatever process; here it is only waited for. An act
whose answer was lost is looked up, as somebody at a desk would reload the page.
"""

import argparse
import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from members.models import Account, Unit  # noqa: E402
from requests_app.lifecycle import State  # noqa: E402
from requests_app.models import Request  # noqa: E402
from requests_app.models.completion import Outcome  # noqa: E402
from requests_app.stages.completion.submitting import submit_result  # noqa: E402
from requests_app.stages.routing.service import sign_for  # noqa: E402
from tests.worker.submit import COURSES, patiently, send  # noqa: E402

PATIENCE = 120.0
REPLY = "本期烘焙课还有名额，周四晚上到站里报名即可。"


def handle(number: str, worker: Account) -> None:
    """Sign for one request once it is dispatched, and submit its result."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        request = Request.objects.get(number=number)
        facts = {"actor": worker, "version": request.version, "now": database_now()}
        match request.state:
            case State.DISPATCHED:
                sign_for(request.pk, **facts)
            case State.SIGNED:
                submit_result(
                    request.pk,
                    outcome=Outcome.SOLVED,
                    reply=REPLY,
                    rest_not_applicable="答复即可",
                    **facts,
                )
                return
            case State.REGISTERED | State.ACCEPTED | State.TRIAGED:
                time.sleep(0.05)
            case _:
                return  # submitted already; only the answer was lost
    raise RuntimeError(f"{number} was never dispatched")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two")
    asked = parser.parse_args()
    station = patiently(lambda: Unit.objects.get(code="YQ"))
    worker = patiently(lambda: Account.objects.get(username="zhoumin"))
    numbers = []
    for serial in range(asked.count):
        numbers.append(send(asked.offset + serial, station, COURSES))
        time.sleep(asked.pause)
    for number in numbers:
        patiently(lambda number=number: handle(number, worker))  # type: ignore[misc]
    print(json.dumps(numbers))  # noqa: T201


if __name__ == "__main__":
    main()
