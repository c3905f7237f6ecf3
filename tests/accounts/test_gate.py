"""Who may open which page: walked from the resolver, so a new page cannot be forgotten."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from members.models import Account
from station.accounts.middleware import ACCOUNT_NAMES, GUARDED_NAMES, GUARDED_NAMESPACES
from tests.accounts.conftest import Clock
from tests.accounts.login import LOGIN, give_password, login, passed_second_factor
from tests.accounts.routes import Route, all_routes
from tests.people import PASSWORD

# Pages outside the gate that are meant to be there. A new one is a decision: add it here.
OPEN_NAMESPACES = {"front", "api"}  # machines bring a token of their own
OPEN_IN_ADMIN = {"login", "jsi18n"}


def is_guarded(route: Route) -> bool:
    return bool(GUARDED_NAMESPACES & set(route.namespaces)) or route.name in GUARDED_NAMES


def guarded_routes() -> list[Route]:
    return [route for route in all_routes() if is_guarded(route) and not route.is_public]


@pytest.fixture
def real_urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = "station.urls"


def test_every_page_is_guarded_or_open_on_purpose() -> None:
    unknown = [
        str(route)
        for route in all_routes()
        if not is_guarded(route)
        and not OPEN_NAMESPACES & set(route.namespaces)
        and route.name not in ACCOUNT_NAMES
    ]
    assert unknown == []
    opened = {r.name for r in all_routes() if is_guarded(r) and r.is_public}
    assert opened <= OPEN_IN_ADMIN | {"design", "design-surface"}
    assert len(guarded_routes()) > 50


@pytest.mark.usefixtures("real_urls")
def test_without_a_login_no_staff_page_answers(db: None) -> None:
    for route in guarded_routes():
        for answer in (Client().get(route.path), Client().post(route.path)):
            assert answer.status_code == 302, str(route)
            assert answer.headers["Location"].startswith(LOGIN), str(route)


@pytest.mark.usefixtures("real_urls")
def test_without_a_second_factor_no_staff_page_answers(
    client: Client, clock: Clock, newcomer: Account
) -> None:
    client.force_login(newcomer)
    for route in guarded_routes():
        for answer in (client.get(route.path), client.post(route.path)):
            assert answer.status_code == 302, str(route)
            assert answer.headers["Location"] == "/accounts/set-up/", str(route)


@pytest.mark.usefixtures("real_urls")
def test_with_a_password_of_somebody_else_no_staff_page_answers(
    client: Client, clock: Clock, chen: Account
) -> None:
    Account.objects.filter(pk=chen.pk).update(must_change_password=True)
    passed_second_factor(client, chen)
    for route in guarded_routes():
        for answer in (client.get(route.path), client.post(route.path)):
            assert answer.headers.get("Location") == "/accounts/password/", str(route)


@pytest.mark.usefixtures("real_urls")
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_page_takes_a_change_without_a_token(clock: Clock, chen: Account, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    passed_second_factor(client, chen)
    routes = [each for each in all_routes() if not has_its_own_token(each)]
    refused = {str(r): getattr(client, method)(r.path).status_code for r in routes}
    assert {route: status for route, status in refused.items() if status != 403} == {}
    assert len(routes) > 60


def has_its_own_token(route: Route) -> bool:
    """No cookie opens these: machines bring a bearer token, a personal link is one itself."""
    return "api" in route.namespaces or route.path.startswith("/l/")


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "inactive/",
        "reauthenticate/",
        "password/reset/",
        "password/reset/key/1-set/",
        "password/set/",
        "login/code/confirm/",
        "phone/verify/",
        "2fa/",
        "2fa/totp/deactivate/",
        "2fa/recovery-codes/download/",
        "2fa/webauthn/",
        "3rdparty/",
        "social/connections/",
        "sessions/",
    ],
)
def test_what_allauth_offers_beyond_is_not_there(
    client: Client, clock: Clock, chen: Account, path: str
) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    passed_second_factor(client, chen)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_fragment_sends_the_whole_page_to_the_login(client: Client, db: None) -> None:
    answer = client.get(
        "/desk/busy/?rows=1",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/?page=2"},
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=/desk/%3Fpage%3D2"


def test_a_post_is_not_what_one_comes_back_to(client: Client, db: None) -> None:
    assert client.post("/desk/busy/").headers["Location"] == LOGIN


# ---- admin ------------------------------------------------------------------------


def test_the_admin_has_no_login_of_its_own(client: Client, db: None) -> None:
    assert client.get("/admin/login/").headers["Location"] == f"{LOGIN}?next=/admin/"
    answer = client.post("/admin/login/", {"username": "chen", "password": PASSWORD})
    assert answer.headers["Location"].startswith(LOGIN)


def test_the_admin_takes_staff_with_both_factors_only(
    client: Client, clock: Clock, chen: Account
) -> None:
    login(client, chen)
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/desk/"
    Account.objects.filter(pk=chen.pk).update(is_staff=True)
    assert client.get("/admin/").status_code == 200


def test_secrets_of_the_second_factor_are_not_in_the_admin(
    client: Client, clock: Clock, chen: Account
) -> None:
    Account.objects.filter(pk=chen.pk).update(is_staff=True, is_superuser=True)
    passed_second_factor(client, chen)
    page = client.get("/admin/").content.decode()
    assert "/admin/members/" in page or "/admin/auth/" in page
    assert "/admin/mfa/" not in page
    assert client.get("/admin/mfa/authenticator/").status_code == 404


def test_the_password_of_the_admin_is_the_one_of_the_portal(
    client: Client, clock: Clock, chen: Account
) -> None:
    Account.objects.filter(pk=chen.pk).update(is_staff=True)
    passed_second_factor(client, chen)
    answer = client.get("/admin/password_change/")
    assert answer.headers["Location"] == "/accounts/password/"


def test_a_newcomer_with_a_one_time_password_goes_through_all_steps(
    client: Client, clock: Clock, newcomer: Account
) -> None:
    Account.objects.filter(pk=newcomer.pk).update(must_change_password=True)
    give_password(client, "chen", PASSWORD)
    assert client.get("/desk/").headers["Location"] == "/accounts/password/"
    assert "一次性密码" in client.get("/accounts/password/").content.decode()
    words = "my-own-long-phrase"
    data = {"oldpassword": PASSWORD, "password1": words, "password2": words}
    assert client.post("/accounts/password/", data).headers["Location"] == "/accounts/security/"
    assert client.get("/desk/").headers["Location"] == "/accounts/set-up/"
