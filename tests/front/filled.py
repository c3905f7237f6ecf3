"""A filled form, as a browser would post it, and the few ways the tests read its answer."""

import io
import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

STORY = "我们店里二十个人，七月份开始没发过工资，加起来四十多万。"


def filled(**changes: object) -> dict[str, object]:
    """Return the fields of a named request; ``None`` takes a field away."""
    fields: dict[str, object] = {
        "form_key": "k" * 32,
        "station": "YQ",
        "topic": "WAGE",
        "story": STORY,
        "employer": "汀禾餐饮",
        "phone": "138 1234 5678",
        "name": "王秀英",
        "approach": "none",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def anonymous(**changes: object) -> dict[str, object]:
    """Return the fields of an anonymous request."""
    return filled(**({"is_anonymous": "on", "phone": "", "name": ""} | changes))


def photo(name: str = "工资条.jpg") -> SimpleUploadedFile:
    """Return a small photo."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def paper(name: str = "合同.pdf") -> SimpleUploadedFile:
    """Return a small PDF that names its author, as a word processor writes it."""
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Author(Wang)>>endobj\n"
        b"trailer<</Root 1 0 R/Info 2 0 R>>\n%%EOF\n"
    )
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def code_in(page: str) -> str:
    """Return the 16 digits a receipt shows."""
    found = re.search(r'class="code"[^>]*>([\d ]{19})<', page)
    assert found, "no code on the page"
    return found[1].replace(" ", "")


def number_in(page: str) -> str:
    """Return the request number a page shows."""
    found = re.search(r"[A-Z]+\d{11}", page)
    assert found, "no number on the page"
    return found[0]


def hidden_in(page: str) -> dict[str, str]:
    """Return the hidden fields of a confirm page."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in pairs if name != "csrfmiddlewaretoken"}
