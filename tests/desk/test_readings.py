"""The access log of a request: one entry for ten minutes of reading, one for every unmasking."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from members.models import AccessEntry, Account
from requests_app.models import Request
from requests_app.reading_access import note_view
from tests.desk.cases import LATE_PAY, dispatched, photo, signed
from tests.desk.handled import HOUR, with_parties
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]

SECOND, TEN_MINUTES = timedelta(seconds=1), timedelta(minutes=10)
REASON = {"reason": "电话核实欠薪月份"}
PARTIES = {"reason": "约当事人开调解会", "what": "parties"}


def read(client: Client, row: Request, *, after: timedelta = timedelta(0)) -> None:
    with time_machine.travel(MONDAY + after, tick=False):
        assert client.get(f"/desk/requests/{row.number}/").status_code == 200


def unmask(client: Client, row: Request, *, after: timedelta = timedelta(0)) -> None:
    with time_machine.travel(MONDAY + after, tick=False):
        answer = client.post(f"/desk/requests/{row.number}/unmask/", REASON)
    assert answer.status_code == 200


def log() -> list[tuple[str, str]]:
    return list(AccessEntry.objects.order_by("pk").values_list("action", "field"))


VIEW, UNMASKED = ("view", ""), ("unmask", "identity")


def test_a_reload_belongs_to_the_same_reading(town: Town, desk_of: DeskOf) -> None:
    row, client = dispatched(town), desk_of(town.street_handler)
    for after in (timedelta(0), timedelta(0), SECOND, TEN_MINUTES - SECOND):
        read(client, row, after=after)
    assert log() == [VIEW]
    read(client, row, after=TEN_MINUTES)
    read(client, row, after=TEN_MINUTES + SECOND)
    assert log() == [VIEW, VIEW]


def test_the_page_after_a_form_belongs_to_the_same_reading(town: Town, desk_of: DeskOf) -> None:
    row, client = dispatched(town), desk_of(town.street_handler)
    read(client, row)
    sent = {"move": "sign_for", "version": row.version}
    answer = client.post(f"/desk/requests/{row.number}/move/", sent, follow=True)
    assert answer.redirect_chain == [(f"/desk/requests/{row.number}/", 303)]
    assert log() == [VIEW]


def test_another_person_and_another_request_are_readings_of_their_own(
    town: Town, desk_of: DeskOf
) -> None:
    rows = dispatched(town), dispatched(town, story=LATE_PAY)
    for who in (town.worker, town.head):
        for row in rows:
            read(desk_of(who), row)
    told = AccessEntry.objects.order_by("pk").values_list("account_id", "subject")
    subjects = [f"request:{row.pk}" for row in rows]
    assert list(told) == [(who.pk, each) for who in (town.worker, town.head) for each in subjects]


def test_every_unmasking_is_logged_and_covers_the_page_it_shows(
    town: Town, desk_of: DeskOf
) -> None:
    row, client = dispatched(town), desk_of(town.street_handler)
    unmask(client, row)
    unmask(client, row)
    read(client, row, after=SECOND)
    assert log() == [UNMASKED, UNMASKED]
    read(client, row, after=TEN_MINUTES)
    unmask(client, row, after=TEN_MINUTES)
    assert log() == [UNMASKED, UNMASKED, VIEW, UNMASKED]


def test_parties_in_clear_are_a_reading_of_the_page_too(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY + HOUR / 8)
    client = desk_of(town.street_handler)
    with time_machine.travel(MONDAY + HOUR / 4, tick=False):
        assert client.post(f"/desk/requests/{row.number}/unmask/", PARTIES).status_code == 200
    read(client, row, after=HOUR / 4 + SECOND)
    assert log() == [("unmask", "parties")]


def test_a_look_at_a_file_does_not_cover_the_words(town: Town, desk_of: DeskOf) -> None:
    row, client = dispatched(town, files=(photo(),)), desk_of(town.street_handler)
    file = row.attachments.get()
    with time_machine.travel(MONDAY, tick=False):
        client.get(f"/desk/requests/{row.number}/files/{file.pk}/")
    read(client, row)
    assert log() == [("view", f"file:{file.pk}"), VIEW]


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_never_leave_none(town: Town) -> None:
    """Neither waits for the other; each sees only what is committed, so both may write."""
    row = dispatched(town)
    is_written, may_end = threading.Event(), threading.Event()

    def look() -> None:
        with transaction.atomic():
            note_view(row, actor=town.head, now=MONDAY)
            is_written.set()
            may_end.wait(10)
            transaction.set_rollback(True)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    assert is_written.wait(10)
    assert note_view(row, actor=town.head, now=MONDAY) is True
    may_end.set()
    thread.join()
    assert log() == [VIEW]  # the other one was undone and had shown nothing
