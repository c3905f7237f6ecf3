"""Progress by code to the end: the reply, who may read it here, the second round, the closing."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from requests_app.lifecycle import State
from requests_app.models import Event, PersonalLink, Request, RequestKey
from requests_app.models.completion import Satisfaction
from requests_app.stages.completion.feedback import note_told_by_code, rate_by_link
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.links import revoke_links
from requests_app.stages.sensing.intake import Receipt
from station.day_words import day_words
from tests.answers import REPLY, answer, give_reply, sign, submit, take_steps, token_of_reply
from tests.desk.cases import HARASSED, LATE_PAY, register
from tests.front.test_track import statements
from tests.town import MONDAY, Town

LATER = MONDAY + timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)
LEAVE = "想问一下年休假到底有几天，没休完是不是就作废了。"


def words(visitor: Client, code: str, *, at: datetime = TUESDAY) -> str:
    with time_machine.travel(at, tick=False):
        response = visitor.post("/track/", {"code": code})
    assert response.status_code == 200
    return response.content.decode()


def answered(town: Town, *, story: str = LATE_PAY, **changes: object) -> Receipt:
    receipt = register(town, story=story, **changes)
    answer(receipt.request_id, now=LATER)
    return receipt


def taken_up_again(town: Town) -> Receipt:
    receipt = answered(town)
    link = PersonalLink.objects.get(result__request=receipt.request_id)
    bad = Answer(level=Satisfaction.DISSATISFIED, is_solved=False, wants_rework=True)
    rate_by_link(link.pk, bad, now=TUESDAY)
    return receipt


def promised(receipt: Receipt) -> str:
    row = Request.objects.get(pk=receipt.request_id)
    assert row.original_due_at is not None
    return day_words(row.original_due_at)


def told(receipt: Receipt) -> list[tuple[datetime, str]]:
    rows = Event.objects.filter(request=receipt.request_id, kind="reply.told")
    return [(at, data["way"]) for at, data in rows.order_by("seq").values_list("at", "data")]


# ---- the reply ----------------------------------------------------------------------


def test_a_result_in_review_is_still_in_progress(visitor: Client, town: Town) -> None:
    receipt = register(town, story=LATE_PAY)
    submit(receipt.request_id, now=LATER)
    row = take_steps(receipt.request_id, now=LATER)
    assert row.state == State.IN_REVIEW

    page = words(visitor, receipt.code)

    assert "办理中" in page
    assert "结果已经写好，核对后答复您" in page
    assert REPLY not in page
    assert told(receipt) == []


def test_the_reply_is_read_in_full_and_may_be_judged(visitor: Client, town: Town) -> None:
    receipt = answered(town)
    assert Request.objects.get(pk=receipt.request_id).state == State.TO_CALL

    page = words(visitor, receipt.code)

    assert "待您评价" in page
    assert REPLY in page
    assert f'action="/l/{token_of_reply(receipt.request_id)}/"' in page
    assert "我们承诺在此之前答复您" not in page
    assert f"承诺{promised(receipt)}前答复，11月23日答复" in page


def test_the_reply_stands_neither_in_the_title_nor_in_a_header(visitor: Client, town: Town) -> None:
    receipt = answered(town)

    with time_machine.travel(TUESDAY, tick=False):
        response = visitor.post("/track/", {"code": receipt.code})

    title = response.content.decode().split("<title>")[1].split("</title>")[0]
    assert "待您评价" in title
    assert REPLY[:6] not in title
    assert "no-store" in response["Cache-Control"]
    assert not any(REPLY[:6] in value for _name, value in response.items())


def test_showing_the_reply_counts_as_told_once(visitor: Client, town: Town) -> None:
    receipt = answered(town)
    before = Request.objects.get(pk=receipt.request_id)

    words(visitor, receipt.code)
    words(visitor, receipt.code, at=TUESDAY + timedelta(hours=1))

    row = Request.objects.get(pk=receipt.request_id)
    assert row.told_at == TUESDAY
    assert told(receipt) == [(TUESDAY, "code")]
    assert row.version == before.version + 1


def test_the_reply_is_told_before_the_machine_has_asked_for_an_opinion(
    visitor: Client, town: Town
) -> None:
    receipt = register(town, story=LATE_PAY)
    row = give_reply(receipt.request_id, now=LATER)
    assert row.state == State.ANSWERED

    assert REPLY in words(visitor, receipt.code)

    assert told(receipt) == [(TUESDAY, "code")]
    assert take_steps(receipt.request_id, now=TUESDAY).state == State.TO_CALL


def test_told_a_second_time_by_code_nothing_is_written(town: Town) -> None:
    receipt = answered(town)

    note_told_by_code(receipt.request_id, now=TUESDAY)
    note_told_by_code(receipt.request_id, now=TUESDAY + timedelta(minutes=1))

    assert told(receipt) == [(TUESDAY, "code")]


def test_what_no_longer_stands_is_not_noted_as_told(town: Town) -> None:
    receipt = taken_up_again(town)
    before = told(receipt)

    note_told_by_code(receipt.request_id, now=TUESDAY)

    assert told(receipt) == before
    assert Request.objects.get(pk=receipt.request_id).told_at is None


def test_staff_who_look_for_a_worker_are_not_the_one_told(town: Town) -> None:
    receipt = answered(town)
    desk = Client(REMOTE_ADDR="203.0.113.9")
    with time_machine.travel(TUESDAY, tick=False):
        desk.force_login(town.worker)

    assert REPLY in words(desk, receipt.code)
    assert told(receipt) == []


def test_a_wrong_code_and_a_look_at_the_form_tell_nobody(visitor: Client, town: Town) -> None:
    receipt = answered(town)

    visitor.get("/track/")
    words(visitor, "9" * 16)

    assert told(receipt) == []


def test_a_delicate_reply_is_told_by_a_person(visitor: Client, town: Town) -> None:
    receipt = answered(town, story=HARASSED)

    page = words(visitor, receipt.code)

    assert REPLY not in page
    assert "已解决" not in page
    assert "由负责的人当面或打电话告诉您" in page
    assert f'action="/l/{token_of_reply(receipt.request_id)}/"' in page
    assert told(receipt) == []


def test_an_erased_key_leaves_the_page_standing(visitor: Client, town: Town) -> None:
    receipt = answered(town)
    RequestKey.objects.filter(request=receipt.request_id).delete()

    page = words(visitor, receipt.code)

    assert "待您评价" in page
    assert "给您的答复" not in page
    assert told(receipt) == []


def test_no_amount_of_a_settlement_and_nobody_of_the_staff_is_named(
    visitor: Client, town: Town
) -> None:
    receipt = answered(town)

    page = words(visitor, receipt.code)

    for secret in ("王秀英", "13812345678", "汀禾", "林一舟", "唐禾", receipt.code):
        assert secret not in page


# ---- the end ------------------------------------------------------------------------


def test_a_closed_request_says_how_it_ended_and_may_still_be_judged(
    visitor: Client, town: Town
) -> None:
    receipt = answered(town, story=LEAVE)

    page = words(visitor, receipt.code)

    assert "已办结" in page
    assert "已经答复您，这件事办结了" in page
    assert REPLY in page
    assert f'action="/l/{token_of_reply(receipt.request_id)}/"' in page


def test_after_its_days_a_closed_request_is_judged_no_more(visitor: Client, town: Town) -> None:
    receipt = answered(town, story=LEAVE)
    link = PersonalLink.objects.get(result__request=receipt.request_id)

    page = words(visitor, receipt.code, at=link.expires_at)

    assert REPLY in page
    assert 'action="/l/' not in page


def test_a_revoked_reply_is_neither_shown_nor_judged(visitor: Client, town: Town) -> None:
    receipt = answered(town, story=LEAVE)
    revoke_links(Request.objects.get(pk=receipt.request_id), now=TUESDAY)

    page = words(visitor, receipt.code)

    assert "已办结" in page
    assert REPLY not in page
    assert 'action="/l/' not in page


@pytest.mark.parametrize(
    ("closed_as", "told_so"),
    [
        ("answered", "已经答复您，这件事办结了"),
        ("heard", "也听了您的意见"),
        ("unreached", "我们不把它算作您满意"),
    ],
)
def test_each_way_to_end_has_its_words(
    visitor: Client, town: Town, closed_as: str, told_so: str
) -> None:
    receipt = answered(town, story=LEAVE)
    Request.objects.filter(pk=receipt.request_id).update(closed_as=closed_as)

    assert told_so in words(visitor, receipt.code)


def test_who_has_judged_is_thanked_and_not_asked_again(visitor: Client, town: Town) -> None:
    receipt = answered(town)
    link = PersonalLink.objects.get(result__request=receipt.request_id)
    good = Answer(level=Satisfaction.SATISFIED, is_solved=True)
    rate_by_link(link.pk, good, now=TUESDAY)

    page = words(visitor, receipt.code)

    assert "已评价" in page
    assert "您的评价收到了" in page
    assert 'action="/l/' not in page


def test_who_has_judged_a_closed_request_reads_that_it_was_received(
    visitor: Client, town: Town
) -> None:
    receipt = answered(town, story=LEAVE)
    link = PersonalLink.objects.get(result__request=receipt.request_id)
    rate_by_link(link.pk, Answer(level=Satisfaction.SATISFIED, is_solved=True), now=TUESDAY)

    page = words(visitor, receipt.code)

    assert "也收到了您的评价，这件事办结了" in page
    assert 'action="/l/' not in page


# ---- the second round -----------------------------------------------------------------


def test_taken_up_again_the_old_promise_is_void_and_the_old_reply_gone(
    visitor: Client, town: Town
) -> None:
    receipt = taken_up_again(town)
    assert Request.objects.get(pk=receipt.request_id).state == State.REWORK

    page = words(visitor, receipt.code)

    assert "办理中" in page
    assert "正在换另一个人重新办理" in page
    assert f"新的答复日期定下后写在这里。原定{promised(receipt)}" in page
    assert "我们承诺在此之前答复您" not in page
    assert REPLY not in page
    assert 'action="/l/' not in page


def test_the_second_round_has_its_own_promise_beside_the_first(visitor: Client, town: Town) -> None:
    receipt = taken_up_again(town)
    take_steps(receipt.request_id, now=TUESDAY)

    page = words(visitor, receipt.code)

    assert "已换人重新办理，等新的承办人签收" in page
    assert f"为什么从{promised(receipt)}改到这天" in page
    assert "按您的要求换了人重新办理" in page
    assert f"<del>{promised(receipt)} 周" in page


def test_the_second_reply_takes_the_place_of_the_first(visitor: Client, town: Town) -> None:
    receipt = taken_up_again(town)
    wednesday = TUESDAY + timedelta(days=1)
    give_reply(receipt.request_id, now=wednesday, reply="第二位同事又查了一遍，差额已补发。")
    take_steps(receipt.request_id, now=wednesday)

    page = words(visitor, receipt.code, at=wednesday)

    assert "第二位同事又查了一遍" in page
    assert REPLY not in page
    assert "可以要求换人重新办理" not in page
    assert [step.title for step in steps(visitor, receipt, at=wednesday)][2:] == [
        "换人重新办理",
        "已答复，请您评价",
    ]


def steps(visitor: Client, receipt: Receipt, *, at: datetime) -> list[object]:
    with time_machine.travel(at, tick=False):
        found: list[object] = visitor.post("/track/", {"code": receipt.code}).context["steps"]
    return found


def test_the_walk_is_dated_by_the_round_it_is_in(visitor: Client, town: Town) -> None:
    receipt = taken_up_again(town)
    sign(receipt.request_id, now=TUESDAY + timedelta(hours=2))

    walk = steps(visitor, receipt, at=TUESDAY + timedelta(hours=3))

    assert [(step.on and step.on.day, step.progress) for step in walk] == [
        (23, "done"),
        (23, "done"),
        (24, "now"),
        (None, "todo"),
    ]


# ---- statements -----------------------------------------------------------------------


def test_a_look_up_of_a_reply_takes_twelve_statements_and_then_nine(
    visitor: Client, town: Town
) -> None:
    receipt = answered(town)
    words(visitor, "9" * 16)

    assert statements(visitor, receipt.code) == 12
    assert statements(visitor, receipt.code) == 9


def test_a_delicate_reply_takes_eight_statements(visitor: Client, town: Town) -> None:
    receipt = answered(town, story=HARASSED)

    assert statements(visitor, receipt.code) == 8
