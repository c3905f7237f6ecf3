"""An old worker calls; a member of staff writes it down; it takes the same way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Visitors, keep_picture, sideways
from tests.journeys.cast import OLD
from tests.journeys.phone import look_up, read_slip
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


def test_a_phone_note_takes_the_same_way_and_the_caller_can_look(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    desk = desk_of("zhoumin")
    desk.goto("/desk/")
    desk.get_by_role("link", name="登记诉求").first.click()
    write_down(desk)
    desk.get_by_role("button", name="登记", exact=True).click()
    expect(desk.get_by_role("heading", name="已登记，请读给对方")).to_be_visible()
    slip = read_slip(desk)
    assert sideways(desk) == 0
    keep_picture(desk, "note-receipt-1440")

    live_station.wait_until_all_dispatched([slip.number], seconds=60)
    assert live_station.steps_by_via([slip.number]) == {"celery": 3}
    [row] = live_station.query(
        "SELECT r.channel, a.username, i.class_code, r.level <> '', r.holder_id IS NOT NULL,"
        " r.due_at IS NOT NULL FROM requests_app_request r"
        " JOIN members_account a ON a.id = r.registrar_id"
        " LEFT JOIN requests_app_item i ON i.id = r.item_id WHERE r.number = %s",
        slip.number,
    )
    assert row == ("phone", "zhoumin", "INSU", True, True, True)

    desk.get_by_role("button", name="对方已记下，打开这一件").click()
    expect(desk.get_by_role("main")).to_contain_text(f"{OLD.phone[:3]}****{OLD.phone[-4:]}")
    assert OLD.phone not in desk.content()
    look_up(caller := visitors.with_phone(), slip)
    expect(caller.get_by_role("heading", name="已受理", level=1)).to_be_visible()
    assert re.search(r"\d+月\d+日", caller.get_by_role("main").inner_text())


def write_down(desk: Page) -> None:
    desk.get_by_role("textbox", name="发生了什么").fill(OLD.story)
    desk.get_by_role("textbox", name="姓名").fill(OLD.name)
    desk.get_by_role("textbox", name="手机号").fill(OLD.phone)
    desk.get_by_role("combobox", name="怎么来的").select_option(label="电话")
    desk.get_by_role("checkbox", name="已当面或在电话里告知").check()


def test_back_after_a_note_offers_an_empty_form(desk_of: Callable[[str], Page]) -> None:
    """Else the same note is sent as a second request with one stray click."""
    desk = desk_of("zhoumin")
    desk.goto("/desk/new/")
    write_down(desk)
    desk.get_by_role("button", name="登记", exact=True).click()
    expect(desk.get_by_role("heading", name="已登记，请读给对方")).to_be_visible()
    desk.go_back()
    expect(desk.get_by_role("textbox", name="发生了什么")).to_have_value("")
    expect(desk.get_by_role("textbox", name="手机号")).to_have_value("")
