"""A page looked at in every look and width: what is wrong with it, in one line each."""

from typing import Literal

from playwright.sync_api import Page

from tests.journeys.browser import DESK, HEIGHT, PHONE, TABLET, faults_of, keep_picture, sideways

# axe looks at each look once, at the width in which most people meet it; sideways at all.
LOOKS: tuple[tuple[str, Literal["light", "dark"], str, int], ...] = (
    ("light", "light", "", PHONE),
    ("dark", "dark", "", DESK),
    ("elder", "light", "elder", PHONE),
)

# What depends on colours and sizes. All else of the elder look is the light one's: one document,
# one width, and only styles between them.
OF_STYLE = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")

# What a reader cannot see of the inbox's cells: each with the pixels that are cut off.
CUT_OFF = """() => [...document.querySelectorAll(".queue-row > *")]
  .filter((cell) => getComputedStyle(cell).overflowX !== "visible")
  .filter((cell) => cell.scrollWidth > cell.clientWidth)
  .map((cell) => `${cell.innerText}: ${cell.scrollWidth - cell.clientWidth} px`)"""


def wrong_in_any_look(page: Page, label: str) -> list[str]:
    """Return where the page is wider than the screen, and what axe finds."""
    wrong = []
    for look, scheme, mode, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
        for across in (TABLET, DESK + PHONE - width, width):
            page.set_viewport_size({"width": across, "height": HEIGHT})
            if extra := sideways(page):
                wrong.append(f"{look} at {across}: {extra} px wider than the screen")
            keep_picture(page, f"{label}-{across}-{look}")
        rules = OF_STYLE if mode else ()
        wrong += [f"{look} at {width}: {fault}" for fault in faults_of(page, rules=rules)]
    return wrong
