from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from members.models import Account, Channel, Delivery
from members.notices import sending
from members.notices.notify import NoticeDraft, queue_notices
from tests.town import MONDAY, Town


@pytest.fixture
def delivery(town: Town, settings: pytest.FixtureRequest) -> Delivery:
    settings.NOTICE_CHANNELS = ["email"]  # type: ignore[attr-defined]
    Account.objects.filter(pk=town.worker.pk).update(email="worker@station.example")
    draft = NoticeDraft(
        key="k1",
        account_id=town.worker.pk,
        template="request.dispatched",
        params={"number": "YQ26112300001"},
    )
    queue_notices([draft], now=MONDAY)
    queue_notices([draft], now=MONDAY)
    return Delivery.objects.get()


def fail_with(error: Exception) -> dict[str, Callable[[Delivery], None]]:
    def send(_delivery: Delivery) -> None:
        raise error

    return {Channel.EMAIL: send}


def test_a_due_delivery_is_sent_once(delivery: Delivery) -> None:
    assert sending.deliver(delivery.pk, via="celery", now=MONDAY) is True
    assert sending.deliver(delivery.pk, via="celery", now=MONDAY) is False
    assert [each.to for each in mail.outbox] == [["worker@station.example"]]
    assert "YQ26112300001" in mail.outbox[0].body
    delivery.refresh_from_db()
    assert delivery.sent_at == MONDAY


def test_a_claimed_delivery_is_left_alone_until_its_lease_runs_out(delivery: Delivery) -> None:
    Delivery.objects.update(lease_until=MONDAY + sending.LEASE)
    assert sending.deliver(delivery.pk, via="celery", now=MONDAY) is False
    assert list(sending.SOURCES[0].due(MONDAY, 10)) == []
    assert sending.deliver(delivery.pk, via="celery", now=MONDAY + sending.LEASE) is True
    assert len(mail.outbox) == 1


def test_a_failing_delivery_backs_off_and_dies_in_sight(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TRANSPORTS", fail_with(OSError("refused")))
    now, waits = MONDAY, []
    for _ in range(sending.GIVE_UP_AFTER - 1):
        sending.deliver(delivery.pk, via="celery", now=now)
        delivery.refresh_from_db()
        waits.append((delivery.due_at - now).total_seconds())
        now = delivery.due_at
    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert delivery.dead_at is None
    sending.deliver(delivery.pk, via="celery", now=now)
    delivery.refresh_from_db()
    assert (delivery.dead_at, delivery.last_error) == (now, "OSError")
    assert sending.deliver(delivery.pk, via="celery", now=now + timedelta(days=1)) is False


def test_a_late_failure_leaves_the_next_senders_lease_alone(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = MONDAY + 2 * sending.LEASE

    def send(row: Delivery) -> None:
        Delivery.objects.filter(pk=row.pk).update(lease_until=theirs)
        raise OSError("too late")

    monkeypatch.setattr(sending, "TRANSPORTS", {Channel.EMAIL: send})
    sending.deliver(delivery.pk, via="celery", now=MONDAY)
    delivery.refresh_from_db()
    assert (delivery.lease_until, delivery.last_error) == (theirs, "")


def test_a_late_success_takes_the_row_off_the_dead_letter_list(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(row: Delivery) -> None:
        Delivery.objects.filter(pk=row.pk).update(dead_at=MONDAY)

    monkeypatch.setattr(sending, "TRANSPORTS", {Channel.EMAIL: send})
    sending.deliver(delivery.pk, via="celery", now=MONDAY)
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.dead_at) == (MONDAY, None)


def test_without_an_address_nothing_is_sent_and_it_says_so(town: Town, delivery: Delivery) -> None:
    Account.objects.filter(pk=town.worker.pk).update(email="")
    sending.deliver(delivery.pk, via="celery", now=MONDAY)
    delivery.refresh_from_db()
    assert (delivery.last_error, mail.outbox) == ("Undeliverable", [])
