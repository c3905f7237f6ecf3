"""What staff do from the signing to the end, found on the pages by what a reader sees."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from playwright.sync_api import Page, expect

from members.workdays import SHANGHAI
from tests.journeys.phone import Slip

REPLY = "三期都已到账，逐人核对过。以后工资条请留存，有出入随时来服务站。"
MINUTES = "双方核对了工资表，对人数和月份没有分歧，同意分三期付清。"
CLAIM_YUAN = 20_000
PEOPLE = 20
PARTS_YUAN = (150_000, 150_000, 100_000)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the table."""

    role: str
    name: str
    has_authority: bool = False


TABLE = (
    Seat("职工代表", "荀知秋", has_authority=True),
    Seat("职工代表", "柏青", has_authority=True),
    Seat("职工代表", "梅屿", has_authority=True),
    Seat("单位负责人", "沈掌柜"),
    Seat("法律顾问", "岑律师"),
)


def open_request(page: Page, slip: Slip) -> None:
    """Open the page of a request."""
    page.goto(f"/desk/requests/{slip.number}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def go(page: Page, slip: Slip, place: str) -> None:
    """Open the page of one act."""
    page.goto(f"/desk/requests/{slip.number}/{place}/")


def press(page: Page, button: str) -> None:
    """Press the one main button of the page."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def sign(page: Page, slip: Slip) -> None:
    """Sign for it."""
    open_request(page, slip)
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("main")).to_contain_text("已签收，您是承办人")


def hear_that_worker_agrees(page: Page, slip: Slip) -> None:
    """Record that the employer may be approached by name."""
    go(page, slip, "approach")
    page.get_by_role("radio", name="可以提本人名字").check()
    press(page, "记下")
    expect(page.get_by_role("main")).to_contain_text("已记下诉求人同意的方式")


def seat_everybody(page: Page, slip: Slip) -> None:
    """Record the parties and their representatives."""
    for seat in TABLE:
        go(page, slip, "parties/new")
        page.get_by_label("角色").select_option(label=seat.role)
        page.get_by_label("姓名").fill(seat.name)
        if seat.has_authority:
            page.get_by_label("有授权委托书").check()
        press(page, "登记")
        expect(page.get_by_role("main")).to_contain_text("已登记")


def hold_session(page: Page, slip: Slip) -> None:
    """Record yesterday's session with everybody and its minutes."""
    go(page, slip, "sessions/new")
    page.get_by_label("日期").fill((today() - timedelta(days=1)).isoformat())
    page.get_by_label("开始").fill("14:00")
    page.get_by_label("结束").fill("16:20")
    page.get_by_label("地点").fill("服务站调解室")
    for box in page.get_by_role("group", name="到会人").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("radio", name="达成协议").check()
    page.get_by_label("纪要").fill(MINUTES)
    press(page, "登记会议")
    expect(page.get_by_role("main")).to_contain_text("会议已登记")


def list_claims(page: Page, slip: Slip) -> None:
    """Paste what each of the twenty claims."""
    go(page, slip, "claims")
    lines = [f"工友{number:02d}\t厨师\t7–9月\t{CLAIM_YUAN}" for number in range(1, PEOPLE + 1)]
    page.get_by_label("明细，每人一行").fill("\n".join(lines))
    press(page, "登记明细")
    expect(page.get_by_role("main")).to_contain_text("明细已登记")


def sign_settlement(page: Page, slip: Slip) -> None:
    """Record the agreement: everything, in three instalments."""
    go(page, slip, "settlement/new")
    page.get_by_label("签订日期").fill(today().isoformat())
    page.get_by_label("统一比例").fill("100")
    days = [today() + timedelta(days=30 * place) for place in range(len(PARTS_YUAN))]
    rows = zip(days, PARTS_YUAN, strict=True)
    page.get_by_label("分期").fill("\n".join(f"{day.isoformat()} {yuan}" for day, yuan in rows))
    page.get_by_label("已告知双方").check()
    press(page, "登记协议")
    expect(page.get_by_role("main")).to_contain_text("协议已登记")


def receive(page: Page, slip: Slip, part: int) -> None:
    """Tick one instalment as paid today."""
    go(page, slip, f"instalments/{part}/pay")
    page.get_by_label("金额（元）").fill(str(PARTS_YUAN[part - 1]))
    page.get_by_label("到账日期").fill(today().isoformat())
    press(page, "登记到账")
    expect(page.get_by_role("main")).to_contain_text("到账已登记")


def submit(page: Page, slip: Slip, *, reply: str = REPLY) -> None:
    """Submit the result; what is left of the checklist does not apply."""
    go(page, slip, "result/new")
    page.get_by_role("radio", name="已解决", exact=True).check()
    page.get_by_label("给诉求人的答复").fill(reply)
    rest = page.get_by_label("未做的步骤为什么不适用")
    if rest.count():
        rest.fill("已当面办妥，其余步骤不需要")
    press(page, "提交办结")
    expect(page.get_by_role("main")).to_contain_text("结果已提交")


def accept(page: Page, slip: Slip) -> None:
    """Accept the result as whoever it was drawn for."""
    open_request(page, slip)
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("main")).to_contain_text("已通过，答复已给诉求人")


def call(page: Page, slip: Slip, *, is_reached: bool) -> None:
    """Record one call to the worker."""
    go(page, slip, "calls/new")
    page.get_by_role("radio", name="接通了" if is_reached else "没有接通", exact=True).check()
    if is_reached:
        page.get_by_role("radio", name="满意", exact=True).check()
        page.get_by_role("radio", name="解决了", exact=True).check()
    press(page, "记下")
    expect(page.get_by_role("main")).to_contain_text("回访已记下")


def tell_by_phone(page: Page, slip: Slip) -> None:
    """Record that the worker has been told the reply."""
    go(page, slip, "told")
    page.get_by_role("radio", name="电话告知").check()
    press(page, "已告知")
    expect(page.get_by_role("main")).to_contain_text("已登记告知")


def today() -> date:
    """Return the day in Shanghai."""
    return datetime.now(SHANGHAI).date()
