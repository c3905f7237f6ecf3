"""Send N reports through the intake verb and print the acknowledged numbers as JSON.

Run as a module inside a drill's station: ``python -m tests.worker.submit 100 [offset [calm]]``.
A form whose answer was lost (the database went away) is sent again with the same key.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import InterfaceError, OperationalError, connection  # noqa: E402

from members.due import database_now  # noqa: E402
from members.models import Unit  # noqa: E402
from requests_app.lifecycle import Via  # noqa: E402
from requests_app.stages.sensing.intake import register_report  # noqa: E402
from requests_app.stages.sensing.report import Report  # noqa: E402

STORIES = (
    "我们店里二十个人，七月份开始没发过工资，加起来四十多万。",
    "公司已经三个月没发工资了，每次问都说再等等。",
    "想问一下年休假有几天，没休完是不是作废。",
    "车间的安全出口长期被货物堵着，万一着火跑不出去。",
    "请问夜校还有烘焙课的名额吗。",
)
CALM = (STORIES[2], STORIES[4])
COURSES = (STORIES[4],)  # an item without review and without a call to everybody
TRIES = 60


def report_no(serial: int, station: Unit, stories: Sequence[str]) -> Report:
    """Return the serial-th report; the same serial is the same form."""
    chance = random.Random(serial)
    is_anonymous = chance.random() < 0.3
    return Report(
        station_id=station.pk,
        station_code=station.code,
        channel="form",
        applicant_kind="worker",
        story=f"{chance.choice(stories)}（第{serial}件）",
        phone="" if is_anonymous else f"139{chance.randrange(10**8):08d}",
        is_anonymous=is_anonymous,
        form_key=f"drill-{serial}",
    )


def patiently[T](act: Callable[[], T]) -> T:
    """Do something that may meet a database on its way down or up."""
    for _ in range(TRIES):
        try:
            return act()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.25)
    raise RuntimeError("the database stayed away")


def send(serial: int, station: Unit, stories: Sequence[str]) -> str:
    """Send one form until it is acknowledged; return its number."""
    report = report_no(serial, station, stories)
    return patiently(lambda: register_report(report, via=Via.PERSON, now=database_now()).number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two")
    parser.add_argument("--calm", action="store_true", help="questions only")
    asked = parser.parse_args()
    stories = CALM if asked.calm else STORIES
    station = patiently(lambda: Unit.objects.get(code="YQ"))
    numbers = []
    for serial in range(asked.count):
        numbers.append(send(asked.offset + serial, station, stories))
        time.sleep(asked.pause)
    print(json.dumps(numbers))  # noqa: T201


if __name__ == "__main__":
    main()
