from collections.abc import Callable

from django.test import Client

from members.models import AccessEntry, Account
from requests_app.models import Request
from tests.desk.cases import signed
from tests.desk.handled import CLAIMED, HOUR, fresh, settled, with_claims
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
PASTED = (
    "姓名\t岗位\t月份\t金额\r\n陈大勇\t厨师\t7–9月\t23,200.00\r\n李春梅\t切配\t\t18800\t17,700\r\n"
)


def listed(row: Request) -> list[tuple[int, int | None]]:
    return list(row.claims.order_by("line").values_list("claimed_fen", "agreed_fen"))


def panel_of(page: str) -> str:
    return page.split('id="settlement"')[1].split("</section>", maxsplit=1)[0]


def test_a_pasted_sheet_becomes_the_list(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    assert "还没有登记明细" in panel_of(page_of(client, row))
    assert accepted(client, row, "claims/", lines=PASTED) == path_of(row) + "#settlement"
    assert listed(row) == [(2_320_000, None), (1_880_000, 1_770_000)]
    stored = fresh(row)
    assert (stored.headcount, stored.amount_fen) == (2, 4_200_000)
    page = page_of(client, row)
    panel = words_in(panel_of(page))
    assert "明细2人" in panel
    assert "陈*勇 厨师 7–9月 23,200.00 —" in panel
    assert "李*梅 切配 — 18,800.00 17,700.00" in panel
    assert "陈大勇" not in page
    assert kinds_of(row)[-1] == "claims.listed"


def test_every_wrong_line_is_told_and_nothing_typed_is_lost(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    typed = "陈某某 厨师 7月 23200\n李某 切配 18800\n王某 面点 7月 一万\n合计 - - 42000"
    answer = send(client, row, "claims/", lines=typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert value_of(page, "lines") == typed
    assert "有3处需要修改" in page
    assert set(errors_in(page)) == {
        "第2行：有3列，应为：姓名 岗位 月份 主张金额，可再加协议金额",
        "第3行：“一万”不是金额，请写成23200或23,200.00",
        "第4行：“合计”这一行请删掉，合计由系统计算",
    }
    assert row.claims.count() == 0


def test_what_the_verb_refuses_is_told_by_the_line_as_typed(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    typed = "姓名 岗位 月份 金额\n\n陈某某 厨师 7月 100\n\n郑某 传菜 7月 0"
    answer = send(desk_of(town.street_handler), row, "claims/", lines=typed)
    assert errors_in(answer.content.decode()) == ["第5行：主张金额要大于0"]


def test_senseless_lists_are_refused(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    line = "陈某某 厨师 7月 100"
    for typed, told in (
        ("", "请至少写一行"),
        (" \n \t ", "请至少写一行"),
        ("姓名 岗位 月份 金额", "请至少写一行"),
        ("\n".join([line] * 501), "有501行，一次最多500行"),
        ("长" * 100_000, "最多30000字，现在有100000字"),
        (f"{line}\x00", "有几个字符无法保存，已经去掉。请看一遍再提交。"),
        (f"{'陈' * 41} 厨师 7月 100", f"第1行：“{'陈' * 12}…”太长，每格最多40字"),
        ("陈某某 厨师 7月 9999999999999999", "第1行：“9999999999999999”太大，请核对单位是不是元"),
        ("陈某某 厨师 7月 999999999999", "第1行：金额太大，请核对单位是不是元"),
    ):
        answer = send(client, row, "claims/", lines=typed)
        assert answer.status_code == 422, typed[:30]
        assert told in errors_in(answer.content.decode()), typed[:30]
    assert row.claims.count() == 0
    assert fresh(row).version == row.version


def test_a_new_list_takes_the_place_of_the_old_one(town: Town, desk_of: DeskOf) -> None:
    row = with_claims(town, signed(town, town.street_handler), now=MONDAY)
    client = desk_of(town.street_handler)
    asked = page_of(client, row, "claims/")
    assert "现有20人，主张合计 ¥436,800.00。提交后整张替换。" in asked
    assert value_of(asked, "lines") == ""
    accepted(client, row, "claims/", lines="陈某某 厨师 7月 100")
    assert listed(row) == [(10_000, None)]


def test_the_list_is_filled_in_for_a_reason(town: Town, desk_of: DeskOf) -> None:
    row = with_claims(town, signed(town, town.street_handler), now=MONDAY, claimed=CLAIMED[:2])
    client = desk_of(town.street_handler)
    short = client.post(path_of(row, "claims/fill/"), {"reason": "改"})
    assert short.status_code == 422
    assert "陈大勇" not in short.content.decode()
    filled = client.post(path_of(row, "claims/fill/"), {"reason": "更正一人金额"})
    page = filled.content.decode()
    assert value_of(page, "lines") == (
        "陈大勇\t厨师\t7–9月\t23,200.00\n李春梅\t切配\t7–9月\t18,800.00"
    )
    assert "no-store" in filled.headers["Cache-Control"]
    assert AccessEntry.objects.get(action="unmask").field == "parties"
    accepted(client, row, "claims/", lines=value_of(page, "lines"))
    assert listed(row) == [(2_320_000, None), (1_880_000, None)]


def test_what_was_pasted_outlives_filling_in(town: Town, desk_of: DeskOf) -> None:
    row = with_claims(town, signed(town, town.street_handler), now=MONDAY, claimed=CLAIMED[:2])
    client = desk_of(town.street_handler)
    pasted = "陈大勇\t厨师\t7–9月\t23,200.00\n\n王秀英 面点 8月 3,000"
    rest = "claims/fill/"
    short = send(client, row, rest, reason="改", lines=pasted)
    assert short.status_code == 422
    assert value_of(short.content.decode(), "lines") == pasted
    page = send(client, row, rest, reason="更正一人金额", lines=pasted).content.decode()
    assert value_of(page, "lines").split("\n") == [
        "陈大勇\t厨师\t7–9月\t23,200.00",
        "李春梅\t切配\t7–9月\t18,800.00",
        "王秀英 面点 8月 3,000",
    ]
    assert "您写的1行接在现有明细后面，请核对有没有重复。" in page
    for drawn in (short.content.decode(), page):
        assert f'<form class="act-form" method="post" action="{path_of(row, "claims/")}"' in drawn
    accepted(client, row, "claims/", lines=value_of(page, "lines"))
    assert len(listed(row)) == 3


def test_the_page_sends_what_was_pasted_along(town: Town, desk_of: DeskOf) -> None:
    """The button that fills in belongs to the form with the lines, and comes before its end."""
    row = with_claims(town, signed(town, town.street_handler), now=MONDAY, claimed=CLAIMED[:2])
    page = page_of(desk_of(town.street_handler), row, "claims/")
    form = page.split('<form class="act-form"')[1].split("</form>")[0]
    fill = f'formaction="{path_of(row, "claims/fill/")}"'
    parts = ['name="lines"', 'name="reason"', fill, "button-main"]
    assert [form.count(each) for each in parts] == [1, 1, 1, 1]
    assert sorted(parts, key=form.index) == parts


def test_whoever_may_not_fill_in_keeps_what_was_pasted(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    sent = {"reason": "更正一人金额", "lines": "王秀英 面点 8月 3,000"}
    refused = send(desk_of(town.street_handler), row, "claims/fill/", **sent)
    assert refused.status_code == 403
    assert "王秀英 面点 8月 3,000" in refused.content.decode()


def test_nothing_is_filled_in_where_nothing_stands(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    sent = {"reason": "更正一人金额"}
    answer = desk_of(town.street_handler).post(path_of(row, "claims/fill/"), sent)
    assert answer.status_code == 404
    assert AccessEntry.objects.filter(action="unmask").count() == 0


def test_a_long_list_is_folded_and_its_total_stands_once(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    panel = words_in(panel_of(page_of(desk_of(town.street_handler), row)))
    assert panel.count("合计20人") == 1
    assert "另14人见下" in panel
    assert "展开其余14人" in panel
    assert "合计20人 另14人见下 436,800.00 436,800.00 150,000.00 286,800.00" in panel
    assert "欧**静" in panel


def test_what_came_in_is_shared_out_by_the_agreement(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    panel = words_in(panel_of(page_of(desk_of(town.street_handler), row)))
    assert "陈*勇 厨师 7–9月 23,200.00 23,200.00 7,967.03 15,232.97" in panel


def test_once_settled_the_list_stands(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 24 * HOUR)
    client = desk_of(town.street_handler)
    assert "重新登记明细" not in page_of(client, row)
    refused = send(client, row, "claims/", lines="陈某某 厨师 7月 100")
    assert refused.status_code == 403
    assert "协议已经登记，明细不再改动" in refused.content.decode()
    assert row.claims.count() == 20
