from collections.abc import Callable

import pytest
from django.test import Client

from members.models import Account
from requests_app.models import Narrative, Request
from tests.desk.cases import LATE_PAY, dispatched, signed
from tests.desk.handled import fresh
from tests.desk.pages import accepted, errors_in, kinds_of, page_of, path_of, send, words_in
from tests.town import Town

type DeskOf = Callable[[Account], Client]


def unagreed(town: Town) -> Request:
    """A signed request whose worker wants nobody to talk to the employer yet."""
    row = signed(town, town.street_handler)
    Request.objects.filter(pk=row.pk).update(approach="none")
    return fresh(row)


def panel_of(page: str) -> str:
    return page.split('id="approach"')[1].split("</section>", maxsplit=1)[0]


def test_the_panel_says_what_was_agreed_and_lets_it_be_changed(town: Town, desk_of: DeskOf) -> None:
    row = unagreed(town)
    client = desk_of(town.worker)
    panel = panel_of(page_of(client, row))
    assert "先不联系单位，等本人同意" in panel
    assert 'value="none"' not in panel  # what holds is no choice
    led = accepted(client, row, "approach/", approach="named")
    assert led == path_of(row) + "#approach"
    assert fresh(row).approach == "named"
    assert "可以联系单位，可以提本人名字" in panel_of(page_of(client, row))
    assert kinds_of(row)[-1] == "approach.agreed"


@pytest.mark.parametrize("chosen", ["", "none", "other", "\x00"])
def test_a_senseless_choice_changes_nothing(town: Town, desk_of: DeskOf, chosen: str) -> None:
    row = unagreed(town)
    answer = send(desk_of(town.worker), row, "approach/", approach=chosen)
    assert answer.status_code == 422
    assert "请选诉求人同意的方式" in errors_in(answer.content.decode())
    assert fresh(row).approach == "none"


def test_an_anonymous_request_offers_no_name(town: Town, desk_of: DeskOf) -> None:
    row = signed(town, town.street_handler)
    Request.objects.filter(pk=row.pk).update(approach="none", is_anonymous=True)
    client = desk_of(town.worker)
    assert 'value="named"' not in panel_of(page_of(client, row))
    assert send(client, row, "approach/", approach="named").status_code == 422


def test_few_people_could_be_guessed(town: Town, desk_of: DeskOf) -> None:
    row = dispatched(town, story=LATE_PAY)
    Request.objects.filter(pk=row.pk).update(headcount=3, state="signed", stage="handling")
    page = page_of(desk_of(town.worker), row)
    assert "可能知情的不到5人，不提名字单位也可能猜到是谁" in page
    Request.objects.filter(pk=row.pk).update(headcount=5)
    assert "不提名字单位也可能猜到" not in page_of(desk_of(town.worker), row)


def test_only_the_handler_goes_past_the_workers_word(town: Town, desk_of: DeskOf) -> None:
    row = unagreed(town)
    other = desk_of(town.worker)
    assert "有人身危险" not in panel_of(page_of(other, row))
    refused = send(other, row, "approach/danger/", reason="工人被关在仓库里")
    assert refused.status_code == 403
    client = desk_of(town.street_handler)
    assert "有人身危险，必须马上联系单位" in panel_of(page_of(client, row))
    short = send(client, row, "approach/danger/", reason="危险")
    assert (short.status_code, errors_in(short.content.decode())) == (422, ["至少写5个字"])
    assert fresh(row).approach_overridden_at is None
    accepted(client, row, "approach/danger/", reason="工人被关在仓库里，电话13812345678")
    panel = words_in(panel_of(page_of(other, row)))
    assert "林一舟今日09:00因人身危险打开了联系单位的通道" in panel
    assert "理由：工人被关在仓库里，电话〔电话〕" in panel
    stored = Narrative.objects.get(request=row, kind="override")
    assert "仓库".encode() not in bytes(stored.sealed)
    again = send(client, row, "approach/danger/", reason="再说一次理由")
    assert again.status_code == 403
    assert "联系单位的通道已经打开" in again.content.decode()
