"""Home, the pages that only tell, the quick way out, and the English side."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from members.workdays import SHANGHAI
from station.front.pages import opening
from tests.front.conftest import Place
from tests.front.filled import code_in, filled

NAMES = ("云桥片区服务站", "月河片区服务站", "云桥路118号1楼", "简体中文")
PAGES = ("/", "/report/", "/track/", "/privacy/", "/accessibility/", "/preferences/")


def chinese_in(page: str) -> list[str]:
    """Return the Chinese words between the tags of a page's main part, names apart."""
    body = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main>", maxsplit=1)[0])
    for name in NAMES:
        body = body.replace(name, "")
    return re.findall(r"[\u4e00-\u9fff]+", body)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_a_cookie(visitor: Client, place: Place, page: str) -> None:
    response = visitor.get(page)

    assert response.status_code == 200
    assert "sessionid" not in response.cookies


def test_every_link_of_the_worker_leads_somewhere(visitor: Client, place: Place) -> None:
    seen: set[str] = set()
    for page in PAGES:
        text = visitor.get(page).content.decode()
        seen |= set(re.findall(r'(?:href|action)="(/[^"#?]*)', text))

    for link in sorted(link for link in seen if not link.startswith("/static/")):
        assert visitor.get(link).status_code in {200, 302, 405}, link


def test_home_shows_the_ways_in_and_the_numbers_that_help(visitor: Client, place: Place) -> None:
    page = visitor.get("/").content.decode()

    assert 'href="/report/"' in page
    assert 'href="/track/"' in page
    for number in ("110", "119", "120", "12351", "12356", "12345"):
        assert f'href="tel:{number}"' in page
    assert "云桥片区服务站" in page
    assert "月河片区服务站" in page


def test_home_takes_as_many_statements_for_two_stations_as_for_one(
    visitor: Client, place: Place
) -> None:
    visitor.get("/")  # the calendar is read once a minute
    with CaptureQueriesContext(connection) as queries:
        visitor.get("/")

    assert len(queries) == 1


@pytest.mark.parametrize(
    ("clock", "words", "code"),
    [
        ("07:59", "今天8:30开门", "none"),
        ("08:30", "开放中，到12:00", "green"),
        ("12:00", "午休，14:00开门", "none"),
        ("14:00", "开放中，到17:30", "green"),
        ("17:30", "今天已下班", "none"),
    ],
)
def test_home_says_whether_the_station_is_open(
    place: Place, clock: str, words: str, code: str
) -> None:
    light = opening(datetime.fromisoformat(f"2026-11-23T{clock}:00+08:00")).light

    assert (light.word, light.code) == (words, code)


def test_a_day_of_rest_is_said(place: Place) -> None:
    sunday = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)

    assert opening(sunday).light.word == "今天休息"


@override_settings(QUICK_EXIT_URL="https://neutral.example/")
def test_the_quick_way_out_wipes_and_leaves(visitor: Client, place: Place) -> None:
    response = visitor.get("/leave/")

    assert (response.status_code, response["Location"]) == (302, "https://neutral.example/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("page", ["/report/", "/track/"])
def test_the_quick_way_out_is_on_every_page_with_something_to_hide(
    visitor: Client, place: Place, page: str
) -> None:
    assert 'href="/leave/"' in visitor.get(page).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_the_english_side_is_english(visitor: Client, place: Place, page: str) -> None:
    visitor.cookies["django_language"] = "en"

    assert chinese_in(visitor.get(page).content.decode()) == []


def test_receipt_and_progress_are_english_too(visitor: Client, place: Place) -> None:
    visitor.cookies["django_language"] = "en"
    receipt = visitor.post("/report/", filled(story="我不想活了")).content.decode()
    progress = visitor.post("/track/", {"code": code_in(receipt)}).content.decode()
    bad = visitor.post("/report/", filled(story="", phone="1")).content.decode()

    for page in (receipt, progress):
        assert chinese_in(page) == []
    assert "Say what happened" in bad


def test_the_privacy_page_says_what_cannot_be_removed(visitor: Client, place: Place) -> None:
    page = visitor.get("/privacy/").content.decode()

    assert "去不掉" in page
    assert "匿名" in page


def test_nothing_is_kept_of_a_visit_but_the_form_token(visitor: Client, place: Place) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI) + timedelta(hours=1)):
        for page in PAGES:
            visitor.get(page)

    assert set(visitor.cookies) == {"csrftoken"}
