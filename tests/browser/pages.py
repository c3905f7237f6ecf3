"""Every page of the station, each with the way a reader gets to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.browser import Visitors
from tests.journeys.cast import ASKING, MISSPELT, OLD, UNNAMED, Worker
from tests.journeys.phone import Slip, look_up, open_form, send, tell
from tests.journeys.staff import give_password

LOOKS_MOST, BETWEEN_LOOKS = 120, 500  # milliseconds between two; the worker takes seconds


@dataclass(frozen=True, slots=True)
class Way:
    """Who is there to open a page, and a request that has reached the street."""

    visitors: Visitors
    desk_of: Callable[[str], Page]
    slip: Slip

    def by_phone(self, address: str) -> Page:
        """Open an address as a worker."""
        page = self.visitors.with_phone()
        page.goto(address)
        return page

    def at_desk(self, username: str, address: str) -> Page:
        """Open an address as a member of staff."""
        page = self.desk_of(username)
        page.goto(address)
        return page


def _told(way: Way, worker: Worker) -> Page:
    page = way.visitors.with_phone()
    open_form(page)
    tell(page, worker)
    return page


def _report_refused(way: Way) -> Page:
    page = _told(way, Worker(story="我不想活了，欠薪三个月。", phone="139"))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _report_identifiers(way: Way) -> Page:
    page = _told(way, Worker(story=f"灯坏了，请打{ASKING.phone}找我。"))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="这些话会让人认出您")).to_be_visible()
    return page


def _report_receipt(way: Way) -> Page:
    page = _told(way, ASKING)
    send(page)
    return page


def _report_receipt_unnamed(way: Way) -> Page:
    page = _told(way, UNNAMED)
    send(page)
    return page


def _track_refused(way: Way) -> Page:
    page = way.by_phone("/track/")
    page.get_by_role("textbox", name="查询码").fill("1234")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("alert").or_(page.get_by_text("您填了4位")).first).to_be_visible()
    return page


def _track_found(way: Way) -> Page:
    look_up(page := way.visitors.with_phone(), way.slip)
    return page


def _login_refused(way: Way) -> Page:
    page = way.by_phone("/accounts/login/")
    give_password(page, "nobody-of-this-name", "wrong")
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _login_code(way: Way) -> Page:
    page = way.by_phone("/accounts/login/")
    give_password(page, "linyizhou")
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    return page


def _request_reason_missing(way: Way) -> Page:
    page = way.at_desk("linyizhou", f"/desk/requests/{way.slip.number}/")
    page.get_by_text("查看完整信息", exact=True).click()
    page.get_by_role("button", name="显示姓名和电话").click()
    expect(page.get_by_text("理由写5到200个字")).to_be_visible()
    return page


def _request_unsettled(way: Way) -> Page:
    """A request whose employer nobody has settled yet, once the machine has read it."""
    phone = _told(way, MISSPELT)
    phone.get_by_role("combobox", name="哪家单位").fill(MISSPELT.employer)
    slip = send(phone)
    page = way.at_desk("zhoumin", f"/desk/requests/{slip.number}/")
    unread = page.locator("#employer").get_by_text("系统正在读正文")
    for _look in range(LOOKS_MOST):
        if not unread.count():
            break
        page.wait_for_timeout(BETWEEN_LOOKS)
        page.reload()
    expect(page.locator("#employer").get_by_text("还没有认定是哪家单位")).to_be_visible()
    return page


def _request_employer_found(way: Way) -> Page:
    page = _request_unsettled(way)
    page.get_by_role("combobox", name="在名录里找").fill("ting")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_role("button", name="就是这家 汀禾餐饮管理有限公司")).to_be_visible()
    return page


def _request_employer_missing(way: Way) -> Page:
    page = way.at_desk("zhoumin", f"/desk/requests/{way.slip.number}/")
    page.get_by_text("认错了，改一下", exact=True).click()
    page.get_by_role("combobox", name="在名录里找").fill("没有这一家")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_text("名录里没有找到")).to_be_visible()
    return page


def _note_refused(way: Way) -> Page:
    page = way.at_desk("zhoumin", "/desk/new/")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _note_receipt(way: Way) -> Page:
    page = way.at_desk("zhoumin", "/desk/new/")
    page.get_by_role("textbox", name="发生了什么").fill(OLD.story)
    page.get_by_role("textbox", name="手机号").fill(OLD.phone)
    page.get_by_role("checkbox", name="已当面或在电话里告知").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="已登记，请读给对方")).to_be_visible()
    return page


PAGES: Mapping[str, Callable[[Way], Page]] = {
    "home": lambda way: way.by_phone("/"),
    "report": lambda way: way.by_phone("/report/"),
    "report-refused": _report_refused,
    "report-identifiers": _report_identifiers,
    "report-receipt": _report_receipt,
    "report-receipt-unnamed": _report_receipt_unnamed,
    "track": lambda way: way.by_phone("/track/"),
    "track-refused": _track_refused,
    "track-found": _track_found,
    "privacy": lambda way: way.by_phone("/privacy/"),
    "accessibility": lambda way: way.by_phone("/accessibility/"),
    "preferences": lambda way: way.by_phone("/preferences/"),
    "not-found": lambda way: way.by_phone("/no-such-page/"),
    "login": lambda way: way.by_phone("/accounts/login/"),
    "login-refused": _login_refused,
    "login-code": _login_code,
    "security": lambda way: way.at_desk("linyizhou", "/accounts/security/"),
    "inbox": lambda way: way.at_desk("linyizhou", "/desk/"),
    "inbox-empty": lambda way: way.at_desk("songyu", "/desk/"),
    "request": lambda way: way.at_desk("linyizhou", f"/desk/requests/{way.slip.number}/"),
    "request-reason-missing": _request_reason_missing,
    "request-unsettled": _request_unsettled,
    "request-employer-found": _request_employer_found,
    "request-employer-missing": _request_employer_missing,
    "request-not-found": lambda way: way.at_desk("linyizhou", "/desk/requests/YQ1/"),
    "note": lambda way: way.at_desk("zhoumin", "/desk/new/"),
    "note-refused": _note_refused,
    "note-receipt": _note_receipt,
    "notices": lambda way: way.at_desk("zhoumin", "/desk/notices/"),
    "notices-none": lambda way: way.at_desk("songyu", "/desk/notices/"),
    "api-docs": lambda way: way.by_phone("/api/v1/docs"),
    "figures": lambda way: way.at_desk("linyizhou", "/desk/figures/"),
    "figures-refused": lambda way: way.at_desk(
        "linyizhou", "/desk/figures/?period=own&since=2026-02-01&until=2026-01-01"
    ),
    "figures-none": lambda way: way.at_desk("songyu", "/desk/figures/"),
    "figure-rows": lambda way: way.at_desk("linyizhou", "/desk/figures/rows/?of=received"),
    "figure-rows-none": lambda way: way.at_desk("songyu", "/desk/figures/rows/?of=closed"),
    "wall": lambda way: way.at_desk("linyizhou", "/desk/wall/"),
    "components": lambda way: way.by_phone("/desk/design/"),
    "components-front": lambda way: way.by_phone("/desk/design/front/"),
}
