from collections.abc import Callable

from django.test import Client

from members.models import Account
from requests_app.models import Payment, Request
from tests.desk.handled import HOUR, fresh, settled
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
from tests.front.filled import photo
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
PAY = "instalments/2/pay/"


def partly_paid(town: Town) -> Request:
    return settled(town, now=MONDAY - 24 * HOUR)


def test_money_is_recorded_with_its_voucher(town: Town, desk_of: DeskOf) -> None:
    row = partly_paid(town)
    client = desk_of(town.street_handler)
    next_up = page_of(client, row).split('id="next"')[1].split("</section>")[0]
    assert f'class="button button-main" href="{path_of(row, PAY)}"' in next_up
    asked = page_of(client, row, PAY)
    assert "第2期 ¥150,000.00，未到账 ¥150,000.00" in asked
    assert (value_of(asked, "amount"), value_of(asked, "paid_on")) == ("150000.00", "2026-11-23")
    sent = {"amount": "¥60,000.5", "paid_on": "2026-11-22", "voucher": photo()}
    assert accepted(client, row, PAY, **sent) == path_of(row) + "#settlement"
    made = Payment.objects.get(instalment__settlement__request=row, instalment__number=2)
    assert (made.amount_fen, str(made.paid_on)) == (6_000_050, "2026-11-22")
    page = page_of(client, row)
    card = page.split("第2期</h3>")[1].split("</li>\n</ol>")[0]
    assert "11-22到账 ¥60,000.50" in card
    assert path_of(row, f"files/{made.voucher_id}/") in card
    assert "付款凭证 · 林一舟" in page
    assert "已追回 ¥210,000.50 48.1%" in words_in(page)
    assert kinds_of(row)[-1] == "payment.received"
    assert "第2期 ¥60,000.50" in page.split('id="timeline"')[1]


def test_what_is_wrong_with_a_payment_stands_beside_it(town: Town, desk_of: DeskOf) -> None:
    row = partly_paid(town)
    client = desk_of(town.street_handler)
    good = {"amount": "100", "paid_on": "2026-11-23"}
    for wrong, told in (
        ({"amount": ""}, "请填写金额"),
        ({"amount": "0"}, "金额要大于0"),
        ({"amount": "0.001"}, "“0.001”不是金额，请写成23200或23,200.00"),
        ({"amount": "-5"}, "“-5”不是金额，请写成23200或23,200.00"),
        ({"amount": "1e5"}, "“1e5”不是金额，请写成23200或23,200.00"),
        ({"amount": "150000.01"}, "这一期只差 ¥150,000.00，填多了。多付的记到下一期"),
        ({"amount": "9" * 13}, f"“{'9' * 13}”太大，请核对单位是不是元"),
        ({"amount": "九万\x00"}, "有几个字符无法保存，已经去掉。请看一遍再提交。"),
        ({"paid_on": ""}, "请选日期"),
        ({"paid_on": "2026-11-24"}, "到账日期不能晚于今天"),
        ({"paid_on": "2026-11-31"}, "日期请写成2026-11-20"),
        ({"paid_on": "0999-01-01"}, "这一天不在2000年到2099年之间"),
        ({"voucher": photo("凭证.exe")}, "“凭证.exe”：文件名的后缀和内容不一致。"),
    ):
        answer = send(client, row, PAY, **{**good, **wrong})
        assert answer.status_code == 422, wrong
        errors = errors_in(answer.content.decode())
        assert any(told.split("：")[0] in each for each in errors), (wrong, errors)
        if "voucher" not in wrong and "\x00" not in str(wrong):
            assert told in errors, (wrong, errors)
    assert Payment.objects.count() == 1
    assert row.attachments.count() == 0
    assert fresh(row).version == row.version


def test_an_instalment_paid_in_full_takes_no_more(town: Town, desk_of: DeskOf) -> None:
    row = partly_paid(town)
    answer = desk_of(town.street_handler).get(path_of(row, "instalments/1/pay/"))
    assert answer.status_code == 403
    assert "第1期已经付清" in answer.content.decode()


def test_a_wrong_entry_is_voided_once_and_stays_to_be_seen(town: Town, desk_of: DeskOf) -> None:
    row = partly_paid(town)
    client = desk_of(town.street_handler)
    wrong = Payment.objects.get()
    asked = page_of(client, row, f"payments/{wrong.pk}/void/")
    assert "第1期 2026-11-22到账 ¥150,000.00，由林一舟登记" in asked
    assert "button-danger" in asked
    old = fresh(row).version
    accepted(client, row, f"payments/{wrong.pk}/void/")
    wrong.refresh_from_db()
    assert wrong.voided_at == MONDAY
    page = page_of(client, row)
    assert "<del>11-22到账 ¥150,000.00</del> 已作废" in page
    assert "已追回 ¥0.00 0.0%" in words_in(page)
    again = send(client, row, f"payments/{wrong.pk}/void/", version=old)
    assert again.status_code == 409
    assert "您刚刚已经提交过" in again.content.decode()
    refused = send(client, row, f"payments/{wrong.pk}/void/")
    assert refused.status_code == 403
    assert "这一笔已经作废" in refused.content.decode()


def test_a_case_number_frees_the_result(town: Town, desk_of: DeskOf) -> None:
    row = partly_paid(town)
    client = desk_of(town.street_handler)
    told = "“提交办结”暂不可用：还有 ¥286,800.00 未到账，且无案号"
    assert told in page_of(client, row)
    for typed, error in (("", "请填写案号"), ("长" * 61, "最多60字，现在有61字")):
        answer = send(client, row, "case-number/", case_number=typed)
        assert (answer.status_code, errors_in(answer.content.decode())) == (422, [error])
    accepted(client, row, "case-number/", case_number="（2026）东津民初123号")
    page = page_of(client, row)
    assert "案号（2026）东津民初123号" in page
    assert told not in page
    assert "更正案号" in page
    assert value_of(page_of(client, row, "case-number/"), "case_number") == "（2026）东津民初123号"
    assert kinds_of(row)[-1] == "settlement.taken_to_court"
