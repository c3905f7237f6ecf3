"""The wall: what everybody may see, by itself anew, keeping no session alive."""

import re
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from members.models import Account
from requests_app.clock import LightColor
from requests_app.lifecycle import Stage, State
from requests_app.models import Request
from station.desk.wall import strip_of
from tests.figures import Drawing, draw_requests, draw_settlements
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]
WALL = "/desk/wall/"
AUTO = {"HX-Request": "true", "X-Auto-Refresh": "1"}


@pytest.fixture
def drawn(town: Town) -> Town:
    drawing = Drawing(town, Random(5), classes=("WAGE", "LIFE"))
    draw_settlements(drawing, draw_requests(drawing, 160)[:14])
    return town


def page_of(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(WALL + query, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def open_matters(page: str) -> str:
    found = re.search(r'<h2>在办</h2><p class="big">([^<]+)', page)
    assert found is not None
    return found.group(1)


def test_nothing_flagged_is_counted(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.city_handler)
    is_open = Request.objects.exclude(state=State.CLOSED)
    plain, all_open = is_open.filter(flags=[]).count(), is_open.count()
    assert 10 < plain < all_open
    page = page_of(client)
    assert open_matters(page) == str(plain)
    year = Request.objects.filter(
        flags=[], registered_at__gte=MONDAY.replace(month=1, day=1, hour=0)
    )
    assert f"今年收到 <b>{year.count()}</b>" in page
    Request.objects.update(flags=["mass"])
    page = page_of(client)
    assert open_matters(page) == "0"
    assert "今年收到 <b>0</b>" in page


def test_no_name_number_or_firm_is_on_the_wall(drawn: Town, desk_of: DeskOf) -> None:
    page = page_of(desk_of(drawn.street_handler))
    wall = page.split('id="wall"')[1]
    for word in ("林一舟", "周敏", drawn.restaurant.short_name, "/desk/requests/"):
        assert word not in wall
    for number in Request.objects.values_list("number", flat=True):
        assert number not in wall


def test_the_part_asked_for_alone_is_the_page_without_its_frame(
    drawn: Town, desk_of: DeskOf
) -> None:
    client = desk_of(drawn.street_handler)
    fragment = page_of(client, **AUTO).strip()
    assert fragment.startswith('<main class="wall"')
    assert fragment in page_of(client)
    assert "every 60s" in fragment
    assert '"X-Auto-Refresh": "1"' in fragment


def test_asking_by_itself_keeps_no_session_alive(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.street_handler)
    page_of(client)
    ends = Session.objects.get().expire_date
    for minutes in (10, 20):
        with time_machine.travel(MONDAY + timedelta(minutes=minutes), tick=False):
            page_of(client, **AUTO)
            assert Session.objects.get().expire_date == ends
    with time_machine.travel(MONDAY + timedelta(minutes=25), tick=False):
        page_of(client)  # a person
        assert Session.objects.get().expire_date > ends
    with time_machine.travel(MONDAY + timedelta(minutes=56), tick=False):
        answer = client.get(WALL, headers=AUTO)
        assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_a_unit_below_may_be_chosen_and_none_beside(drawn: Town, desk_of: DeskOf) -> None:
    client = desk_of(drawn.stranger)
    assert "<h1>月河片区服务站</h1>" in page_of(client, "?unit=YQ")
    client = desk_of(drawn.street_handler)
    assert "<h1>云桥街道总工会</h1>" in page_of(client)
    assert "<h1>云桥片区服务站</h1>" in page_of(client, "?unit=YQ")


def test_of_fewer_than_five_neither_number_nor_money_is_shown(town: Town, desk_of: DeskOf) -> None:
    drawing = Drawing(town, Random(8), classes=("WAGE",))
    made = draw_requests(drawing, 3)
    draw_settlements(drawing, made)
    Request.objects.update(flags=[], station=town.station, enterprise=None)
    page = page_of(desk_of(town.worker)).split('id="wall"')[1]
    assert open_matters(page) in {"&lt;5", "0"}
    assert "今年收到 <b>&lt;5</b>" in page
    assert "件数太少，不分事项显示" in page
    shown = re.findall(r">\s*([1-4])\s*<", page)
    assert shown == []


def amounts(**stages: dict[LightColor, int]) -> dict[Stage, dict[LightColor, int]]:
    return {stage: stages.get(stage.value, {}) for stage in Stage}


def test_a_strip_without_few_shows_every_stage_with_its_lights() -> None:
    strip = strip_of(
        amounts(
            sensing={LightColor.UNSTARTED: 7},
            routing={LightColor.GREEN: 6},
            handling={LightColor.RED: 5, LightColor.GREEN: 9},
            completion={LightColor.MET: 12},
        )
    )
    assert [column.value for column in strip] == ["39", "7", "6", "14", "12"]
    assert [str(light.word) for light in strip[0].lights] == [
        "超期5",
        "正常15",
        "未起算7",
        "已答复12",
    ]
    assert [str(light.word) for light in strip[3].lights] == ["超期5", "正常9"]


def test_a_strip_with_few_hides_them_and_what_would_tell_them() -> None:
    strip = strip_of(
        amounts(
            sensing={LightColor.UNSTARTED: 5},
            routing={LightColor.GREEN: 4},
            handling={LightColor.RED: 2, LightColor.GREEN: 17},
            completion={LightColor.MET: 6},
        )
    )
    assert [column.value for column in strip] == ["34", "—", "<5", "19", "6"]
    assert [str(light.word) for light in strip[0].lights] == [
        "超期<5",
        "正常—",
        "未起算5",
        "已答复6",
    ]
    assert [column.lights for column in strip[1:]] == [[], [], [], []]


def test_that_nothing_is_late_is_said() -> None:
    strip = strip_of(amounts(handling={LightColor.GREEN: 9}))
    assert [str(light.word) for light in strip[0].lights] == ["无超期", "正常9"]
    assert strip_of(amounts())[0].lights == []
