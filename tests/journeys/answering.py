"""Requests that have got their reply, as their worker finds them on the phone."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.browser import Visitors
from tests.journeys.cast import Worker
from tests.journeys.phone import Slip, open_form, send, tell
from tests.worker.stack import Stack


@dataclass(frozen=True, slots=True)
class Answered:
    """What the worker took home, and the token of the link to the reply."""

    slip: Slip
    token: str


def send_and_answer(station: Stack, visitors: Visitors, worker: Worker) -> Answered:
    """Send a report from a phone and let staff take it to its reply."""
    page = visitors.with_phone()
    open_form(page)
    tell(page, worker)
    slip = send(page)
    station.wait_until_all_dispatched([slip.number], seconds=60)
    [token] = station.run("tests.journeys.answered", slip.number)
    return Answered(slip, token)


def open_link(page: Page, token: str) -> None:
    """Open a personal link as from a message, and press its one button."""
    page.goto(f"/l/{token}/")
    page.get_by_role("button", name="打开链接").click()
    expect(page.get_by_role("heading", name="请您评价", level=1)).to_be_visible()


def ask_for_another(page: Page) -> None:
    """Say that nothing is solved and somebody else should do it again."""
    page.get_by_role("radio", name="没有解决").check()
    page.get_by_role("radio", name="非常不满意").check()
    page.get_by_role("switch", name="希望换人重新办理").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
