"""A request from a phone to a signed desk: the first story of the station, told whole."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Visitors, keep_picture, sideways
from tests.journeys.cast import COOK
from tests.journeys.phone import (
    Slip,
    count_required,
    look_up,
    open_form,
    photo_with_place,
    place_in,
    send,
    tell,
)
from tests.journeys.staff import first_in_inbox, sign_in
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
SHANGHAI = ZoneInfo("Asia/Shanghai")
REASON = "电话核实欠薪月份"


def test_unpaid_wages_go_from_a_phone_to_a_signed_desk(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    phone = visitors.with_phone()
    slip = report_unpaid_wages(phone)
    live_station.wait_until_all_dispatched([slip.number], seconds=60)
    assert live_station.steps_by_via([slip.number]) == {"celery": 3}
    assert what_the_machine_decided(live_station, slip) == {
        "item": "WAGE-02",
        "headcount": 20,
        "amount_fen": 40_000_000,
        "urgency": "urgent",
        "enterprise": "汀禾餐饮",
        "level": "street",
        "holder": "YQJ",
        "approach": "unnamed",
        "state": "dispatched",
    }
    assert "E01" in reasons_of(live_station, slip)
    assert promised(live_station, slip) == close_of_business_in(live_station, slip, workdays=15)
    nobody_tied_gets_it(live_station, desk_of("cenqi"), slip)
    sees_waiting(visitors.with_phone(), slip)
    desk = visitors.at_desk()
    sign_in(desk, "linyizhou")
    read_at_the_top_of_the_inbox(desk, slip)
    photo_lost_its_place(live_station, desk)
    asks_who_it_was(live_station, desk, slip)
    sign(desk)
    sees_promise(live_station, visitors.with_phone(), slip)


def report_unpaid_wages(page: Page) -> Slip:
    open_form(page)
    assert len(count_required(page)) <= 5, count_required(page)
    assert sideways(page) == 0
    photo = photo_with_place()
    assert place_in(photo), "the photo must have a place to lose"
    page.get_by_role("radio", name="工资").check()
    tell(page, COOK)
    page.get_by_label("哪家单位").fill(COOK.employer)
    page.get_by_label("怎么称呼您").fill(COOK.name)
    page.get_by_role("radio", name="可以联系，不提我的名字").check()
    page.get_by_label("拍照或选文件").set_input_files(
        {"name": "IMG_1.JPG", "mimeType": "image/jpeg", "buffer": photo}
    )
    keep_picture(page, "wage-form-360")
    slip = send(page)
    keep_picture(page, "wage-receipt-360")
    assert sideways(page) == 0
    return slip


# ---- what the machine made of it ------------------------------------------------


def what_the_machine_decided(station: Stack, slip: Slip) -> dict[str, object]:
    names = (
        "item", "headcount", "amount_fen", "urgency", "enterprise", "level", "holder",
        "approach", "state",
    )  # fmt: skip
    [row] = station.query(
        "SELECT i.code, r.headcount, r.amount_fen, r.urgency, e.short_name, r.level, u.code,"
        " r.approach, r.state FROM requests_app_request r"
        " LEFT JOIN requests_app_item i ON i.id = r.item_id"
        " LEFT JOIN members_enterprise e ON e.id = r.enterprise_id"
        " LEFT JOIN members_unit u ON u.id = r.holder_id WHERE r.number = %s",
        slip.number,
    )
    return dict(zip(names, row, strict=True))


def reasons_of(station: Stack, slip: Slip) -> list[str]:
    rows = station.query(
        "SELECT jsonb_array_elements(e.because) ->> 'code' FROM requests_app_event e"
        " JOIN requests_app_request r ON r.id = e.request_id"
        " WHERE r.number = %s AND e.kind = 'request.triaged'",
        slip.number,
    )
    return [code for (code,) in rows]


def promised(station: Stack, slip: Slip) -> datetime:
    [(due_at,)] = station.query(
        "SELECT due_at FROM requests_app_request WHERE number = %s", slip.number
    )
    found: datetime = due_at
    return found


def close_of_business_in(station: Stack, slip: Slip, *, workdays: int) -> datetime:
    """Count the days by hand: the day of receipt is not one of them."""
    [(registered_at,)] = station.query(
        "SELECT registered_at FROM requests_app_request WHERE number = %s", slip.number
    )
    special = dict(station.query("SELECT date, kind FROM members_calendarday"))
    [(closes,)] = station.query("SELECT closes FROM members_officehours LIMIT 1")
    first = registered_at.astimezone(SHANGHAI).date()
    for distance in count(1):
        day = first + timedelta(days=distance)
        kind = special.get(day, "workday" if day.weekday() < 5 else "restday")
        workdays -= kind in {"workday", "makeup"}
        if workdays == 0:
            return datetime.combine(day, closes, SHANGHAI)
    raise AssertionError


def nobody_tied_gets_it(station: Stack, tied: Page, slip: Slip) -> None:
    """The restaurant's adviser learns nothing, not even that the number exists."""
    tied.goto("/desk/")
    expect(tied.get_by_role("heading", name="收件箱", level=1)).to_be_visible()
    assert slip.number not in tied.content()
    tied.goto("/desk/notices/")
    assert slip.number not in tied.content()
    # By the browser's own client: a page would log the 404s that are wanted here.
    unknown = slip.number[:-1] + str((int(slip.number[-1]) + 1) % 10)
    for address in ("/desk/requests/{}/", "/desk/requests/{}/files/1/"):
        refused = tied.request.get(address.format(slip.number))
        nowhere = tied.request.get(address.format(unknown))
        assert (refused.status, refused.body()) == (404, nowhere.body())
    told = station.query(
        "SELECT a.username FROM members_notice n JOIN members_account a ON a.id = n.account_id"
        " JOIN requests_app_request r ON r.id = n.request_ref WHERE r.number = %s",
        slip.number,
    )
    assert told == [("linyizhou",)]


