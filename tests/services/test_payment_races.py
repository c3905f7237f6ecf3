"""Two hands that enter the same money at once: real connections, real locks."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from requests_app.models import Instalment, Payment, Request
from requests_app.moves import StaleRequest
from requests_app.stages.handling.settlement import receive_payment
from tests.services.ending.acts import TODAY, fresh, settle, sign, told_to_the_machine
from tests.town import MONDAY, Town

PATIENCE = 10.0


@pytest.fixture
def settled(town: Town) -> Request:
    """A wage case with 5,000 fen due in the first instalment: 3,000 fit in once."""
    request = sign(told_to_the_machine(town), town.street_handler)
    settle(request, town.street_handler)
    return request


def at_once(act: Callable[[int], object], expected: type[Exception]) -> list[Exception]:
    """Run an act twice, each on a connection of its own; return the expected errors."""
    start, errors = threading.Barrier(2), list[Exception]()

    def run(number: int) -> None:
        try:
            start.wait(PATIENCE)
            act(number)
        except expected as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return errors


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (waiting,) = cursor.fetchone() or (0,)
    return bool(waiting)


def received() -> int:
    total: int = Payment.objects.aggregate(total=Sum("amount_fen"))["total"]
    return total


@pytest.mark.django_db(transaction=True)
def test_two_rows_at_once_cannot_pass_what_was_agreed(town: Town, settled: Request) -> None:
    instalment = Instalment.objects.get(settlement__request=settled, number=1)
    first_is_in, second_is_done = threading.Event(), threading.Event()

    @transaction.atomic
    def insert(number: int) -> None:
        if number == 2:
            first_is_in.wait(PATIENCE)  # the first row is there, and not committed
        Payment.objects.create(
            instalment=instalment,
            amount_fen=3_000,
            paid_on=TODAY,
            recorded_on=TODAY,
            recorded_at=MONDAY,
            recorded_by=town.worker,
        )
        if number == 1:
            first_is_in.set()
            until(lambda: second_is_done.is_set() or somebody_waits_for_a_lock())
        second_is_done.set()

    (error,) = at_once(insert, IntegrityError)
    assert isinstance(error.__cause__, psycopg.Error)
    assert error.__cause__.diag.constraint_name == "payments_within_the_instalment"
    assert received() == 3_000


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_enter_a_payment_once(town: Town, settled: Request) -> None:
    version = fresh(settled).version

    def enter(number: int) -> None:
        receive_payment(
            settled.pk,
            instalment=1,
            amount_fen=3_000,
            paid_on=TODAY,
            actor=(town.street_handler, town.worker)[number - 1],
            version=version,
            now=MONDAY,
        )

    (error,) = at_once(enter, StaleRequest)
    assert str(error) == settled.number
    assert received() == 3_000
