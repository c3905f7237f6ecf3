"""The pages of handling and completion, refusals included: every look, every width, silent.

Their requests stand above those of the journeys in the inbox; see conftest.py.
"""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page

from tests.browser.handling_pages import PAGES, Way
from tests.browser.looks import wrong_in_any_look
from tests.browser.states import LABELS
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
