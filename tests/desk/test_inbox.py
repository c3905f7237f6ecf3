import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Account, Notice
from requests_app.models import Request
from tests.desk.cases import HARASSED, LATE_PAY, dispatched, parked, register, signed
from tests.desk.handled import HOUR, closed, in_review, to_call
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
INBOX = "/desk/"


def page_of(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(INBOX + query, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def numbers_in(page: str) -> list[str]:
    return re.findall(r'id="open-(\w+)"', page)


def test_a_visitor_without_login_is_sent_to_the_door(town: Town, client: Client) -> None:
    answer = client.get(INBOX)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_the_holder_sees_what_to_sign_first(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    page = page_of(desk_of(town.street_handler))
    assert numbers_in(page) == [row.number]
    assert "集体欠薪" in page
    assert "紧急" in page
    assert "待签收" in page
    assert "汀禾餐饮管理有限公司" in page
    assert re.search(r"剩\d+", page)


def test_rows_stand_by_group_urgency_and_deadline(town: Town, desk_of: DeskOf) -> None:
    calm = dispatched(town, story=LATE_PAY)
    urgent = dispatched(town)
    critical = dispatched(town, story="有人被锁在车间里出不来，快来救人，我想自杀。")
    page = page_of(desk_of(town.county_handler))
    assert numbers_in(page)[0] == critical.number
    assert set(numbers_in(page)) == {calm.number, urgent.number, critical.number}
    assert page.index("立即处理") < page.index(critical.number)


def test_a_missed_deadline_moves_a_request_up(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    with time_machine.travel(row.due_at + timedelta(hours=20), tick=False):  # type: ignore[operator]
        page = page_of(desk_of(town.street_handler), "?view=overdue")
    assert numbers_in(page) == [row.number]
    assert "立即处理" in page
    assert "超期" in page


@pytest.mark.parametrize("rows", [5, 50])
def test_the_inbox_takes_four_statements_for_any_number_of_rows(
    town: Town, desk_of: DeskOf, rows: int
) -> None:
    first = dispatched(town)
    copies = [_copy(first, number) for number in range(1, rows)]
    Request.objects.bulk_create(copies)
    client = desk_of(town.street_handler)
    page_of(client)  # what a process remembers is in memory now
    with CaptureQueriesContext(connection) as seen:
        page = page_of(client)
    assert len(numbers_in(page)) == rows
    # session, account with scope, rows, counts with the bell
    assert len(seen) == 4, [each["sql"][:80] for each in seen]


def _copy(row: Request, number: int) -> Request:
    values = {
        field.attname: getattr(row, field.attname)
        for field in Request._meta.concrete_fields
        if not field.primary_key
    }
    values |= {"number": f"YQ26112399{number:03d}", "lookup_hash": number.to_bytes(32)}
    return Request(**values)


def test_the_fifty_first_row_stands_on_the_second_page(town: Town, desk_of: DeskOf) -> None:
    first = dispatched(town)
    Request.objects.bulk_create([_copy(first, number) for number in range(1, 51)])
    client = desk_of(town.street_handler)
    assert len(numbers_in(page_of(client))) == 50
    second = page_of(client, "?page=2")
    assert len(numbers_in(second)) == 1
    assert "共51件，第51–51件" in second


def test_the_fragment_is_the_same_as_a_reload(town: Town, desk_of: DeskOf) -> None:
    dispatched(town)
    client = desk_of(town.street_handler)
    for query in ("", "?view=unsigned", "?urgency=urgent&class=WAGE"):
        fragment = page_of(client, query, **{"HX-Request": "true"}).strip()
        assert fragment.startswith('<div id="list"')
        assert fragment in page_of(client, query)


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("?view=mine", True),
        ("?view=unsigned", True),
        ("?view=overdue", False),
        ("?stage=routing", True),
        ("?stage=handling", False),
        ("?urgency=urgent", True),
        ("?urgency=critical", False),
        ("?class=WAGE", True),
        ("?class=SAFE", False),
    ],
)
def test_a_filter_keeps_what_it_says(
    town: Town, desk_of: DeskOf, query: str, is_shown: bool
) -> None:
    row = dispatched(town)
    shown = numbers_in(page_of(desk_of(town.street_handler), query))
    assert shown == ([row.number] if is_shown else [])


@pytest.mark.parametrize(
    "query",
    [
        "?page=abc",
        "?page=-1",
        "?page=0",
        "?page=99999999999999999999",
        "?page=%00",
        "?view=%00&stage=%00&urgency=%00&class=%00",
        "?view=nothing&stage=nothing&urgency=nothing&class=nothing",
        "?page=" + "9" * 5000,
        "?class=%ED%A0%80",
    ],
)
def test_a_senseless_address_shows_the_first_page(town: Town, desk_of: DeskOf, query: str) -> None:
    row = dispatched(town)
    assert numbers_in(page_of(desk_of(town.street_handler), query)) == [row.number]


def test_a_page_past_the_end_leads_back(town: Town, desk_of: DeskOf) -> None:
    dispatched(town)
    page = page_of(desk_of(town.street_handler), "?page=7")
    assert "回到第一页" in page


def test_a_confidential_request_tells_the_list_nothing(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=HARASSED, phone="", name="", is_anonymous=True)
    assert "harassment" in row.flags
    client = desk_of(town.head)
    page = page_of(client)
    assert numbers_in(page) == [row.number]
    assert "专人办理事项" in page
    assert "已隐去" in page
    for leak in ("性骚扰", "汀禾", "街道总工会"):
        assert leak not in page.split('id="queue"')[1], leak
    # nor does a filter say what it is about
    classes = re.findall(r"class=(\w+)", page)
    assert classes
    for code in classes:
        assert numbers_in(page_of(client, f"?class={code}")) == []


@pytest.mark.parametrize(
    ("flag", "who", "is_open"),
    [
        ("medical", "worker", True),
        ("medical", "street_handler", True),
        ("medical", "county_handler", False),
        ("medical", "auditor", False),
        ("official", "street_handler", True),
        ("official", "auditor", False),
        ("a flag of last year", "street_handler", False),
        ("safety", "auditor", True),
    ],
)
def test_a_restricted_request_is_neutral_for_whoever_may_not_read_it(
    town: Town, desk_of: DeskOf, flag: str, who: str, is_open: bool
) -> None:
    row = dispatched(town)
    Request.objects.filter(pk=row.pk).update(flags=[flag], holder=town.street)
    client = desk_of(getattr(town, who))
    page = page_of(client)
    assert numbers_in(page) == [row.number]
    for told in ("集体欠薪", "汀禾餐饮管理有限公司"):
        assert (told in page.split('id="queue"')[1]) is is_open, told
    assert ("专人办理事项" in page) is not is_open
    assert numbers_in(page_of(client, "?class=WAGE")) == ([row.number] if is_open else [])


@pytest.mark.parametrize(
    ("who", "is_seen"),
    [
        ("worker", True),  # the station that raised it
        ("street_handler", True),
        ("county_handler", True),
        ("auditor", True),
        ("street_tied", False),
        ("stranger", False),
        ("system_admin", False),
    ],
)
def test_who_sees_a_request_in_lists_and_counts(
    town: Town, desk_of: DeskOf, who: str, is_seen: bool
) -> None:
    row = dispatched(town)
    page = page_of(desk_of(getattr(town, who)))
    assert numbers_in(page) == ([row.number] if is_seen else [])
    counts = re.findall(r'class="count[^"]*">(\d+)<', page.split('class="views"')[1])
    assert (counts[1] != "0") is is_seen


def test_a_superuser_without_duties_sees_nothing(town: Town, desk_of: DeskOf) -> None:
    dispatched(town)
    root = Account.objects.create_superuser("root", name="根")
    page = page_of(desk_of(root))
    assert numbers_in(page) == []
    assert "没有待办" in page


def test_a_parked_request_stands_red_on_top(town: Town, desk_of: DeskOf) -> None:
    row = parked(town)
    page = page_of(desk_of(town.worker))
    assert "有1件诉求自动处理停下了" in page
    assert numbers_in(page_of(desk_of(town.worker), "?view=parked")) == [row.number]
    assert "自动处理停下了" not in page_of(desk_of(town.stranger))


def test_the_bell_counts_unread_notices(town: Town, desk_of: DeskOf) -> None:
    register(town)
    Notice.objects.create(
        key="n1", account=town.worker, template="request.dispatched", params={}, created_at=MONDAY
    )
    assert "通知，1条未读" in page_of(desk_of(town.worker))
    assert "通知，0条未读" in page_of(desk_of(town.head))


# ---- the second half of a request's life ------------------------------------------------


def line_of(page: str, row: Request) -> str:
    """Return the line of a request as it reads."""
    rows = re.findall(r'<tr class="queue-row.*?</tr>', page, re.DOTALL)
    [found] = [each for each in rows if row.number in each]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_row_says_what_is_asked_of_its_reader(town: Town, desk_of: DeskOf) -> None:
    to_sign = dispatched(town)
    to_review = in_review(town, now=MONDAY - HOUR * 3)
    calling = to_call(town, now=MONDAY - HOUR * 3)
    reviewer = page_of(desk_of(town.county_handler), "?view=mine")
    assert numbers_in(reviewer) == [to_review.number]
    assert "集体欠薪 待我审核" in line_of(reviewer, to_review)
    assert "11-24 17:30 审核" in line_of(reviewer, to_review)
    caller = page_of(desk_of(town.worker), "?view=mine")
    assert numbers_in(caller) == [calling.number]
    assert "集体欠薪 待我回访" in line_of(caller, calling)
    assert "11-24 17:30 回访" in line_of(caller, calling)
    signer = page_of(desk_of(town.street_handler))
    assert "集体欠薪 待我签收" in line_of(signer, to_sign)
    for row in (to_review, calling):
        assert "待我" not in line_of(signer, row)


def test_what_waits_for_a_reader_moves_up_when_it_is_late(town: Town, desk_of: DeskOf) -> None:
    row = in_review(town)
    take_timers(row)
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        page = page_of(desk_of(town.county_handler), "?view=mine")
    assert "立即处理" in page
    assert "超期" in line_of(page, row)


def take_timers(row: Request) -> None:
    """Let the review's own timer have spoken: its limit is shown all the same."""
    row.timers.filter(rule="review").update(done_at=MONDAY)


def test_a_second_round_is_marked(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    Request.objects.filter(pk=row.pk).update(reworks=1, former_handler=town.street_handler)
    page = page_of(desk_of(town.street_handler))
    line = line_of(page, row)
    assert "第2轮" in line
    assert "待我签收" not in line  # somebody else's turn


def test_closed_requests_stand_by_their_end_with_how_it_came(town: Town, desk_of: DeskOf) -> None:
    older = closed(town, now=MONDAY - HOUR * 30)
    newer = closed(town, now=MONDAY - HOUR * 6)
    client = desk_of(town.head)
    page = page_of(client, "?view=closed")
    assert numbers_in(page) == [newer.number, older.number]
    assert "诉求人已评价" in line_of(page, newer)
    assert "已办结" in line_of(page, newer)
    assert "立即处理" not in page
    assert numbers_in(page_of(client)) == []


def test_a_confidential_row_says_only_what_is_to_be_done(town: Town, desk_of: DeskOf) -> None:
    row = in_review(town, now=MONDAY - HOUR * 3)
    Request.objects.filter(pk=row.pk).update(flags=["harassment"])
    line = line_of(page_of(desk_of(town.county_handler), "?view=mine"), row)
    assert "专人办理事项 待我审核" in line
    for leak in ("集体欠薪", "汀禾", "林一舟"):
        assert leak not in line
    Request.objects.filter(pk=row.pk).update(flags=["medical"])
    assert "集体欠薪" in line_of(page_of(desk_of(town.county_handler), "?view=mine"), row)


@pytest.mark.parametrize("rows", [5, 50])
@pytest.mark.parametrize("view", ["mine", "closed"])
def test_reviews_and_ends_take_four_statements_for_any_number_of_rows(
    town: Town, desk_of: DeskOf, rows: int, view: str
) -> None:
    first = in_review(town, now=MONDAY - HOUR * 3) if view == "mine" else closed(town)
    Request.objects.bulk_create([_copy(first, number) for number in range(1, rows)])
    client = desk_of(town.county_handler)
    page_of(client, f"?view={view}")
    with CaptureQueriesContext(connection) as seen:
        page = page_of(client, f"?view={view}")
    assert len(numbers_in(page)) == rows
    assert len(seen) == 4, [each["sql"][:80] for each in seen]
