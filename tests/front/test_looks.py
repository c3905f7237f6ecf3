"""Looks are cookies: set by POST, read by every page, never an error, never a row."""

import pytest
from django.test import RequestFactory

from station.context import MODE_COOKIE, THEME_COOKIE, look_of, portal
from station.front.preferences import preferences

FACTORY = RequestFactory()


def test_a_switch_sets_its_cookie_and_goes_back() -> None:
    response = preferences(
        FACTORY.post("/preferences/", {"mode": "elder", "next": "/report/?topic=wages"})
    )
    assert response.status_code == 302
    assert response["Location"] == "/report/?topic=wages"
    assert response.cookies[MODE_COOKIE].value == "elder"
    assert THEME_COOKIE not in response.cookies


def test_an_empty_choice_forgets_the_cookie() -> None:
    response = preferences(FACTORY.post("/preferences/", {"theme": ""}))
    assert response.cookies[THEME_COOKIE].value == ""
    assert response.cookies[THEME_COOKIE]["max-age"] == 0


@pytest.mark.parametrize(
    "target",
    ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org", ""],
)
def test_another_host_leads_home(target: str) -> None:
    response = preferences(FACTORY.post("/preferences/", {"mode": "elder", "next": target}))
    assert response["Location"] == "/"


@pytest.mark.parametrize("value", ["neon", "elder\x00", '"><script>'])
def test_a_value_outside_the_list_is_passed_over(value: str) -> None:
    response = preferences(FACTORY.post("/preferences/", {"mode": value, "theme": value}))
    assert response.status_code == 302
    assert not response.cookies


@pytest.mark.parametrize(
    ("theme", "media"),
    [
        ("", "screen and (prefers-color-scheme: dark)"),
        ("dark", "screen"),
        ("light", ""),
        ("neon", "screen and (prefers-color-scheme: dark)"),
    ],
)
def test_dark_values_are_linked_where_they_may_apply(theme: str, media: str) -> None:
    request = FACTORY.get("/")
    request.COOKIES[THEME_COOKIE] = theme
    assert look_of(request).dark_media == media


def test_after_a_post_only_the_path_is_kept() -> None:
    assert portal(FACTORY.get("/x/?a=1"))["here"] == "/x/?a=1"
    assert portal(FACTORY.post("/x/?a=1"))["here"] == "/x/"
