"""Enterprises: the right ones are proposed, unlike ones are not, and 2,173 names are quick."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.shipped import default_catalogue
from requests_app.stages.sensing.rules import CERTAIN_MATCH
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
        # all but one sound alike (8), or the distinctive part and nothing else (1)
        (
            "",
            "阿宏国际贸易进出口实业投资有限公司",
            [(8, "sound", "employer"), (1, "core", "employer")],
        ),
        ("\ud800\x00", "\ud800", []),
    ],
)
def test_candidates_by_name_and_reason(
    text: str, employer: str, expected: list[tuple[int, str, str]]
) -> None:
    assert told(text, employer) == expected


def test_a_different_distinctive_part_is_not_similar() -> None:
    assert 2 not in [pk for pk, _, _ in told("没发工资。", "阿宏餐饮")]


# ---- written otherwise: proposed, never certain ------------------------------------

TOWN = (
    (1, "汀禾餐饮管理有限公司", "汀禾餐饮"),
    (2, "宁波海曙大宏餐饮有限公司", "大宏餐饮"),
    (3, "宁波阳光物业管理有限公司", "阳光物业"),
    (4, "宁波海曙月河饭店", "月河饭店"),
    (5, "宁波云帆电子科技有限公司", "云帆电子"),
    (6, "宁波云帆服饰有限公司", "云帆服饰"),
    (7, "宁波月工机械厂", "月工机械"),
    (8, "宁波长乐服装厂", "长乐服装"),
    (9, "宁波云桥食品厂", "云桥食品"),
    (10, "宁波老王饭店", "老王饭店"),
)


def proposed(text: str = "", employer: str = "") -> list[tuple[int, str]]:
    found = find_enterprises(text, employer=employer, enterprises=TOWN)
    assert all(each.score < CERTAIN_MATCH for each in found)
    return [(each.enterprise_id, each.reason) for each in found]


@pytest.mark.parametrize(
    ("employer", "expected"),
    [
        ("丁禾餐饮", [(1, "sound")]),  # dinghe, tinghe
        ("亭和餐饮店", [(1, "sound")]),
        ("汀木餐饮", [(1, "one_character")]),
        ("汀木", [(1, "one_character")]),
        ("汀木机械", []),  # one character and another trade
        ("木汀餐饮", []),
        ("TINGHE", [(1, "sound")]),
        ("ｔｉｎｇ ｈｅ", [(1, "sound")]),
        ("tínghé", [(1, "sound")]),
        ("Ting He Can Yin", [(1, "sound")]),
        ("tinghecanyinguanliyouxiangongsi", [(1, "sound")]),
        ("tinhe", [(1, "sound")]),
        ("changle", [(8, "sound")]),  # 长乐, not zhanglao
        ("thcy", [(1, "initials")]),
        ("THCY", [(1, "initials")]),
        ("thcygl", [(1, "initials")]),
        ("dhcy", [(2, "initials")]),
        ("th", []),
        ("tin", []),
        ("xyz", []),
        ("文一路的汀禾二楼", [(1, "core")]),
        ("老板", []),  # an everyday word is no misspelt name
        ("不知道", []),
        ("138", []),
    ],
)
def test_an_employer_written_otherwise_is_proposed(
    employer: str, expected: list[tuple[int, str]]
) -> None:
    assert proposed(employer=employer) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我在汀禾端盘子，三个月没发工资。", [(1, "core")]),
        ("汀禾的老板跑了", [(1, "core")]),
        ("今天阳光很好", []),  # an everyday word
        ("大家都在云帆干活", []),  # two of that name
        ("我在云桥装箱子", [(9, "core")]),
        ("云桥街道的人来过", []),  # a place
        ("我在月河端盘子", []),  # one that is known without what follows
        ("欠了三个月工资", []),  # 个月|工资
        ("老板是月工出来的", [(7, "core")]),
        ("木汀木禾", []),
    ],
)
def test_a_distinctive_part_in_the_story_is_proposed(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert proposed(text) == expected


def test_what_is_typed_letter_by_letter_needs_no_guess() -> None:
    found = find_enterprises("隔壁大宏也一样。", employer="汀禾餐饮", enterprises=TOWN)
    assert [(each.enterprise_id, each.reason) for each in found] == [(1, "short_name")]


def test_the_senders_own_answer_stays_the_mention() -> None:
    story = "汀禾餐饮管理有限公司没发工资。"
    (found,) = find_enterprises(story, employer="汀禾餐饮", enterprises=TOWN)
    assert (found.enterprise_id, found.source, found.score) == (1, "employer", 1.0)
    (found,) = find_enterprises(story, employer="丁禾餐饮", enterprises=TOWN)
    assert (found.enterprise_id, found.source, found.score) == (1, "text", 1.0)


def test_the_part_is_placed_in_the_text() -> None:
    text = "我在汀禾端盘子。"
    (found,) = find_enterprises(text, employer="", enterprises=TOWN)
    assert text[found.start : found.end] == "汀禾"


def test_no_example_of_the_catalogue_names_an_enterprise() -> None:
    """Everyday speech proposes nobody, although the brands are made of everyday signs."""
    signs = "天工大中人民兴隆永泰和平长江通利万家百味老王光日力新华"
    brands = [one + other for one in signs for other in signs if one != other]
    rows = tuple((at, f"{brand}餐饮有限公司", f"{brand}餐饮") for at, brand in enumerate(brands))
    texts = [text for item in default_catalogue().items for text in item.examples]
    named = [text for text in texts if find_enterprises(text, employer="", enterprises=rows)]
    assert len(texts) > 200
    assert named == []


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
    for employer in ("海新明饭店", "嗨心名饭店", "haixinming", "hxmcy"):
        find_enterprises(text, employer=employer, enterprises=rows)
        started = time.thread_time()
        find_enterprises(text, employer=employer, enterprises=rows)
        assert time.thread_time() - started < 0.05, employer
