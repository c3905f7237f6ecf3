import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from members.models import Account
from station.accounts import totp
from station.accounts.enrol import disable_account, enrol_totp, reset_account
from tests.accounts.conftest import Clock
from tests.accounts.login import LOGIN, login, passed_second_factor
from tests.makers import NOW, make_account
from tests.people import PASSWORD

NEW_PASSWORD = "another-long-phrase"


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_thirty_idle_minutes_end_the_session(client: Client, clock: Clock, chen: Account) -> None:
    login(client, chen)
    clock.forward(minutes=29, seconds=59)
    assert is_in(client)
    clock.forward(minutes=30)
    assert not is_in(client)
    assert "已自动退出" in client.get(LOGIN).content.decode()


def test_work_keeps_the_session_alive_but_not_beyond_twelve_hours(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    for _ in range(12 * 60 // 20 - 1):
        clock.forward(minutes=20)
        assert is_in(client)
    clock.forward(minutes=19)
    assert is_in(client)
    clock.forward(minutes=1)
    assert not is_in(client)


def test_a_page_that_refreshes_itself_does_not_keep_the_session_alive(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    for _ in range(29):
        clock.forward(minutes=1)
        answer = client.get("/desk/", headers={"X-Auto-Refresh": "1"})
        assert answer.status_code == 200
    clock.forward(minutes=1)
    assert not is_in(client)


def test_a_desk_page_costs_two_statements(
    client: Client, clock: Clock, chen: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    login(client, chen)
    client.get("/desk/busy/")
    with django_assert_num_queries(2):  # the session; the account with its duties and ties
        assert client.get("/desk/busy/").status_code == 200


def test_the_session_is_written_at_most_once_a_minute(
    client: Client, clock: Clock, chen: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    passed_second_factor(client, chen)
    clock.forward(seconds=59)
    with django_assert_num_queries(2):
        assert is_in(client)
    clock.forward(seconds=1)
    with django_assert_num_queries(5):  # two reads; UPDATE inside a savepoint of the test
        assert is_in(client)
    with django_assert_num_queries(2):
        assert is_in(client)
    clock.forward(seconds=61)
    with django_assert_num_queries(2):
        client.get("/desk/", headers={"X-Auto-Refresh": "1"})


def test_an_open_page_costs_a_logged_in_person_nothing(
    client: Client, clock: Clock, chen: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    login(client, chen)
    with django_assert_num_queries(0):
        assert client.get("/everybody/").content == b"front"


def test_the_key_changes_at_login_and_the_cookie_goes_with_the_browser(
    client: Client, clock: Clock, chen: Account
) -> None:
    client.get("/desk/")
    client.post(LOGIN, {"login": "chen", "password": PASSWORD})
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    login(client, chen)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_disabled_account_is_out_at_the_next_request(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    Account.objects.filter(pk=chen.pk).update(is_active=False)
    assert not is_in(client)
    Account.objects.filter(pk=chen.pk).update(is_active=True)
    assert not is_in(client)


def test_disabling_ends_sessions_that_made_no_request_meanwhile(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    disable_account(chen, now=NOW)
    Account.objects.filter(pk=chen.pk).update(is_active=True)
    assert not is_in(client)


def test_disabling_leaves_the_others_in(client: Client, clock: Clock, chen: Account) -> None:
    other = make_account(username="lin", password=PASSWORD)
    login(client, other)
    disable_account(chen, now=NOW)
    assert is_in(client)


def test_a_reset_ends_every_session(client: Client, clock: Clock, chen: Account) -> None:
    login(client, chen)
    reset_account(chen, now=NOW)
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    client: Client, clock: Clock, chen: Account
) -> None:
    elsewhere = Client()
    login(client, chen)
    clock.forward(seconds=60)
    login(elsewhere, chen)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/accounts/password/", data).headers["Location"] == "/accounts/security/"
    assert is_in(client)
    assert not is_in(elsewhere)


def test_logging_out_takes_a_post_and_wipes_the_browser(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    answer = client.post("/accounts/logout/")
    assert answer.headers["Location"] == "/accounts/logged-out/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert "已退出" in client.get("/accounts/logged-out/").content.decode()
    assert not is_in(client)


def test_a_second_factor_counts_for_its_own_account_only(
    client: Client, clock: Clock, chen: Account
) -> None:
    other = make_account(username="lin")
    enrol_totp(other, totp.new_secret(), now=NOW)
    passed_second_factor(client, chen)
    session = client.session
    session["second_factor"] = other.pk
    session.save()
    assert not is_in(client)


@pytest.mark.parametrize("hours", [1, 11])
def test_a_later_save_never_moves_the_absolute_end(
    client: Client, clock: Clock, chen: Account, hours: int
) -> None:
    passed_second_factor(client, chen)
    session = client.session
    session["begun_at"] -= hours * 3600
    session["seen_at"] = session["begun_at"] + 12 * 3600 - 60
    session.save()
    row = Session.objects.get(session_key=session.session_key)
    assert row.expire_date.timestamp() == session["begun_at"] + 12 * 3600
