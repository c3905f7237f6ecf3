"""House rules of the templates and styles, checked on every file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from lucide import IconDoesNotExist

from station.desk.design import TOPICS
from station.desk.navigation import GROUPS
from station.templatetags.portal_ui import icon

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = sorted(
    path
    for path in ROOT.glob("station/**/*.py")
    if "icon" in path.read_text() and "migrations" not in path.parts
)
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
PHONE_STYLES = ("tokens", "dark", "components", "front", "print")

FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)|javascript:", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=|\shx-on", re.IGNORECASE),
    "unescaped words": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off"),
    "other host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "link without a way": re.compile(r"href\s*=\s*[\"']#[\"']"),
}
SEEN = {
    "inline style": '<p style="color:red">',
    "inline script": "<script>go()</script>",
    "inline handler": '<button onclick="go()">',
    "unescaped words": "{{ words|safe }}",
    "other host": '<img src="//example.org/x.png">',
    "link without a way": '<a href="#">',
}
# The living page shows links that lead nowhere by purpose.
EXEMPT = {"link without a way": {"design_desk.html", "design_front.html"}}


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("rule", sorted(FORBIDDEN))
def test_no_template_breaks(rule: str) -> None:
    broken = [
        f"{names(path)}: {match.group()}"
        for path in TEMPLATES
        if path.name not in EXEMPT.get(rule, ())
        for match in FORBIDDEN[rule].finditer(path.read_text())
    ]
    assert broken == []


@pytest.mark.parametrize("rule", sorted(FORBIDDEN))
def test_the_rule_sees_what_it_forbids(rule: str) -> None:
    assert FORBIDDEN[rule].search(SEEN[rule])


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


WRITTEN = {
    ".html": re.compile(r"{% icon \"([^\"]+)\"|\bicon=\"([^\"]+)\""),
    ".py": re.compile(r"\bicon(?:: str)?\s?=\s?\"([a-z0-9-]+)\""),
}


def icons_named() -> Iterator[tuple[str, str]]:
    """Every icon name that a template or a source writes out."""
    for path in [*TEMPLATES, *SOURCES]:
        for found in WRITTEN[path.suffix].finditer(path.read_text()):
            yield names(path), found.group(found.lastindex or 1)
    for place in (place for group in GROUPS for place in group.places):
        yield "navigation", place.icon
    for _code, tile in TOPICS:
        yield "design", tile.icon


def test_every_icon_exists() -> None:
    missing = []
    for where, name in icons_named():
        try:
            icon(name)
        except IconDoesNotExist:
            missing.append(f"{where}: {name}")
    assert missing == []


# ---- styles ------------------------------------------------------------------------

TOO_NEW_FOR_OLD_WEBVIEWS = re.compile(
    r":has\(|:is\(|:where\(|@layer|@container|color-mix\(|clamp\(|(?<![\w-])m(?:ax|in)\("
    r"|(?<![\w-])inset:|(?:margin|padding)-(?:inline|block)|(?<![\w-])gap:|^\s*&|aspect-ratio",
    re.MULTILINE,
)


@pytest.mark.parametrize("name", PHONE_STYLES)
def test_phone_styles_suit_old_webviews(name: str) -> None:
    css = without_comments((ROOT / "static" / "css" / f"{name}.css").read_text())
    assert [match.group() for match in TOO_NEW_FOR_OLD_WEBVIEWS.finditer(css)] == []


def test_phone_styles_stay_small() -> None:
    """What a worker's phone loads before the page has its looks, uncompressed."""
    loaded = ("tokens", "dark", "components", "front")
    size = sum((ROOT / "static" / "css" / f"{name}.css").stat().st_size for name in loaded)
    assert size <= 41_000


def test_script_stays_small() -> None:
    lines = (ROOT / "static" / "js" / "portal.js").read_text().count("\n")
    assert lines <= 200


def test_raw_colours_stand_in_the_tokens_only() -> None:
    """Elsewhere a colour is a token, or the flat fallback on the line before one."""
    found = []
    for path in STYLES:
        if path.stem in {"tokens", "dark", "print"}:
            continue
        for declaration in re.split(r"[;{}]", without_comments(path.read_text())):
            colours = re.findall(r"#[0-9a-f]{3,8}\b", declaration, re.IGNORECASE)
            if colours and colours[0] not in FLAT_FALLBACKS:
                found.append(f"{path.name}: {declaration.strip()}")
    assert found == []


FLAT_FALLBACKS = {"#1e1c19", "#f6f5f3", "#1c5788", "#a51c2a", "#fff"}


def test_every_token_used_is_defined() -> None:
    defined = set()
    for path in STYLES:
        defined |= set(re.findall(r"(--[\w-]+)\s*:", path.read_text()))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used - defined == set()


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
