import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django.fixtures import Settings

from members.models import Account
from station.accounts.enrol import disable_account
from tests.accounts.conftest import Clock
from tests.accounts.hashers import CountingHasher
from tests.accounts.login import CODE, LOGIN, give_password, login, next_code
from tests.makers import NOW
from tests.people import PASSWORD

NEUTRAL = "用户名或密码不正确。"
WAIT = "尝试次数过多"


def guess(client: Client, username: str = "chen", *, times: int = 1) -> str:
    page = ""
    for _ in range(times):
        page = give_password(client, username, "wrong-wrong-wrong").content.decode()
    return page


def test_password_and_code_lead_to_the_desk(client: Client, clock: Clock, chen: Account) -> None:
    login(client, chen)
    assert client.get("/desk/").content.decode() == "inbox of 陈一"


def test_the_way_back_is_kept_through_both_steps(
    client: Client, clock: Clock, chen: Account
) -> None:
    asked = client.get("/desk/busy/?page=2")
    assert asked.headers["Location"] == "/accounts/login/?next=/desk/busy/%3Fpage%3D2"
    data = {"login": "chen", "password": PASSWORD, "next": "/desk/busy/?page=2"}
    assert client.post(LOGIN, data).headers["Location"] == CODE
    assert client.post(CODE, {"code": next_code(chen)}).headers["Location"] == "/desk/busy/?page=2"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_led_elsewhere(
    client: Client, clock: Clock, chen: Account, elsewhere: str
) -> None:
    client.post(LOGIN, {"login": "chen", "password": PASSWORD, "next": elsewhere})
    assert client.post(CODE, {"code": next_code(chen)}).headers["Location"] == "/desk/"


def test_five_wrong_passwords_slow_the_sixth(client: Client, clock: Clock, chen: Account) -> None:
    assert NEUTRAL in guess(client, times=5)
    assert "请等1秒再试" in guess(client)
    refused = give_password(client, "chen", PASSWORD)
    assert WAIT in refused.content.decode()


def test_the_right_password_after_the_wait_works(
    client: Client, clock: Clock, chen: Account
) -> None:
    guess(client, times=5)
    clock.forward(seconds=2)
    assert give_password(client, "chen", PASSWORD).headers["Location"] == CODE
    guess(Client(), times=4)
    assert NEUTRAL in guess(Client())  # forgiven: the owner starts afresh


def test_the_wait_grows_but_never_locks_out(client: Client, clock: Clock, chen: Account) -> None:
    for _ in range(15):
        guess(client)
        clock.forward(seconds=43)
    assert NEUTRAL in guess(client)
    assert "请等42秒再试" in guess(client)
    clock.forward(seconds=43)
    assert give_password(client, "chen", PASSWORD).headers["Location"] == CODE


def test_letter_case_gives_no_fresh_tries(client: Client, clock: Clock, chen: Account) -> None:
    guess(client, "chen", times=3)
    guess(client, "CHEN", times=2)
    assert WAIT in guess(client, "Chen")


def test_an_unknown_name_gets_the_same_page_and_the_same_work(
    settings: Settings, clock: Clock, chen: Account
) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CountingHasher"]
    chen.set_password(PASSWORD)
    chen.save()
    pages, work = [], []
    for name in ("chen", "nobo"):
        before = CountingHasher.hashes
        page = guess(Client(), name)
        work.append(CountingHasher.hashes - before)
        pages.append(_without_token(page).replace(name, "NAME"))
    assert work == [1, 1]
    assert pages[0] == pages[1]


def test_a_disabled_account_reads_like_a_wrong_password(
    client: Client, clock: Clock, chen: Account
) -> None:
    disable_account(chen, now=NOW)
    assert NEUTRAL in give_password(client, "chen", PASSWORD).content.decode()
    assert CODE not in client.get(LOGIN).headers.get("Location", "")


def test_losing_the_fast_cache_clears_no_wait(client: Client, clock: Clock, chen: Account) -> None:
    guess(client, times=5)
    caches["fast"].clear()
    caches["default"].clear()
    assert WAIT in guess(client)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"login": "chen"},
        {"login": "chen\x00", "password": PASSWORD},
        {"login": "字" * 100_000, "password": PASSWORD},
        {"login": "chen", "password": "p" * 100_000},
        {"login": "\ud800".encode("utf-8", "surrogatepass"), "password": PASSWORD},
        {"login": "chen", "password": PASSWORD, "next": "\x00"},
    ],
)
def test_bad_input_is_answered_on_the_page(
    client: Client, clock: Clock, db: None, data: dict[str, object]
) -> None:
    answer = client.post(LOGIN, data)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode() or NEUTRAL in answer.content.decode()


def test_what_was_typed_is_kept_but_never_the_password(
    client: Client, clock: Clock, chen: Account
) -> None:
    page = guess(client)
    assert 'value="chen"' in page
    assert "wrong-wrong-wrong" not in page


def _without_token(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
