"""Who gets a token, for what and how long; and who is slowed down."""

import json
from base64 import b64encode
from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from oauth2_provider.models import get_access_token_model

from members.api_clients import Credentials, limit_client, open_client, revoke_client, rotate_secret
from members.models import Account, ApiClient, ApiScope, Attempt, Role
from tests.accounts.login import passed_second_factor
from tests.api.machines import (
    REQUESTS,
    TOKEN,
    Machine,
    ask_token,
    data_of,
    filled,
    problem_of,
    token_for,
)
from tests.makers import make_account
from tests.town import MONDAY, Town

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def made(town: Town) -> Credentials:
    """A client that may read and write for the worker of the station."""
    town.worker.set_unusable_password()
    town.worker.save(update_fields=["password"])
    return open_client(name="city", account=town.worker, scopes=[ApiScope.READ, ApiScope.WRITE])


def wrong(made: Credentials) -> Credentials:
    return Credentials(made.client_id, "not-the-secret")


def error_of(answer: HttpResponse, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    return str(json.loads(answer.content)["error"])


# ---- issuing ----------------------------------------------------------------------


def test_a_client_gets_a_token_of_an_hour(made: Credentials) -> None:
    told = data_of(ask_token(made))
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 3600
    assert set(told["scope"].split()) == {"requests.read", "requests.write"}
    assert "refresh_token" not in told
    with time_machine.travel(MONDAY + timedelta(minutes=59), tick=False):
        data_of(Machine(told["access_token"]).get(REQUESTS))
    with time_machine.travel(MONDAY + timedelta(minutes=60), tick=False):
        answer = Machine(told["access_token"]).get(REQUESTS)
    problem_of(answer, "token_invalid")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_refused_client_is_told_how_to_say_who_it_is(made: Credentials) -> None:
    answer = ask_token(wrong(made))
    error_of(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="token"'


def test_neither_token_nor_secret_is_stored(made: Credentials) -> None:
    token = token_for(made)
    row = get_access_token_model().objects.get()
    assert row.token == ""
    assert token not in str(vars(row))
    assert made.client_secret not in ApiClient.objects.get().client_secret


def test_id_and_secret_may_stand_in_the_form(made: Credentials) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": made.client_id,
        "client_secret": made.client_secret,
    }
    assert data_of(Client().generic("POST", TOKEN, _encoded(form), FORM))


def _encoded(form: dict[str, str]) -> str:
    return urlencode(form)


def test_a_client_may_ask_for_less_and_not_for_more(made: Credentials) -> None:
    assert data_of(ask_token(made, scope="requests.read"))["scope"] == "requests.read"
    assert error_of(ask_token(made, scope="requests.words"), 400) == "invalid_scope"
    assert error_of(ask_token(made, scope="read"), 400) == "invalid_scope"


def test_no_other_grant_is_known(made: Credentials) -> None:
    for grant in ("password", "authorization_code", "refresh_token", "implicit", "\x00"):
        error = error_of(ask_token(made, grant_type=grant), 400)
        assert error in {"unsupported_grant_type", "invalid_request"}, grant


def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(made: Credentials) -> None:
    unknown = Credentials("nobody-knows-me", made.client_secret)
    first, second = ask_token(wrong(made)), ask_token(unknown)
    assert error_of(first, 401) == "invalid_client"
    assert first.content == second.content
    assert first.status_code == second.status_code


def test_odd_ids_are_refused_and_break_nothing(town: Town) -> None:
    for name in ("\x00", "a\x00b", "\ud7ff", "%00", "%zz"):
        pair = b64encode(f"{name}:x".encode()).decode()
        form = {"grant_type": "client_credentials"}
        for headers, more in (
            ({"Authorization": f"Basic {pair}"}, {}),
            ({"Authorization": "Basic ???"}, {}),
            ({}, {"client_id": name, "client_secret": name, "scope": name}),
        ):
            Attempt.objects.all().delete()
            answer = Client().generic("POST", TOKEN, _encoded(form | more), FORM, headers=headers)
            assert error_of(answer, 401) == "invalid_client", name


def test_credentials_in_the_address_are_refused(made: Credentials) -> None:
    query = _encoded({"client_id": made.client_id, "client_secret": made.client_secret})
    body = _encoded({"grant_type": "client_credentials"})
    assert error_of(Client().generic("POST", f"{TOKEN}?{query}", body, FORM), 400)


def test_json_and_get_are_refused_at_the_token_endpoint(made: Credentials) -> None:
    answer = Client().post(TOKEN, "{}", content_type="application/json")
    problem_of(answer, "content_type_unsupported")
    problem_of(Client().get(TOKEN), "method_not_allowed")


def test_no_other_view_of_the_toolkit_is_there() -> None:
    for name in ("authorize", "introspect", "revoke-token", "list", "device-authorization"):
        with pytest.raises(NoReverseMatch):
            reverse(f"oauth2_provider:{name}")
    for path in ("authorize", "introspect", "revoke", "revoke_token", "applications"):
        problem_of(Client().get(f"/api/oauth/{path}"), "not_found")


# ---- slowing ----------------------------------------------------------------------


def test_guessing_a_secret_is_slowed_and_the_owner_comes_in_again(made: Credentials) -> None:
    for _ in range(5):
        error_of(ask_token(wrong(made)), 401)
    slowed = ask_token(wrong(made))
    problem_of(slowed, "too_many_attempts")
    assert slowed.headers["Retry-After"] == "1"
    problem_of(ask_token(made), "too_many_attempts")  # the right one waits, too
    assert data_of(ask_token(made, address="198.51.100.1"))  # from elsewhere it does not
    with time_machine.travel(MONDAY + timedelta(seconds=2), tick=False):
        data_of(ask_token(made))
        error_of(ask_token(wrong(made)), 401)  # the right one has cleared the name


def test_one_network_that_tries_many_names_is_slowed(made: Credentials) -> None:
    for serial in range(50):
        error_of(ask_token(Credentials(f"guess-{serial}", "x")), 401)
    problem_of(ask_token(Credentials("guess-50", "x")), "too_many_attempts")


def test_guessing_in_the_form_behind_changing_headers_is_slowed(made: Credentials) -> None:
    """Each header names another client; the form's is counted all the same, by its network."""
    statuses = []
    for serial in range(51):
        form = _encoded(
            {
                "grant_type": "client_credentials",
                "client_id": made.client_id,
                "client_secret": f"guess-{serial}",
            }
        )
        pair = b64encode(f"other-{serial}:x".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        statuses.append(
            Client(REMOTE_ADDR="203.0.113.7")
            .generic("POST", TOKEN, form, FORM, headers=headers)
            .status_code
        )
    assert statuses == [401] * 50 + [429]


def test_a_client_that_asks_again_and_again_is_slowed(made: Credentials) -> None:
    for _ in range(30):
        token_for(made)
    problem_of(ask_token(made), "too_many_attempts")
    with time_machine.travel(MONDAY + timedelta(hours=1, seconds=1), tick=False):
        token_for(made)


def test_buckets_tell_neither_client_nor_address(made: Credentials) -> None:
    ask_token(wrong(made))
    stored = str([vars(row) for row in Attempt.objects.all()])
    assert made.client_id not in stored
    assert "203.0.113.7" not in stored


# ---- what ends access -------------------------------------------------------------


def test_a_disabled_account_ends_access_at_once(made: Credentials, town: Town) -> None:
    machine = Machine(token_for(made))
    data_of(machine.get(REQUESTS))
    Account.objects.filter(pk=town.worker.pk).update(is_active=False)
    problem_of(machine.get(REQUESTS), "token_invalid")
    assert error_of(ask_token(made), 401) == "invalid_client"


def test_a_new_secret_ends_the_old_one_and_its_tokens(made: Credentials) -> None:
    machine = Machine(token_for(made))
    fresh = rotate_secret(name="city")
    problem_of(machine.get(REQUESTS), "token_invalid")
    assert error_of(ask_token(made), 401) == "invalid_client"
    data_of(Machine(token_for(fresh)).get(REQUESTS))


def test_a_scope_taken_away_ends_at_once(made: Credentials) -> None:
    machine = Machine(token_for(made))
    limit_client(name="city", scopes=[ApiScope.WRITE])
    problem_of(machine.get(REQUESTS), "token_invalid")
    assert data_of(ask_token(made))["scope"] == "requests.write"


def test_a_token_holds_no_more_than_its_client_now(made: Credentials) -> None:
    """Also when somebody changed the row past the verb that ends the tokens."""
    machine = Machine(token_for(made))
    ApiClient.objects.update(scopes=["requests.write"])
    problem_of(machine.get(REQUESTS), "scope_missing")


def test_a_revoked_client_is_gone_with_its_tokens(made: Credentials) -> None:
    machine = Machine(token_for(made))
    revoke_client(name="city")
    problem_of(machine.get(REQUESTS), "token_invalid")
    assert error_of(ask_token(made), 401) == "invalid_client"
    assert get_access_token_model().objects.count() == 0


# ---- what does not count as a token -----------------------------------------------


def test_without_a_token_nothing_is_answered(town: Town) -> None:
    answer = Client().get(REQUESTS)
    problem_of(answer, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_odd_header_is_no_token(town: Town) -> None:
    for header in ("Bearer", "Bearer a b", "Basic abc", "Bearer ÿ\x7f", "x" * 9000):
        problem_of(Client().get(REQUESTS, headers={"Authorization": header}), "token_invalid")


def test_a_token_in_the_address_or_body_counts_for_nothing(made: Credentials) -> None:
    token = token_for(made)
    problem_of(Client().get(f"{REQUESTS}?access_token={token}"), "not_authenticated")
    answer = Client().post(
        REQUESTS, json.dumps(filled() | {"access_token": token}), content_type="application/json"
    )
    problem_of(answer, "not_authenticated")


def test_a_session_of_staff_counts_for_nothing(town: Town) -> None:
    browser = Client(enforce_csrf_checks=True)
    passed_second_factor(browser, town.head)
    problem_of(browser.get(REQUESTS), "not_authenticated")
    answer = browser.post(REQUESTS, json.dumps(filled()), content_type="application/json")
    problem_of(answer, "not_authenticated")


def test_a_machine_needs_no_csrf_token(made: Credentials) -> None:
    machine = Machine(token_for(made), Client(enforce_csrf_checks=True))
    data_of(machine.register(), 201)


# ---- the rows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"client_type": "public"},
        {"authorization_grant_type": "password"},
        {"hash_client_secret": False},
        {"scopes": ["requests.everything"]},
        {"user": None},
    ],
    ids=str,
)
def test_the_database_refuses_any_other_kind_of_client(
    made: Credentials, change: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiClient.objects.update(**change)


def test_the_admin_shows_clients_and_neither_secrets_nor_tokens(
    made: Credentials, town: Town
) -> None:
    keeper = make_account(username="keeper", role=Role.SECURITY_ADMIN, unit=town.city)
    Account.objects.filter(pk=keeper.pk).update(is_staff=True)
    browser = Client()
    passed_second_factor(browser, keeper)
    listed = browser.get("/admin/members/apiclient/").content.decode()
    assert "city" in listed
    row = ApiClient.objects.get()
    page = browser.get(f"/admin/members/apiclient/{row.pk}/change/").content.decode()
    assert "requests.read" in page
    assert row.client_secret not in listed + page
    for address in ("add/", f"{row.pk}/delete/"):
        assert browser.get(f"/admin/members/apiclient/{address}").status_code == 403
    names = {model._meta.app_label for model in admin.site._registry}
    assert "oauth2_provider" not in names


def test_a_security_administrator_elsewhere_sees_no_client_here(
    made: Credentials, town: Town
) -> None:
    other = make_account(username="other", role=Role.SECURITY_ADMIN, unit=town.other_station)
    Account.objects.filter(pk=other.pk).update(is_staff=True)
    browser = Client()
    passed_second_factor(browser, other)
    assert ">city<" not in browser.get("/admin/members/apiclient/").content.decode()


# ---- the command ------------------------------------------------------------------


def command(*words: str) -> str:
    out = StringIO()
    call_command("api_client", *words, stdout=out)
    return out.getvalue()


def printed(text: str) -> Credentials:
    lines = dict(line.split(": ") for line in text.splitlines())
    return Credentials(lines["client_id"], lines["client_secret"])


def test_the_command_makes_rotates_limits_and_revokes(town: Town) -> None:
    make_account(username="machine", name="市级平台")
    fresh = printed(command("p", "--account", "machine", "--scopes", "requests.read"))
    assert data_of(ask_token(fresh))["scope"] == "requests.read"
    again = printed(command("p", "--rotate"))
    assert again.client_id == fresh.client_id
    assert error_of(ask_token(fresh), 401)
    assert command("p", "--scopes", "requests.write").split()[-1] == "requests.write"
    assert data_of(ask_token(again))["scope"] == "requests.write"
    assert again.client_secret not in command("p", "--revoke")
    assert error_of(ask_token(again), 401)


REFUSED = (
    ("p",),
    ("p", "--account", "nobody", "--scopes", "requests.read"),
    ("p", "--account", "machine"),
    ("p", "--account", "machine", "--scopes", "read"),
    ("p", "--account", "zhoumin", "--scopes", "requests.read"),  # a person's
    ("p", "--account", "gone", "--scopes", "requests.read"),
    ("city", "--account", "machine", "--scopes", "requests.read"),  # made already
    ("p", "--rotate"),
    ("p", "--revoke"),
    ("p", "--scopes", "requests.read"),
)


def test_the_command_refuses(town: Town) -> None:
    machine = make_account(username="machine", name="市级平台")
    gone = make_account(username="gone", name="停用")
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    open_client(name="city", account=machine, scopes=[ApiScope.READ])
    for words in REFUSED:
        with pytest.raises(CommandError):
            command(*words)
    assert [row.name for row in ApiClient.objects.all()] == ["city"]
