"""A Chromium in a thread of its own, and visitors who note whatever goes wrong on a page.

Playwright's sync interface runs an event loop in the thread that uses it, and Django refuses
its database there. So the browser, and every test that asks for one, has its own thread.
"""

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    sync_playwright,
)

from station.devkit.doctor import find_chromium

PHONE, TABLET, DESK = 360, 768, 1440
HEIGHT = 900
PATIENCE = 15_000  # milliseconds; a busy machine is no wrong answer
SHOTS = Path("build/shots") if os.environ.get("SHOTS") else None


class BrowserThread:
    """Chromium and the one thread that may touch it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")
        self._stop: Callable[[], object] = lambda: None

    def run[T](self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Do the work in the browser's thread and return its answer or raise its error."""
        return self._thread.submit(work, *args, **kwargs).result()

    def start(self) -> Browser:
        """Start Chromium."""
        playwright = sync_playwright().start()
        self._stop = playwright.stop
        return playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])

    def close(self) -> None:
        """Stop Chromium and its thread."""
        self.run(self._stop)
        self._thread.shutdown()


class Visitors:
    """The people of one test: each has a browser of their own, none shares a cookie.

    ``problems`` collects console errors, violations of the content policy among them, script
    errors, and requests that leave this machine.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.problems: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def with_phone(self, *, has_script: bool = True) -> Page:
        """Return a worker's page, 360 pixels wide."""
        return self._arrive(width=PHONE, java_script_enabled=has_script, has_touch=True)

    def at_desk(self, state: StorageState | None = None, *, width: int = DESK) -> Page:
        """Return a page of staff, with the cookies of an earlier login where given."""
        return self._arrive(width=width, storage_state=state)

    def leave(self) -> None:
        """Close every browser of the test."""
        for context in self._contexts:
            context.close()

    def _arrive(self, *, width: int, **options: Any) -> Page:
        context = self._browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHT},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", lambda request: self._note_address(request.url))
        self._contexts.append(context)
        return context.new_page()

    def _note_console(self, line: ConsoleMessage) -> None:
        if line.type != "error" or _is_own_answer(line):
            return
        self.problems.append(f"console: {line.text} ({line.location.get('url', '')})")

    def _note_address(self, url: str) -> None:
        found = urlsplit(url)
        if found.scheme in {"http", "https", "ws", "wss"} and not url.startswith(self.address):
            self.problems.append(f"leaves the machine: {found.scheme}://{found.netloc}")


def _is_own_answer(line: ConsoleMessage) -> bool:
    """Whether Chromium only repeats that the page itself was answered with 4xx, as meant."""
    is_status = line.text.startswith("Failed to load resource: the server responded with a status")
    return is_status and line.page is not None and line.location.get("url") == line.page.url


# The words are put together in the page: what axe answers of a long page weighs megabytes. Where
# something is wrong a second run names the places; what is gone by then is told by its rule. There
# are no frames, and nothing that would have to be loaded first.
_FAULTS = """async (rules) => {
  const quick = {resultTypes: ["violations"], preload: false, iframes: false};
  if (rules.length) quick.runOnly = {type: "rule", values: rules};
  const first = await axe.run({...quick, selectors: false});
  if (!first.violations.length) return [];
  const named = await axe.run(quick);
  const places = new Set(named.violations.map(({id}) => id));
  const gone = first.violations.filter(({id}) => !places.has(id));
  return [...named.violations, ...gone].flatMap(({id, nodes}) => nodes.map(
    ({target, failureSummary}) => `${id}: ${JSON.stringify(target)} ${failureSummary ?? ""}`));
}"""


def faults_of(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """Return what axe finds wrong with the page as it is drawn now; ``rules`` asks for those."""
    if not page.evaluate("'axe' in window"):  # half a megabyte: once a document, not once a look
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_FAULTS, list(rules))
    return found


def sideways(page: Page) -> int:
    """Return by how many pixels the page as a whole is wider than the screen, 0 when it fits."""
    extra: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, extra)


def keep_picture(page: Page, label: str) -> None:
    """Save a picture of the whole page when SHOTS is set."""
    if SHOTS is None:
        return
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{re.sub(r'\W+', '-', label)}.png", full_page=True)
