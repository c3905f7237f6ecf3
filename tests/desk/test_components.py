"""Every partial renders with the context that its first lines promise, and with nothing more.

Unknown names raise in our templates (tests/undefined.py), so a partial that needs more than
it says fails here.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.forms import Form
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from station.desk import design
from station.desk import design_handling as handling
from station.parts import (
    Action,
    BarTable,
    Clock,
    Entry,
    Finding,
    Light,
    LightCode,
    Move,
    Number,
    Ratio,
    Stage,
    Step,
    View,
)
from station.templatetags.portal_ui import (
    day_words,
    grouped,
    moment_words,
    pieces,
    short_moment,
    yuan,
)
from tests.undefined import UndefinedTemplateName

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"
GREEN = Light(code="green", word="剩6日")
NOON = datetime(2025, 11, 20, 4, tzinfo=UTC)


def good_form() -> Form:
    return design.SampleForm(prefix="ok")


def bad_form() -> Form:
    return design.SampleForm({"bad-phone": "138"}, prefix="bad")


SMALLEST: dict[str, dict[str, Any]] = {
    "action": {"action": Action(label="登记明细", href="/x/")},
    "banner": {"kind": "info", "text": "已提交"},
    "bars": {
        "table": BarTable(
            id="by-source", title="来源", first="来源", heads=("收到",), rows=(), foot=()
        )
    },
    "button": {"label": "签收"},
    "choices": {"field": good_form()["topic"]},
    "clock": {"clock": Clock(label="签收", light=GREEN)},
    "count": {"count": 3},
    "crumbs": {"crumbs": ()},
    "cued_text": {"text": "二十个人", "findings": ()},
    "cues": {"findings": design.FINDINGS},
    "dialog": {"id": "ask", "title": "查看原文", "content": "理由"},
    "empty": {"title": "没有待办"},
    "error_summary": {"form": bad_form()},
    "facts": {"facts": (("人数", "20人"), ("代表", ""))},
    "field": {"field": good_form()["firm"]},
    "field_label": {"field": good_form()["firm"]},
    "field_notes": {"field": good_form()["firm"], "hint": ""},
    "figure": {"figure": design.FIGURES[0]},
    "filters": {"chips": ()},
    "instalments": {"instalments": handling.INSTALMENTS},
    "light": {"light": GREEN},
    "ratio": {"ratio": Ratio(hit=Number(text="1"), total=Number(text="5"))},
    "mark": {"site": {"name": "云桥片区服务站"}},
    "masked_text": {"text": "陈*"},
    "messages": {},
    "moves": {"moves": design.MOVES, "action": "/x/", "version": 3},
    "pager": {"page": Paginator(range(90), 20).page(1), "request": RequestFactory().get("/?a=1")},
    "panel": {"title": "时间线", "content": "…"},
    "parties": {"parties": handling.PARTIES},
    "person": {"name": "周敏"},
    "promise": {"promise_at": NOON},
    "queue": {"groups": design.GROUPS, "caption": "全站在办"},
    "queue_row": {"row": design.GROUPS[0].rows[0]},
    "send_bar": {"label": "提交"},
    "skeleton": {"lines": range(3)},
    "stage_mini": {"stage": 2, "state": "待签收"},
    "stage_rail": {"stages": (Stage(label="感知", progress="now"),)},
    "status_card": {"number": "QY1", "status": "办理中", "sentence": "已接手。"},
    "steps": {"tasks": handling.TASKS, "version": 3},
    "sums": {"sums": handling.SUMS},
    "switch": {"field": good_form()["anonymous"]},
    "tag": {"word": "本站"},
    "timeline": {"entries": (Entry(title="提交", at=NOON),)},
    "toast": {"text": "已分派"},
    "upload": {"field": good_form()["photos"]},
    "urgency": {"urgency": "normal"},
    "views": {"views": (View(label="超期", href="?v=1"),)},
    "walk": {"steps": (Step(title="已提交", progress="now"),)},
}


def drawn(partial: str, /, **context: Any) -> str:
    request = context.pop("request", None)
    return render_to_string(f"components/{partial}.html", context, request=request)


# These print every word they are given; without it they must raise, not draw an empty shell.
WORDY = sorted(
    name
    for name, needed in SMALLEST.items()
    if any(isinstance(value, str) for value in needed.values())
    and name not in {"urgency", "field_notes", "cued_text"}
)


def test_every_partial_is_in_the_table() -> None:
    assert sorted(SMALLEST) == sorted(path.stem for path in FOLDER.glob("*.html"))


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_partial_renders_with_its_smallest_context(name: str) -> None:
    assert drawn(name, **SMALLEST[name]) is not None


@pytest.mark.parametrize("name", WORDY)
def test_partial_fails_without_its_words(name: str) -> None:
    without = {key: value for key, value in SMALLEST[name].items() if not isinstance(value, str)}
    with pytest.raises(UndefinedTemplateName):
        drawn(name, **without)


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_partial_names_its_context_first(name: str) -> None:
    head = (FOLDER / f"{name}.html").read_text()[:700]
    assert head.startswith(("{#", "{% comment %}"))
    assert "Context:" in head


_CODES: tuple[LightCode, ...] = ("green", "amber", "red", "paused", "none", "done")
_OTHERS = {code: [other for other in _CODES if other != code] for code in _CODES}


@pytest.mark.parametrize("code", _CODES)
def test_light_has_shape_and_word(code: LightCode) -> None:
    shape = drawn("light", light=Light(code=code, word="剩6日"))
    assert f"light-{code}" in shape
    assert "剩6日" in shape
    others = {drawn("light", light=Light(code=other, word="剩6日")) for other in _OTHERS[code]}
    assert _svg(shape) not in {_svg(other) for other in others}


def _svg(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>")]


def test_field_with_an_error_keeps_value_and_names_error() -> None:
    html = drawn("field", field=bad_form()["phone"])
    assert 'value="138"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_bad-phone_helptext id_bad-phone_error"' in html
    assert 'id="id_bad-phone_error"' in html
    assert "手机号少一位，应为11位" in html


def test_field_without_error_shows_none() -> None:
    html = drawn("field", field=good_form()["firm"])
    assert "aria-invalid" not in html
    assert "_error" not in html


def test_error_summary_links_to_every_bad_field() -> None:
    html = drawn("error_summary", form=bad_form())
    assert 'href="#id_bad-phone"' in html
    assert 'href="#id_bad-topic_0"' in html  # a group: its first choice


def test_error_summary_is_silent_without_errors() -> None:
    assert drawn("error_summary", form=good_form()).strip() == ""


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=y>'])
@pytest.mark.parametrize(
    "draw",
    [
        lambda words: drawn("banner", kind="info", text=words),
        lambda words: drawn("button", label=words, name=words, value=words),
        lambda words: drawn("cued_text", text=words, findings=(_found(words),)),
        lambda words: drawn("facts", facts=((words, words),)),
        lambda words: drawn("queue_row", row=replace(design.GROUPS[0].rows[0], title=words)),
        lambda words: drawn("timeline", entries=(Entry(title=words, at=NOON, text=words),)),
    ],
)
def test_words_are_escaped(draw: Callable[[str], str], words: str) -> None:
    html = draw(words)
    assert "<script>" not in html
    assert "<img" not in html


def _found(words: str) -> Finding:
    return Finding(label="人数", value="20", reason=words, start=0, end=len(words))


def test_flagged_row_shows_dashes_not_an_empty_cell() -> None:
    row = replace(design.GROUPS[0].rows[0], firm="", place="", headcount=None)
    assert drawn("queue_row", row=row).count("—") == 3


def test_a_move_posts_its_code_with_the_version_seen() -> None:
    html = drawn("moves", moves=(Move(code="sign_for", label="签收"),), action="/x/", version=1234)
    assert 'name="move" value="sign_for"' in html
    assert 'name="version" value="1234"' in html  # no thousands separator


def test_pager_keeps_the_other_filters() -> None:
    page = Paginator(range(90), 20).page(2)
    html = drawn("pager", page=page, request=RequestFactory().get("/?view=late&page=2"))
    assert "view=late&amp;page=3" in html


@given(
    text=st.text(max_size=40),
    places=st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=6),
)
def test_pieces_never_change_the_words(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Finding(label="", value="", reason="", start=a, end=b) for a, b in places]
    assert "".join(piece.text for piece in pieces(text, spans)) == text


def test_pieces_number_the_findings_in_their_order() -> None:
    spans = [_span(3, 5), _span(0, 2)]
    assert [(piece.text, piece.number) for piece in pieces("甲乙丙丁戊", spans)] == [
        ("甲乙", 2),
        ("丙", 0),
        ("丁戊", 1),
    ]


def _span(start: int, end: int) -> Finding:
    return Finding(label="", value="", reason="", start=start, end=end)


def test_moments_are_told_in_local_time() -> None:
    assert short_moment(NOON) == "2025-11-20 12:00"
    assert moment_words(NOON) == "2025年11月20日 周四 12:00"
    assert day_words(date(2025, 1, 2)) == "2025年1月2日"


@pytest.mark.parametrize(
    ("fen", "words"), [(0, "¥0.00"), (1_234_500, "¥12,345.00"), (5, "¥0.05"), (-1250, "-¥12.50")]
)
def test_money_is_whole_fen(fen: int, words: str) -> None:
    assert yuan(fen) == words


def test_codes_stand_in_groups_of_four() -> None:
    assert grouped("1234567890123456") == "1234 5678 9012 3456"
