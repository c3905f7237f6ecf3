"""The demo station at full size, through all its months: a drill, for it takes a minute."""

from datetime import datetime

import pytest

from members.models import Enterprise, Member
from members.workdays import SHANGHAI
from requests_app.anchors import verify_chains
from requests_app.lifecycle import State
from requests_app.models import Request
from station.devkit.demo.filling import fill_station
from station.devkit.demo.size import FULL

pytestmark = [pytest.mark.django_db, pytest.mark.drill, pytest.mark.timeout(600)]

PASSED_IN_SECONDS = {
    State.REGISTERED,
    State.ACCEPTED,
    State.SUBMITTED,
    State.ANSWERED,
    State.REWORK,
}
# The day decides which dates fall on weekends and holidays: two stations are as different as days.
DAYS = (
    "2026-11-26T08:50+08:00",
    "2026-03-02T15:20+08:00",
    "2026-06-20T23:10+08:00",
    "2026-09-30T07:05+08:00",
)


@pytest.mark.parametrize("moment", DAYS)
def test_the_full_station_lives_through_its_months(moment: str) -> None:
    now = datetime.fromisoformat(moment).astimezone(SHANGHAI)
    fill_station(FULL, now=now, say=print)
    assert Member.objects.count() == FULL.members
    assert Enterprise.objects.count() == FULL.enterprises + FULL.neighbours
    reached = {State(each) for each in Request.objects.values_list("state", flat=True)}
    assert reached >= set(State) - PASSED_IN_SECONDS
    assert 250 <= Request.objects.count() <= 350
    assert list(verify_chains()) == []
