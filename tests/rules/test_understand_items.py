"""Item suggestions: their quality on unseen examples, their reasons and their chances."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.shipped import default_catalogue
from requests_app.stages.sensing.understand.items import (
    MAX_REASONS,
    SUGGESTIONS,
    ItemModel,
    Trust,
    chances_of,
    suggester_for,
)
from requests_app.stages.sensing.understand.measuring import measure

CATALOGUE = default_catalogue()


def test_unseen_examples_find_their_item_often_enough() -> None:
    measured = measure(CATALOGUE)
    assert measured.texts == sum(len(item.examples) for item in CATALOGUE.items)
    assert measured.item_at_3 >= 0.80
    assert measured.item_at_1 >= 0.66
    assert measured.class_at_1 >= 0.72


def test_a_catalogue_without_examples_measures_nothing() -> None:
    empty = replace(
        CATALOGUE, version="empty", items=tuple(replace(i, examples=()) for i in CATALOGUE.items)
    )
    assert measure(empty).texts == 0


def test_a_catalogue_with_one_or_two_examples_an_item_is_read_all_the_same() -> None:
    for few, asked in ((1, 0), (2, 4)):  # a fold that learns nothing, a fold that asks nothing
        items = tuple(replace(item, examples=item.examples[:few]) for item in CATALOGUE.items[:2])
        small = replace(CATALOGUE, version=f"few-{few}", items=items)
        assert measure(small).texts == asked


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("老板拖欠工资两个月，打电话也不接。", "WAGE-01"),
        ("国庆加班不给加班费。", "WAGE-03"),
        ("一直没签劳动合同。", "CONT-01"),
        ("下班路上被车撞了算工伤吗？", "SAFE-04"),
        ("想加入工会怎么申请入会？", "UNIO-01"),
        ("孩子暑假托管班怎么报名？", "LIFE-01"),
        ("我真的不想活了。", "MIND-03"),
    ],
)
def test_a_plain_text_finds_its_item_first(text: str, item: str) -> None:
    suggestions = suggester_for(CATALOGUE).suggest(text, topic="")
    assert suggestions[0].item == item


def test_a_keyword_is_given_as_reason_with_its_place() -> None:
    text = "请问高温津贴怎么发？"
    first = suggester_for(CATALOGUE).suggest(text, topic="")[0]
    assert first.item == "WAGE-06"
    keyword = first.reasons[0]
    assert (keyword.code, keyword.text, keyword.start, keyword.end) == ("keyword", "高温津贴", 2, 6)


def test_a_keyword_counts_by_the_root_of_its_length() -> None:
    model = ItemModel(
        [("下班晚没有加班的钱", "OVERTIME"), ("夏天太热要饮料", "HEAT")],
        {"OVERTIME": ["加班费争"], "HEAT": ["高温"]},
    )
    scores = model.scores("加班费争")
    assert scores is not None
    # two items are one deviation above and below; the keyword adds half of √4
    assert dict(zip(model.codes, scores, strict=True)) == pytest.approx(
        {"HEAT": -1.0, "OVERTIME": 2.0}
    )


def test_the_topic_of_the_form_lifts_its_items_and_is_said() -> None:
    text = "厂里的事想说说。"
    suggester = suggester_for(CATALOGUE)
    plain = {each.item: each.score for each in suggester.suggest(text, topic="")}
    lifted = suggester.suggest(text, topic="HELP")
    assert any(each.item.startswith("HELP") and each.reasons[0].code == "topic" for each in lifted)
    assert not any(item.startswith("HELP") for item in plain)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\U0001f600\U0001f600"])
def test_a_text_without_known_words_suggests_nothing_but_the_topic(text: str) -> None:
    suggester = suggester_for(CATALOGUE)
    assert suggester.suggest(text, topic="") == ()
    assert [each.item for each in suggester.suggest(text, topic="LIFE")] == [
        "LIFE-01",
        "LIFE-02",
        "LIFE-03",
    ]


def test_the_version_names_the_method_and_the_catalogue() -> None:
    first = suggester_for(CATALOGUE).suggest("没发工资", topic="")[0]
    assert first.version == f"nb1:{CATALOGUE.version}"


def test_a_model_is_trained_once_per_catalogue_version() -> None:
    changed = replace(CATALOGUE, version="changed", items=CATALOGUE.items[:10])
    assert suggester_for(CATALOGUE) is suggester_for(CATALOGUE)
    assert suggester_for(changed) is not suggester_for(CATALOGUE)
    assert suggester_for(changed).suggest("没发工资", topic="")[0].version == "nb1:changed"


def test_chances_add_up_and_keep_the_order() -> None:
    scores = np.array([3.0, -1.0, 0.5])
    chances = chances_of(scores, Trust(sharpness=1.0, lapse=0.1))
    assert chances.sum() == pytest.approx(1.0)
    assert list(np.argsort(chances)) == list(np.argsort(scores))
    assert chances.min() >= 0.1 / 3


@given(st.text(max_size=300), st.sampled_from(["", "WAGE", "nonsense"]))
def test_any_text_gives_three_ordered_suggestions_at_most(text: str, topic: str) -> None:
    suggestions = suggester_for(CATALOGUE).suggest(text, topic=topic)
    assert len(suggestions) <= SUGGESTIONS
    scores = [each.score for each in suggestions]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for each in suggestions:
        assert len(each.reasons) <= MAX_REASONS + 1
        for reason in each.reasons:
            assert 0 <= reason.start <= reason.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "My boss has not paid 20 of us for two months, 300,000 yuan in all.",
        "test toggle on success 试试",
        "12345 67890",
        "欠薪 please help me with my boss and my wages",
    ],
)
def test_what_is_not_chinese_gets_no_guess(text: str) -> None:
    suggester = suggester_for(default_catalogue())
    assert suggester.suggest(text, topic="") == ()
    assert {each.item[:4] for each in suggester.suggest(text, topic="WAGE")} == {"WAGE"}


@pytest.mark.parametrize("text", ["老板欠薪三个月", "公司hr说要裁员，N+1也不给", "ＡＩ培训课程"])
def test_chinese_with_some_latin_is_read(text: str) -> None:
    assert suggester_for(default_catalogue()).suggest(text, topic="") != ()
