"""The pages of figures: every number leads to its rows, and each reader sees only their own."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Account
from requests_app.models import Request
from tests.figures import Drawing, draw_requests, draw_settlements
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
FIGURES, ROWS = "/desk/figures/", "/desk/figures/rows/"
LINK = re.compile(rf'<a href="({ROWS}[^"]*)">([^<]*)</a>')


@pytest.fixture
def drawn(town: Town) -> Town:
    drawing = Drawing(town, Random(11), classes=("WAGE", "LIFE"))
    draw_settlements(drawing, draw_requests(drawing, 160)[:14])
    return town


def page_of(client: Client, address: str = FIGURES) -> str:
    answer = client.get(html.unescape(address))
    assert answer.status_code == 200, (answer.status_code, address)
    return answer.content.decode()


def total_of(page: str) -> int:
    found = re.search(r"共(\d+)件，第", page)
    return int(found.group(1)) if found else 0


def numbers_in(page: str) -> Iterator[tuple[str, int]]:
    """Every number on the page that leads to rows, with the address of the rows."""
    for address, text in LINK.findall(page):
        if re.fullmatch(r"[\d,]+", text):
            yield address, int(text.replace(",", ""))


def test_every_number_is_the_length_of_the_list_it_leads_to(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.street_handler)
    page = page_of(client)
    seen = dict(numbers_in(page))
    people = {address for address in seen if "of=agreed" in address}
    for address, number in seen.items():
        if address not in people:
            assert total_of(page_of(client, address)) == number, address
    measures = {re.search(r"of=(\w+)", address).group(1) for address in seen}  # type: ignore[union-attr]
    assert len(measures) == 16, measures
    assert {re.search(r"by=(\w+)", each).group(1) for each in seen if "by=" in each} == {  # type: ignore[union-attr]
        "class",
        "level",
        "station",
        "channel",
    }


def test_people_and_money_are_those_of_the_settlements_listed(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.street_handler)
    page = page_of(client)
    wan = re.search(r'<a href="([^"]*of=recovered[^"]*)">([\d,.]+)</a><small>万元', page)
    assert wan is not None
    rows = page_of(client, wan.group(1))
    yuan = re.search(r"期内到账</dt><dd>¥([\d,.]+)</dd>", rows)
    assert yuan is not None
    assert wan.group(2) == f"{float(yuan.group(1).replace(',', '')) / 10_000:,.2f}"
    told = re.search(r"涉及(\d+)人，", page)
    listed = re.search(r"人数</dt><dd>(\d+)人</dd>", rows)
    assert told is not None
    assert listed is not None
    assert told.group(1) == listed.group(1)
    paid = re.search(
        r'已有到账的人数 <span class="ratio"><a href="([^"]*)">(\d+)</a> / <a href="([^"]*)">(\d+)',
        page,
    )
    assert paid is not None
    for address, people in (paid.group(1, 2), paid.group(3, 4)):
        listed = re.search(r"人数</dt><dd>(\d+)人</dd>", page_of(client, address))
        assert listed is not None
        assert listed.group(1) == people


@pytest.mark.parametrize("number", [5, 50])
def test_the_page_takes_six_statements_for_any_number_of_rows(
    town: Town, desk_of: DeskOf, number: int
) -> None:
    drawing = Drawing(town, Random(3))
    draw_settlements(drawing, draw_requests(drawing, number)[:3])
    client = desk_of(town.street_handler)
    for address in (FIGURES, f"{ROWS}?of=received"):
        page_of(client, address)  # what a process remembers is in memory now
    with CaptureQueriesContext(connection) as seen:
        page_of(client)
    # session, account with scope, units with the bell, requests, opinions and calls, money
    assert len(seen) == 6, [each["sql"][:80] for each in seen]
    with CaptureQueriesContext(connection) as seen:
        page_of(client, f"{ROWS}?of=received")
    # session, account with scope, units with the bell, rows
    assert len(seen) == 4, [each["sql"][:80] for each in seen]


def test_a_station_sees_its_own_and_may_not_ask_for_its_neighbours(
    drawn: Town, desk_of: DeskOf
) -> None:
    client = desk_of(drawn.stranger)
    page = page_of(client)
    assert "月河片区服务站" in page
    assert "云桥" not in page.split('id="main"')[1]
    mains = {
        page_of(client, f"{FIGURES}?unit={code}").split('id="main"')[1] for code in ("YQ", "YH")
    }
    assert len(mains) == 1
    rows = page_of(client, f"{ROWS}?of=received&unit=YQ")
    own = Request.objects.filter(station=drawn.other_station).values_list("number", flat=True)
    listed = set(re.findall(r"/desk/requests/(\w+)/", rows))
    assert listed
    assert listed <= set(own)
    neighbours = page_of(client, f"{ROWS}?of=received&by=station&key=YQ")
    assert total_of(neighbours) == 0


def test_who_is_tied_finds_no_shunned_row_behind_any_number(drawn: Town, desk_of: DeskOf) -> None:
    shunned = set(
        Request.objects.filter(needs_recusal=True, enterprise=drawn.restaurant).values_list(
            "number", flat=True
        )
    )
    free, tied = desk_of(drawn.street_handler), desk_of(drawn.street_tied)
    met = set()
    for address, number in numbers_in(page_of(tied)):
        if "by=" not in address:
            page = page_of(tied, address)
            assert total_of(page) == number or "of=agreed" in address
            assert shunned.isdisjoint(re.findall(r"/desk/requests/(\w+)/", page))
            met |= set(re.findall(r"/desk/requests/(\w+)/", page_of(free, address)))
    assert not shunned.isdisjoint(met)


@pytest.mark.parametrize("address", [FIGURES, "/desk/wall/", f"{ROWS}?of=received"])
def test_a_system_administrator_sees_no_figure(drawn: Town, desk_of: DeskOf, address: str) -> None:
    page = page_of(desk_of(drawn.system_admin), address)
    main = page.split("<main")[1]
    assert not re.search(r"/desk/requests/\w+/", main)
    assert not list(numbers_in(main))
    assert "您的角色看不到诉求" in main or "没有这样的诉求" in main


def test_a_visitor_without_login_is_sent_to_the_door(town: Town, client: Client) -> None:
    for address in (FIGURES, ROWS, "/desk/wall/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_a_flagged_row_is_neutral_in_every_list(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.worker)
    Request.objects.update(flags=["harassment"])
    page = page_of(client)
    by_class = re.findall(r'<th scope="row">([^<]+)</th>', page.split('id="by-class"')[1])
    assert by_class[0] == "专人办理事项"
    for address, _number in numbers_in(page):
        if "by=" in address:
            continue
        rows = page_of(client, address).split('id="main"')[1]
        titles = set(re.findall(r'<a href="/desk/requests/\w+/">([^<]+)</a>', rows))
        assert titles <= {"专人办理事项"}, address
        assert "街道" not in rows.replace("月河街道", "")
        for word in ("¥", "非常满意", "基本满意"):
            lines = rows.split("<tbody>")[-1] if "<tbody>" in rows else ""
            assert word not in lines, (address, word)


def test_no_class_filter_reaches_a_flagged_row(drawn: Town, desk_of: DeskOf) -> None:
    Request.objects.update(flags=["harassment"])
    client = desk_of(drawn.worker)
    for query in ("by=class&key=WAGE", "by=level&key=station", "by=level&key=none"):
        assert total_of(page_of(client, f"{ROWS}?of=received&{query}")) == 0
    assert total_of(page_of(client, f"{ROWS}?of=received&by=class&key=-")) > 0


# ---- windows ----------------------------------------------------------------------------


def received(page: str) -> int:
    found = re.search(r"期内收到\s+(?:<a [^>]*>)?([\d,]+)", page)
    assert found is not None
    return int(found.group(1).replace(",", ""))


def test_the_window_is_chosen_by_links_and_by_a_plain_form(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.city_handler)
    for period, first in (("month", "2026-11-01"), ("quarter", "2026-10-01"), ("", "2026-01-01")):
        page = page_of(client, f"{FIGURES}?period={period}")
        assert f"{first}至2026-11-23，数据截至今日09:00" in page
        start = MONDAY.replace(month=int(first[5:7]), day=1, hour=0)
        assert received(page) == Request.objects.filter(registered_at__gte=start).count() > 0
    one_day = f"{FIGURES}?period=own&since=2026-11-20&until=2026-11-20&unit=YQ"
    page = page_of(client, one_day)
    assert "云桥片区服务站 · 2026-11-20至2026-11-20" in page
    day = MONDAY.replace(day=20, hour=0)
    found = Request.objects.filter(
        station=drawn.station, registered_at__gte=day, registered_at__lt=day + timedelta(days=1)
    )
    assert received(page) == found.count()
    # the numbers keep unit and days
    for address, number in numbers_in(page):
        assert "since=2026-11-20" in address
        assert total_of(page_of(client, address)) == number


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=2026-11-20&until=2026-11-01", "结束日期早于开始日期"),
        ("since=2026-12-20&until=2026-12-21", "开始日期还没有到"),
        ("since=2020-01-01&until=2026-11-01", "一次最多看5年"),
        ("since=heute&until=2026-11-01", "日期写成2026-01-31这样"),
        ("since=&until=2026-11-01", "请填开始日期"),
    ],
)
def test_days_that_make_no_window_come_back_with_a_reason(
    town: Town, desk_of: DeskOf, query: str, told: str
) -> None:
    page = page_of(desk_of(town.worker), f"{FIGURES}?period=own&{query}")
    assert told in page
    assert 'role="alert"' in page
    assert "2026-01-01至2026-11-23" in page


@pytest.mark.parametrize("query", ["?unit=NOBODY", "?period=century", "?period=own", "?unit=%00"])
def test_what_is_not_known_counts_as_not_given(town: Town, desk_of: DeskOf, query: str) -> None:
    page = page_of(desk_of(town.worker), f"{FIGURES}{query}")
    assert "云桥片区服务站 · 2026-01-01至2026-11-23" in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize(
    "query", ["", "?of=beauty", "?of=closed&part=half", "?of=recovered&part=unreached"]
)
def test_a_number_that_does_not_exist_has_no_rows(town: Town, desk_of: DeskOf, query: str) -> None:
    assert desk_of(town.worker).get(f"{ROWS}{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?of=closed&page=-1", "?of=closed&page=x", "?of=closed&by=colour&key=red"]
)
def test_odd_addresses_of_rows_still_answer(town: Town, desk_of: DeskOf, query: str) -> None:
    assert "没有这样的诉求" in page_of(desk_of(town.worker), f"{ROWS}{query}")


# ---- what is said -------------------------------------------------------------------------


def test_nothing_yet_is_said_in_words(town: Town, desk_of: DeskOf) -> None:
    page = page_of(desk_of(town.worker))
    assert "这段时间没有诉求" in page
    assert "没有期内到期的诉求" in page
    assert not list(numbers_in(page))


def test_under_ten_there_are_counts_and_no_rate(town: Town, desk_of: DeskOf) -> None:
    made = draw_requests(Drawing(town, Random(2)), 1)[0]
    copies = {"due_at": MONDAY - timedelta(days=1), "state": "signed", "flags": []}
    rows = []
    for number in range(10):
        values = {
            each.attname: getattr(made, each.attname)
            for each in Request._meta.concrete_fields
            if not each.primary_key
        }
        values |= copies | {"number": f"C{number}", "lookup_hash": bytes(31) + bytes([number])}
        values |= {"station_id": town.station.pk, "closed_at": None, "closed_as": ""}
        rows.append(Request(**values))
    made.delete()
    Request.objects.bulk_create(rows[:9])
    client = desk_of(town.worker)
    few = page_of(client).split("按时答复率")[0]
    assert "不足10件，不算率" in few
    assert "%" not in few.split("办结率")[1].split("按收到")[0]
    Request.objects.bulk_create(rows[9:])
    many = page_of(client).split("按时答复率")[0]
    assert "0.0<small>%</small>" in many


def test_every_figure_is_explained_on_the_page(drawn: Town, desk_of: DeskOf) -> None:
    page = page_of(desk_of(drawn.worker))
    anchors = set(re.findall(r'href="#(terms-\w+)"', page))
    assert len(anchors) == 9
    assert anchors <= set(re.findall(r'id="(terms-\w+)"', page))
    assert "响应率暂缺" in page


def test_later_pages_of_a_list_go_on_where_the_first_ended(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.city_handler)
    numbers = [
        re.findall(r'href="/desk/requests/(\w+)/"', page_of(client, f"{ROWS}?of=received&page={n}"))
        for n in (1, 2, 3, 4)
    ]
    assert len(numbers[0]) == 50
    whole = [number for some in numbers for number in some]
    assert len(whole) == len(set(whole)) == total_of(page_of(client, f"{ROWS}?of=received"))
    assert "这一页没有内容" in page_of(client, f"{ROWS}?of=received&page=9")
