import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.keys import forget_keys
from members.models import AccessEntry, Account
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.due import take_step, take_timer
from requests_app.lifecycle import Via
from requests_app.models import Event, Finding, PersonalLink, Request, SearchRow
from requests_app.models.completion import Satisfaction
from requests_app.reading_access import open_reason
from requests_app.stages.completion.feedback import rate_by_link
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.reviewing import accept_result
from tests.desk.cases import HARASSED, LATE_PAY, dispatched, parked, photo, register, signed
from tests.desk.handled import (
    HOUR,
    act,
    called,
    fresh,
    paid,
    settled,
    submitted,
    to_call,
    with_steps,
)
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]


def path_of(row: Request, rest: str = "") -> str:
    return f"/desk/requests/{row.number}/{rest}"


def page_of(client: Client, row: Request) -> str:
    answer = client.get(path_of(row))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# ---- reading ----------------------------------------------------------------------


def test_the_parts_of_the_page_stand_in_the_order_of_their_links(
    town: Town, desk_of: DeskOf
) -> None:
    """What was said, what came of it, what is being done; what it rests on comes after."""
    page = page_of(desk_of(town.street_handler), to_call(town))
    tabs = re.findall(r'href="#(narrative|results|steps|parties|timeline)"', page)
    parts = re.findall(r'<section class="panel" id="(\w+)"', page)
    assert tabs[: len(set(tabs))] == ["narrative", "results", "steps", "timeline"]
    assert parts == [
        "narrative", "results", "steps", "approach", "employer", "item", "why", "timeline",
    ]  # fmt: skip


