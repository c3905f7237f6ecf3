from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client

from members.models import Account
from requests_app.models import Request, Step
from tests.desk.cases import dispatched, signed
from tests.desk.handled import HOUR, fresh, settled, with_steps
from tests.desk.pages import accepted, errors_in, kinds_of, page_of, path_of, send, words_in
from tests.front.filled import paper, photo
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
DANGER = "有人被锁在车间里出不来，动手打人，快来救人。"


def step_of(row: Request, place: int) -> Step:
    """The nth step of the playbook, from 0."""
    return row.steps.filter(flag=None).order_by("order")[place]


def test_the_page_lists_the_playbook_with_its_clocks(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    page = page_of(desk_of(town.street_handler), row)
    steps = page.split('id="steps"')[1].split('id="approach"')[0]
    assert "0/10" in steps
    assert steps.count("<li id=") == 10
    assert "须附：欠薪明细表" in steps
    assert 'class="now" aria-current="step"' in steps
    assert "剩1日" in words_in(steps)  # at close of business of the next working day
    assert "light-green" in steps


def test_a_step_is_done_with_a_note_and_a_file(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client, step = desk_of(town.street_handler), step_of(row, 0)
    note = "已回电，明细见附件，本人电话13812345678"
    led = accepted(client, row, f"steps/{step.pk}/", end="done", note=note, file=photo())
    assert led == path_of(row) + "#steps"
    step.refresh_from_db()
    assert (step.done_at, step.ended_by) == (MONDAY, town.street_handler)
    page = page_of(client, row)
    assert "已回电，明细见附件，本人电话〔电话〕" in page
    assert "林一舟 · 今日09:00" in page
    assert "1/10" in page
    assert "办理文书 · 林一舟" in page
    assert kinds_of(row)[-1] == "step.done"


def test_a_step_does_not_apply_with_a_reason(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client, step = desk_of(town.street_handler), step_of(row, 2)
    accepted(client, row, f"steps/{step.pk}/", end="waived", note="单位已书面承认")
    step.refresh_from_db()
    assert (step.done_at, step.waived_at) == (None, MONDAY)
    assert "不适用 · 林一舟 · 今日09:00" in page_of(client, row)


def test_what_a_step_lacks_stands_beside_its_field(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client, proved, plain = desk_of(town.street_handler), step_of(row, 0), step_of(row, 2)
    before = fresh(row).version
    for step, fields, told in (
        (proved, {"end": "done"}, "这一步要有“欠薪明细表”：附上文件，或写明文书放在哪里"),
        (plain, {"end": "waived"}, "写明为什么不适用，至少2个字"),
        (plain, {"end": "waived", "note": "无"}, "写明为什么不适用，至少2个字"),
        (plain, {"end": "done", "note": "长" * 501}, "最多500字，现在有501字"),
        (plain, {"end": "done", "note": "长" * 100_000}, "最多500字，现在有100000字"),
        (
            plain,
            {"end": "done", "note": "\x00办了"},
            "有几个字符无法保存，已经去掉。请看一遍再提交。",
        ),
        (plain, {"end": "done", "file": paper("合同.exe")}, "“合同.exe”：扩展名和内容不符。"),
    ):
        answer = send(client, row, f"steps/{step.pk}/", **fields)
        assert answer.status_code == 422, (fields, answer.status_code)
        errors = errors_in(answer.content.decode())
        assert any(told.split("：")[0] in each for each in errors), (fields, errors)
    assert fresh(row).version == before
    assert row.attachments.count() == 0


def test_a_document_may_lie_elsewhere(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    step = step_of(row, 0)
    client = desk_of(town.street_handler)
    accepted(client, row, f"steps/{step.pk}/", end="done", note="纸质明细在档案柜2号")
    step.refresh_from_db()
    assert step.done_at == MONDAY


def test_a_step_that_reaches_the_employer_waits_for_the_worker(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    Request.objects.filter(pk=row.pk).update(approach="none")
    client, step = desk_of(town.street_handler), step_of(row, 1)
    page = page_of(client, row)
    line = page.split(f'id="step-{step.pk}"')[1].split("</li>")[0]
    assert "诉求人还没有同意联系单位，这一步不能开始" in line
    assert 'href="#approach"' in line
    assert "记录完成情况" not in line
    refused = send(client, row, f"steps/{step.pk}/", end="done", note="问过单位了")
    assert refused.status_code == 422
    assert "诉求人还没有同意联系单位" in refused.content.decode()
    alone = page_of(client, row, f"steps/{step.pk}/")
    assert 'value="done"' not in alone
    accepted(client, row, f"steps/{step.pk}/", end="waived", note="本人已撤回这部分")


def test_a_step_that_is_over_is_not_ended_again(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    row = with_steps(town, row, 1, now=MONDAY)
    step = step_of(row, 0)
    client = desk_of(town.street_handler)
    answer = send(client, row, f"steps/{step.pk}/", end="waived", note="算了不做了")
    assert answer.status_code == 403
    assert "这一步已经结束" in answer.content.decode()
    step.refresh_from_db()
    assert step.waived_at is None


def test_the_task_of_a_flag_stands_on_top_in_red(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=DANGER)
    client = desk_of(town.worker)
    page = page_of(client, row)
    steps = page.split('id="steps"')[1]
    assert steps.index("立即拨打 110") > 0
    assert steps.count('role="alert"') == 2
    assert "剩30分钟" in steps
    assert "完成人身安全任务" in page.split('id="next"')[1].split("</section>")[0]
    alarm = row.steps.filter(flag__code="violence").get()
    line = steps.split(f'id="step-{alarm.pk}"')[1].split("</li>")[0]
    assert 'value="waived"' not in line
    refused = send(client, row, f"steps/{alarm.pk}/", end="waived", note="不是我们的事")
    assert refused.status_code == 422
    assert "不能标为不适用" in refused.content.decode()
    accepted(client, row, f"steps/{alarm.pk}/", end="done", note="已拨打110，民警到场")
    after = page_of(client, row)
    assert f'id="step-{alarm.pk}" class="done"' in after
    with time_machine.travel(MONDAY + timedelta(minutes=29, seconds=59), tick=False):
        late = page_of(client, row)
    assert "重大安全隐患" in words_in(late)


def test_a_task_that_is_late_tints_the_head(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=DANGER, now=MONDAY - HOUR)
    head = page_of(desk_of(town.worker), row).split("</header>")[1]
    assert "人身安全任务超期30分钟" in words_in(head)


def test_steps_of_an_item_that_changed_are_folded_away(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)
    step = step_of(row, 3)
    Step.objects.filter(pk=step.pk).update(waived_at=MONDAY)
    page = page_of(desk_of(town.street_handler), row)
    assert "已不需要的步骤（1）" in page
    assert "随事项更改取消" in page
    assert "0/9" in page
