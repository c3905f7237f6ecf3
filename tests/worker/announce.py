"""Queue notices, or take deliveries off the dead-letter list; print the deliveries' ids as JSON.

Run as a module inside a drill's station: ``python -m tests.worker.announce queue 12 0``,
``python -m tests.worker.announce replay 7 8``.
"""

import argparse
import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from members.due import database_now  # noqa: E402 - Django must be set up first
from members.models import Account, Delivery  # noqa: E402
from members.notices.notify import NoticeDraft, queue_notices, replay_deliveries  # noqa: E402


def queue(count: int, offset: int) -> list[int]:
    """Queue a notice for one person after the other; return the ids of their deliveries."""
    people = list(Account.objects.exclude(email="").order_by("pk"))
    drafts = [
        NoticeDraft(
            key=f"drill:{serial}",
            account_id=people[serial % len(people)].pk,
            template="request.dispatched",
            params={"number": f"YQ261123{serial:05d}"},
        )
        for serial in range(offset, offset + count)
    ]
    queue_notices(drafts, now=database_now())
    keys = [f"email:{draft.key}" for draft in drafts]
    return list(Delivery.objects.filter(key__in=keys).order_by("pk").values_list("pk", flat=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["queue", "replay"])
    parser.add_argument("numbers", type=int, nargs="+")
    asked = parser.parse_args()
    if asked.act == "queue":
        print(json.dumps(queue(*asked.numbers)))  # noqa: T201
        return
    replay_deliveries(delivery_ids=asked.numbers, now=database_now())
    print(json.dumps(asked.numbers))  # noqa: T201


if __name__ == "__main__":
    main()