def test_the_page_says_what_was_found_and_why(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    page = page_of(desk_of(town.street_handler), row)
    assert "集体欠薪" in page
    assert re.search(r"<mark>[^<]*二十个人", page)
    assert "20人" in page
    assert "涉及10人及以上共同诉求" in page
    assert re.search(r"→ 街道、紧急", page)
    assert 'name="move" value="sign_for"' in page
    assert "停产、转让或倒闭迹象" in page
    assert "汀禾餐饮管理有限公司" in page


def test_names_and_numbers_come_masked(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    page = page_of(desk_of(town.street_handler), row)
    assert "138****5678" in page
    assert "王*" in page
    assert "13812345678" not in page
    assert "王秀英" not in page
    assert "〔电话〕" in page


def test_opening_the_words_writes_one_entry(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    page_of(client, row)
    entry = AccessEntry.objects.get()
    assert (entry.account_id, entry.action, entry.subject, entry.at) == (
        town.street_handler.pk,
        "view",
        f"request:{row.pk}",
        MONDAY,
    )
    assert "林一舟 · 打开" in page_of(client, row)


def test_the_page_takes_five_statements(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, files=(photo(), photo()))
    client = desk_of(town.street_handler)
    client.post(path_of(row, "unmask/"), {"reason": "电话核实欠薪月份"})
    forget_keys()  # a key made in this very test counts as not yet committed
    page_of(client, row)
    with CaptureQueriesContext(connection) as seen:
        page_of(client, row)
    told = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    # session, account with scope, the request with its children, unread notices, access log
    assert len(told) == 5, "\n".join(sql[:200] for sql in told)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("street_handler", 200),
        ("county_handler", 200),
        ("auditor", 200),
        ("street_tied", 404),
        ("stranger", 404),
        ("system_admin", 404),
    ],
)
def test_who_opens_a_request(town: Town, desk_of: DeskOf, who: str, status: int) -> None:
    row = dispatched(town)
    client = desk_of(getattr(town, who))
    assert client.get(path_of(row)).status_code == status


def test_unknown_and_forbidden_numbers_give_the_same_page(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.stranger)
    forbidden = client.get(path_of(row))
    unknown = client.get("/desk/requests/YQ26112300000/")
    strange = client.get("/desk/requests/%00/")
    assert [each.status_code for each in (forbidden, unknown, strange)] == [404, 404, 404]
    assert forbidden.content == unknown.content == strange.content


@pytest.mark.parametrize("rest", ["move/", "confirm/", "item/", "unmask/", "resume/"])
def test_a_post_to_a_forbidden_number_finds_nothing(town: Town, desk_of: DeskOf, rest: str) -> None:
    row = dispatched(town)
    sent = {"move": "sign_for", "version": row.version, "item": "WAGE-02", "reason": "核实一下情况"}
    answer = desk_of(town.stranger).post(path_of(row, rest), sent)
    assert answer.status_code == 404
    assert Event.objects.filter(request=row, via="person", actor=town.stranger).count() == 0


def test_confidential_words_are_for_the_signers_of_the_holder(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=HARASSED)
    assert row.holder is not None
    reader = {"street": town.street_handler, "county": town.county_handler}[row.holder.level]
    read = page_of(desk_of(reader), row)
    assert "下流信息" in re.sub(r"<sup>\d+</sup>|<[^>]+>", "", read)
    closed = page_of(desk_of(town.head), row)
    for leak in ("下流信息", "性骚扰", "汀禾", "138****5678", "王*"):
        assert leak not in closed, leak
    assert "内容仅指定人员可见" in closed
    assert AccessEntry.objects.filter(account=town.head).count() == 0


def test_restricted_words_are_not_for_the_levels_above(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    Request.objects.filter(pk=row.pk).update(flags=["medical"], holder=town.street)
    read = page_of(desk_of(town.worker), row)
    assert "汀禾" in read
    assert "集体欠薪" in read
    for who in (town.auditor, town.county_handler):
        closed = page_of(desk_of(who), row)
        for leak in ("转让", "集体欠薪", "汀禾", "138****5678", "王*"):
            assert leak not in closed, leak
        assert "内容仅指定人员可见" in closed
        assert AccessEntry.objects.filter(account=who).count() == 0


def test_before_sensing_the_page_says_what_the_machine_is_doing(
    town: Town, desk_of: DeskOf
) -> None:
    row = Request.objects.get(pk=register(town).request_id)
    page = page_of(desk_of(town.worker), row)
    assert "系统正在感知" in page
    assert "系统正在读正文" in page
    assert 'name="move"' not in page


def test_a_move_that_is_not_allowed_says_why(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    page = page_of(desk_of(town.worker), row)
    assert 'name="move"' not in page
    assert "“签收”由云桥街道总工的承办人员操作" in page
    auditor = page_of(desk_of(town.auditor), row)
    assert "“签收”由云桥街道总工的站长、专职工作者或承办人操作" in auditor


def test_an_auditor_reads_and_changes_nothing(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.auditor)
    page = page_of(client, row)
    assert "确认</button>" not in page
    assert "选定</button>" not in page
    assert "显示姓名和电话" not in page
    finding = Finding.objects.filter(request=row).first()
    assert finding is not None
    for rest, sent in (
        ("move/", {"move": "sign_for", "version": row.version}),
        ("confirm/", {"confirm": finding.pk}),
        ("item/", {"item": "WAGE-01", "version": row.version}),
        ("unmask/", {"reason": "核实一下情况"}),
    ):
        assert client.post(path_of(row, rest), sent).status_code == 403, rest
    assert Request.objects.get(pk=row.pk).version == row.version


# ---- signing ----------------------------------------------------------------------


def test_signing_leads_back_with_a_message(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    sent = {"move": "sign_for", "version": row.version}
    answer = client.post(path_of(row, "move/"), sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(row))
    stored = Request.objects.get(pk=row.pk)
    assert (stored.state, stored.handler_id) == ("signed", town.street_handler.pk)
    page = page_of(client, row)
    assert "已签收，您是承办人" in page
    assert "办理下一步" in page.split('id="next"')[1].split("</section>")[0]


def test_a_stale_page_is_told_who_was_faster(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    colleague = Account.objects.get(pk=town.street_handler.pk)
    client = desk_of(colleague)
    sent = {"move": "sign_for", "version": row.version}
    assert client.post(path_of(row, "move/"), sent).status_code == 303
    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=False):
        late = client.post(path_of(row, "move/"), sent)
    assert late.status_code == 409
    page = late.content.decode()
    assert "林一舟2分钟前改过这一件" in page
    assert "您的操作还没有执行" in page
    assert path_of(row) in page
    assert Event.objects.filter(request=row, kind="request.signed").count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"move": "sign_for"}, 409),
        ({"move": "sign_for", "version": "abc"}, 409),
        ({"move": "sign_for", "version": "9" * 400}, 409),
        ({"move": "sign_for", "version": "\x00"}, 409),
        ({"move": "triage", "version": "1"}, 404),
        ({"move": "\x00", "version": "1"}, 404),
        ({}, 404),
    ],
)
def test_a_senseless_move_changes_nothing(
    town: Town, desk_of: DeskOf, sent: dict[str, str], status: int
) -> None:
    row = dispatched(town)
    answer = desk_of(town.street_handler).post(path_of(row, "move/"), sent)
    assert answer.status_code == status
    assert Request.objects.get(pk=row.pk).state == "dispatched"


