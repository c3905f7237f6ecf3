from collections.abc import Callable

import pytest
from django.test import Client

from members.models import AccessEntry, Account
from requests_app.reading_access import open_reason
from tests.desk.cases import signed
from tests.desk.handled import HOUR, fresh, with_claims, with_parties
from tests.desk.pages import accepted, errors_in, kinds_of, page_of, path_of, send, words_in
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]


def panel_of(page: str) -> str:
    return page.split('id="parties"')[1].split('id="sessions"', maxsplit=1)[0]


def test_parties_are_listed_masked(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    page = page_of(desk_of(town.street_handler), row)
    panel = panel_of(page)
    for shown in ("陈*勇", "138****5678", "沈*国", "有授权委托书", "后厨推选", "法律顾问"):
        assert shown in panel, shown
    for hidden in ("陈大勇", "13812345678", "沈建国", "13900000246"):
        assert hidden not in page, hidden
    assert "当事人，姓名和电话已掩码" in panel


def test_somebody_is_added(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.worker)
    led = accepted(
        client,
        row,
        "parties/new/",
        role="enterprise",
        name="沈建国",
        phone="0574-5550 0182",
        remark="厂长，手机13900000246",
    )
    assert led == path_of(row) + "#parties"
    panel = panel_of(page_of(client, row))
    assert "沈*国" in panel
    assert "********0182" in panel
    assert "厂长，手机〔电话〕" in panel
    assert kinds_of(row)[-1] == "party.added"


def test_what_is_wrong_with_a_party_stands_beside_it(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.worker)
    good = {"role": "union", "name": "何念"}
    for wrong, told in (
        ({"name": ""}, "请填写姓名"),
        ({"name": "   "}, "请填写姓名"),
        ({"name": "何" * 41}, "最多40字，现在有41字"),
        ({"name": "何" * 100_000}, "最多40字，现在有100000字"),
        ({"role": "king"}, "请选角色"),
        ({"role": ""}, "请选角色"),
        ({"phone": "1234"}, "请填写11位手机号，或带区号的座机，例如0574-55500182"),
        ({"phone": "１３８００１３８００"}, "请填写11位手机号，或带区号的座机，例如0574-55500182"),
        ({"remark": "长" * 101}, "最多100字，现在有101字"),
        ({"name": "何\x00念"}, "有几个字符无法保存，已经去掉。请看一遍再提交。"),
    ):
        answer = send(client, row, "parties/new/", **{**good, **wrong})
        assert answer.status_code == 422, wrong
        assert told in errors_in(answer.content.decode()), wrong
    assert row.participants.count() == 0


def test_somebody_is_taken_off_the_list_once(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    client = desk_of(town.street_handler)
    adviser = row.participants.get(role="legal_adviser")
    asked = page_of(client, row, f"parties/{adviser.pk}/remove/")
    assert "把“法律顾问 岑*师”移出当事人" in asked
    accepted(client, row, f"parties/{adviser.pk}/remove/")
    assert "岑*师" not in panel_of(page_of(client, row))
    assert client.get(path_of(row, f"parties/{adviser.pk}/remove/")).status_code == 404


@pytest.mark.parametrize(
    ("claims", "told", "is_off"),
    [(20, "20人共同提出，推选3至5名职工代表，现有3名", False), (0, "20人共同提出", False)],
)
def test_the_law_says_how_many_representatives(
    town: Town, desk_of: DeskOf, claims: int, told: str, is_off: bool
) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    if claims:
        row = with_claims(town, row, now=MONDAY + HOUR)
    panel = panel_of(page_of(desk_of(town.street_handler), row))
    assert told in panel
    assert ("panel-line warn" in panel) is is_off


def test_too_few_representatives_are_said(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    client = desk_of(town.street_handler)
    one = row.participants.filter(role="representative").first()
    assert one is not None
    accepted(client, row, f"parties/{one.pk}/remove/")
    panel = panel_of(page_of(client, row))
    assert "推选3至5名职工代表，现有2名" in panel
    assert "panel-line warn" in panel


def test_names_are_shown_once_with_a_reason(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    row = with_claims(town, row, now=MONDAY + HOUR)
    client = desk_of(town.street_handler)
    sent = {"reason": "电话约代表开会", "what": "parties"}
    answer = client.post(path_of(row, "unmask/"), sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    for shown in ("陈大勇", "13812345678", "欧阳文静", 'href="tel:13900000246"'):
        assert shown in page, shown
    assert "王*英" in page.split('id="who"')[1]  # the applicant's own name needs its own reason
    caption = words_in(panel_of(answer.content.decode()).split("</caption>")[0])
    assert caption.endswith("当事人，显示完整姓名和电话")
    entry = AccessEntry.objects.get(action="unmask")
    assert (entry.field, entry.account_id) == ("parties", town.street_handler.pk)
    assert open_reason(row, bytes(entry.reason_sealed or b"")) == "电话约代表开会"
    after = page_of(client, row)
    assert "陈大勇" not in after
    assert "理由：电话约代表开会" in words_in(after)


def test_without_a_reason_no_name_is_shown(town: Town, desk_of: DeskOf) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    client = desk_of(town.street_handler)
    for reason in ("", "看看", "长" * 201):
        sent = {"reason": reason, "what": "parties"}
        answer = client.post(path_of(row, "unmask/"), sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "陈大勇" not in page
        assert page.count("理由写5到200个字") == 1  # beside the one field it is about
    assert AccessEntry.objects.filter(action="unmask").count() == 0
    assert fresh(row).version == row.version
