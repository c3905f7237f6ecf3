from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection
from django.test import Client

from members.models import Account
from requests_app.models import Instalment, Request, Settlement, Timer
from tests.desk.cases import signed
from tests.desk.handled import (
    CLAIMED,
    HOUR,
    fresh,
    paid,
    settled,
    with_claims,
    with_parties,
    with_settlement,
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
DAY = 24 * HOUR


def claimed(town: Town, count: int = 3) -> Request:
    row = signed(town, town.street_handler)
    return with_claims(town, row, now=MONDAY, claimed=CLAIMED[:count])


def filled(page: str, **changes: object) -> dict[str, object]:
    """The form as it came, with one instalment."""
    return {
        "signed_on": "2026-11-23",
        "agreed": value_of(page, "agreed"),
        "schedule": "2026-12-16 其余",
        **changes,
    }


def agreed_of(row: Request) -> list[int | None]:
    return list(row.claims.order_by("line").values_list("agreed_fen", flat=True))


def parts_of(row: Request) -> list[tuple[date, int]]:
    rows = Instalment.objects.filter(settlement__request=row).order_by("number")
    return list(rows.values_list("due_on", "amount_fen"))


def test_the_form_starts_from_what_is_claimed(town: Town, desk_of: DeskOf) -> None:
    row = claimed(town)
    client = desk_of(town.street_handler)
    page = page_of(client, row, "settlement/new/")
    assert "明细3人，主张合计 ¥67,100.00" in page
    assert value_of(page, "agreed") == "1\t陈*勇\t23200.00\n2\t李*梅\t18800.00\n3\t王*英\t25100.00"
    typed = filled(
        page,
        schedule="2026-11-25 20,000\n2026年12月16日 其余",
        terms="逾期按日加付0.05%",
        court_offered="on",
    )
    assert accepted(client, row, "settlement/new/", **typed) == path_of(row) + "#settlement"
    assert agreed_of(row) == list(CLAIMED[:3])
    assert parts_of(row) == [(date(2026, 11, 25), 2_000_000), (date(2026, 12, 16), 4_710_000)]
    stored = Settlement.objects.get(request=row)
    assert (stored.agreed_fen, stored.people, stored.court_offered) == (6_710_000, 3, True)
    assert Timer.objects.filter(request=row, rule="instalment").count() == 2
    panel = words_in(page_of(client, row).split('id="settlement"')[1].split("</section>")[0])
    assert "已告知可申请司法确认" in panel
    assert "违约条款 逾期按日加付0.05%" in panel
    assert "未到账 ¥67,100.00" in panel
    assert kinds_of(row)[-1] == "settlement.signed"


def test_one_share_holds_for_everybody(town: Town, desk_of: DeskOf) -> None:
    row = claimed(town)
    client = desk_of(town.street_handler)
    page = page_of(client, row, "settlement/new/")
    accepted(client, row, "settlement/new/", **filled(page, share="66.67"))
    assert agreed_of(row) == [1_546_744, 1_253_396, 1_673_417]


def test_a_column_of_sums_can_be_pasted(town: Town, desk_of: DeskOf) -> None:
    row = claimed(town)
    client = desk_of(town.street_handler)
    typed = {"agreed": "23,000.00\r\n18000\r\n\r\n25000.5\r\n"}
    accepted(client, row, "settlement/new/", **filled("", **typed))
    assert agreed_of(row) == [2_300_000, 1_800_000, 2_500_050]


def test_sums_proposed_with_the_claims_are_the_start(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    accepted(client, row, "claims/", lines="陈某某 厨师 7月 100 80\n李某某 切配 7月 50")
    page = page_of(client, row, "settlement/new/")
    assert value_of(page, "agreed") == "1\t陈*某\t80.00\n2\t李*某\t50.00"


def test_what_does_not_add_up_stands_beside_its_field(town: Town, desk_of: DeskOf) -> None:
    row = claimed(town)
    client = desk_of(town.street_handler)
    page = page_of(client, row, "settlement/new/")
    for wrong, told in (
        ({"signed_on": ""}, "请选日期"),
        ({"signed_on": "2026-11-24"}, "签订日期不能晚于今天"),
        ({"signed_on": "1999-12-31"}, "这一天不在2000年到2099年之间"),
        ({"share": "101"}, "比例请填0到100的数"),
        ({"share": "-1"}, "比例请填0到100的数"),
        ({"share": "NaN"}, "比例请填0到100的数"),
        ({"share": "66.667"}, "比例最多两位小数"),
        ({"share": "八成"}, "比例请填0到100的数"),
        ({"share": "0"}, "协议金额合计要大于0"),
        (
            {"share": "80", "agreed": "1\n2\n3"},
            "统一比例和逐人金额只用一种：清空比例，或把逐人金额改回原样",
        ),
        ({"agreed": ""}, "明细有3人，这里有0行，每人一行"),
        ({"agreed": "1\n2"}, "明细有3人，这里有2行，每人一行"),
        ({"agreed": "1\n两千\n3"}, "第2行：“两千”不是金额，请写成23200或23,200.00"),
        ({"agreed": "0\n0\n0"}, "协议金额合计要大于0"),
        ({"agreed": "长" * 100_000}, "最多30000字，现在有100000字"),
        ({"schedule": ""}, "请至少写一期；一次付清就写一行"),
        ({"schedule": "下个月 500"}, "第1行：请写成：日期 金额，例如2026-10-16 150000"),
        ({"schedule": "2026-02-30 67100"}, "第1行：没有2026-02-30这一天"),
        ({"schedule": "2026-12-16 60000"}, "各期合计比协议金额少 ¥7,100.00"),
        ({"schedule": "2026-12-16 70000"}, "各期合计比协议金额多 ¥2,900.00"),
        ({"schedule": "2026-11-22 其余"}, "第1期：约定日期早于签订日期"),
        ({"schedule": "2026-12-16 60000\n2026-12-01 其余"}, "第2期：约定日期早于前一期"),
        ({"schedule": "2026-12-16 其余\n2026-12-17 100"}, "只有最后一期可以写“其余”"),
        ({"schedule": "2026-12-16 67100\n2026-12-17 其余"}, "第2期：金额要大于0"),
        ({"schedule": "9999-12-31 其余"}, "第1行：没有9999-12-31这一天"),
        ({"terms": "长" * 1001}, "最多1000字，现在有1001字"),
        ({"terms": "条款\x00"}, "有几个字符无法保存，已经去掉。请看一遍再提交。"),
    ):
        answer = send(client, row, "settlement/new/", **filled(page, **wrong))
        assert answer.status_code == 422, wrong
        came_back = answer.content.decode()
        assert told in errors_in(came_back), (wrong, errors_in(came_back))
        if "schedule" in wrong:
            assert value_of(came_back, "schedule") == wrong["schedule"]
    assert Settlement.objects.count() == 0
    assert agreed_of(row) == [None, None, None]
    assert fresh(row).version == row.version


def test_an_agreement_waits_for_claims_and_for_the_worker(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    assert "“登记协议”暂不可用：先登记明细" in page_of(client, row)
    row = with_claims(town, row, now=MONDAY)
    Request.objects.filter(pk=row.pk).update(approach="none")
    assert "“登记协议”暂不可用：诉求人还没有同意联系单位" in page_of(client, row)
    assert send(client, row, "settlement/new/", **filled("")).status_code == 403
    assert Settlement.objects.count() == 0


def test_instalments_stand_with_their_lights(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 20 * DAY)
    row = paid(town, row, 2, 6_000_000, now=MONDAY - 8 * DAY)
    page = page_of(desk_of(town.street_handler), row)
    cards = page.split('class="instalments"')[1].split("</ol>")[0].split('<li class="instalment')
    first, second, third = (words_in(card) for card in cards[1:])
    assert "已付清" in first
    assert "超期7日" in second
    assert "还欠 ¥90,000.00" in second
    assert "11-15到账 ¥60,000.00" in second
    assert "未到期" in third
    assert cards[2].startswith(" overdue")
    assert not cards[1].startswith(" overdue")
    assert "第2期到账超期7日" in words_in(page.split('class="req-head"')[1].split("</header>")[0])
    assert "1期超期" in page.split('class="views"')[1].split("</nav>")[0]


def test_an_instalment_due_today_is_amber(town: Town, desk_of: DeskOf) -> None:
    row = settled(town, now=MONDAY - 9 * DAY)
    page = page_of(desk_of(town.street_handler), row)
    assert "今日到期" in page.split('class="instalments"')[1]
    assert "还欠" not in page.split('class="instalments"')[1]


def agreed(town: Town) -> Request:
    """An agreement of one part, without any money yet."""
    row = with_claims(
        town, with_parties(town, signed(town, town.street_handler), now=MONDAY), now=MONDAY
    )
    due = [MONDAY.date() + timedelta(days=9)]
    row = with_settlement(town, row, now=MONDAY, due=due, shares=[sum(CLAIMED)])
    connection.check_constraints()  # what was agreed is committed before it is withdrawn
    return row


def test_a_wrong_agreement_is_withdrawn_until_money_was_entered(
    town: Town, desk_of: DeskOf
) -> None:
    row = agreed(town)
    client = desk_of(town.street_handler)
    assert "登错了，撤回" in page_of(client, row)
    assert "重新登记" in page_of(client, row, "settlement/undo/")
    accepted(client, row, "settlement/undo/")
    assert not Settlement.objects.exists()
    assert "登记协议" in page_of(client, row)
    assert client.get(path_of(row, "settlement/undo/")).status_code == 403


def test_with_money_entered_an_agreement_is_not_withdrawn(town: Town, desk_of: DeskOf) -> None:
    row = settled(town)  # one instalment is paid
    client = desk_of(town.street_handler)
    assert "登错了，撤回" not in page_of(client, row)
    answer = send(client, row, "settlement/undo/")
    assert answer.status_code == 403
    assert "已经登记过到账，协议不能撤回" in answer.content.decode()
