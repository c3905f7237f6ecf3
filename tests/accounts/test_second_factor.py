import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from members.models import Account
from station.accounts import totp
from station.accounts.enrol import reset_account
from station.accounts.second_factor import accept_code, recovery_codes
from tests.accounts.conftest import Clock
from tests.accounts.login import CODE, LOGIN, give_password, login, next_code, secret_of
from tests.makers import NOW
from tests.people import PASSWORD

SET_UP = "/accounts/set-up/"
WRONG = "验证码不正确或已用过。"


def at_second_step(client: Client, account: Account) -> None:
    assert give_password(client, account.username, PASSWORD).headers["Location"] == CODE


def shown_secret(page: str) -> str:
    return page.split('translate="no">')[1].split("<", maxsplit=1)[0].replace(" ", "")


def test_a_wrong_code_says_so_beside_its_field(client: Client, clock: Clock, chen: Account) -> None:
    at_second_step(client, chen)
    page = client.post(CODE, {"code": "000000"}).content.decode()
    assert WRONG in page
    assert 'aria-invalid="true"' in page
    assert client.get("/desk/").status_code == 302


def test_five_wrong_codes_slow_the_sixth(client: Client, clock: Clock, chen: Account) -> None:
    at_second_step(client, chen)
    for _ in range(5):
        assert WRONG in client.post(CODE, {"code": "000000"}).content.decode()
    right = next_code(chen)
    assert "尝试次数过多" in client.post(CODE, {"code": right}).content.decode()
    clock.forward(seconds=2)
    assert client.post(CODE, {"code": right}).headers["Location"] == "/desk/"


def test_a_new_password_step_gives_no_fresh_tries(
    client: Client, clock: Clock, chen: Account
) -> None:
    for _ in range(5):
        fresh = Client()
        at_second_step(fresh, chen)
        fresh.post(CODE, {"code": "000000"})
    at_second_step(client, chen)
    assert "尝试次数过多" in client.post(CODE, {"code": next_code(chen)}).content.decode()


def test_a_code_is_good_once_in_any_browser(client: Client, clock: Clock, chen: Account) -> None:
    at_second_step(client, chen)
    code = totp.code_at(secret_of(chen), NOW)
    assert client.post(CODE, {"code": code}).status_code == 302
    overheard = Client()
    at_second_step(overheard, chen)
    assert WRONG in overheard.post(CODE, {"code": code}).content.decode()


def test_a_recovery_code_works_once(client: Client, clock: Clock, chen: Account) -> None:
    codes = recovery_codes(chen)
    assert codes is not None
    code = codes.get_unused_codes()[0]
    at_second_step(client, chen)
    assert client.post(CODE, {"code": code}).headers["Location"] == "/desk/"
    again = Client()
    at_second_step(again, chen)
    assert WRONG in again.post(CODE, {"code": code}).content.decode()


def test_the_second_step_lapses_after_ten_minutes(
    client: Client, clock: Clock, chen: Account
) -> None:
    at_second_step(client, chen)
    clock.forward(minutes=11)
    assert client.post(CODE, {"code": next_code(chen)}).headers["Location"] == LOGIN
    assert client.get("/desk/").status_code == 302


def test_an_account_disabled_between_the_steps_stays_out(
    client: Client, clock: Clock, chen: Account
) -> None:
    at_second_step(client, chen)
    Account.objects.filter(pk=chen.pk).update(is_active=False)
    answer = client.post(CODE, {"code": next_code(chen)})
    assert answer.status_code == 200 or answer.headers["Location"] == LOGIN
    assert client.get("/desk/").status_code == 302


