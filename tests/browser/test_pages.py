"""Every page in every look and width: readable for all, never wider than the screen, silent.

The controls below break a page on purpose: each check must see it.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looks import CUT_OFF, wrong_in_any_look
from tests.browser.pages import PAGES, Way
from tests.journeys.browser import (
    DESK,
    HEIGHT,
    PHONE,
    TABLET,
    BrowserThread,
    Visitors,
    faults_of,
    keep_picture,
    sideways,
)
from tests.journeys.cast import WAITER
from tests.journeys.phone import Slip, open_form, send, tell
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="session")
def slip(live_station: Stack, browser_thread: BrowserThread, chromium: Browser) -> Slip:
    """Send one case whose page has everything; less urgent than the one of the journeys."""

    def report() -> Slip:
        visitors = Visitors(chromium, live_station.address)
        page = visitors.with_phone()
        open_form(page)
        tell(page, WAITER)
        page.get_by_role("combobox", name="哪家单位").fill(WAITER.employer)
        found = send(page)
        visitors.leave()
        return found

    sent = browser_thread.run(report)
    live_station.wait_until_all_dispatched([sent.number], seconds=60)
    for reason in (
        "打电话核对工资发到哪个月",
        "对方没接电话，第二次打，问清楚单位全称和哪天方便再联系",
    ):
        live_station.run("tests.journeys.look", sent.number, "zhoumin", reason)
    return sent


@pytest.mark.parametrize("label", PAGES)
def test_page_is_readable_fits_and_is_silent(
    label: str, slip: Slip, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    page = PAGES[label](Way(visitors, desk_of, slip))
    assert wrong_in_any_look(page, label) == []


LONG_NAME = "东海市东津区云桥街道汀禾餐饮管理咨询服务有限责任公司第二分公司"


@pytest.mark.parametrize("across", [PHONE, TABLET, DESK])
@pytest.mark.parametrize("mode", ["", "elder"])
def test_a_long_employer_is_read_to_its_end_in_the_inbox(
    mode: str, across: int, slip: Slip, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    page = PAGES["inbox"](Way(visitors, desk_of, slip))
    page.set_viewport_size({"width": across, "height": HEIGHT})
    page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
    firm = page.locator(".queue-row .c-firm").first
    firm.evaluate("(cell, name) => { cell.firstChild.data = name }", LONG_NAME)
    keep_picture(page, f"inbox-long-{across}-{mode or 'light'}")
    assert page.evaluate(CUT_OFF) == []
    assert sideways(page) == 0


# ---- controls -------------------------------------------------------------------


@pytest.fixture
def broken(visitors: Visitors) -> Callable[[str], Page]:
    """Give a page on which a script has just done something wrong."""

    def open_and_break(script: str) -> Page:
        page = visitors.with_phone()
        page.goto("/privacy/")
        page.evaluate(script)
        return page

    return open_and_break


def test_an_unnamed_field_and_pale_words_are_faults(broken: Callable[[str], Page]) -> None:
    page = broken("document.querySelector('main').append(document.createElement('select'))")
    assert [fault.split(":")[0] for fault in faults_of(page)] == ["select-name"]
    page = broken("document.querySelector('main p').style.color = '#bbb'")
    assert [fault.split(":")[0] for fault in faults_of(page)] == ["color-contrast"]


def test_a_page_in_the_wrong_look_is_seen_at_once(visitors: Visitors) -> None:
    """What axe reads must be the look that was asked for, not the one before it."""
    page = visitors.with_phone()
    page.goto("/preferences/")
    ink = "getComputedStyle(document.querySelector('main b')).color"
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        seen.append(page.evaluate(ink))
    assert seen[0] != seen[1]


def test_a_box_wider_than_the_screen_is_seen(broken: Callable[[str], Page]) -> None:
    page = broken("document.querySelector('main').style.width = '500px'")
    assert sideways(page) > 0


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("fetch('/static/css/no-such.css').then((answer) => answer.text())", "404"),
        ("setTimeout(() => { throw new Error('boom') })", "boom"),
        ("document.body.setAttribute('onclick', 'void 0')", "Content Security Policy"),
        ("location.href = 'http://127.0.0.1:9/'", "leaves the machine"),
    ],
    ids=["missing-file", "script-error", "inline-script", "other-host"],
)
def test_what_goes_wrong_on_a_page_is_noted(
    script: str, told: str, visitors: Visitors, broken: Callable[[str], Page]
) -> None:
    page = broken(script)
    page.wait_for_timeout(100)
    noted, visitors.problems[:] = list(visitors.problems), []
    assert any(told in problem for problem in noted), noted
