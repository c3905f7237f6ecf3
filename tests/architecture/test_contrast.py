"""Contrast of every pair of colours in use: 4.5:1 for words, 7:1 in 长辈版, 3:1 for shapes.

Formula: WCAG 2.2, relative luminance and contrast ratio.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
INKS = ("ink", "ink-2", "ink-3")
GROUNDS = ("canvas", "surface", "sunken")
WORDS = (
    *((ink, ground) for ink in INKS for ground in (*GROUNDS, "hover", "selected", "raised")),
    *((f"{hue}-ink", ground) for hue in ("red", "green", "amber") for ground in GROUNDS[:2]),
    *((f"{hue}-ink", f"{hue}-tint") for hue in ("red", "green", "amber", "blue")),
    ("ink", "brand-tint"),
    ("ink-2", "brand-tint"),
    ("brand-ink", "surface"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-red", "red"),
    ("on-inverse", "inverse"),
    ("link", "canvas"),
    ("link", "surface"),
    ("link", "sunken"),
)
SHAPES = (
    *((hue, ground) for hue in ("red", "green", "amber", "blue") for ground in ("surface",)),
    *((edge, ground) for edge in ("control-line", "focus") for ground in GROUNDS),
    ("brand-ink", "canvas"),
)
LOOKS = ("light", "dark", "elder", "elder-dark")


def tokens(look: str) -> dict[str, str]:
    """Colours of a look, later blocks over earlier ones as the page links them."""
    blocks = [("tokens", ":root")]
    if "elder" in look:
        blocks.append(("tokens", ':root[data-mode="elder"]'))
    if "dark" in look:
        blocks.append(("dark", ":root"))
        if "elder" in look:
            blocks.append(("dark", ':root[data-mode="elder"]'))
    if look == "elder-dark":
        # same specificity counts: plain :root of dark.css must not undo the elder block
        blocks = [blocks[0], blocks[2], blocks[1], blocks[3]]
    colours: dict[str, str] = {}
    for name, selector in blocks:
        css = (CSS / f"{name}.css").read_text()
        body = css.split(f"\n{selector} {{", 1)[1].split("\n}", 1)[0]
        colours |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", body))
    return colours


def luminance(colour: str) -> float:
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_words_can_be_read(look: str) -> None:
    colours = tokens(look)
    least = 7.0 if "elder" in look else 4.5
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in WORDS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert weak == {}


@pytest.mark.parametrize("look", LOOKS)
def test_shapes_can_be_seen(look: str) -> None:
    colours = tokens(look)
    weak = {
        f"{shape} on {ground}": round(contrast(colours[shape], colours[ground]), 2)
        for shape, ground in SHAPES
        if contrast(colours[shape], colours[ground]) < 3.0
    }
    assert weak == {}


def test_the_formula_knows_black_on_white() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21.0)
