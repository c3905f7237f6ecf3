"""Enterprises: the right ones are proposed, unlike ones are not, and 2,173 names are quick."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.stages.sensing.understand.enterprises import THRESHOLD, find_enterprises

REGISTER = (
    (1, "宁波海曙阿宏餐饮管理有限公司", "阿宏餐饮"),
    (2, "宁波海曙大宏餐饮管理有限公司", "大宏餐饮"),
    (3, "宁波市海曙四明山水酒店有限公司", "四明山水酒店"),
    (4, "宁波云帆电子科技有限公司", "云帆电子"),
    (5, "宁波云帆服饰有限公司", "云帆服饰"),
    (6, "宁波阳光物业管理有限公司", "阳光"),
    (8, "宁波大宏国际贸易进出口实业投资有限公司", "大宏国贸"),
)


def told(text: str, employer: str = "") -> list[tuple[int, str, str]]:
    found = find_enterprises(text, employer=employer, enterprises=REGISTER)
    return [(each.enterprise_id, each.reason, each.source) for each in found]


@pytest.mark.parametrize(
    ("text", "employer", "expected"),
    [
        ("没发工资。", "宁波海曙阿宏餐饮管理有限公司", [(1, "exact", "employer")]),
        ("没发工资。", "宁波海曙 阿宏餐饮管理（有限公司）", [(1, "exact", "employer")]),
        ("没发工资。", "阿宏餐饮", [(1, "short_name", "employer")]),
        ("没发工资。", "阿宏饭店", [(1, "similar", "employer")]),
        ("没发工资。", "四明山永酒店", [(3, "similar", "employer")]),
        ("我在阿宏餐饮上班，没发工资。", "", [(1, "short_name", "text")]),
        ("宁波海曙阿宏餐饮管理有限公司没发工资。", "", [(1, "exact", "text")]),
        ("老板把四明山永酒店转让了。", "", [(3, "similar", "text")]),
        ("在一家叫阿宏的饭店上班。", "", [(1, "similar", "text")]),
        # two firms of one name: both are offered, the nearer one first
        ("没发工资。", "云帆电子", [(4, "short_name", "employer"), (5, "similar", "employer")]),
        # a short name of two characters must look like a firm in running text
        ("今天阳光很好。", "", []),
        ("阳光物业不发工资。", "", [(6, "short_name", "text")]),
        # nothing to propose
        ("没发工资。", "", []),
        ("我们公司没发工资。", "我们公司", []),
        ("没发工资。", "餐饮管理有限公司", []),
        ("没发工资。", "永泰机械厂", []),
        ("", "店", []),
        # all but the distinctive part alike (8), or the distinctive part and nothing else (1)
        ("", "阿宏国际贸易进出口实业投资有限公司", []),
        ("\ud800\x00", "\ud800", []),
    ],
)
def test_candidates_by_name_and_reason(
    text: str, employer: str, expected: list[tuple[int, str, str]]
) -> None:
    assert told(text, employer) == expected


def test_a_different_distinctive_part_is_not_similar() -> None:
    assert 2 not in [pk for pk, _, _ in told("没发工资。", "阿宏餐饮")]


def test_scores_fall_from_exact_to_similar() -> None:
    def score(employer: str) -> float:
        return find_enterprises("", employer=employer, enterprises=REGISTER)[0].score

    assert score("宁波海曙阿宏餐饮管理有限公司") == 1.0
    assert score("阿宏餐饮") == 0.95
    assert THRESHOLD <= score("阿宏饭店") < 0.95


def test_the_mention_is_placed_in_the_text() -> None:
    text = "我在阿宏餐饮上班。"
    (found,) = find_enterprises(text, employer="", enterprises=REGISTER)
    assert text[found.start : found.end] == "阿宏餐饮"


def test_an_empty_register_proposes_nothing() -> None:
    assert find_enterprises("阿宏餐饮", employer="阿宏餐饮", enterprises=()) == ()


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_and_employer_are_read(text: str, employer: str) -> None:
    for each in find_enterprises(text, employer=employer, enterprises=REGISTER):
        within = employer if each.source == "employer" else text
        assert 0 <= each.start <= each.end <= len(within)
        assert THRESHOLD <= each.score <= 1


def test_a_register_of_2173_names_is_searched_in_an_instant() -> None:
    seeded = random.Random(7)
    signs = "海新星明达顺丰华盛金鹏东方瑞祥德润福安康宁嘉美佳信"
    rows = tuple(
        (number, f"宁波{name}餐饮管理有限公司", f"{name}餐饮")
        for number in range(2_173)
        for name in ["".join(seeded.sample(signs, 3))]
    )
    text = "我在海新星饭店上班，三个月没发工资。" * 5
    find_enterprises(text, employer="海新明饭店", enterprises=rows)
    started = time.thread_time()
    find_enterprises(text, employer="海新明饭店", enterprises=rows)
    assert time.thread_time() - started < 0.1
