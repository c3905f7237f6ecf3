from collections.abc import Callable

from django.test import Client

from members.models import Account
from requests_app.models import Request
from tests.desk.cases import signed
from tests.desk.handled import fresh, with_parties, with_session
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
MINUTES = "单位提出按八成付，职工代表不同意。代表电话13812345678。"


def at_the_table(town: Town) -> Request:
    return with_parties(town, signed(town, town.street_handler), now=MONDAY)


def filled(row: Request, **changes: object) -> dict[str, object]:
    people = row.participants.values_list("pk", flat=True)
    return {
        "on": "2026-11-20",
        "began": "14:00",
        "ended": "16:20",
        "place": "服务站调解室",
        "outcome": "adjourned",
        "people": list(people),
        "minutes": MINUTES,
        **changes,
    }


def test_a_session_is_recorded_with_who_was_there(town: Town, desk_of: DeskOf) -> None:
    row = at_the_table(town)
    client = desk_of(town.street_handler)
    asked = page_of(client, row, "sessions/new/")
    assert "职工代表 陈*勇" in asked
    assert "陈大勇" not in asked
    assert accepted(client, row, "sessions/new/", **filled(row)) == path_of(row) + "#sessions"
    page = page_of(client, row)
    panel = words_in(page.split('id="sessions"')[1].split('id="settlement"')[0])
    assert "第1次调解会议 择日再议" in panel
    assert "2026-11-20 14:00–16:20 · 服务站调解室" in panel
    assert "职工代表 陈*勇、职工代表 李*梅" in panel
    assert "代表电话〔电话〕" in panel
    assert "13812345678" not in page
    assert kinds_of(row)[-1] == "session.held"
    assert "第1次，择日再议，5人到会" in page


def test_what_is_wrong_with_a_session_stands_beside_it(town: Town, desk_of: DeskOf) -> None:
    row = at_the_table(town)
    client = desk_of(town.street_handler)
    reps = list(row.participants.filter(role="representative").values_list("pk", flat=True))
    future = {"on": "2026-11-23", "began": "09:30", "ended": "10:00"}
    for wrong, told in (
        ({"on": ""}, "请选日期"),
        ({"on": "昨天"}, "日期请写成2026-11-20"),
        ({"on": "0001-01-01"}, "这一天不在2000年到2099年之间"),
        ({"on": "9999-12-31"}, "这一天不在2000年到2099年之间"),
        ({"began": "25:00"}, "时间请写成14:00"),
        ({"ended": ""}, "请填结束的时间"),
        ({"began": "16:20", "ended": "14:00"}, "结束要晚于开始"),
        ({"began": "14:00", "ended": "14:00"}, "结束要晚于开始"),
        (future, "会议还没有结束，开完再登记"),
        ({"place": ""}, "请填写地点"),
        ({"place": "长" * 61}, "最多60字，现在有61字"),
        ({"outcome": "won"}, "请选会议的结果"),
        ({"people": []}, "请勾选到会的人"),
        ({"people": ["999999"]}, "有人已不在当事人里，请重新勾选"),
        ({"people": ["x"]}, "有人已不在当事人里，请重新勾选"),
        ({"people": reps}, "到会的要有职工代表，也要有单位负责人"),
        ({"minutes": ""}, "请写纪要"),
        ({"minutes": "长" * 4001}, "最多4000字，现在有4001字"),
        ({"minutes": "长" * 100_000}, "最多4000字，现在有100000字"),
        ({"minutes": "纪要\x00"}, "有几个字符无法保存，已经去掉。请看一遍再提交。"),
    ):
        answer = send(client, row, "sessions/new/", **filled(row, **wrong))
        assert answer.status_code == 422, wrong
        page = answer.content.decode()
        assert told in errors_in(page), (wrong, errors_in(page))
        if "minutes" not in wrong:
            assert value_of(page, "minutes") == MINUTES
    assert row.sessions.count() == 0
    assert fresh(row).version == row.version


def test_a_session_waits_for_both_sides_and_for_the_worker(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    client = desk_of(town.street_handler)
    panel = page_of(client, row).split('id="sessions"')[1].split("</section>")[0]
    assert "“登记会议”暂不可用：先在“当事人”里登记职工代表和单位负责人" in panel
    assert client.get(path_of(row, "sessions/new/")).status_code == 403
    row = with_parties(town, row, now=MONDAY)
    Request.objects.filter(pk=row.pk).update(approach="none")
    panel = page_of(client, row).split('id="sessions"')[1].split("</section>")[0]
    assert "“登记会议”暂不可用：诉求人还没有同意联系单位" in panel
    refused = send(client, row, "sessions/new/", **filled(row))
    assert refused.status_code == 403
    assert row.sessions.count() == 0


def test_who_left_stays_in_the_sessions_they_sat_in(town: Town, desk_of: DeskOf) -> None:
    row = with_session(town, at_the_table(town), now=MONDAY)
    client = desk_of(town.street_handler)
    adviser = row.participants.get(role="legal_adviser")
    accepted(client, row, f"parties/{adviser.pk}/remove/")
    page = page_of(client, row)
    assert "岑*师" not in page.split('id="parties"')[1].split('id="sessions"')[0]
    assert "岑*师" in page.split('id="sessions"')[1].split('id="settlement"')[0]
