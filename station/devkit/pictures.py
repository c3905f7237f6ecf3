"""The pictures of the README, taken of the running demo station.

    make run                                   # in one terminal
    python -m station.devkit.pictures          # in another: writes docs/pictures/

Log-in, authenticator and look-up code come from the card that ``fill_demo`` left. Only loopback
addresses are opened.
"""

import argparse
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from station.accounts.totp import code_at
from station.devkit.doctor import find_chromium
from station.devkit.places import CHECKOUT

BYTES_MAX = 300_000
COLOURS = (256, 128, 64)
PHONE = {"width": 390, "height": 900}
DESK = {"width": 1440, "height": 900}
HANDLER = "linyizhou"
STORY = "我们店里二十个人，从7月起一直没发工资，加起来四十多万。老板说再等等，听说要把店转掉。"

type Card = Mapping[str, Any]


class PictureTooLarge(Exception):
    """A picture stays above the limit with the fewest colours; the README would load slowly."""


def slim(picture: bytes) -> bytes:
    """Return a PNG of at most BYTES_MAX with a palette. Raises PictureTooLarge."""
    with Image.open(io.BytesIO(picture)) as found:
        full = found.convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        flat = full.quantize(colours, dither=Image.Dither.NONE)
        flat.save(out, "PNG", optimize=True)
        if out.tell() <= BYTES_MAX:
            return out.getvalue()
    raise PictureTooLarge(f"{out.tell()} bytes with {COLOURS[-1]} colours")


def _form(page: Page, _card: Card) -> None:
    page.goto("/report/?station=YQ")
    page.get_by_role("radio", name="工资").check()
    page.get_by_role("textbox", name="发生了什么").fill(STORY)
    page.mouse.move(0, 0)


def _track(page: Page, card: Card) -> None:
    page.goto("/track/")
    page.get_by_role("textbox", name="查询码").fill(card["lookup"]["code"])
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_text(card["lookup"]["number"])).to_be_visible()


def _inbox(page: Page, card: Card) -> None:
    _sign_in(page, card)


def _request(page: Page, card: Card) -> None:
    page.goto(f"/desk/requests/{card['lookup']['number']}/")
    expect(page.get_by_role("heading", name="诉求内容")).to_be_visible()


def _sign_in(page: Page, card: Card) -> None:
    [login] = [each for each in card["logins"] if each["username"] == HANDLER]
    page.goto("/desk/")
    page.get_by_label("用户名").fill(login["username"])
    page.get_by_label("密码", exact=True).fill(login["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("验证码").fill(code_at(login["totp"], datetime.now(UTC)))
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", name="收件箱", level=1)).to_be_visible()


type Scene = Callable[[Page, Card], None]

# Scenes of one group share a browser: who has logged in for the inbox opens the request.
SCENES: Sequence[tuple[Mapping[str, int], Mapping[str, Scene]]] = (
    (PHONE, {"form": _form, "track": _track}),
    (DESK, {"inbox": _inbox, "request": _request}),
)


def take(browser: Browser, base: str, card: Card, folder: Path) -> None:
    """Play every scene and write its picture."""
    for size, scenes in SCENES:
        context = browser.new_context(
            base_url=base,
            viewport={"width": size["width"], "height": size["height"]},
            device_scale_factor=2 if size is PHONE else 1.5,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        for name, play in scenes.items():
            play(page, card)
            content = slim(page.screenshot())
            (folder / f"{name}.png").write_bytes(content)
            print(f"{name}.png  {len(content) // 1000} kB")
        context.close()


def main(arguments: Sequence[str]) -> None:
    """Take the pictures of the station at ``--base`` with the log-ins of ``--card``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--card", type=Path, default=CHECKOUT / ".data" / "demo.json")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "pictures")
    options = parser.parse_args(arguments)
    if urlsplit(options.base).hostname not in {"127.0.0.1", "localhost", "::1"}:
        parser.error("only a loopback address is photographed")
    card: Card = json.loads(options.card.read_text(encoding="utf-8"))
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--hide-scrollbars"]
        )
        take(browser, options.base, card, options.out)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
