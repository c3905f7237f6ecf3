"""From the reply to the second round, on a phone without script; and where the token goes."""

import pytest
from playwright.sync_api import Request, expect

from tests.answers import REPLY
from tests.journeys.answering import ask_for_another, open_link, send_and_answer
from tests.journeys.browser import Visitors, sideways
from tests.journeys.cast import UNPAID
from tests.journeys.phone import look_up
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


def test_a_worker_reads_the_reply_and_has_it_done_again_by_someone_else(
    live_station: Stack, visitors: Visitors
) -> None:
    case = send_and_answer(live_station, visitors, UNPAID)
    page = visitors.with_phone(has_script=False)
    look_up(page, case.slip)
    expect(page.get_by_role("heading", name="待您评价", level=1)).to_be_visible()
    expect(page.get_by_text(REPLY)).to_be_visible()
    page.get_by_role("button", name="评价", exact=True).click()
    expect(page.get_by_role("heading", name="请您评价", level=1)).to_be_visible()
    ask_for_another(page)
    assert sideways(page) == 0

    live_station.wait_until_all_dispatched([case.slip.number], seconds=60)
    look_up(page, case.slip)
    expect(page.get_by_role("heading", name="办理中", level=1)).to_be_visible()
    expect(page.get_by_text("已换人重新办理，等新的承办人签收")).to_be_visible()
    [row] = live_station.query(
        "SELECT r.reworks, r.handler_id, r.former_handler_id IS NOT NULL, count(g.id)"
        " FROM requests_app_request r JOIN requests_app_result t ON t.request_id = r.id"
        " JOIN requests_app_rating g ON g.result_id = t.id WHERE r.number = %s GROUP BY r.id",
        case.slip.number,
    )
    assert row == (1, None, True, 1)


def test_a_token_reaches_no_log_no_other_page_and_no_cookie(
    live_station: Stack, visitors: Visitors
) -> None:
    case = send_and_answer(live_station, visitors, UNPAID)
    page = visitors.with_phone()
    sent: list[Request] = []
    page.context.on("request", lambda request: sent.append(request))  # noqa: PLW0108
    open_link(page, case.token)
    page.get_by_role("radio", name="没有解决").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.goto("/privacy/")
    page.goto(f"/l/{case.token}/")
    page.goto(f"/l/{case.token}/no-such-page/")

    headers = [request.all_headers() for request in sent]
    assert [each for each in headers if case.token in each.get("referer", "")] == []
    told = {request.url.split("/", 3)[3] for request, each in zip(sent, headers, strict=True)
            if "rating=" in each.get("cookie", "")}  # fmt: skip
    assert told == {"rate/"}
    [cookie] = [each for each in page.context.cookies() if each["name"] == "rating"]
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/rate/", True, "Strict")
    assert case.token not in cookie["value"]
    logs = list(live_station.services.place.data.rglob("*.log"))
    assert len(logs) >= 3, "web and workers, PostgreSQL, Valkey"
    assert [each.name for each in logs if case.token in each.read_text(errors="replace")] == []
