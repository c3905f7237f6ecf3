"""The whole reading of a request: the story of the restaurant, and that it never breaks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.shipped import default_catalogue
from requests_app.stages.sensing.understand.reading import Understanding, understand

CATALOGUE = default_catalogue()
ON = date(2026, 11, 22)
REGISTER = ((7, "宁波海曙阿宏餐饮管理有限公司", "阿宏餐饮"),)
RESTAURANT = (
    "我们店里二十个人，七月份开始没发过工资，加起来四十多万。这几天老板找人看店面，说要转让。"
)


def read(text: str, *, employer: str = "", topic: str = "") -> Understanding:
    return understand(
        text, employer=employer, topic=topic, catalogue=CATALOGUE, enterprises=REGISTER, on=ON
    )


def test_the_restaurant_is_understood() -> None:
    reading = read(RESTAURANT, employer="阿宏餐饮", topic="WAGE")
    found = {
        each.kind: (RESTAURANT[each.start : each.end], each.low, each.high, each.reason)
        for each in reading.findings
    }
    assert found == {
        "headcount": ("二十个人", 20, 20, "counted"),
        "shared": ("二十个人", 1, 1, "we_count"),
        "since": ("七月份开始", 202607, 202611, "since_month"),
        "amount": ("四十多万", 40_000_000, 50_000_000, "total"),
    }
    assert reading.suggestions[0].item == "WAGE-02"
    assert reading.suggestions[0].reasons[0].code == "shared_headcount"
    assert reading.suggestions[0].reasons[0].text == "二十个人"
    assert {cue.code for cue in reading.cues} == {"closing"}
    assert reading.flags == frozenset()
    assert [each.enterprise_id for each in reading.enterprises] == [7]
    facts = reading.facts
    assert (facts.headcount, facts.shared_demand, facts.amount_fen) == (20, True, 40_000_000)
    assert (facts.class_code, facts.cues) == ("WAGE", frozenset({"closing"}))
    assert [rule.code for rule in CATALOGUE.rules_that_hold(facts)] == ["E01", "E02", "E04"]


@pytest.mark.parametrize("topic", ["", "WAGE"])
@pytest.mark.parametrize(
    "text", ["公司三个月没发工资了，我们12个人都没拿到。", "欠薪，十二个人，十九万八。"]
)
def test_ten_who_share_a_claim_for_pay_are_a_collective_matter(text: str, topic: str) -> None:
    reading = read(text, topic=topic)
    items = [each.item for each in reading.suggestions]
    assert items.index("WAGE-02") < items.index("WAGE-01")
    scores = [each.score for each in reading.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert reading.suggestions[0].reasons[0].code == "shared_headcount"


def test_nine_or_one_who_speaks_for_himself_are_not() -> None:
    for text in ("老板拖欠工资，我们9个人都没拿到。", "厂里有三百人，拖欠工资，我的没发。"):
        reading = read(text)
        reasons = {each.code for item in reading.suggestions for each in item.reasons}
        assert "shared_headcount" not in reasons


def test_another_matter_of_many_keeps_its_item() -> None:
    reading = read("我们二十个人的社保一直没交，公司不缴社保。")
    assert reading.suggestions[0].item == "INSU-01"
    assert reading.facts.shared_demand is True


def test_the_best_class_stands_in_for_a_missing_topic() -> None:
    assert read("老板拖欠工资。").facts.class_code == "WAGE"
    assert read("老板拖欠工资。", topic="LIFE").facts.class_code == "LIFE"


def test_a_negated_word_of_self_harm_still_raises_its_flag() -> None:
    reading = read("我没有想不开，就是想问问年假。")
    assert reading.flags == {"self_harm"}
    assert reading.facts.flags == {"self_harm"}


def test_a_text_that_says_nothing_leaves_everything_unknown() -> None:
    reading = read("")
    facts = reading.facts
    assert reading.suggestions == ()
    assert (facts.headcount, facts.shared_demand, facts.amount_fen) == (None, None, None)
    assert CATALOGUE.rules_that_hold(facts) == ()


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["", "WAGE"]))
def test_any_report_is_read(text: str, employer: str, topic: str) -> None:
    reading = read(text, employer=employer, topic=topic)
    assert reading.facts.flags == reading.flags


@pytest.mark.parametrize("piece", ["\x00", "\ud800", " ", "二十个人没发", "一", "公司", "想死"])
def test_30_000_characters_are_read(piece: str) -> None:
    text = (piece * 30_000)[:30_000]
    reading = read(text, employer=text)
    assert reading.suggestions == () or reading.suggestions[0].score <= 1
