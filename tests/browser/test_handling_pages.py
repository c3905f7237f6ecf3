"""The pages of handling and completion, refusals included: every look, every width, silent."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.browser.handling_pages import PAGES, Way
from tests.browser.looks import CUT_OFF, wrong_in_any_look
from tests.browser.states import LABELS
from tests.journeys.browser import DESK, HEIGHT, PHONE, TABLET
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="session")
def numbers(live_station: Stack) -> Mapping[str, str]:
    """Bring the requests into being, once for all pages."""
    return dict(zip(LABELS, live_station.run("tests.browser.seed"), strict=True))


@pytest.fixture
def way(live_station: Stack, desk_of: Callable[[str], Page], numbers: Mapping[str, str]) -> Way:
    """Give the way to the pages."""
    return Way(live_station, desk_of, numbers)


@pytest.mark.parametrize("label", PAGES)
def test_page_is_readable_fits_and_is_silent(label: str, way: Way) -> None:
    assert wrong_in_any_look(PAGES[label](way), label) == []


# In rem: what a thumb finds, and beside another one does not miss.
THUMB = 2.25
TOO_LOW = """least => [...document.querySelectorAll(
    "main .button, main .check, main .choice, main summary, main .input, main input[type=file]")]
  .filter((each) => each.checkVisibility())
  .filter((each) => each.getBoundingClientRect().height < least * 16)
  .map((each) => `${each.className || each.name}: ${each.innerText}`)"""


@pytest.mark.parametrize("label", ["late-unfolded", "session-new", "call-new", "payment-new"])
def test_what_is_pressed_on_a_phone_is_high_enough_for_a_thumb(label: str, way: Way) -> None:
    page = PAGES[label](way)
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    assert page.evaluate(TOO_LOW, THUMB) == []


BROKEN_IN_TWO = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll(".claims tr > :not(.wraps), .sums dd")) {
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      if (range.getClientRects().length > 1) broken.push(words.currentNode.data);
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("mode", ["", "elder"])
def test_a_name_or_a_sum_is_never_broken_in_two(mode: str, way: Way) -> None:
    page = PAGES["late"](way)
    page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
    for across in (PHONE, TABLET, DESK):
        page.set_viewport_size({"width": across, "height": HEIGHT})
        assert page.evaluate(BROKEN_IN_TWO) == [], across


@pytest.mark.parametrize("mode", ["", "elder"])
def test_why_a_request_was_closed_is_read_to_its_end_in_the_inbox(mode: str, way: Way) -> None:
    page = PAGES["inbox-closed"](way)
    expect(page.get_by_text("诉求人已评价").first).to_be_attached()
    page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
    for across in (970, 1130, DESK):
        page.set_viewport_size({"width": across, "height": HEIGHT})
        assert page.evaluate(CUT_OFF) == [], across


# ---- control --------------------------------------------------------------------


def test_a_table_wider_than_a_phone_is_seen_on_the_page_of_an_act(way: Way) -> None:
    page = PAGES["payment-new"](way)
    page.evaluate(
        """() => {
        const table = document.createElement("table");
        table.style.width = "800px";
        table.insertRow().insertCell().append("1");
        document.querySelector(".act").append(table);
      }"""
    )
    wrong = wrong_in_any_look(page, "control-wide-table")
    assert [each.split(":")[0] for each in wrong if "wider than the screen" in each] == [
        "light at 768",
        "light at 360",
        "dark at 768",
        "dark at 360",
        "elder at 768",
        "elder at 360",
    ]
