from collections.abc import Callable

import pytest
from django.test import Client

from members.models import Account
from requests_app.due import take_step
from requests_app.lifecycle import Via
from requests_app.models import Flag, Request, Result, Step
from tests.desk.cases import signed
from tests.desk.handled import (
    HOUR,
    REPLY,
    fresh,
    in_review,
    settled,
    with_claims,
    with_parties,
)
from tests.desk.pages import (
    accepted,
    errors_in,
    kinds_of,
    page_of,
    path_of,
    send,
    value_of,
    words_in,
)
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
NEW = "result/new/"
GOOD = {"outcome": "solved", "reply": REPLY, "rest": "本件不涉及"}


def next_of(page: str) -> str:
    return page.split('id="next"')[1].split("</section>", maxsplit=1)[0]


# ---- submitting ---------------------------------------------------------------------------


def test_a_result_is_submitted_and_goes_to_its_reviewer(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    asked = page_of(client, row, NEW)
    assert "还有10个步骤没做" in asked
    assert "回电安抚，登记欠薪明细" in asked
    assert accepted(client, row, NEW, **GOOD) == path_of(row) + "#results"
    assert fresh(row).state == "submitted"
    assert "系统正在送审核" in page_of(client, row)
    take_step(row.pk, via=Via.CELERY, now=MONDAY)
    page = page_of(client, row)
    results = words_in(page.split('id="results"')[1].split("</section>")[0])
    assert "办理结果 已解决" in results
    assert REPLY in results
    assert "待唐禾审核，11-24 17:30前完成" in results
    assert "“审核通过”由唐禾操作，承办人和登记人不能审核" in next_of(page)
    assert set(row.steps.values_list("waived_at", flat=True)) == {MONDAY}
    timeline = words_in(page.split('id="timeline"')[1])
    assert "已解决；10个步骤不适用" in timeline
    assert "抽到唐禾" in timeline
    assert "依据：云桥街道总工没有可抽的人；东津区总工会里没有参与过、手上最少的人" in timeline


def test_a_reply_of_senseless_length_comes_back(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    for reply, told in (
        ("", "请写答复，诉求人凭查询码能看到"),
        ("工资已发", "答复至少10个字，现在有4字"),
        ("长" * 1001, "最多1000字，现在有1001字"),
        ("长" * 100_000, "最多1000字，现在有100000字"),
        ("答复已经写好\x00" * 3, "有几个字符无法保存，已经去掉。请看一遍再提交。"),
    ):
        answer = send(client, row, NEW, **{**GOOD, "reply": reply})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert errors_in(page) == [told]
        assert value_of(page, "reply") == reply.replace("\x00", "")
    assert Result.objects.count() == 0


def test_a_reply_that_tells_who_is_meant_comes_back(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    row = with_claims(town, row, now=MONDAY)
    client = desk_of(town.street_handler)
    for leak, told in (
        ("13812345678", "“13812345678”是号码或账号"),
        ("0574-55500182", "“0574-55500182”是号码或账号"),
        ("陈大勇", "“陈大勇”是人名"),  # a party
        ("欧阳文静", "“欧阳文静”是人名"),  # a claimant
        ("王秀英", "“王秀英”是人名"),  # who asked
        ("汀禾餐饮", "“汀禾餐饮”是单位名称"),
        ("汀禾餐饮管理有限公司", "“汀禾餐饮管理有限公司”是单位名称"),
    ):
        reply = f"工资已经谈妥分期补发，可以找{leak}问。"
        answer = send(client, row, NEW, **{**GOOD, "reply": reply})
        page = answer.content.decode()
        assert answer.status_code == 422, leak
        assert errors_in(page) == ["答复里有认得出人或单位的内容，请改掉下面列出的几处"], leak
        assert f"{told}，请换个说法" in page, leak
        assert value_of(page, "reply") == reply
        # the same part of the page, as it is swapped while typing
        hint = send(client, row, "result/check/", reply=reply)
        assert hint.status_code == 200
        assert hint.content.decode().strip() in page, leak
    clean = send(client, row, "result/check/", reply=REPLY).content.decode()
    assert "请换个说法" not in clean
    assert clean.strip() in page_of(client, row, NEW)
    assert Result.objects.count() == 0


def test_the_hint_is_for_whoever_writes_the_reply(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    for who in (town.worker, town.county_handler, town.auditor):
        hint = send(desk_of(who), row, "result/check/", reply="王秀英")
        assert (hint.status_code, hint.content) == (204, b"")
    long = send(desk_of(town.street_handler), row, "result/check/", reply="长" * 100_000)
    assert long.status_code == 200


def test_open_steps_want_a_reason(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    for rest, told in (
        ("", "还有步骤没做，写明为什么不适用，或先去办理"),
        ("无", "至少写2个字的理由"),
        ("长" * 201, "最多200字，现在有201字"),
    ):
        answer = send(client, row, NEW, **{**GOOD, "rest": rest})
        assert errors_in(answer.content.decode()) == [told]
    assert Step.objects.filter(request=row, waived_at=None).count() == 10
    assert "请选办理的结果" in errors_in(
        send(client, row, NEW, **{**GOOD, "outcome": "won"}).content.decode()
    )
    Step.objects.filter(request=row).update(done_at=MONDAY, ended_by=town.street_handler)
    assert 'name="rest"' not in page_of(client, row, NEW)
    accepted(client, row, NEW, outcome="partly", reply=REPLY)


def test_money_that_is_missing_blocks_in_plain_words(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    client = desk_of(town.street_handler)
    told = "“提交办结”暂不可用：还有 ¥286,800.00 未到账，且无案号"
    panel = next_of(page_of(client, row))
    assert told in panel
    assert 'href="#settlement"' in panel
    assert NEW not in panel
    for answer in (client.get(path_of(row, NEW)), send(client, row, NEW, **GOOD)):
        assert answer.status_code == 403
        assert told in answer.content.decode()
    assert Result.objects.count() == 0


def test_a_safety_task_and_a_missing_item_block_too(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    Request.objects.filter(pk=row.pk).update(item=None)
    step = Step.objects.filter(request=row).order_by("order").first()
    assert step is not None

    Step.objects.filter(pk=step.pk).update(
        playbook_step=None, flag=Flag.objects.filter(code="violence").first()
    )
    page = next_of(page_of(desk_of(town.street_handler), row))
    assert "还有1项人身安全任务没有完成" in page
    assert "还没有确定事项" in page


def test_only_the_handler_submits(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.worker)
    assert "“提交办结”由承办人林一舟操作" in next_of(page_of(client, row))
    answer = send(client, row, NEW, **GOOD)
    assert answer.status_code == 403
    assert Result.objects.count() == 0


# ---- reviewing ----------------------------------------------------------------------------


def test_the_reviewer_accepts(town: Town, desk_of: DeskOf) -> None:
    row = in_review(town, now=MONDAY - 3 * HOUR)
    client = desk_of(town.county_handler)
    panel = next_of(page_of(client, row))
    assert 'name="move" value="accept_result"' in panel
    assert "button-main" in panel.split("accept_result")[0].rsplit("<button", 1)[1]
    assert REPLY[:20] in panel  # what is to be judged stands beside the button
    sent = {"move": "accept_result", "version": fresh(row).version}
    assert client.post(path_of(row, "move/"), sent).status_code == 303
    assert fresh(row).state == "answered"
    again = client.post(path_of(row, "move/"), sent)
    assert again.status_code == 409
    page = page_of(client, row)
    assert "唐禾今日09:00审核通过" in page
    assert kinds_of(row).count("reply.given") == 1


def test_the_reviewer_sends_it_back_with_words(town: Town, desk_of: DeskOf) -> None:
    row = in_review(town, now=MONDAY - 3 * HOUR)
    reviewer, handler = desk_of(town.county_handler), desk_of(town.street_handler)
    for note, told in (
        ("", "写明缺什么，承办人照着补"),
        ("不行", "写5到500个字"),
        ("长" * 501, "最多500字，现在有501字"),
    ):
        answer = send(reviewer, row, "result/return/", note=note)
        assert (answer.status_code, errors_in(answer.content.decode())) == (422, [told])
    accepted(reviewer, row, "result/return/", note="缺第一期的付款凭证，请补上。")
    assert fresh(row).state == "signed"
    page = page_of(handler, row)
    results = words_in(page.split('id="results"')[1].split("</section>")[0])
    assert "唐禾今日09:00退回补办" in results
    assert "缺第一期的付款凭证，请补上。" in results
    asked = page_of(handler, row, NEW)
    assert "上次退回：" in asked
    assert "缺第一期的付款凭证" in asked
    accepted(handler, row, NEW, outcome="solved", reply=REPLY)
    assert "第2次结果" in page_of(handler, row)


@pytest.mark.parametrize("who", ["street_handler", "worker", "city_handler"])
def test_nobody_else_reviews(town: Town, desk_of: DeskOf, who: str) -> None:
    row = in_review(town, now=MONDAY - 3 * HOUR)
    client = desk_of(getattr(town, who))
    page = page_of(client, row)
    assert "accept_result" not in page
    sent = {"move": "accept_result", "version": fresh(row).version}
    refused = client.post(path_of(row, "move/"), sent)
    assert refused.status_code == 403
    assert "“审核通过”由唐禾操作" in refused.content.decode()
    assert send(client, row, "result/return/", note="缺凭证，请补").status_code == 403
    assert fresh(row).state == "in_review"
