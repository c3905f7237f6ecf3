"""The wage case from the signing to the last instalment and the closing; and silence."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import handling
from tests.journeys.browser import Visitors, keep_picture, sideways
from tests.journeys.cast import LEADER, SILENT, Worker
from tests.journeys.phone import Slip, look_up, open_form, send, tell
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(600),
]


def test_twenty_workers_are_paid_and_the_case_is_closed(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    slip = report(live_station, visitors, LEADER)
    desk = desk_of("linyizhou")
    handling.sign(desk, slip)
    handling.hear_that_worker_agrees(desk, slip)
    handling.seat_everybody(desk, slip)
    handling.hold_session(desk, slip)
    handling.list_claims(desk, slip)
    handling.sign_settlement(desk, slip)
    handling.receive(desk, slip, 1)
    is_blocked_while_money_is_missing(desk, slip)
    the_late_instalment_warns(live_station, slip, part=2)
    handling.receive(desk, slip, 2)
    handling.receive(desk, slip, 3)
    keep_picture(desk, "wage-settled-1440")
    handling.submit(desk, slip)

    wait_for_state(live_station, slip, "in_review")
    assert drawn(live_station, slip) == "tanghe", "street's other handler is tied: one level up"
    handling.accept(desk_of("tanghe"), slip)
    wait_for_state(live_station, slip, "to_call")
    rates(visitors, slip)
    assert state_of(live_station, slip) == "to_call", "this item calls everybody back"
    the_call_falls_due(live_station, slip)
    handling.call(desk_of(drawn(live_station, slip)), slip, is_reached=True)
    assert state_of(live_station, slip) == "closed"
    page = visitors.with_phone()
    look_up(page, slip)
    expect(page.get_by_role("heading", name="已办结", level=1)).to_be_visible()
    machine = steps_by_via(live_station, slip)
    assert set(machine) == {"celery"}, machine
    stands_in_the_figures(desk)


def test_silence_closes_only_when_everything_was_tried(
    live_station: Stack, visitors: Visitors, desk_of: Callable[[str], Page]
) -> None:
    slip = report(live_station, visitors, SILENT)
    desk = desk_of("linyizhou")
    handling.sign(desk, slip)
    handling.submit(desk, slip, reply="公司已经答应退回扣款，十日内打到您的卡上，请留意查收。")
    wait_for_state(live_station, slip, "in_review")
    handling.accept(desk_of(drawn(live_station, slip)), slip)
    wait_for_state(live_station, slip, "to_call")
    handling.tell_by_phone(desk, slip)
    caller = desk_of(drawn(live_station, slip))
    handling.call(caller, slip, is_reached=False)
    handling.call(caller, slip, is_reached=False)
    fall_due(live_station, slip, "silence")
    wait_until(lambda: timers(live_station, slip, "silence") == 2, "silence is looked at again")
    assert state_of(live_station, slip) == "to_call", "two tries on one day are not enough"

    live_station.alter(
        "UPDATE requests_app_callattempt SET tried_at = tried_at - interval '1 day'"
        " WHERE result_id IN (SELECT t.id FROM requests_app_result t"
        " JOIN requests_app_request r ON r.id = t.request_id WHERE r.number = %s)",
        slip.number,
    )
    handling.call(caller, slip, is_reached=False)
    assert state_of(live_station, slip) == "closed"
    [(closed_as,)] = live_station.query(
        "SELECT closed_as FROM requests_app_request WHERE number = %s", slip.number
    )
    assert closed_as == "unreached"


# ---- steps ---------------------------------------------------------------------------


def report(station: Stack, visitors: Visitors, worker: Worker) -> Slip:
    page = visitors.with_phone()
    open_form(page)
    tell(page, worker)
    page.get_by_label("哪家单位").fill(worker.employer)
    slip = send(page)
    station.wait_until_all_dispatched([slip.number], seconds=60)
    return slip


def is_blocked_while_money_is_missing(page: Page, slip: Slip) -> None:
    handling.open_request(page, slip)
    expect(page.get_by_role("main")).to_contain_text("250,000.00")
    refused = page.request.get(f"/desk/requests/{slip.number}/result/new/")
    assert refused.status == 403


def the_late_instalment_warns(station: Stack, slip: Slip, *, part: int) -> None:
    """Its day passes, by a moved clock: Celery fires the timer, the handler is told once."""
    fall_due(station, slip, "instalment", level=part)
    wait_until(lambda: notices(station, slip, "timer.instalment") == 1, "the handler is warned")


def rates(visitors: Visitors, slip: Slip) -> None:
    page = visitors.with_phone()
    look_up(page, slip)
    expect(page.get_by_role("heading", name="待您评价", level=1)).to_be_visible()
    page.get_by_role("button", name="评价", exact=True).click()
    expect(page.get_by_role("heading", name="请您评价", level=1)).to_be_visible()
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("radio", name="非常满意").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    assert sideways(page) == 0


def the_call_falls_due(station: Stack, slip: Slip) -> None:
    fall_due(station, slip, "callback")
    wait_until(lambda: notices(station, slip, "timer.callback") == 1, "the caller is reminded")


def stands_in_the_figures(page: Page) -> None:
    page.goto("/desk/figures/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("追回金额")
    expect(main).to_contain_text("40.00")  # 万元
    keep_picture(page, "figures-1440")


# ---- the database, as an auditor reads it ----------------------------------------------


def state_of(station: Stack, slip: Slip) -> str:
    [(state,)] = station.query(
        "SELECT state FROM requests_app_request WHERE number = %s", slip.number
    )
    return str(state)


def drawn(station: Stack, slip: Slip) -> str:
    [(username,)] = station.query(
        "SELECT a.username FROM requests_app_request r"
        " JOIN members_account a ON a.id = r.assignee_id WHERE r.number = %s",
        slip.number,
    )
    return str(username)


def fall_due(station: Stack, slip: Slip, rule: str, *, level: int = 0) -> None:
    """Move one timer's moment into the past."""
    station.alter(
        "UPDATE requests_app_timer SET due_at = now() - interval '1 second'"
        " WHERE rule = %s AND level = %s AND done_at IS NULL AND request_id ="
        " (SELECT id FROM requests_app_request WHERE number = %s)",
        rule,
        level,
        slip.number,
    )


def timers(station: Stack, slip: Slip, rule: str) -> int:
    [(found,)] = station.query(
        "SELECT count(*) FROM requests_app_timer t JOIN requests_app_request r"
        " ON r.id = t.request_id WHERE r.number = %s AND t.rule = %s",
        slip.number,
        rule,
    )
    return int(found)


def notices(station: Stack, slip: Slip, template: str) -> int:
    [(found,)] = station.query(
        "SELECT count(*) FROM members_notice n JOIN requests_app_request r"
        " ON r.id = n.request_ref WHERE r.number = %s AND n.template = %s",
        slip.number,
        template,
    )
    return int(found)


def steps_by_via(station: Stack, slip: Slip) -> list[str]:
    rows = station.query(
        "SELECT DISTINCT e.via FROM requests_app_event e JOIN requests_app_request r"
        " ON r.id = e.request_id WHERE r.number = %s AND e.actor_id IS NULL AND e.kind IN"
        " ('request.sensed', 'request.triaged', 'request.dispatched', 'review.asked',"
        " 'callback.asked', 'timer.fired')",
        slip.number,
    )
    return [str(via) for (via,) in rows]


def wait_for_state(station: Stack, slip: Slip, state: str) -> None:
    station.wait_until_all([slip.number], state, seconds=60)


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, f"waited {seconds} s until {what}"
        time.sleep(0.2)