# ---- the worker looks, the street signs -----------------------------------------


def sees_waiting(page: Page, slip: Slip) -> None:
    look_up(page, slip)
    expect(page.get_by_role("heading", name="已受理", level=1)).to_be_visible()


def read_at_the_top_of_the_inbox(page: Page, slip: Slip) -> None:
    first = first_in_inbox(page)
    assert slip.number in first
    assert "集体欠薪" in first
    assert "汀禾餐饮" in first
    assert "剩" in first.split("集体欠薪")[0], "the light comes first"
    keep_picture(page, "wage-inbox-1440")
    page.get_by_role("link", name="集体欠薪").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("涉及10人及以上共同诉求")
    expect(main).to_contain_text("20人")
    expect(main).to_contain_text("400,000")
    expect(main).to_contain_text("老板说再等等")
    keep_picture(page, "wage-request-1440")


def photo_lost_its_place(station: Stack, page: Page) -> None:
    """The handler opens the photo: no place in it. On disk it is sealed."""
    [address] = {
        link.get_attribute("href") or ""
        for link in page.get_by_role("main").get_by_role("link").all()
        if "/files/" in (link.get_attribute("href") or "")
    }
    answer = page.request.get(address)
    assert answer.ok
    assert place_in(answer.body()) == {}
    media = Path(station.environment["MEDIA_ROOT"])
    stored = [path.read_bytes() for path in media.rglob("*") if path.is_file()]
    assert stored
    assert not [content for content in stored if content.startswith(b"\xff\xd8")]


def asks_who_it_was(station: Stack, page: Page, slip: Slip) -> None:
    """Name and phone are masked until a reason is given, which leaves one row."""
    assert COOK.phone not in page.content()
    assert COOK.name not in page.content()
    expect(page.get_by_role("main")).to_contain_text(f"{COOK.phone[:3]}****{COOK.phone[-4:]}")
    before = unmaskings(station, slip)
    page.get_by_text("查看完整信息", exact=True).click()
    page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name="显示姓名和电话").click()
    expect(page.get_by_role("main")).to_contain_text(COOK.phone)
    expect(page.get_by_role("main")).to_contain_text(COOK.name)
    assert unmaskings(station, slip) == [*before, "linyizhou"]
    page.goto(f"/desk/requests/{slip.number}/")
    assert COOK.phone not in page.content()


def unmaskings(station: Stack, slip: Slip) -> list[str]:
    rows = station.query(
        "SELECT a.username FROM members_accessentry x JOIN members_account a"
        " ON a.id = x.account_id JOIN requests_app_request r ON x.subject = 'request:' || r.id"
        " WHERE r.number = %s AND x.action = 'unmask' ORDER BY x.id",
        slip.number,
    )
    return [name for (name,) in rows]


def sign(page: Page) -> None:
    page.get_by_role("button", name="签收").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("已签收，您是承办人")
    expect(main).to_contain_text("林一舟")


def sees_promise(station: Stack, page: Page, slip: Slip) -> None:
    look_up(page, slip)
    expect(page.get_by_role("heading", name="办理中", level=1)).to_be_visible()
    day = promised(station, slip).astimezone(SHANGHAI)
    main = page.get_by_role("main")
    expect(main).to_contain_text(f"{day.month}月{day.day}日")
    looks = page.get_by_role("region", name="谁查看过您的姓名和电话").inner_text()
    assert "云桥街道总工会的承办人" in looks
    assert REASON in looks
    assert "有1个人打开过" in looks
    assert "林一舟" not in main.inner_text()
    assert sideways(page) == 0
    keep_picture(page, "wage-progress-360")


# ---- the door -------------------------------------------------------------------


def test_wrong_passwords_are_rows_and_slow_the_guesser_down(
    live_station: Stack, visitors: Visitors
) -> None:
    page = visitors.at_desk()
    page.goto("/accounts/login/")
    before = login_attempts(live_station)
    told = [give_wrong_password(page) for _ in range(5)]
    assert login_attempts(live_station) >= before + 2 * 5  # the name's bucket and the network's
    # The first wait is a second, which a slow machine may outlast; the next are longer.
    while "请等" not in told[-1] and len(told) < 10:
        told.append(give_wrong_password(page))
    assert "请等" in told[-1], told
    assert page.url.endswith("/accounts/login/")


def give_wrong_password(page: Page) -> str:
    """Try; return what the page says."""
    page.get_by_label("用户名").fill("shenji")
    page.get_by_label("密码", exact=True).fill("not-the-password")
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()
    return page.get_by_role("alert").first.inner_text()


def login_attempts(station: Stack) -> int:
    [(found,)] = station.query("SELECT count(*) FROM members_attempt WHERE kind = 'login'")
    return int(found)
