"""One station and one Chromium for all journeys and page checks of a run."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.journeys.browser import BrowserThread, Visitors
from tests.journeys.staff import sign_in
from tests.worker.stack import Stack


@pytest.fixture(scope="session")
def live_station() -> Iterator[Stack]:
    """Run the whole station: web, worker, sweepers, PostgreSQL, Valkey, warmed up."""
    with Stack("j", seed="tests.journeys.seed", log_level="INFO") as stack:
        stack.start_web()
        stack.warm_up(calm=True)
        yield stack


@pytest.fixture(scope="session")
def browser_thread() -> Iterator[BrowserThread]:
    """Give the browser's thread; tests marked ``browser`` run in it."""
    thread = BrowserThread()
    yield thread
    thread.close()


@pytest.fixture(scope="session")
def chromium(browser_thread: BrowserThread) -> Browser:
    """Start Chromium once."""
    return browser_thread.run(browser_thread.start)


@pytest.fixture
def visitors(
    live_station: Stack, browser_thread: BrowserThread, chromium: Browser
) -> Iterator[Visitors]:
    """Give the people of a test; afterwards nothing may have gone wrong on any page."""
    present = Visitors(chromium, live_station.address)
    yield present
    browser_thread.run(present.leave)
    assert present.problems == []


@pytest.fixture(scope="session")
def logins() -> dict[str, StorageState]:
    """Keep the cookies of staff who logged in once."""
    return {}


@pytest.fixture
def desk_of(visitors: Visitors, logins: dict[str, StorageState]) -> Callable[[str], Page]:
    """Give a page of a member of staff who is logged in."""

    def open_desk(username: str) -> Page:
        if username not in logins:
            page = visitors.at_desk()
            sign_in(page, username)
            logins[username] = page.context.storage_state()
        return visitors.at_desk(logins[username])

    return open_desk


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is marked ``browser`` in the browser's thread."""
    if pyfuncitem.get_closest_marker("browser") is None:
        return None
    thread: BrowserThread = pyfuncitem._request.getfixturevalue("browser_thread")
    wanted = pyfuncitem._fixtureinfo.argnames
    thread.run(pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in wanted})
    return True
