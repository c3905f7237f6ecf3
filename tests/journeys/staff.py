"""What staff do at their desks, found on the pages by what a reader sees and hears."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from station.accounts import totp
from tests.journeys.cast import SECRETS
from tests.town import PASSWORD

_last_counter: dict[str, int] = {}


def give_password(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the first step of the login and send it."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_in(page: Page, username: str) -> None:
    """Log in with password and authenticator, from the desk's own address."""
    page.goto("/desk/")
    give_password(page, username)
    page.get_by_label("验证码").fill(next_code(username))
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", name="收件箱", level=1)).to_be_visible()


def next_code(username: str) -> str:
    """Return a code of the authenticator that this run has not used yet."""
    present = totp.counter_at(datetime.now(UTC))
    counter = max(present - totp.DRIFT_PERIODS, _last_counter.get(username, -1) + 1)
    assert counter <= present + totp.DRIFT_PERIODS, f"{username} logged in too often this minute"
    _last_counter[username] = counter
    return totp.code_for(SECRETS[username], counter)


def first_in_inbox(page: Page) -> str:
    """Return the words of the first request in the list."""
    return page.get_by_role("row").filter(has=page.get_by_role("link")).first.inner_text()
