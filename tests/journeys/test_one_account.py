"""A station with exactly one account: what it ends alone, and what it cannot."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import handling
from tests.journeys.browser import Visitors, keep_picture
from tests.journeys.cast import CREW, LEARNER, LONE_STATION, Worker
from tests.journeys.phone import Slip, look_up, open_form, send, tell
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
ADVICE = "瑜伽课还有六个名额，带工会会员卡来服务站登记就行，下周二晚上开课。"


def test_a_consultation_closes_alone(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    slip = report(live_station, visitors, LEARNER)
    assert reviewed_by_rule(live_station, slip) == "none"
    desk = desk_of("luqi")
    handling.sign(desk, slip)
    handling.submit(desk, slip, reply=ADVICE)
    live_station.wait_until_all([slip.number], "closed", seconds=60)
    phone = visitors.with_phone()
    look_up(phone, slip)
    expect(phone.get_by_role("heading", name="已办结", level=1)).to_be_visible()
    expect(phone.get_by_role("main")).to_contain_text(ADVICE)
    keep_picture(phone, "closed-alone-360")
    assert people_in(live_station, slip) == {"luqi"}


def test_the_wage_case_needs_the_street(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    slip = report(live_station, visitors, CREW)
    alone = desk_of("luqi")
    handling.open_request(alone, slip)
    expect(alone.get_by_role("button", name="签收")).to_have_count(0)
    expect(alone.get_by_role("main")).to_contain_text("承办单位：云桥街道总工")
    keep_picture(alone, "needs-the-street-1440")

    street = desk_of("linyizhou")
    handling.sign(street, slip)
    handling.submit(street, slip)
    live_station.wait_until_all([slip.number], "in_review", seconds=60)
    handling.open_request(alone, slip)
    expect(alone.get_by_role("button", name="审核通过")).to_have_count(0)
    assert people_in(live_station, slip) == {"linyizhou"}


def report(station: Stack, visitors: Visitors, worker: Worker) -> Slip:
    page = visitors.with_phone()
    open_form(page)
    tell(page, worker, station=LONE_STATION)
    slip = send(page)
    station.wait_until_all_dispatched([slip.number], seconds=60)
    return slip


def people_in(station: Stack, slip: Slip) -> set[str]:
    """Return who of the staff has had a hand in it."""
    rows = station.query(
        "SELECT DISTINCT a.username FROM requests_app_event e"
        " JOIN requests_app_request r ON r.id = e.request_id"
        " JOIN members_account a ON a.id = e.actor_id WHERE r.number = %s",
        slip.number,
    )
    return {str(username) for (username,) in rows}


def reviewed_by_rule(station: Stack, slip: Slip) -> str:
    """Return whether the item asks for a second person."""
    [(review,)] = station.query(
        "SELECT i.review FROM requests_app_request r JOIN requests_app_item i ON i.id = r.item_id"
        " WHERE r.number = %s",
        slip.number,
    )
    return str(review)
