from datetime import timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from requests_app.clock import Light, LightColor
from station.desk.story import mask_story, quote
from station.desk.words import light_words, span_words

TEXT = "我叫王秀英，电话13812345678，店里二十个人没发工资。"


def test_what_stands_after_a_mask_keeps_its_words() -> None:
    masked = mask_story(TEXT)
    start = TEXT.index("二十个人")
    assert "13812345678" not in masked.text
    assert masked.text[slice(*masked.place(start, start + 4))] == "二十个人"


def test_a_place_inside_an_identifier_widens_to_the_placeholder() -> None:
    masked = mask_story(TEXT)
    start = TEXT.index("138")
    assert masked.text[slice(*masked.place(start + 2, start + 5))] == "〔电话〕"


def test_a_text_without_identifiers_is_left_alone() -> None:
    masked = mask_story("工资没发。")
    assert masked.text == "工资没发。"
    assert masked.place(0, 2) == (0, 2)


@given(
    before=st.text("工资没发，。", max_size=8),
    words=st.text("甲乙丙丁", min_size=1, max_size=6),
    after=st.text("工资没发，。", max_size=8),
)
def test_a_place_always_finds_its_words_again(before: str, words: str, after: str) -> None:
    text = f"电话13812345678，{before}{words}{after}，手机13987654321。"
    start = text.index(words, len("电话13812345678，"))
    masked = mask_story(text)
    assert masked.text[slice(*masked.place(start, start + len(words)))] == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(0, 2, "工资"), (2, 2, ""), (3, 1, ""), (-1, 2, ""), (0, 99, ""), (0, 20, "一" * 15 + "…")],
)
def test_a_quote_is_short_and_in_the_text(start: int, end: int, words: str) -> None:
    text = "一" * 20 if words.endswith("…") else "工资没发"
    assert quote(text, start, end) == words


@pytest.mark.parametrize(
    ("light", "code", "word"),
    [
        (Light(LightColor.UNSTARTED), "none", "未起算"),
        (Light(LightColor.GREEN, 6), "green", "剩6日"),
        (Light(LightColor.YELLOW, 0, 38), "amber", "剩38分钟"),
        (Light(LightColor.YELLOW, 0, 125), "amber", "剩2小时"),
        (Light(LightColor.YELLOW, 0), "amber", "不足1日"),
        (Light(LightColor.RED, 2), "red", "超期2日"),
        (Light(LightColor.RED, 0, 12), "red", "超期12分钟"),
        (Light(LightColor.RED, 0, 0), "red", "超期不到1分钟"),
        (Light(LightColor.RED, 0), "red", "已超期"),
    ],
)
def test_a_light_always_has_a_word(light: Light, code: str, word: str) -> None:
    with override("zh-hans"):
        drawn = light_words(light)
    assert (drawn.code, drawn.word) == (code, word)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-5, "不到1分钟"), (0, "不到1分钟"), (38, "38分钟"), (72, "1小时12分"), (76 * 60, "3天4小时")],
)
def test_a_span_is_told_in_two_units(minutes: int, words: str) -> None:
    with override("zh-hans"):
        assert span_words(timedelta(minutes=minutes)) == words
