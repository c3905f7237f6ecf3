"""The pages after the reply: progress to its end, the personal link, the opinion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import wrong_in_any_look
from tests.journeys.answering import Answered, ask_for_another, open_link, send_and_answer
from tests.journeys.browser import BrowserThread, Visitors
from tests.journeys.cast import ASKING, TOUCHED, UNPAID
from tests.journeys.phone import look_up
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


@dataclass(frozen=True, slots=True)
class Way:
    """Who is there to open a page, and a request that waits for its worker's opinion."""

    station: Stack
    visitors: Visitors
    desk_of: Callable[[str], Page]
    answered: Answered


@pytest.fixture(scope="session")
def answered(live_station: Stack, browser_thread: BrowserThread, chromium: Browser) -> Answered:
    """Give one reply that all pages which change nothing may share."""

    def send() -> Answered:
        visitors = Visitors(chromium, live_station.address)
        found = send_and_answer(live_station, visitors, UNPAID)
        visitors.leave()
        return found

    return browser_thread.run(send)


def _track_answered(way: Way) -> Page:
    look_up(page := way.visitors.with_phone(), way.answered.slip)
    expect(page.get_by_role("button", name="评价", exact=True)).to_be_visible()
    return page


def _track_delicate(way: Way) -> Page:
    case = send_and_answer(way.station, way.visitors, TOUCHED)
    look_up(page := way.visitors.with_phone(), case.slip)
    expect(page.get_by_text("为了保护您，答复不写在这里")).to_be_visible()
    return page


def _track_closed(way: Way) -> Page:
    case = send_and_answer(way.station, way.visitors, ASKING)
    look_up(page := way.visitors.with_phone(), case.slip)
    expect(page.get_by_role("heading", name="已办结", level=1)).to_be_visible()
    return page


def _link(way: Way) -> Page:
    page = way.visitors.with_phone()
    page.goto(f"/l/{way.answered.token}/")
    return page


def _link_lapsed(way: Way) -> Page:
    page = way.visitors.with_phone()
    page.goto(f"/l/{'x' * 22}/")
    page.get_by_role("button", name="打开链接").click()
    expect(page.get_by_role("heading", name="链接已失效")).to_be_visible()
    return page


def _rate(way: Way) -> Page:
    open_link(page := way.visitors.with_phone(), way.answered.token)
    return page


def _rate_refused(way: Way) -> Page:
    page = _rate(way)
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _rate_staff(way: Way) -> Page:
    page = way.desk_of("zhoumin")
    page.goto(f"/l/{way.answered.token}/")
    page.get_by_role("button", name="打开链接").click()
    expect(page.get_by_role("heading", name="评价要由诉求人自己做")).to_be_visible()
    return page


def _rated(way: Way) -> Page:
    case = send_and_answer(way.station, way.visitors, UNPAID)
    open_link(page := way.visitors.with_phone(), case.token)
    ask_for_another(page)
    return page


def _track_again(way: Way) -> Page:
    case = send_and_answer(way.station, way.visitors, UNPAID)
    open_link(page := way.visitors.with_phone(), case.token)
    ask_for_another(page)
    way.station.wait_until_all_dispatched([case.slip.number], seconds=60)
    look_up(page, case.slip)
    page.get_by_text("为什么从").click()
    expect(page.get_by_text("按您的要求换了人重新办理")).to_be_visible()
    return page


PAGES: Mapping[str, Callable[[Way], Page]] = {
    "track-answered": _track_answered,
    "track-delicate": _track_delicate,
    "track-closed": _track_closed,
    "track-again": _track_again,
    "link": _link,
    "link-lapsed": _link_lapsed,
    "rate": _rate,
    "rate-refused": _rate_refused,
    "rate-staff": _rate_staff,
    "rated": _rated,
}


@pytest.mark.parametrize("label", PAGES)
def test_page_is_readable_fits_and_is_silent(
    label: str,
    live_station: Stack,
    answered: Answered,
    visitors: Visitors,
    desk_of: Callable[[str], Page],
) -> None:
    page = PAGES[label](Way(live_station, visitors, desk_of, answered))
    assert wrong_in_any_look(page, label) == []
