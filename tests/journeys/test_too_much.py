"""Too many or too large photos: nothing typed is lost, with script or without."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from station.upload_fence import BODY_MAX, READ_MAX
from tests.journeys.browser import Visitors
from tests.journeys.cast import ASKING
from tests.journeys.phone import open_form, photo_with_place, send, tell

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
HELD_BACK = "这些文件一起太大，还没有发出"


@pytest.fixture
def album(tmp_path: Path) -> list[Path]:
    """Eight photos, together more than any form may have."""
    found = [tmp_path / f"{number}.jpg" for number in range(8)]
    for path in found:
        with path.open("wb") as file:
            file.truncate(BODY_MAX // len(found) + 1)
    return found


def choose(page: Page, *files: Path) -> None:
    page.get_by_label("拍照或选文件").set_input_files(files)


def press_send(page: Page) -> None:
    page.get_by_role("button", name="提交", exact=True).click()


def assert_words_are_there(page: Page) -> None:
    expect(page.get_by_role("textbox", name="发生了什么")).to_have_value(ASKING.story)
    expect(page.get_by_role("textbox", name="手机号")).to_have_value(ASKING.phone)


def test_with_script_too_much_is_not_even_sent(visitors: Visitors, album: list[Path]) -> None:
    page = visitors.with_phone()
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method))
    open_form(page)
    tell(page, ASKING)
    choose(page, *album)
    press_send(page)
    expect(page.get_by_text(HELD_BACK)).to_be_focused()
    assert_words_are_there(page)
    assert "POST" not in posts

    send_photo_instead(page, album[0].with_name("small.jpg"))


def test_without_script_the_form_comes_back_with_its_words(
    visitors: Visitors, album: list[Path]
) -> None:
    page = visitors.with_phone(has_script=False)
    open_form(page)
    tell(page, ASKING)
    choose(page, *album)
    press_send(page)
    expect(page.get_by_role("link", name="一次最多6份，您选了8份")).to_be_visible()
    assert_words_are_there(page)

    choose(page, *album[:5], make_heavy(album[0].with_name("film.jpg")))
    press_send(page)
    expect(page.get_by_role("link", name="“film.jpg”：文件超过10MB")).to_be_visible()
    assert_words_are_there(page)
    send_photo_instead(page, album[0].with_name("small.jpg"))


def make_heavy(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(BODY_MAX)
    return path


def send_photo_instead(page: Page, path: Path) -> None:
    path.write_bytes(photo_with_place())
    choose(page, path)
    send(page)


def test_without_script_a_body_beyond_all_reason_meets_a_page_of_ours(
    visitors: Visitors, tmp_path: Path
) -> None:
    film = tmp_path / "film.jpg"
    with film.open("wb") as file:
        file.truncate(READ_MAX)
    page = visitors.with_phone(has_script=False)
    open_form(page)
    tell(page, ASKING)
    choose(page, film)
    press_send(page)
    expect(page.get_by_role("heading", name="内容太大，没有收到")).to_be_visible()
    expect(page.get_by_text("没有存的，要再写一遍")).to_be_visible()


def test_a_kept_draft_is_there_after_that_page(visitors: Visitors) -> None:
    page = visitors.with_phone()
    open_form(page)
    tell(page, ASKING)
    page.get_by_label("这是我自己的手机").check()
    page.goto("/no-such-page/")
    expect(page.get_by_role("heading", name="没有找到这一页")).to_be_visible()
    page.go_back()
    assert_words_are_there(page)
