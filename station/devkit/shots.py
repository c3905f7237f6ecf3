"""Pictures of the running product: every page at three widths in three looks.

    python -m station.devkit.shots --base http://127.0.0.1:8000 / /desk/design/

Only loopback addresses are opened. Pictures go to build/shots/; with --axe every page is
also checked and the command fails on a violation. A session cookie for pages behind the
login is given with --cookie name=value.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from station.devkit.doctor import find_chromium

WIDTHS = (360, 768, 1440)
LOOKS = ("light", "dark", "elder", "elder-dark")
DEFAULT_PAGES = ("/", "/preferences/", "/desk/design/", "/desk/design/front/")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture to take."""

    path: str
    width: int
    look: str

    @property
    def file_name(self) -> str:
        """File name from the address, the width and the look."""
        words = re.sub(r"\W+", "-", self.path).strip("-") or "home"
        return f"{words}-{self.width}-{self.look}.png"

    def cookies(self, base: str, extra: Sequence[str]) -> list[dict[str, str]]:
        """Cookies that choose the look, and those given by the caller."""
        theme = "dark" if "dark" in self.look else "light"
        pairs = [("look-theme", theme), ("look-mode", "elder" if "elder" in self.look else "")]
        pairs += [(name, value) for name, _, value in (cookie.partition("=") for cookie in extra)]
        return [{"name": name, "value": value, "url": base} for name, value in pairs if value]


def shots(paths: Sequence[str], widths: Sequence[int], looks: Sequence[str]) -> Iterator[Shot]:
    """Return every combination."""
    for path, width, look in product(paths, widths, looks):
        yield Shot(path=path, width=width, look=look)


def take(browser: Browser, shot: Shot, options: argparse.Namespace) -> list[str]:
    """Take one picture; return what is wrong with the page, in one line each."""
    context = browser.new_context(viewport={"width": shot.width, "height": 900}, locale="zh-CN")
    context.add_cookies(shot.cookies(options.base, options.cookie))  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(options.base + shot.path, wait_until="load")
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=options.out / shot.file_name, full_page=True)
    wrong += _sideways(page)
    if options.axe:
        wrong += _axe(page)
    context.close()
    return wrong


def _sideways(page: Page) -> list[str]:
    """A page that scrolls sideways as a whole is broken at that width."""
    extra = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{extra} px wider than the screen"] if extra > 0 else []


def _axe(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; the exit code is 1 when any page is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("build/shots"))
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--look", choices=LOOKS, action="append")
    parser.add_argument("--cookie", action="append", default=[])
    parser.add_argument("--axe", action="store_true")
    parser.add_argument("paths", nargs="*", default=DEFAULT_PAGES)
    options = parser.parse_args(arguments)
    if urlsplit(options.base).hostname not in {"127.0.0.1", "localhost", "::1"}:
        parser.error("only a loopback address is photographed")
    options.out.mkdir(parents=True, exist_ok=True)
    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for shot in shots(options.paths, options.width or WIDTHS, options.look or LOOKS):
            wrong = take(browser, shot, options)
            failures += len(wrong)
            print(shot.file_name, "ok" if not wrong else f"{len(wrong)} wrong")
            for line in wrong:
                print("   ", line)
        browser.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