# ---- findings and items -----------------------------------------------------------


def test_a_confirmed_finding_carries_a_name(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    finding = Finding.objects.get(request=row, kind="headcount")
    client = desk_of(town.street_handler)
    for _ in range(2):
        answer = client.post(path_of(row, "confirm/"), {"confirm": finding.pk})
        assert answer.status_code == 303
    stored = Finding.objects.get(pk=finding.pk)
    assert (stored.confirmed_by_id, stored.confirmed_at) == (town.street_handler.pk, MONDAY)
    assert Event.objects.filter(request=row, kind="finding.confirmed").count() == 1
    assert Request.objects.get(pk=row.pk).version == row.version
    assert "要素确认" in page_of(client, row)


@pytest.mark.parametrize("confirm", ["", "abc", "\x00", "9" * 30, "999999"])
def test_confirming_nothing_finds_nothing(town: Town, desk_of: DeskOf, confirm: str) -> None:
    row = dispatched(town)
    answer = desk_of(town.street_handler).post(path_of(row, "confirm/"), {"confirm": confirm})
    assert answer.status_code == 404


def test_a_finding_of_another_request_is_not_confirmed(town: Town, desk_of: DeskOf) -> None:
    row, other = dispatched(town), dispatched(town)
    finding = Finding.objects.filter(request=other).first()
    assert finding is not None
    answer = desk_of(town.street_handler).post(path_of(row, "confirm/"), {"confirm": finding.pk})
    assert answer.status_code == 404


def test_a_corrected_item_raises_the_version_and_is_kept(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    sent = {"item": "WAGE-01", "version": row.version}
    assert client.post(path_of(row, "item/"), sent).status_code == 303
    stored = Request.objects.select_related("item").get(pk=row.pk)
    assert stored.item is not None
    assert (stored.item.code, stored.version) == ("WAGE-01", row.version + 1)
    event = Event.objects.get(request=row, kind="item.corrected")
    assert event.data == {"from": "WAGE-02", "to": "WAGE-01"}
    assert event.because[0] == {"code": "proposed", "item": "WAGE-02"}
    assert "“集体欠薪”改为“拖欠工资（个人或少数人）”" in page_of(client, row)


def test_a_correction_on_an_old_page_loses_nothing(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    client.post(path_of(row, "move/"), {"move": "sign_for", "version": row.version})
    late = client.post(path_of(row, "item/"), {"item": "WAGE-01", "version": row.version})
    assert late.status_code == 409
    kept = late.content.decode().split("您选的事项")[1]
    assert "拖欠工资（个人或少数人）" in kept


def test_an_item_with_a_flag_closes_the_search(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=LATE_PAY)
    assert SearchRow.objects.filter(request=row).exists()
    items = current_catalogue(MONDAY.date()).items
    item = next(each for each in items if each.flags == ("medical",))
    sent = {"item": item.code, "version": row.version}
    answer = desk_of(town.street_handler).post(path_of(row, "item/"), sent)
    assert answer.status_code == 303
    assert Request.objects.get(pk=row.pk).flags == sorted({*row.flags, "medical"})
    assert not SearchRow.objects.filter(request=row).exists()


@pytest.mark.parametrize("item", ["", "NOPE-99", "\x00", "x" * 5000])
def test_an_unknown_item_is_not_set(town: Town, desk_of: DeskOf, item: str) -> None:
    row = dispatched(town)
    sent = {"item": item, "version": row.version}
    assert desk_of(town.street_handler).post(path_of(row, "item/"), sent).status_code == 404
    assert Request.objects.get(pk=row.pk).version == row.version


# ---- who asked --------------------------------------------------------------------


def test_unmasking_shows_once_and_is_logged_with_its_reason(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    client = desk_of(town.street_handler)
    answer = client.post(path_of(row, "unmask/"), {"reason": "电话核实欠薪月份"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "王秀英" in page
    assert "13812345678" in page
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.field) == ("unmask", "identity")
    assert open_reason(row, bytes(entry.reason_sealed or b"")) == "电话核实欠薪月份"
    assert "电话核实欠薪月份".encode() not in bytes(entry.reason_sealed or b"")
    after = page_of(client, row)
    assert "王秀英" not in after
    assert "理由：电话核实欠薪月份" in after


@pytest.mark.parametrize("reason", ["", "    ", "看看", "\x00\x00\x00\x00\x00", "长" * 201])
def test_without_a_reason_nothing_is_shown(town: Town, desk_of: DeskOf, reason: str) -> None:
    row = dispatched(town)
    answer = desk_of(town.street_handler).post(path_of(row, "unmask/"), {"reason": reason})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "理由写5到200个字" in page
    assert "13812345678" not in page
    assert AccessEntry.objects.filter(action="unmask").count() == 0


def test_an_anonymous_request_has_nobody_to_show(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, name="", phone="", is_anonymous=True)
    page = page_of(desk_of(town.street_handler), row)
    assert "匿名提出" in page
    assert "显示姓名和电话" not in page


# ---- files ------------------------------------------------------------------------


def file_path(row: Request) -> str:
    file = row.attachments.get()
    return path_of(row, f"files/{file.pk}/")


def test_a_file_is_handed_out_as_a_download(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, files=(photo(),))
    client = desk_of(town.street_handler)
    assert file_path(row) in page_of(client, row)
    answer = client.get(file_path(row))
    assert answer.content == photo().content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert AccessEntry.objects.count() == 1  # the page's own entry covers its pictures


def test_a_file_opened_alone_is_logged(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, files=(photo(),))
    client = desk_of(town.street_handler)
    client.get(file_path(row))
    client.get(file_path(row))
    assert AccessEntry.objects.get().field == f"file:{row.attachments.get().pk}"


@pytest.mark.parametrize("who", ["stranger", "street_tied", "system_admin"])
def test_a_forbidden_file_is_not_found(town: Town, desk_of: DeskOf, who: str) -> None:
    row = dispatched(town, files=(photo(),))
    assert desk_of(getattr(town, who)).get(file_path(row)).status_code == 404
    assert AccessEntry.objects.count() == 0


def test_a_confidential_file_is_not_found_either(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=HARASSED, files=(photo(),))
    assert desk_of(town.head).get(file_path(row)).status_code == 404


def test_a_file_of_another_request_is_not_found(town: Town, desk_of: DeskOf) -> None:
    row, other = dispatched(town, files=(photo(),)), dispatched(town)
    file = row.attachments.get()
    answer = desk_of(town.street_handler).get(path_of(other, f"files/{file.pk}/"))
    assert answer.status_code == 404


# ---- parked -----------------------------------------------------------------------


def test_resuming_sets_the_machine_going_again(town: Town, desk_of: DeskOf) -> None:
    row = parked(town)
    client = desk_of(town.worker)
    assert "没有可承办的人员" in page_of(client, row)
    assert client.post(path_of(row, "resume/")).status_code == 303
    stored = Request.objects.get(pk=row.pk)
    assert (stored.parked_at, stored.parked_reason, stored.attempts) == (None, "", 0)
    assert stored.wake_at == MONDAY
    assert stored.version == row.version
    assert take_step(row.pk, via=Via.SWEEP, now=MONDAY) is True
    assert client.post(path_of(row, "resume/")).status_code == 303
    assert Event.objects.filter(request=row, kind="request.resumed").count() == 1


def test_an_auditor_does_not_resume(town: Town, desk_of: DeskOf) -> None:
    row = parked(town)
    client = desk_of(town.auditor)
    assert "恢复</button>" not in page_of(client, row)
    assert client.post(path_of(row, "resume/")).status_code == 403
    assert Request.objects.get(pk=row.pk).parked_at == MONDAY


def test_a_request_parked_by_a_timer_gets_no_machine_step(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    row.timers.filter(done_at=None).update(attempts=8)
    Request.objects.filter(pk=row.pk).update(parked_at=MONDAY, parked_reason="light_red: X")
    assert desk_of(town.street_handler).post(path_of(row, "resume/")).status_code == 303
    stored = Request.objects.get(pk=row.pk)
    assert (stored.parked_at, stored.wake_at) == (None, None)
    assert set(stored.timers.filter(done_at=None).values_list("attempts", flat=True)) == {0}


# ---- an edit that asks for more ------------------------------------------------------


def test_an_edit_that_hides_the_request_leads_to_the_inbox(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=LATE_PAY)
    client = desk_of(town.worker)
    answer = client.post(
        path_of(row, "item/"), {"item": "CONS-03", "version": row.version}, follow=True
    )
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, "/desk/")
    assert "正在重新分级和交办" in answer.content.decode()
    assert client.get(path_of(row)).status_code == 404


def test_an_enterprise_not_linked_yet_is_offered(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    Request.objects.filter(pk=row.pk).update(enterprise=None)
    client = desk_of(town.street_handler)
    finding = Finding.objects.get(request=row, kind="enterprise", code="employer")
    page = page_of(client, row)
    assert "未对上名录" in page
    assert f'name="confirm" value="{finding.pk}"' in page
    client.post(path_of(row, "confirm/"), {"confirm": finding.pk})
    assert "未对上名录" not in page_of(client, row)


# ---- the timeline of the second half --------------------------------------------------


def timeline_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split('id="timeline"')[1]).split())


def test_every_event_of_handling_and_completion_is_told(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    row = with_steps(town, row, 1, now=MONDAY - 12 * HOUR)
    for number, fen in ((2, 15_000_000), (3, 13_680_000)):
        row = paid(town, row, number, fen, now=MONDAY - 11 * HOUR)
    row = submitted(town, row, now=MONDAY - 10 * HOUR)
    row = act(row, accept_result, actor=town.county_handler, now=MONDAY - 9 * HOUR)
    take_step(row.pk, via=Via.CELERY, now=MONDAY - 8 * HOUR)
    row = called(fresh(row), now=MONDAY - HOUR, level=Satisfaction.DISSATISFIED, wants_rework=True)
    told = timeline_of(page_of(desk_of(town.county_handler), row))
    for sentence in (
        "登记当事人 林一舟 11-22 10:00 职工代表",
        "第1次，达成协议，5人到会",
        "20人，主张 ¥436,800.00",
        "20人，协议 ¥436,800.00，分3期",
        "第3期 ¥136,800.00",
        "回电安抚，登记欠薪明细",
        "已解决；9个步骤不适用",
        "送审核 系统",
        "抽到唐禾",
        "抽到周敏 依据：云桥片区服务里没有参与过、手上最少的人",
        "电话回访：不满意，认为已解决",
        "重新办理 周敏 11-23 08:00 待回访 → 重办",
        "依据：诉求人不满意，要求重办",
    ):
        assert sentence in told, sentence


def test_who_may_not_read_learns_nothing_from_the_timeline(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    Request.objects.filter(pk=row.pk).update(flags=["harassment"])
    page = page_of(desk_of(town.head), row)
    told = timeline_of(page)
    assert told.count("办理记录") == 9
    for leak in ("协议", "到账", "当事人", "调解", "¥", "职工代表", "欠薪"):
        assert leak not in page, leak


def test_what_the_worker_did_is_theirs(town: Town, desk_of: DeskOf) -> None:
    row = to_call(town)
    link = PersonalLink.objects.get(result__request=row)
    told = Answer(level=Satisfaction.SATISFIED, is_solved=True)
    rate_by_link(link.pk, told, now=MONDAY + 5 * HOUR)
    with time_machine.travel(MONDAY + 6 * HOUR, tick=False):
        page = page_of(desk_of(town.county_handler), row)
    authors = re.findall(r'class="who">([^<]*)<', page.split('id="timeline"')[1])
    events = Event.objects.filter(request=row).order_by("-seq").values_list("kind", "actor", "via")
    own = [
        (kind, who)
        for who, (kind, actor, via) in zip(authors, events, strict=True)
        if actor is None and via == Via.PERSON
    ]
    assert own == [
        ("rating.given", "诉求人"),
        ("reply.told", "诉求人"),
        ("request.registered", "职工网页"),
    ]


def test_a_timer_says_what_fell_due(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 20 * 24 * HOUR)
    late = row.timers.get(rule="instalment", level=2)
    step = row.timers.filter(rule="step").order_by("level").first()
    assert step is not None
    for timer in (late, step):
        assert take_timer(timer.pk, via=Via.CELERY, now=MONDAY)
    told = timeline_of(page_of(desk_of(town.street_handler), row))
    assert "分期到期：第2期" in told
    assert "步骤到期：回电安抚，登记欠薪明细" in told
