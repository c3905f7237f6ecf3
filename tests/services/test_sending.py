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
    assert sending.deliver(delivery.pk, now=MONDAY) is True
    assert sending.deliver(delivery.pk, now=MONDAY) is False
    assert [each.to for each in mail.outbox] == [["worker@station.example"]]
    assert "YQ26112300001" in mail.outbox[0].body
    delivery.refresh_from_db()
    assert delivery.sent_at == MONDAY


def test_a_claimed_delivery_is_left_alone_until_its_lease_runs_out(delivery: Delivery) -> None:
    Delivery.objects.update(lease_until=MONDAY + sending.LEASE)
    assert sending.deliver(delivery.pk, now=MONDAY) is False
    assert list(sending.SOURCES[0].due(MONDAY, 10)) == []
    assert sending.deliver(delivery.pk, now=MONDAY + sending.LEASE) is True
    assert len(mail.outbox) == 1


def test_a_failing_delivery_backs_off_and_dies_in_sight(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TRANSPORTS", fail_with(OSError("refused")))
    now, waits = MONDAY, []
    for _ in range(sending.GIVE_UP_AFTER - 1):
        sending.deliver(delivery.pk, now=now)
        delivery.refresh_from_db()
        waits.append((delivery.due_at - now).total_seconds())
        now = delivery.due_at
    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert delivery.dead_at is None
    sending.deliver(delivery.pk, now=now)
    delivery.refresh_from_db()
    assert (delivery.dead_at, delivery.last_error) == (now, "OSError")
    assert sending.deliver(delivery.pk, now=now + timedelta(days=1)) is False


def test_without_an_address_nothing_is_sent_and_it_says_so(town: Town, delivery: Delivery) -> None:
    Account.objects.filter(pk=town.worker.pk).update(email="")
    sending.deliver(delivery.pk, now=MONDAY)
    delivery.refresh_from_db()
    assert (delivery.last_error, mail.outbox) == ("Undeliverable", [])
