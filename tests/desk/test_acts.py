"""What every act on a request has in common: who may, old pages, second clicks, lost nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import AccessEntry, Account
from requests_app.models import Event, Request, Step
from tests.desk.cases import HARASSED, dispatched, signed
from tests.desk.handled import (
    HOUR,
    closed,
    fresh,
    in_review,
    settled,
    to_call,
    with_claims,
    with_parties,
)
from tests.desk.pages import accepted, errors_in, page_of, path_of, send, value_of, words_in
from tests.front.filled import paper, photo
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]


def acts_on(row: Request) -> list[str]:
    """Every address below a request that takes a form."""
    step = Step.objects.filter(request=row).order_by("-order").values_list("pk", flat=True).first()
    party = row.participants.values_list("pk", flat=True).first()
    return [
        f"steps/{step}/",
        "approach/",
        "approach/danger/",
        "parties/new/",
        f"parties/{party}/remove/",
        "sessions/new/",
        "claims/",
        "settlement/new/",
        "instalments/2/pay/",
        "case-number/",
        "result/new/",
        "result/return/",
        "calls/new/",
        "opinions/new/",
        "told/",
    ]


@pytest.mark.parametrize("who", ["stranger", "street_tied", "system_admin"])
def test_who_does_not_see_a_request_finds_no_act(town: Town, desk_of: DeskOf, who: str) -> None:
    row = settled(town)
    client = desk_of(getattr(town, who))
    before = Event.objects.count()
    for rest in [*acts_on(row), "result/check/", "claims/fill/"]:
        assert send(client, row, rest).status_code == 404, rest
    for rest in acts_on(row):
        assert client.get(path_of(row, rest)).status_code == 404, rest
    assert Event.objects.count() == before


def test_an_auditor_reads_and_does_nothing(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.auditor)
    before = Event.objects.count()
    for rest in [*acts_on(row), "claims/fill/"]:
        assert send(client, row, rest).status_code == 403, rest
    assert send(client, row, "result/check/").content == b""
    page = page_of(client, row)
    assert Event.objects.count() == before
    assert "¥436,800.00" in page
    for control in ("/pay/", "/sessions/new/", 'name="end"', "/void/", "/remove/", "unmask/"):
        assert control not in page, control


def test_a_target_of_another_request_is_not_found(town: Town, desk_of: DeskOf) -> None:
    row, other = settled(town), signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    payment = row.settlement.instalments.get(number=1).payments.get()
    party, step = row.participants.first(), row.steps.filter(flag=None).first()
    assert party is not None
    assert step is not None
    for rest in (
        f"steps/{step.pk}/",
        f"parties/{party.pk}/remove/",
        f"payments/{payment.pk}/void/",
        "instalments/1/pay/",
        "steps/999999999999/",
    ):
        assert client.get(path_of(other, rest)).status_code == 404, rest
        assert send(client, other, rest, end="done").status_code == 404, rest
    assert client.get(path_of(row, "instalments/9/pay/")).status_code == 404


def test_confidential_words_open_no_act_to_others(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=HARASSED)
    answer = desk_of(town.head).get(path_of(row, "parties/new/"))
    assert answer.status_code == 403
    assert "签收后才能登记" in answer.content.decode()
    Request.objects.filter(pk=row.pk).update(state="signed", handler=town.county_handler)
    answer = desk_of(town.head).get(path_of(row, "parties/new/"))
    assert "内容仅指定人员可见" in answer.content.decode()


def test_what_is_not_possible_yet_says_when_it_is(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    refused = client.get(path_of(row, "claims/"))
    assert refused.status_code == 403
    assert "现在不能做这一步" in refused.content.decode()
    assert "签收后才能登记" in refused.content.decode()
    row = in_review(town)
    for rest in ("claims/", "sessions/new/", "parties/new/"):
        page = client.get(path_of(row, rest)).content.decode()
        assert "退回补办或重办后才能再改" in page, rest


# ---- old pages and second clicks ---------------------------------------------------------


def test_an_old_page_comes_back_with_what_was_typed(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    old = row.version
    with_parties(town, row, now=MONDAY + HOUR, by=town.worker)
    with time_machine.travel(MONDAY + HOUR + timedelta(minutes=2), tick=False):
        client = desk_of(town.street_handler)
        late = send(client, row, "parties/new/", version=old, role="mediator", name="何念")
        page = late.content.decode()
        assert late.status_code == 409
        assert "周敏2分钟前改过这一件" in page
        assert "您的内容还在" in page
        assert value_of(page, "name") == "何念"
        assert 'value="mediator" selected' in page
        # the page that came back carries the version as it stands now
        version = int(value_of(page, "version"))
        assert version == fresh(row).version
        accepted(client, row, "parties/new/", version=version, role="mediator", name="何念")
    assert row.participants.filter(role="mediator").count() == 1


def test_a_second_click_does_nothing_twice(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    sent = {"amount": "50000", "paid_on": "2026-11-23", "version": row.version}
    for status in (303, 409):
        answer = client.post(path_of(row, "instalments/2/pay/"), sent)
        assert answer.status_code == status
    page = answer.content.decode()
    assert "您刚刚已经提交过" in page
    assert "这一次没有再记" in page
    assert "50000" in page  # what was typed can be copied
    assert "<form" not in page.split("<main")[1]  # nothing to press again
    assert row.settlement.instalments.get(number=2).payments.count() == 1


def test_the_same_kind_of_act_on_something_else_is_no_second_click(
    town: Town, desk_of: DeskOf
) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    sent = {"amount": "50000", "paid_on": "2026-11-23", "version": row.version}
    assert client.post(path_of(row, "instalments/2/pay/"), sent).status_code == 303
    other = client.post(path_of(row, "instalments/3/pay/"), sent)
    page = other.content.decode()
    assert other.status_code == 409
    assert "您刚刚已经提交过" not in page
    assert "您的内容还在" in page
    assert value_of(page, "amount") == "50000"
    assert row.settlement.instalments.get(number=3).payments.count() == 0


def test_other_words_in_the_same_form_are_no_second_click(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    sent: dict[str, object] = {"role": "union", "version": row.version}
    accepted(client, row, "parties/new/", **sent, name="何念")
    other = send(client, row, "parties/new/", **sent, name="何立")
    page = other.content.decode()
    assert (other.status_code, value_of(page, "name")) == (409, "何立")
    assert "您刚刚已经提交过" not in page
    again = send(client, row, "parties/new/", **sent, name="何念")
    assert again.status_code == 409
    assert "您刚刚已经提交过" in again.content.decode()
    assert row.participants.count() == 1


def test_another_photo_is_no_second_click(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    old: dict[str, object] = {"amount": "500", "paid_on": "2026-11-23", "version": row.version}
    rest, told = "instalments/2/pay/", "您刚刚已经提交过"
    accepted(client, row, rest, **old, voucher=photo())
    assert told in send(client, row, rest, **old, voucher=photo()).content.decode()
    assert told not in send(client, row, rest, **old, voucher=paper()).content.decode()


def test_after_some_minutes_the_same_words_are_a_second_thought(
    town: Town, desk_of: DeskOf
) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    sent: dict[str, object] = {"role": "union", "name": "何念", "version": row.version}
    accepted(client, row, "parties/new/", **sent)
    with time_machine.travel(MONDAY + timedelta(minutes=6), tick=False):
        late = send(client, row, "parties/new/", **sent).content.decode()
    assert "您的内容还在" in late


def test_everything_filled_in_comes_back_without_its_form(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    people = list(row.participants.order_by("pk").values_list("pk", flat=True))
    sent: dict[str, object] = {
        "on": "2026-11-20",
        "began": "14:00",
        "ended": "16:20",
        "place": "服务站调解室",
        "outcome": "adjourned",
        "people": people[:2],
        "minutes": "双方各自陈述，择日再议。",
        "version": row.version,
    }
    Request.objects.filter(pk=row.pk).update(state="submitted")
    client = desk_of(town.street_handler)
    refused = send(client, row, "sessions/new/", **sent)
    assert refused.status_code == 403
    late = send(client, row, "sessions/new/", **{**sent, "version": row.version - 1})
    assert late.status_code == 409
    for answer in (refused, late):
        page = words_in(answer.content.decode())
        assert (
            "您填的内容，需要时可以复制： 日期 2026-11-20 开始 14:00 结束 16:20 地点 服务站调解室 "
            "结果 择日再议 到会人 职工代表 陈*勇 职工代表 李*梅 纪要 双方各自陈述，择日再议。"
        ) in page
        assert "什么都没有丢" not in page


def test_a_file_that_is_lost_with_its_form_is_named(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    step = Step.objects.filter(request=row, done_at=None).order_by("-order")[0]
    old: dict[str, object] = {"version": row.version, "end": "done", "note": "已寄出。"}
    rest = f"steps/{step.pk}/"
    accepted(desk_of(town.worker), row, rest, note="已办。", end="done")
    late = send(desk_of(town.street_handler), row, rest, **old, file=photo())
    page = words_in(late.content.decode())
    assert late.status_code == 409
    assert "说明 已寄出。 附件 工资条.jpg（文件没有保留，需要时请再选）" in page


def test_a_tick_comes_back_in_words(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    sent = {"role": "union", "name": "何念", "has_authority": "on"}
    refused = send(desk_of(town.street_handler), row, "parties/new/", **sent)
    assert refused.status_code == 403
    assert "有授权委托书 是" in words_in(refused.content.decode())


def test_who_may_not_read_gets_no_labels_of_the_matter(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    Request.objects.filter(pk=row.pk).update(flags=["harassment"], handler=town.county_handler)
    person = row.participants.order_by("pk")[0]
    refused = send(desk_of(town.head), row, "sessions/new/", people=[person.pk], place="街道")
    page = words_in(refused.content.decode())
    assert refused.status_code == 403
    assert f"地点 街道 到会人 {person.pk} " in page
    assert "职工代表" not in page


def test_an_old_page_whose_act_has_become_impossible_shows_what_was_typed(
    town: Town, desk_of: DeskOf
) -> None:
    row = with_claims(town, signed(town, town.street_handler), now=MONDAY + HOUR)
    old = row.version
    settled_by_other = {"signed_on": "2026-11-23", "agreed": "", "schedule": "2026-12-01 其余"}
    with time_machine.travel(MONDAY + 2 * HOUR, tick=False):
        client = desk_of(town.street_handler)
        accepted(desk_of(town.worker), row, "settlement/new/", **settled_by_other, share="80")
        late = send(client, row, "claims/", version=old, lines="陈某某 厨师 7月 500")
    page = late.content.decode()
    assert late.status_code == 409
    assert "周敏" in page
    assert "陈某某 厨师 7月 500" in page
    assert row.claims.count() == 20


@pytest.mark.parametrize("version", ["", "abc", "\x00", "9" * 400, "-1", "1.5"])
def test_a_senseless_version_counts_as_an_old_page(
    town: Town, desk_of: DeskOf, version: str
) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    answer = send(client, row, "parties/new/", version=version, role="union", name="何念")
    assert answer.status_code == 409
    assert row.participants.count() == 0


# ---- what an act opens -------------------------------------------------------------------


def test_a_page_of_an_act_belongs_to_the_reading_before_it(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    client.get(path_of(row, "sessions/new/"))
    client.get(path_of(row, "settlement/new/"))
    assert AccessEntry.objects.filter(account=town.street_handler).count() == 1
    with time_machine.travel(MONDAY + timedelta(minutes=11), tick=False):
        client.get(path_of(row, "sessions/new/"))
    assert AccessEntry.objects.filter(account=town.street_handler).count() == 2


def test_a_page_of_an_act_takes_few_statements(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    for rest in ("sessions/new/", "instalments/2/pay/", "parties/new/"):
        client.get(path_of(row, rest))
        with CaptureQueriesContext(connection) as seen:
            client.get(path_of(row, rest))
        told = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
        # session, account with scope, the request, whether a reading is under way, notices
        assert len(told) == 5, (rest, [sql[:90] for sql in told])


@pytest.mark.parametrize("state", ["settled", "in_review", "to_call", "closed"])
def test_the_page_takes_five_statements_in_every_state(
    town: Town, desk_of: DeskOf, state: str
) -> None:
    row = {"settled": settled, "in_review": in_review, "to_call": to_call, "closed": closed}[state](
        town
    )
    client = desk_of(town.county_handler)
    page_of(client, row)
    with CaptureQueriesContext(connection) as seen:
        page = page_of(client, row)
    told = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    assert len(told) == 5, [sql[:90] for sql in told]
    assert "办理步骤" in page


def test_files_are_asked_for_again_when_a_form_comes_back(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    client = desk_of(town.street_handler)
    sent = {"amount": "", "paid_on": "2026-11-23", "voucher": photo()}
    answer = send(client, row, "instalments/2/pay/", **sent)
    assert answer.status_code == 422
    errors = errors_in(answer.content.decode())
    assert "请填写金额" in errors
    assert "页面重新打开后照片不会保留，请再选一次。" in errors
    assert row.attachments.count() == 0


def test_an_old_page_asks_for_its_files_again(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    old = row.version
    accepted(desk_of(town.worker), row, "parties/new/", role="union", name="何念")
    sent = {"version": old, "amount": "500", "paid_on": "2026-11-23", "voucher": photo()}
    late = send(desk_of(town.street_handler), row, "instalments/2/pay/", **sent)
    assert late.status_code == 409
    told = errors_in(late.content.decode())
    assert "页面重新打开后照片不会保留，请再选一次。" in told
    assert row.attachments.count() == 0


def test_a_name_of_html_stays_text(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    accepted(client, row, "parties/new/", role="union", name="何念", remark="<script>x</script>")
    page = page_of(client, row)
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
