from collections.abc import Callable

import pytest
from django.test import Client

from members.models import Account, Notice
from tests.desk.cases import dispatched
from tests.town import MONDAY, Town

type DeskOf = Callable[[Account], Client]


def test_a_dispatched_request_is_in_the_notices_of_its_signers(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town)
    page = desk_of(town.street_handler).get("/desk/notices/").content.decode()
    assert f"诉求 {row.number} 已派到本单位，请签收。" in page
    assert f"/desk/requests/{row.number}/" in page
    assert row.number not in desk_of(town.street_tied).get("/desk/notices/").content.decode()


def test_reading_marks_own_notices_only(town: Town, desk_of: DeskOf) -> None:
    dispatched(town)
    own = Notice.objects.get(account=town.street_handler)
    other = Notice.objects.create(
        key="other", account=town.worker, template="request.dispatched", created_at=MONDAY
    )
    answer = desk_of(town.street_handler).post(
        "/desk/notices/read/", {"notice": [own.pk, other.pk]}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/notices/")
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.read_at == MONDAY
    assert other.read_at is None


@pytest.mark.parametrize("sent", ["", "abc", "\x00", "9" * 40, "-1"])
def test_senseless_ids_mark_nothing(town: Town, desk_of: DeskOf, sent: str) -> None:
    dispatched(town)
    answer = desk_of(town.street_handler).post("/desk/notices/read/", {"notice": sent})
    assert answer.status_code == 303
    assert Notice.objects.filter(read_at=None).exists()


def test_an_unknown_template_is_still_shown(town: Town, desk_of: DeskOf) -> None:
    Notice.objects.create(key="x", account=town.worker, template="gone.by", created_at=MONDAY)
    page = desk_of(town.worker).get("/desk/notices/").content.decode()
    assert "有一条新通知" in page
