"""What a worker does on a phone, found on the pages by what a reader sees and hears."""

import io
import re
from dataclasses import dataclass

from PIL import ExifTags, Image
from playwright.sync_api import Page, expect

from tests.journeys.cast import Worker

STATION = "云桥片区服务站"
HANGZHOU_BAY = {1: "N", 2: (29.0, 52.0, 30.0), 3: "E", 4: (121.0, 33.0, 12.0)}


@dataclass(frozen=True, slots=True)
class Slip:
    """What the worker takes home."""

    number: str
    code: str


def photo_with_place() -> bytes:
    """Return a JPEG as a phone takes it: with the place in its notes."""
    picture = Image.effect_noise((640, 480), 40).convert("RGB")
    exif = picture.getexif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(HANGZHOU_BAY)
    exif[ExifTags.Base.Model] = "Phone"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def place_in(photo: bytes) -> dict[int, object]:
    """Return what the picture's notes say of the place it was taken."""
    with Image.open(io.BytesIO(photo)) as picture:
        return dict(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def open_form(page: Page) -> None:
    """Go from the home page to the form, as a visitor does."""
    page.goto("/")
    page.get_by_role("link", name="我要提诉求").click()
    expect(page.get_by_role("heading", name="我要提诉求", level=1)).to_be_visible()


def tell(page: Page, worker: Worker, *, station: str = STATION) -> None:
    """Write down what must be written: where it goes, what happened, and who or anonymously."""
    page.get_by_label("交给哪个服务站").select_option(label=station)
    page.get_by_role("textbox", name="发生了什么").fill(worker.story)
    if worker.phone:
        page.get_by_role("textbox", name="手机号").fill(worker.phone)
    else:
        page.get_by_role("switch", name="匿名提交").check()


def send(page: Page) -> Slip:
    """Send the form and read the slip."""
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    return read_slip(page)


def read_slip(page: Page) -> Slip:
    """Read number and code, on the worker's receipt or the desk's."""
    number = page.locator("dt:text-is('编号') + dd").inner_text()
    code = page.locator("dt:text-is('查询码') + dd").inner_text()
    digits = re.sub(r"\D", "", code)
    assert len(digits) == 16, code
    return Slip(number.strip(), digits)


def look_up(page: Page, slip: Slip) -> None:
    """Ask for the progress from the home page, in groups of four as the slip shows them."""
    page.goto("/")
    page.get_by_role("link", name="查进度").click()
    page.get_by_role("textbox", name="查询码").fill(" ".join(re.findall("....", slip.code)))
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_text(slip.number)).to_be_visible()


def count_required(page: Page) -> list[str]:
    """Return the labels of the questions that must be answered, as the page words them."""
    found: list[str] = page.evaluate(
        """() => {
          const words = new Map();
          for (const control of document.querySelector("main form").elements) {
            if (!control.name || ["hidden", "submit", "checkbox"].includes(control.type)) continue;
            const legend = control.closest("fieldset")?.querySelector("legend");
            const label = control.type === "radio" ? legend : control.labels[0];
            const text = control.type === "file"
              ? control.closest("label").previousElementSibling?.parentElement.innerText
              : label.innerText;
            words.set(control.name, text.trim().replace(/\\s+/g, " "));
          }
          return [...words.values()].filter((text) => !text.includes("可不填"));
        }"""
    )
    return found
