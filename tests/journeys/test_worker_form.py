"""The worker's form as people really meet it: no script, no name, a nervous thumb, a kiosk."""

import re

import pytest
from playwright.sync_api import Error, Page, Request, expect

from tests.journeys.browser import Visitors, sideways
from tests.journeys.cast import ASKING, SECOND, UNNAMED
from tests.journeys.phone import Slip, look_up, open_form, send, tell
from tests.worker.stack import Stack

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


def count_requests(station: Stack) -> int:
    [(found,)] = station.query("SELECT count(*) FROM requests_app_request")
    return int(found)


def test_without_script_the_form_sends_and_the_code_finds_it(
    live_station: Stack, visitors: Visitors
) -> None:
    page = visitors.with_phone(has_script=False)
    open_form(page)
    tell(page, ASKING)
    slip = send(page)
    live_station.wait_until_all_dispatched([slip.number], seconds=60)
    look_up(page, slip)
    expect(page.get_by_role("heading", name="已受理", level=1)).to_be_visible()


def test_a_mistake_without_script_keeps_what_was_typed_and_says_what_is_wrong(
    visitors: Visitors,
) -> None:
    page = visitors.with_phone(has_script=False)
    open_form(page)
    tell(page, ASKING)
    page.get_by_role("textbox", name="手机号").fill("1390574")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1处需要修改")
    expect(page.get_by_role("textbox", name="手机号")).to_have_value("1390574")
    expect(page.get_by_role("textbox", name="发生了什么")).to_have_value(ASKING.story)


def test_anonymous_means_that_nobody_is_written_down(
    live_station: Stack, visitors: Visitors
) -> None:
    page = visitors.with_phone()
    open_form(page)
    tell(page, UNNAMED)
    page.get_by_role("textbox", name="手机号").fill(ASKING.phone)  # typed and then thought better
    slip = send(page)
    rows = live_station.query(
        "SELECT r.is_anonymous, r.registrar_id, (SELECT count(*) FROM requests_app_identity i"
        " WHERE i.request_id = r.id) FROM requests_app_request r WHERE r.number = %s",
        slip.number,
    )
    assert rows == [(True, None, 0)]
    live_station.wait_until_all_dispatched([slip.number], seconds=60)
    look_up(visitors.with_phone(), slip)


def test_the_same_form_sent_again_gets_the_same_answer(
    live_station: Stack, visitors: Visitors
) -> None:
    page = visitors.with_phone()
    open_form(page)
    tell(page, ASKING)
    before = count_requests(live_station)
    at_once = send_twice_at_once(page)
    slip = send(page)
    page.reload()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    again = re.findall(r"\d{4}\D\d{4}\D\d{4}\D\d{4}", page.get_by_role("main").inner_text())
    assert {*at_once, slip} == {slip}
    assert [re.sub(r"\D", "", code) for code in again] == [slip.code]
    assert count_requests(live_station) == before + 1


def send_twice_at_once(page: Page) -> list[Slip]:
    """Post the filled form twice in parallel, as two taps without our script would."""
    answers: list[str] = page.evaluate(
        """() => {
          const form = document.querySelector("main form");
          const post = () => fetch(form.action, { method: "POST", body: new FormData(form) });
          return Promise.all([post(), post()].map((sent) => sent.then((each) => each.text())));
        }"""
    )
    slips = []
    for answer in answers:
        number = re.search(r"YQ\d{11}", answer)
        code = re.search(r"\d{4}\D\d{4}\D\d{4}\D\d{4}", answer)
        assert number, answer[:500]
        assert code, answer[:500]
        slips.append(Slip(number[0], re.sub(r"\D", "", code[0])))
    return slips


def test_back_after_sending_offers_an_empty_form_and_makes_no_second_request(
    live_station: Stack, visitors: Visitors
) -> None:
    page = visitors.with_phone()
    open_form(page)
    tell(page, ASKING)
    send(page)
    before = count_requests(live_station)
    page.go_back()
    expect(page.get_by_role("textbox", name="发生了什么")).to_have_value("")
    expect(page.get_by_role("textbox", name="手机号")).to_have_value("")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("需要修改")
    assert count_requests(live_station) == before


@pytest.mark.parametrize(
    ("is_noted", "has_script", "steps"),
    [
        (True, False, ("back",)),  # behind the page stands the receipt
        (False, True, ("back", "back", "forward", "forward")),  # and here in front of it
    ],
    ids=["written-down-no-script", "walked-away-script"],
)
def test_the_next_at_the_kiosk_never_sees_the_code_of_the_one_before(
    visitors: Visitors, *, is_noted: bool, has_script: bool, steps: tuple[str, ...]
) -> None:
    page = visitors.with_phone(has_script=has_script)
    open_form(page)
    tell(page, ASKING)
    with page.expect_request(lambda each: each.method == "POST") as sent:
        first = send(page)
    if is_noted:
        page.get_by_role("button", name="我已记下").click()
        expect(page.get_by_role("heading", name="有事找工会")).to_be_visible()
    seen = [walk_in_history(page, step) for step in steps]
    if is_noted:  # else the same form gives the same answer for half an hour
        seen.append(sent_again(page, sent.value))
        assert first.number in seen[-1], "the form was refused for another reason"
    page = page.context.new_page()  # an error page of the browser's own cannot be walked on
    open_form(page)
    tell(page, SECOND)
    second = send(page)
    seen += [page.content(), walk_in_history(page, "back")]
    assert second.code != first.code
    given_away = (first.code, " ".join(re.findall("....", first.code)), ASKING.phone, ASKING.story)
    assert [words for words in given_away for page_seen in seen if words in page_seen] == []


def walk_in_history(page: Page, step: str) -> str:
    """Press back or forward; return all a reader sees then, fields included."""
    try:
        (page.go_back if step == "back" else page.go_forward)(timeout=5000)
        fields = [field.input_value() for field in page.get_by_role("textbox").all()]
        return page.content() + "".join(fields)
    except Error as refused:  # Chromium asks before it sends a form again
        if "ERR_CACHE_MISS" not in str(refused) and "Not attached" not in str(refused):
            raise
        return ""


def sent_again(page: Page, sent: Request) -> str:
    """Say yes when the browser offers to send the form once more; return the answer."""
    answer = page.context.request.post(
        sent.url,
        data=sent.post_data_buffer or b"",
        headers={"Content-Type": sent.headers["content-type"], "Referer": sent.url},
    )
    return answer.text()


def test_the_form_fits_a_phone_in_every_state(visitors: Visitors) -> None:
    page = visitors.with_phone()
    open_form(page)
    assert sideways(page) == 0
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("需要修改")
    assert sideways(page) == 0
