"""Progress by code: plain words for its owner, nothing for a guesser, no lock-out."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Attempt
from requests_app.due import take_step
from requests_app.lifecycle import Via
from requests_app.lookup import FREE_TRIES
from requests_app.models import Request
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.intake import Receipt, register_report
from requests_app.stages.sensing.report import Report
from tests.front.conftest import Place
from tests.front.filled import STORY
from tests.town import MONDAY, Town

TRACK = "/track/"
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def register(place: Place | Town, story: str = STORY) -> Receipt:
    report = Report(
        station_id=place.station.pk,
        station_code=place.station.code,
        channel="form",
        applicant_kind="worker",
        story=story,
        employer="汀禾餐饮",
        name="王秀英",
        phone="13812345678",
        form_key=f"key-{story}",
    )
    return register_report(report, via=Via.PERSON, now=MONDAY)


def dispatched(town: Town, story: str = STORY) -> Receipt:
    receipt = register(town, story)
    for minutes in (1, 2, 3):
        now = MONDAY + timedelta(minutes=minutes)
        assert take_step(receipt.request_id, via=Via.CELERY, now=now)
    return receipt


def words(visitor: Client, code: str, *, at: datetime = MONDAY) -> str:
    with time_machine.travel(at, tick=False):
        response = visitor.post(TRACK, {"code": code})
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_asks_for_a_code_and_stores_nothing(visitor: Client, place: Place) -> None:
    response = visitor.get(TRACK)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_a_new_request_is_said_to_be_submitted(visitor: Client, place: Place) -> None:
    receipt = register(place)

    response = visitor.post(TRACK, {"code": receipt.code})

    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert receipt.number in page
    assert "已提交" in page
    assert "受理后，这里会写明哪天前答复您" in page
    assert [step.progress for step in response.context["steps"]] == ["done", "now", "todo", "todo"]


@pytest.mark.parametrize("shape", ["{0} {1} {2} {3}", "{0}-{1}-{2}-{3}", " {0}{1}{2}{3}\n"])
def test_any_grouping_of_the_code_is_read(visitor: Client, place: Place, shape: str) -> None:
    receipt = register(place)
    groups = [receipt.code[start : start + 4] for start in range(0, 16, 4)]

    assert receipt.number in words(visitor, shape.format(*groups))


def test_full_width_digits_are_read(visitor: Client, place: Place) -> None:
    receipt = register(place)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in receipt.code)

    assert receipt.number in words(visitor, wide)


def test_a_dispatched_request_names_the_holder_and_the_promised_day(
    visitor: Client, town: Town
) -> None:
    receipt = dispatched(town)
    request = Request.objects.get(pk=receipt.request_id)
    assert request.holder is not None

    page = words(visitor, receipt.code)

    assert "已受理" in page
    assert f"交给{request.holder.name}" in page
    assert "我们承诺在此之前答复您" in page
    assert "周" in page.split('class="date"')[1][:200]


def test_a_promise_in_an_unpublished_year_says_so(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    Request.objects.filter(pk=receipt.request_id).update(due_is_provisional=True)

    assert "放假安排还没有公布" in words(visitor, receipt.code)


def test_a_signed_request_is_in_progress(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    request = Request.objects.get(pk=receipt.request_id)
    now = MONDAY + timedelta(minutes=9)
    sign_for(request.pk, actor=town.street_handler, version=request.version, now=now)

    page = words(visitor, receipt.code, at=now)

    assert "办理中" in page
    assert "已经签收，正在办理" in page


def test_no_step_tells_the_words_the_person_or_the_employer(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)

    page = words(visitor, receipt.code)

    for secret in (STORY, "二十个人", "王秀英", "13812345678", "5678", "汀禾", receipt.code):
        assert secret not in page


def test_a_delicate_matter_hides_who_holds_it(visitor: Client, town: Town) -> None:
    receipt = dispatched(town, "经理总是摸我，我被性骚扰了。")
    request = Request.objects.get(pk=receipt.request_id)
    assert request.flags
    assert request.holder is not None

    page = words(visitor, receipt.code)

    assert request.holder.name not in page
    assert "这里不写是哪个单位" in page


# ---- wrong codes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("", "请填写查询码"),
        ("123", "您填了3位"),
        ("一二三", "您填了0位"),
        ("1" * 100_000, "查询码是16位数字"),
        ("12\x0034", "有几个字符无法保存"),
        ("9" * 16, "没有查到"),
    ],
)
def test_a_wrong_code_gets_plain_words(
    visitor: Client, place: Place, code: str, answer: str
) -> None:
    assert answer in words(visitor, code)


def test_a_code_that_cannot_be_one_counts_as_no_try(visitor: Client, place: Place) -> None:
    words(visitor, "123")

    assert Attempt.objects.count() == 0


def test_guessing_slows_down_and_the_owner_still_gets_in(visitor: Client, place: Place) -> None:
    receipt = register(place)
    for _ in range(FREE_TRIES):
        words(visitor, "9" * 16)

    refused = visitor.post(TRACK, {"code": receipt.code})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert "请等1秒再查" in refused.content.decode()
    assert receipt.number not in refused.content.decode()

    assert receipt.number in words(visitor, receipt.code, at=MONDAY + timedelta(seconds=2))


def test_another_address_is_not_slowed_down(visitor: Client, place: Place) -> None:
    receipt = register(place)
    for _ in range(FREE_TRIES):
        words(visitor, "9" * 16)

    assert receipt.number in words(Client(REMOTE_ADDR="198.51.100.7"), receipt.code)


def test_owning_one_code_does_not_wash_an_address_clean(visitor: Client, place: Place) -> None:
    receipt = register(place)
    for second in range(FREE_TRIES - 1):
        words(visitor, "9" * 16, at=MONDAY + timedelta(seconds=second))
    words(visitor, receipt.code, at=MONDAY + timedelta(seconds=30))

    assert Attempt.objects.count() == FREE_TRIES - 1


def test_the_table_of_attempts_holds_no_address(visitor: Client, place: Place) -> None:
    words(visitor, "9" * 16)

    assert b"203.0.113" not in bytes(Attempt.objects.get().bucket)


# ---- statements -------------------------------------------------------------------


def statements(visitor: Client, code: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        words(visitor, code)
    return sum(not query["sql"].startswith(TRANSACTION_WORDS) for query in queries)


def test_a_look_up_takes_seven_statements_and_a_wrong_one_four(
    visitor: Client, place: Place
) -> None:
    receipt = register(place)

    assert statements(visitor, receipt.code) == 7  # the last: who looked
    assert statements(visitor, "9" * 16) == 4