def test_a_reset_between_the_steps_leads_to_the_start(
    client: Client, clock: Clock, chen: Account
) -> None:
    at_second_step(client, chen)
    reset_account(chen, now=NOW)
    assert client.get(CODE).headers["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


# ---- set-up -----------------------------------------------------------------------


def test_a_newcomer_is_led_to_the_set_up_before_any_desk_page(
    client: Client, clock: Clock, newcomer: Account
) -> None:
    assert give_password(client, "chen", PASSWORD).headers["Location"] == "/desk/"
    assert client.get("/desk/").headers["Location"] == SET_UP
    assert client.get("/admin/").headers["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = shown_secret(page)
    assert len(secret) == 32

    done = client.post(SET_UP, {"code": totp.code_at(secret, NOW)})
    assert done.headers["Location"] == "/accounts/recovery-codes/"
    assert client.get("/desk/").content.decode() == "inbox of 陈一"
    assert secret_of(newcomer) == secret


def test_a_reload_keeps_the_picture(client: Client, clock: Clock, newcomer: Account) -> None:
    give_password(client, "chen", PASSWORD)
    assert shown_secret(client.get(SET_UP).content.decode()) == shown_secret(
        client.post(SET_UP, {"code": "000000"}).content.decode()
    )


def test_the_code_of_the_set_up_does_not_log_in_again(
    client: Client, clock: Clock, newcomer: Account
) -> None:
    give_password(client, "chen", PASSWORD)
    code = totp.code_at(shown_secret(client.get(SET_UP).content.decode()), NOW)
    client.post(SET_UP, {"code": code})
    assert accept_code(newcomer, code, now=NOW) is None


def test_the_set_up_ends_sessions_that_came_in_on_the_password_alone(
    client: Client, clock: Clock, newcomer: Account
) -> None:
    thief = Client()
    for browser in (client, thief):
        give_password(browser, "chen", PASSWORD)
    code = totp.code_at(shown_secret(client.get(SET_UP).content.decode()), NOW)
    client.post(SET_UP, {"code": code})
    assert thief.get(SET_UP).headers["Location"].startswith(LOGIN)
    assert client.get("/desk/").status_code == 200


def test_an_enrolled_account_cannot_enrol_another_app(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    assert client.get(SET_UP).headers["Location"] == "/accounts/security/"
    assert client.post(SET_UP, {"code": "123456"}).headers["Location"] == "/accounts/security/"


def test_a_password_session_cannot_enrol_over_an_existing_app(
    client: Client, clock: Clock, chen: Account
) -> None:
    client.force_login(chen)
    secret = secret_of(chen)
    assert client.get(SET_UP).headers["Location"] == LOGIN
    assert secret_of(chen) == secret


def test_the_secret_is_sealed_in_the_row(chen: Account) -> None:
    row = Authenticator.objects.get(user=chen, type=Authenticator.Type.TOTP)
    assert secret_of(chen) not in str(row.data)


# ---- recovery codes ---------------------------------------------------------------


def test_recovery_codes_are_shown_once(client: Client, clock: Clock, chen: Account) -> None:
    login(client, chen)
    assert client.get("/accounts/recovery-codes/").headers["Location"] == "/accounts/security/"
    client.post("/accounts/recovery-codes/new/", {"code": next_code(chen)})
    page = client.get("/accounts/recovery-codes/").content.decode()
    codes = recovery_codes(chen)
    assert codes is not None
    assert all(f"{code[:4]} {code[4:]}" in page for code in codes.get_unused_codes())
    again = client.get("/accounts/recovery-codes/")
    assert again.headers["Location"] == "/accounts/security/"


def test_new_recovery_codes_ask_for_a_code_of_the_app(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    old = recovery_codes(chen)
    assert old is not None
    first = old.get_unused_codes()[0]
    renew = "/accounts/recovery-codes/new/"
    assert WRONG in client.post(renew, {"code": first}).content.decode()
    answer = client.post(renew, {"code": next_code(chen)})
    assert answer.headers["Location"] == "/accounts/recovery-codes/"
    assert accept_code(chen, first, now=NOW) is None


@pytest.mark.parametrize("code", ["", "１２３４５６", "12345\x00", "字" * 100_000, "      "])
def test_bad_codes_are_answered_on_the_page(
    client: Client, clock: Clock, chen: Account, code: str
) -> None:
    at_second_step(client, chen)
    answer = client.post(CODE, {"code": code})
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
