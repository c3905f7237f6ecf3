"""Every page of handling and completion, each with the way a member of staff gets to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.desk.handled import REPLY
from tests.journeys.handling import press, today
from tests.worker.stack import Stack

HANDLER, COUNTER = "yuanqi", "muxi"
REASON = "打电话核对每个人的月份和金额"


@dataclass(frozen=True, slots=True)
class Way:
    """Who is there to open a page, and the numbers of the requests by their labels."""

    station: Stack
    desk_of: Callable[[str], Page]
    numbers: Mapping[str, str]

    def open(self, label: str, rest: str = "", *, by: str = HANDLER) -> Page:
        """Open a page of one of the requests."""
        page = self.desk_of(by)
        page.goto(f"/desk/requests/{self.numbers[label]}/{rest}")
        return page

    def assignee_of(self, label: str) -> str:
        """Return who was drawn to review or to call."""
        [(username,)] = self.station.query(
            "SELECT a.username FROM requests_app_request r"
            " JOIN members_account a ON a.id = r.assignee_id WHERE r.number = %s",
            self.numbers[label],
        )
        return str(username)


def _follow(page: Page, link: str) -> Page:
    """Follow the first link of these words."""
    page.get_by_role("main").get_by_role("link", name=link).first.click()
    expect(page.get_by_role("main").get_by_role("link", name="取消")).to_be_visible()
    return page


def _come_back(page: Page, button: str) -> Page:
    """Send what stands there; the page comes back with what is wrong with it."""
    press(page, button)
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _parties_in_clear(way: Way) -> Page:
    page = way.open("listed")
    page.get_by_text("查看姓名和电话", exact=True).click()
    page.locator("#parties-reason").fill(REASON)
    page.locator("#parties").get_by_role("button", name="显示姓名和电话").click()
    expect(page.locator("#parties").get_by_text("只显示这一次")).to_be_visible()
    return page


def _everything_unfolded(way: Way) -> Page:
    page = way.open("late")
    page.evaluate("document.querySelectorAll('main details').forEach((each) => each.open = true)")
    return page


def _step_refused(way: Way) -> Page:
    """The step asks for a paper, and there is none."""
    page = way.open("late")
    page.get_by_text("记录完成情况 逐期核对付款并上传凭证").click()
    page.locator("#steps details[open]").get_by_role("button", name="完成", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _claims_refused(way: Way) -> Page:
    page = way.open("listed", "claims/")
    page.get_by_label("明细，每人一行").fill(
        "姓名\t岗位\t月份\t主张金额\n陈大勇\t厨师\t7–9月\t两万三\n李春梅,切配,7–9月,1,800,50\n"
        "\t面点\t7–9月\t18800\n郑国强\t传菜\t7–9月\t9999999999999999\n合计\t\t\t436800"
    )
    return _come_back(page, "登记明细")


def _claims_filled(way: Way) -> Page:
    page = way.open("listed", "claims/")
    page.get_by_text("在现有明细上改", exact=True).click()
    page.get_by_label("理由").fill(REASON)
    press(page, "填入现有明细")
    expect(page.get_by_label("明细，每人一行")).not_to_have_value("")
    return page


def _settlement_refused(way: Way) -> Page:
    """The instalments are less than what was agreed."""
    page = way.open("listed", "settlement/new/")
    page.get_by_label("统一比例").fill("80")
    page.get_by_label("分期").fill("2030-01-31 150000\n2029-12-31 1000")
    return _come_back(page, "登记协议")


def _payment_refused(way: Way) -> Page:
    page = way.open("late", "instalments/2/pay/")
    page.get_by_label("金额（元）").fill("九万")
    page.get_by_label("到账日期").fill("2090-01-01")
    return _come_back(page, "登记到账")


def _result_refused(way: Way) -> Page:
    page = way.open("fresh", "result/new/")
    page.get_by_label("给诉求人的答复").fill(f"{REPLY}有事请打13812345678找王秀英，或去汀禾餐饮。")
    return _come_back(page, "提交办结")


def _call_refused(way: Way) -> Page:
    page = way.open("to-call", "calls/new/", by=way.assignee_of("to-call"))
    page.get_by_role("radio", name="接通了", exact=True).check()
    return _come_back(page, "记下")


def _add_party(page: Page) -> None:
    page.get_by_label("角色").select_option(label="职工代表")
    page.get_by_label("姓名").fill("郑国强")
    press(page, "登记")


def _overtaken(way: Way) -> Page:
    """Somebody has changed the request while the form was being filled."""
    page = way.open("listed", "sessions/new/")
    page.get_by_label("地点").fill("服务站调解室")
    page.get_by_label("纪要").fill(REASON)
    _add_party(other := way.open("listed", "parties/new/"))
    expect(other.get_by_role("main")).to_contain_text("已登记")
    page.get_by_role("group", name="到会人").get_by_role("checkbox").first.check()
    page.get_by_role("radio", name="未达成").check()
    page.get_by_label("日期").fill((today() - timedelta(days=1)).isoformat())
    page.get_by_label("开始").fill("08:00")
    page.get_by_label("结束").fill("08:05")
    press(page, "登记会议")
    expect(page.get_by_text("您的内容还在")).to_be_visible()
    return page


def _clicked_twice(way: Way) -> Page:
    page = way.open("long", "parties/new/")
    _add_party(other := way.open("long", "parties/new/"))
    expect(other.get_by_role("main")).to_contain_text("已登记")
    _add_party(page)
    expect(page.get_by_role("heading", name="您刚刚已经提交过")).to_be_visible()
    return page


def _refused(way: Way, label: str, rest: str, *, by: str = HANDLER) -> Page:
    """An act that is not possible now says why."""
    page = way.open(label, rest, by=by)
    expect(page.get_by_role("heading", name="现在不能做这一步")).to_be_visible()
    return page


def _inbox_of_the_closed(way: Way) -> Page:
    page = way.desk_of(HANDLER)
    page.goto("/desk/?view=closed")
    return page


REQUESTS: Mapping[str, Callable[[Way], Page]] = {
    "late": lambda way: way.open("late"),
    "late-unfolded": _everything_unfolded,
    "listed": lambda way: way.open("listed"),
    "fresh": lambda way: way.open("fresh"),
    "alarm": lambda way: way.open("alarm"),
    "in-review": lambda way: way.open("in-review"),
    "in-review-reviewer": lambda way: way.open("in-review", by=way.assignee_of("in-review")),
    "to-call": lambda way: way.open("to-call", by=way.assignee_of("to-call")),
    "closed": lambda way: way.open("closed"),
    "long": lambda way: way.open("long"),
    "parties-in-clear": _parties_in_clear,
    "inbox-closed": _inbox_of_the_closed,
}
ACTS: Mapping[str, Callable[[Way], Page]] = {
    "step": lambda way: _follow(way.open("fresh"), "标为不适用"),
    "approach": lambda way: way.open("fresh", "approach/"),
    "approach-danger": lambda way: way.open("fresh", "approach/danger/"),
    "party-new": lambda way: way.open("listed", "parties/new/"),
    "party-remove": lambda way: _follow(way.open("long"), "移出"),
    "session-new": lambda way: way.open("long", "sessions/new/"),
    "claims": lambda way: way.open("fresh", "claims/"),
    "claims-again": lambda way: way.open("listed", "claims/"),
    "claims-filled": _claims_filled,
    "settlement-new": lambda way: way.open("listed", "settlement/new/"),
    "payment-new": lambda way: way.open("late", "instalments/2/pay/"),
    "payment-void": lambda way: _follow(way.open("late"), "作废"),
    "case-number": lambda way: way.open("late", "case-number/"),
    "result-new": lambda way: way.open("fresh", "result/new/"),
    "result-return": lambda way: way.open(
        "in-review", "result/return/", by=way.assignee_of("in-review")
    ),
    "call-new": lambda way: way.open("to-call", "calls/new/", by=way.assignee_of("to-call")),
    "opinion-new": lambda way: way.open("to-call", "opinions/new/", by=COUNTER),
    "reply-told": lambda way: way.open("to-call", "told/"),
}
REFUSED: Mapping[str, Callable[[Way], Page]] = {
    "step-refused": _step_refused,
    "approach-refused": lambda way: _come_back(way.open("fresh", "approach/"), "记下"),
    "approach-danger-refused": lambda way: _come_back(
        way.open("fresh", "approach/danger/"), "打开联系单位的通道"
    ),
    "party-refused": lambda way: _come_back(way.open("listed", "parties/new/"), "登记"),
    "session-refused": lambda way: _come_back(way.open("listed", "sessions/new/"), "登记会议"),
    "claims-refused": _claims_refused,
    "settlement-refused": _settlement_refused,
    "payment-refused": _payment_refused,
    "case-number-refused": lambda way: _come_back(way.open("late", "case-number/"), "登记案号"),
    "result-refused": _result_refused,
    "return-refused": lambda way: _come_back(ACTS["result-return"](way), "退回补办"),
    "call-refused": _call_refused,
    "opinion-refused": lambda way: _come_back(ACTS["opinion-new"](way), "记下评价"),
    "overtaken": _overtaken,
    "clicked-twice": _clicked_twice,
    "not-yet-settlement": lambda way: _refused(way, "fresh", "settlement/new/"),
    "not-yet-result": lambda way: _refused(way, "late", "result/new/"),
    "not-mine-review": lambda way: _refused(way, "in-review", "result/return/"),
}
PAGES = {**REQUESTS, **ACTS, **REFUSED}
