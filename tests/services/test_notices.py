import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from members.models import Delivery, Notice
from members.notices.notify import NoticeDraft, mark_read, queue_notices
from members.notices.templates import TEXTS, UnknownTemplate, has_template, text_of
from requests_app.models.timer import TimerRule
from tests.makers import NOW, make_account

pytestmark = pytest.mark.django_db


def draft(account_id: int, key: str = "k", template: str = "request.dispatched") -> NoticeDraft:
    return NoticeDraft(
        key=f"{key}:{account_id}",
        account_id=account_id,
        template=template,
        params={"number": "QY26112012345"},
        request_id=7,
    )


def test_a_notice_queued_twice_is_one_notice(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = make_account(), make_account()
    drafts = [draft(first.pk), draft(second.pk)]
    for _ in range(2):
        with django_assert_num_queries(1):
            queue_notices(drafts, now=NOW)
    assert Notice.objects.count() == 2
    notice = Notice.objects.get(account=first)
    assert (notice.request_ref, notice.created_at) == (7, NOW)
    assert text_of(notice.template, notice.params).startswith("诉求 QY26112012345 ")


def test_each_outside_channel_gets_a_delivery(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.NOTICE_CHANNELS = ["email", "sms"]
    account = make_account()
    for _ in range(2):
        with django_assert_num_queries(2):
            queue_notices([draft(account.pk)], now=NOW)
    keys = list(Delivery.objects.order_by("key").values_list("key", "due_at"))
    assert keys == [(f"email:k:{account.pk}", NOW), (f"sms:k:{account.pk}", NOW)]


def test_an_unknown_template_stops_the_verb_before_it_writes() -> None:
    account = make_account()
    with pytest.raises(UnknownTemplate):
        queue_notices([draft(account.pk), draft(account.pk, "x", "no.such")], now=NOW)
    assert Notice.objects.count() == 0
    with pytest.raises(UnknownTemplate):
        text_of("no.such", {})


def test_no_drafts_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        queue_notices([], now=NOW)


def test_only_the_owner_marks_a_notice_as_read() -> None:
    mine, other = make_account(), make_account()
    queue_notices([draft(mine.pk), draft(other.pk)], now=NOW)
    ids = list(Notice.objects.values_list("pk", flat=True))
    assert mark_read(account_id=mine.pk, notice_ids=ids, now=NOW) == 1
    assert mark_read(account_id=mine.pk, notice_ids=ids, now=NOW) == 0
    assert list(Notice.objects.filter(read_at=None)) == [Notice.objects.get(account=other)]


def test_every_template_reads_with_and_without_its_params() -> None:
    for code in TEXTS:
        assert has_template(code)
        with translation.override("zh-hans"):
            full = text_of(code, {"number": "QY26112012345", "year": 2027})
            assert "%" not in full
            assert ("QY26112012345" in full) != ("2027" in full)
            assert text_of(code, {})


def test_every_text_is_one_that_somebody_queues() -> None:
    # Whoever stands in is asked as the one before was.
    timers = {f"timer.{rule}" for rule in set(TimerRule) - {TimerRule.STAND_IN}}
    told = {
        "request.crisis",
        "request.dispatched",
        "review.asked",
        "review.returned",
        "callback.asked",
    }
    assert TEXTS.keys() == told | timers
