"""The worker sees who had name and phone shown: unit, duty, day and reason, never a name."""

from datetime import timedelta

import pytest
from django.test import Client

from members.keys import forget_keys
from members.models import AccessEntry, Account, RoleAssignment
from requests_app.lifecycle import Via
from requests_app.models import Request
from requests_app.reading_access import note_view, unmask, unmask_parties
from requests_app.stages.sensing.intake import Receipt, register_report
from requests_app.stages.sensing.report import Report
from tests.front.test_track import dispatched, statements, words
from tests.town import MONDAY, Town

HEADING = "谁查看过您的姓名和电话"
REASON = "打电话核对地址"
NOON = MONDAY + timedelta(hours=3)


def looked_at(receipt: Receipt, by: Account, *, reason: str = REASON) -> None:
    unmask(receipt.request_id, actor=by, reason=reason, now=NOON)


def opened(receipt: Receipt, by: Account, *, minutes: int = 0) -> None:
    request = Request.objects.get(pk=receipt.request_id)
    note_view(request, actor=by, now=MONDAY + timedelta(minutes=minutes))


def section(visitor: Client, receipt: Receipt) -> str:
    """Return the words of the section; "" when the page has none."""
    page = words(visitor, receipt.code, at=NOON + timedelta(minutes=1))
    _before, heading, rest = page.partition(HEADING)
    return heading + rest.partition("</section>")[0]


def anonymous(town: Town) -> Receipt:
    report = Report(
        station_id=town.station.pk,
        station_code=town.station.code,
        channel="form",
        applicant_kind="worker",
        story="更衣间的灯坏了很久。",
        is_anonymous=True,
        form_key="anonymous",
    )
    return register_report(report, via=Via.PERSON, now=MONDAY)


def test_before_anybody_looked_the_page_says_so(visitor: Client, town: Town) -> None:
    shown = section(visitor, dispatched(town))
    assert "还没有人查看过" in shown
    assert "您写的内容还没有人打开过" in shown


def test_a_look_is_told_by_unit_duty_day_and_reason(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    looked_at(receipt, town.street_handler)
    shown = section(visitor, receipt)
    assert "云桥街道总工会的承办人" in shown
    assert f"理由：{REASON}" in shown
    assert "11月23日" in shown
    assert "12:00" in shown
    for name in ("林一舟", "linyizhou"):
        assert name not in shown


def test_all_looks_stand_there_newest_first(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    for actor, reason in ((town.worker, "第一次来电核对"), (town.street_handler, "第二次来电核对")):
        looked_at(receipt, actor, reason=reason)
    shown = section(visitor, receipt)
    assert shown.index("第二次") < shown.index("第一次")
    assert "云桥片区服务站的专职工作者" in shown


def test_openings_are_told_by_number_of_times_and_people(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    for minutes in (0, 5, 20):  # the second belongs to the first reading
        opened(receipt, town.worker, minutes=minutes)
    opened(receipt, town.head)
    looked_at(receipt, town.street_handler)
    assert "您写的内容有3个人打开过，一共4次" in section(visitor, receipt)


def test_the_duty_is_that_of_the_day_of_the_look(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    looked_at(receipt, town.street_handler)
    day = MONDAY.date()
    rows = RoleAssignment.objects.filter(account=town.street_handler)
    rows.update(to_on=day)
    RoleAssignment.objects.create(
        account=town.street_handler, role="head", unit=town.street, from_on=day + timedelta(days=1)
    )
    assert "云桥街道总工会的承办人" in section(visitor, receipt)
    rows.delete()
    shown = section(visitor, receipt)
    assert "<b>工作人员</b>" in shown
    assert "云桥街道" not in shown


def test_with_several_duties_the_one_at_the_holder_is_told(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    first = RoleAssignment.objects.get(account=town.street_handler)
    RoleAssignment.objects.filter(pk=first.pk).delete()
    for unit, role in ((town.county, "approver"), (town.station, "worker"), (town.street, "head")):
        RoleAssignment.objects.create(
            account=town.street_handler, role=role, unit=unit, from_on=first.from_on
        )
    looked_at(receipt, town.street_handler)
    assert "云桥街道总工会的站长" in section(visitor, receipt)


def test_a_delicate_matter_tells_neither_unit_nor_reason(visitor: Client, town: Town) -> None:
    receipt = dispatched(town, "经理总是摸我，我被性骚扰了。")
    request = Request.objects.select_related("holder").get(pk=receipt.request_id)
    assert request.holder is not None
    by = {"street": town.street_handler, "county": town.county_handler}[request.holder.level]
    looked_at(receipt, by, reason="女工部核实性骚扰情况")
    shown = section(visitor, receipt)
    assert "<b>承办人</b>" in shown
    assert "为了保护您，这里不写是哪个单位、为什么看" in shown
    for given_away in (request.holder.name, request.holder.short_name, "女工部", "性骚扰"):
        assert given_away not in shown


def test_a_number_in_a_reason_is_masked(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    looked_at(receipt, town.street_handler, reason="对方留了13987654321，核对<b>一下</b>")
    shown = section(visitor, receipt)
    assert "13987654321" not in shown
    assert "&lt;b&gt;" in shown


def test_an_anonymous_request_has_no_such_list(visitor: Client, town: Town) -> None:
    receipt = anonymous(town)
    opened(receipt, town.worker)
    assert AccessEntry.objects.count() == 1
    assert section(visitor, receipt) == ""


@pytest.mark.parametrize("name", ["Who has seen your name and phone number", "Reason:"])
def test_the_list_speaks_english(visitor: Client, town: Town, name: str) -> None:
    receipt = dispatched(town)
    looked_at(receipt, town.street_handler)
    visitor.cookies["django_language"] = "en"
    page = words(visitor, receipt.code, at=NOON)
    assert name in page
    assert HEADING not in page


def test_the_list_costs_one_statement(visitor: Client, town: Town) -> None:
    receipt, unnamed = dispatched(town), anonymous(town)
    alone = statements(visitor, unnamed.code)
    for actor in (town.worker, town.head, town.street_handler):
        opened(receipt, actor)
        looked_at(receipt, actor)
    forget_keys()  # a key made in this very test counts as not yet committed
    words(visitor, receipt.code)
    assert (statements(visitor, receipt.code), alone) == (7, 6)


def test_a_look_at_the_parties_is_told_apart(visitor: Client, town: Town) -> None:
    receipt = dispatched(town)
    unmask_parties(receipt.request_id, actor=town.street_handler, reason=REASON, now=NOON)
    assert "看的是当事人名单上的姓名" in section(visitor, receipt)
