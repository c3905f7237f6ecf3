"""The employer is settled at the desk: found in the register, or said to be in none."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.keys import forget_keys
from members.models import Account, AffiliationKind, Enterprise, Industry, Unit
from members.register import EnterpriseDraft, affiliate, register_enterprise
from requests_app.models import Event, Finding, Request
from tests.desk.cases import HARASSED, dispatched, photo, register
from tests.makers import make_credit_code
from tests.town import MONDAY, SINCE, Town

type DeskOf = Callable[[Account], Client]
CODE = make_credit_code(77)


@pytest.fixture
def factory(town: Town) -> Enterprise:
    draft = EnterpriseDraft(
        name="汀河机械制造有限公司",
        short_name="汀河机械",
        industry=Industry.MANUFACTURING,
        credit_code=CODE,
        address="河滨路8号",
    )
    return register_enterprise(draft=draft, actor=None, now=MONDAY)


@pytest.fixture
def row(town: Town) -> Request:
    """A wage case whose employer is misspelt; the street holds it."""
    return dispatched(town, employer="丁禾餐饮", files=(photo(),))


def path_of(row: Request, rest: str = "") -> str:
    return f"/desk/requests/{row.number}/{rest}"


def page_of(client: Client, row: Request) -> str:
    answer = client.get(path_of(row))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def panel_of(page: str) -> str:
    """Return the words and tags of the employer's panel."""
    found = re.search(r'<section class="panel" id="employer".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def stored(row: Request) -> Request:
    return Request.objects.get(pk=row.pk)


def settled(row: Request) -> tuple[bool, int | None]:
    now = stored(row)
    return now.employer_is_settled, now.enterprise_id


# ---- until it is settled --------------------------------------------------------------


def test_the_page_says_who_waits_and_what_is_near(
    town: Town, row: Request, desk_of: DeskOf
) -> None:
    page = page_of(desk_of(town.street_handler), row)
    finding = Finding.objects.get(request=row, kind="enterprise")
    assert "所填单位与名录名称读音相近" in page
    assert f'name="confirm" value="{finding.pk}"' in page
    panel = panel_of(page)
    assert "还没有认定是哪家单位" in panel
    assert "和名录里任何一家单位有利害关系的人员都看不到" in panel
    assert "丁禾餐饮" in panel
    assert "查找" in panel
    assert "名录里没有这家单位" in panel


@pytest.mark.parametrize("who", ["street_tied", "stranger"])
def test_whoever_is_shut_out_finds_nothing_at_all(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise, who: str
) -> None:
    client = desk_of(getattr(town, who))
    file = row.attachments.get()
    sent = {"version": row.version, "enterprise": factory.pk, "employer": "汀河机械"}
    assert row.number not in client.get("/desk/").content.decode()
    assert row.number not in client.get("/desk/notices/").content.decode()
    assert client.get(path_of(row)).status_code == 404
    assert client.get(path_of(row, f"files/{file.pk}/")).status_code == 404
    for rest in ("employer/", "unlisted/", "confirm/", "move/"):
        assert client.post(path_of(row, rest), sent).status_code == 404, rest
    assert settled(row) == (False, None)


def test_the_page_still_takes_five_statements(town: Town, row: Request, desk_of: DeskOf) -> None:
    client = desk_of(town.street_handler)
    page_of(client, row)
    forget_keys()
    page_of(client, row)
    with CaptureQueriesContext(connection) as seen:
        page_of(client, row)
    told = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    assert len(told) == 5, "\n".join(sql[:200] for sql in told)


def test_before_the_words_are_read_there_is_nothing_to_settle(town: Town, desk_of: DeskOf) -> None:
    row = Request.objects.get(pk=register(town).request_id)
    panel = panel_of(page_of(desk_of(town.worker), row))
    assert "系统正在读正文" in panel
    assert "<form" not in panel


def test_those_who_only_read_are_told_who_settles(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise
) -> None:
    client = desk_of(town.auditor)
    panel = panel_of(page_of(client, row))
    assert "由没有任何利害关系的办理人员认定" in panel
    assert "<form" not in panel
    for rest, sent in (
        ("employer/", {"version": row.version, "enterprise": factory.pk}),
        ("employer/", {"version": row.version, "employer": "汀河机械"}),
        ("employer/", {"version": row.version, "employer": "th"}),
        ("unlisted/", {"version": row.version}),
    ):
        refused = client.post(path_of(row, rest), sent)
        assert refused.status_code == 403
        told = "用人单位由云桥街道总工没有任何利害关系的办理人员认定"
        assert told in refused.content.decode()
    assert settled(row) == (False, None)


def test_whoever_has_a_tie_elsewhere_sees_a_question_and_does_not_settle_it(
    town: Town, desk_of: DeskOf, factory: Enterprise
) -> None:
    affiliate(account=town.worker, enterprise=factory, kind=AffiliationKind.FORMER, from_on=SINCE)
    row = dispatched(town, story="请问夜校瑜伽课怎么报名", topic="GROW", employer="thcy")
    client = desk_of(town.worker)
    page = page_of(client, row)
    finding = Finding.objects.get(request=row, kind="enterprise")
    assert f'name="confirm" value="{finding.pk}"' not in page
    assert "<form" not in panel_of(page)
    assert client.post(path_of(row, "confirm/"), {"confirm": finding.pk}).status_code == 403
    sent = {"version": row.version, "employer": "汀河机械"}
    assert client.post(path_of(row, "employer/"), sent).status_code == 403


def test_confidential_words_tell_nobody_else_the_employer(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=HARASSED, employer="丁禾餐饮")
    closed = desk_of(town.head).get(path_of(row)).content.decode()
    assert 'id="employer"' not in closed
    assert "丁禾" not in closed
    assert "汀禾" not in closed


# ---- in the register ------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["汀河机械制造有限公司", " 汀河机械 ", CODE.lower()])
def test_a_name_as_registered_is_linked_at_once(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise, typed: str
) -> None:
    client = desk_of(town.street_handler)
    answer = client.post(path_of(row, "employer/"), {"version": row.version, "employer": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(row) + "#employer")
    assert settled(row) == (True, factory.pk)
    page = page_of(client, row)
    assert "用人单位已认定为“汀河机械制造有限公司”" in page
    assert "与它有利害关系的人员须回避" in panel_of(page)
    assert "用人单位认定" in page
    assert "认定为“汀河机械制造有限公司”" in page
    assert desk_of(town.street_tied).get(path_of(row)).status_code == 200


def test_anything_else_is_offered_and_chosen_by_a_person(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise
) -> None:
    client = desk_of(town.street_handler)
    both = {factory.pk, town.restaurant.pk}
    for typed, found in (("th", both), ("汀", both), ("tingheji", {factory.pk})):
        sent = {"version": row.version, "employer": typed}
        answer = client.post(path_of(row, "employer/"), sent)
        panel = panel_of(answer.content.decode())
        assert answer.status_code == 200
        assert settled(row) == (False, None)
        assert f'value="{typed}"' in panel
        assert "河滨路8号" in panel
        offered = re.findall(r'name="enterprise" value="(\d+)"', panel)
        assert {int(each) for each in offered} == found
    sent = {"version": row.version, "enterprise": factory.pk}
    assert client.post(path_of(row, "employer/"), sent).status_code == 303
    assert settled(row) == (True, factory.pk)


def test_of_many_the_first_are_offered_and_the_reader_asked_for_more(
    town: Town, row: Request, desk_of: DeskOf
) -> None:
    for number in range(9):
        draft = EnterpriseDraft(
            name=f"湄荻{number}号店", short_name="湄荻", industry=Industry.RETAIL
        )
        register_enterprise(draft=draft, actor=None, now=MONDAY)
    sent = {"version": row.version, "employer": "湄荻"}
    answer = desk_of(town.worker).post(path_of(row, "employer/"), sent)
    panel = panel_of(answer.content.decode())
    assert answer.status_code == 200  # nine are called so: a person has to choose
    assert len(re.findall(r'name="enterprise"', panel)) == 8
    assert "写得再全一些" in panel


def test_what_cannot_be_found_is_said_beside_the_field(
    town: Town, row: Request, desk_of: DeskOf
) -> None:
    client = desk_of(town.street_handler)
    for typed, told, shown in (
        ("   ", "请写名称、拼音、首字母或信用代码", ""),
        ("没有这一家", "名录里没有找到", "没有这一家"),
        ("\x00没有", "有几个字符无法保存", "没有"),
        ("长" * 81, "最多80字", "长" * 81),
    ):
        sent = {"version": row.version, "employer": typed}
        answer = client.post(path_of(row, "employer/"), sent)
        panel = panel_of(answer.content.decode())
        assert answer.status_code == 422
        assert told in panel
        assert 'aria-invalid="true"' in panel
        assert not shown or f'value="{shown}"' in panel
    assert settled(row) == (False, None)


def test_an_enterprise_that_is_none_is_not_found(town: Town, row: Request, desk_of: DeskOf) -> None:
    client = desk_of(town.street_handler)
    for enterprise in ("", "abc", "\x00", "9" * 30, "999999"):
        sent = {"version": row.version, "enterprise": enterprise}
        assert client.post(path_of(row, "employer/"), sent).status_code == 404, enterprise
    assert settled(row) == (False, None)


def test_a_wrong_answer_is_corrected(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise
) -> None:
    client = desk_of(town.street_handler)
    first = {"version": row.version, "employer": "汀河机械"}
    client.post(path_of(row, "employer/"), first)
    panel = panel_of(page_of(client, row))
    assert "认错了，改一下" in panel
    second = {"version": row.version + 1, "employer": "汀禾餐饮"}
    client.post(path_of(row, "employer/"), second)
    assert settled(row) == (True, town.restaurant.pk)
    page = page_of(client, row)
    assert "“汀河机械制造有限公司”改为“汀禾餐饮管理有限公司”" in page
    assert desk_of(town.street_tied).get(path_of(row)).status_code == 404


# ---- in none --------------------------------------------------------------------------


def test_no_such_employer_lets_everybody_back(town: Town, row: Request, desk_of: DeskOf) -> None:
    client = desk_of(town.street_handler)
    for _ in range(2):  # a second click changes nothing
        answer = client.post(path_of(row, "unlisted/"), {"version": row.version})
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            path_of(row) + "#employer",
        )
    assert settled(row) == (True, None)
    assert stored(row).version == row.version + 1
    assert Event.objects.filter(request=row, kind="employer.unlisted").count() == 1
    page = page_of(client, row)
    assert "名录里没有这家单位，或与单位无关" in panel_of(page)
    assert "没有人因利害关系回避" in panel_of(page)
    assert 'action="' + path_of(row, "unlisted/") not in page
    assert desk_of(town.street_tied).get(path_of(row)).status_code == 200


def test_an_old_page_settles_nothing_and_loses_nothing(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise
) -> None:
    client = desk_of(town.street_handler)
    for rest, sent, kept in (
        ("employer/", {"employer": "汀河机械"}, "汀河机械制造有限公司"),
        ("employer/", {"enterprise": str(factory.pk)}, "汀河机械制造有限公司"),
        ("unlisted/", {}, "名录里没有这家单位"),
    ):
        for version in ("", "abc", "9" * 30, str(row.version - 1)):
            late = client.post(path_of(row, rest), {**sent, "version": version})
            assert late.status_code == 409, (rest, version)
            page = late.content.decode()
            assert "您认定的用人单位" in page
            assert f'<pre class="kept">{kept}</pre>' in page
    assert settled(row) == (False, None)


def test_a_link_that_sends_it_on_says_so(
    town: Town, row: Request, desk_of: DeskOf, factory: Enterprise
) -> None:
    """The handler got a tie since: whoever settles it for them is told that it goes on."""
    Request.objects.filter(pk=row.pk).update(handler=town.street_tied)
    unit = Unit.objects.get(pk=row.holder_id)
    answer = desk_of(town.worker).post(
        path_of(row, "employer/"),
        {"version": row.version, "employer": "汀禾餐饮"},
        follow=True,
    )
    assert unit == town.street
    assert "系统正在重新分级和交办" in answer.content.decode()
    assert stored(row).handler_id is None
