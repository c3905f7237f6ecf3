import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from members.models import Account
from station.accounts.second_factor import has_second_factor
from tests.accounts.conftest import Clock
from tests.accounts.login import give_password, login, passed_second_factor
from tests.people import PASSWORD

PASSWORD_PAGE = "/accounts/password/"


def change(client: Client, old: str, new: str, again: str) -> str:
    data = {"oldpassword": old, "password1": new, "password2": again}
    return client.post(PASSWORD_PAGE, data).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("not-my-password", "a-new-long-phrase", "a-new-long-phrase"), "当前密码不正确。"),
        ((PASSWORD, "a-new-long-phrase", "another-phrase-it-is"), "两次输入的新密码不一样。"),
        ((PASSWORD, PASSWORD, PASSWORD), "新密码不能与当前密码相同。"),
        ((PASSWORD, "short", "short"), "12"),
        ((PASSWORD, "p" * 100_000, "p" * 100_000), "256"),
        ((PASSWORD, "", ""), "请输入密码。"),
    ],
)
def test_a_password_that_will_not_do_is_said_beside_its_field(
    client: Client, clock: Clock, chen: Account, typed: tuple[str, str, str], words: str
) -> None:
    passed_second_factor(client, chen)
    page = change(client, *typed)
    assert any(words in error for error in re.findall(r'class="error".*?</p>', page, re.DOTALL))
    chen.refresh_from_db()
    assert chen.check_password(PASSWORD)


def test_guessing_the_old_password_is_slowed_too(
    client: Client, clock: Clock, chen: Account
) -> None:
    passed_second_factor(client, chen)
    for _ in range(5):
        change(client, "not-my-password", "a-new-long-phrase", "a-new-long-phrase")
    page = change(client, PASSWORD, "a-new-long-phrase", "a-new-long-phrase")
    assert "尝试次数过多" in page


def test_a_new_password_ends_the_duty_to_change_it(
    client: Client, clock: Clock, chen: Account
) -> None:
    Account.objects.filter(pk=chen.pk).update(must_change_password=True)
    passed_second_factor(client, chen)
    change(client, PASSWORD, "a-new-long-phrase", "a-new-long-phrase")
    chen.refresh_from_db()
    assert chen.check_password("a-new-long-phrase")
    assert not chen.must_change_password


def test_a_reset_account_starts_over_with_the_printed_password(
    client: Client, clock: Clock, chen: Account
) -> None:
    out = StringIO()
    call_command("reset_account", "chen", stdout=out)
    password = out.getvalue().split(":")[1].split()[0]
    assert not has_second_factor(chen)
    assert give_password(client, "chen", PASSWORD).status_code == 200
    assert give_password(client, "chen", password).headers["Location"] == "/desk/"
    assert client.get("/desk/").headers["Location"] == PASSWORD_PAGE


def test_resetting_nobody_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match="nobody"):
        call_command("reset_account", "nobody")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["login/", "logged-out/"])
def test_entrance_pages_answer_in_both_languages(
    client: Client, db: None, path: str, language: str
) -> None:
    client.cookies["django_language"] = language
    page = client.get(f"/accounts/{path}")
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("path", ["security/", "password/", "recovery-codes/new/", "logout/"])
def test_own_pages_are_never_kept_by_a_cache(
    client: Client, clock: Clock, chen: Account, path: str
) -> None:
    login(client, chen)
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
