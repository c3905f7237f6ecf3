from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import translation

from members.keys import forget_keys
from members.models import Enterprise, Unit
from members.queries import forget_calendar
from requests_app.catalogue.snapshot import forget_catalogue
from station.front.limiter import counter
from tests.makers import make_enterprise, make_unit
from tests.standing import lay_down_town
from tests.town import MONDAY, Town


@dataclass(frozen=True, slots=True)
class Place:
    """What the worker's pages need: two stations and a restaurant."""

    station: Unit
    other_station: Unit
    restaurant: Enterprise


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Start in Chinese: a page asked for in English leaves its language to the next test."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def _fresh(db: None, tmp_path: Path) -> Iterator[None]:
    """Nine on a Monday, files apart, and nothing remembered by the process."""
    _forget()
    with override_settings(MEDIA_ROOT=str(tmp_path)), time_machine.travel(MONDAY, tick=False):
        yield
    _forget()


@pytest.fixture
def place(_fresh: None) -> Place:
    """Two stations of one street, without people."""
    station = make_unit(code="YQ", name="云桥片区服务站")
    other = make_unit(code="YH", name="月河片区服务站", parent=station.parent)
    restaurant = make_enterprise(name="汀禾餐饮管理有限公司", short_name="汀禾餐饮")
    return Place(station, other, restaurant)


@pytest.fixture
def town(_fresh: None) -> Town:
    """A whole town with people and catalogue, where requests are taken through their steps."""
    return lay_down_town()


@pytest.fixture
def visitor() -> Client:
    """Somebody with a browser, an address and no cookie."""
    return Client(REMOTE_ADDR="203.0.113.9")


def _forget() -> None:
    forget_catalogue()
    forget_calendar()
    forget_keys()
    counter.forget()
