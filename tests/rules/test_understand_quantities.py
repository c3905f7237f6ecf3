"""Head counts, shared demands, amounts and months: exact ranges from invented sentences."""

import time
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.stages.sensing.understand.numerals import MAX_NUMERALS, find_numerals
from requests_app.stages.sensing.understand.quantities import (
    MAX_AMOUNT_FEN,
    MAX_FINDINGS_PER_KIND,
    MAX_HEADCOUNT,
    amount_of,
    find_quantities,
    headcount_of,
)

ON = date(2026, 11, 22)


def told(text: str, kind: str) -> list[tuple[str, int, int, str]]:
    """Return words, range and reason of every finding of one kind."""
    return [
        (text[each.start : each.end], each.low, each.high, each.reason)
        for each in find_quantities(text, on=ON)
        if each.kind == kind
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("四十多万", (400_000, 400_000, 500_000, True)),
        ("40余万元", (400_000, 400_000, 500_000, True)),
        ("三十六万", (360_000, 360_000, 360_000, False)),
        ("3万5", (35_000, 35_000, 35_000, False)),
        ("一万三千块", (13_000, 13_000, 13_000, False)),
        ("一千八", (1_800, 1_800, 1_800, False)),
        ("1.5万", (15_000, 15_000, 15_000, False)),
        ("2,000元", (2_000, 2_000, 2_000, False)),
        ("４０ｗ", (40, 40, 40, False)),
        ("40w", (400_000, 400_000, 400_000, False)),
        ("十几个", (11, 11, 19, True)),
        ("二十几万", (210_000, 210_000, 290_000, True)),
        ("几十个", (20, 20, 100, True)),
        ("十五六个", (15, 15, 16, True)),
        ("二三十人", (20, 20, 30, True)),
        ("三四十万", (300_000, 300_000, 400_000, True)),
        ("20到30万", (200_000, 200_000, 300_000, True)),
        ("近百人", (100, 90, 100, True)),
        ("不到十人", (10, 8, 9, True)),
        ("上百人", (100, 100, 200, True)),
        ("十来个人", (10, 10, 15, True)),
        ("2000多元", (2_000, 2_000, 3_000, True)),
        ("两百零五", (205, 205, 205, False)),
    ],
)
def test_a_numeral_is_read_as_a_range(text: str, expected: tuple[int, int, int, bool]) -> None:
    (numeral,) = find_numerals(text)
    assert (numeral.stated, numeral.low, numeral.high, numeral.about) == expected


@pytest.mark.parametrize("text", ["万一下雨", "千万不要", "没有数字", "", "亿", "百"])
def test_words_that_only_look_like_numerals_are_none(text: str) -> None:
    assert find_numerals(text) == ()


HEADCOUNTS: list[tuple[str, list[tuple[str, int, int, str]], tuple[int | None, bool | None]]] = [
    ("我们店里二十个人的工资都没发。", [("二十个人", 20, 20, "counted")], (20, True)),
    ("二十多人都没拿到工资。", [("二十多人", 20, 30, "counted")], (20, True)),
    ("公司拖欠18名工友的工资。", [("18名工友", 18, 18, "counted")], (18, True)),
    ("车间五十多名工人两个月没领到工资。", [("五十多名工人", 50, 60, "counted")], (50, True)),
    ("工资三个月没发了。我们一共十八个人。", [("十八个人", 18, 18, "counted")], (18, True)),
    ("我们十几个人的社保都没交。", [("十几个人", 11, 19, "counted")], (11, True)),
    ("现在厂门口围了一百多人，都是来要说法的。", [("一百多人", 100, 200, "counted")], (100, True)),
    ("我和另外两个同事被裁了，我们都没拿到补偿。", [("两个同事", 2, 2, "counted")], (2, True)),
    ("近百人的工资全部拖着。", [("近百人", 90, 100, "counted")], (100, True)),
    ("不到十个人，大家都没拿到钱。", [("不到十个人", 8, 9, "counted")], (9, True)),
    ("欠薪，十二个人，十九万八。", [("十二个人", 12, 12, "counted")], (12, True)),
    ("二十几个工友，每人被扣两千。", [("二十几个工友", 21, 29, "counted")], (21, True)),
    ("组里几个人长期孤立我，还欠我钱。", [("几个人", 2, 9, "counted")], (2, False)),
    # a head count, but not a demand of so many
    ("我们公司有四十多个人，想成立工会。", [("四十多个人", 40, 50, "counted")], (40, False)),
    ("我们公司有二十个人想参加医疗互助。", [("二十个人", 20, 20, "counted")], (20, False)),
    ("旺季缺二十个缝纫工人，能不能帮忙招聘。", [], (None, None)),
    (
        "我们二十个人想参加互助。另外听说有人被拖欠工资。",
        [("二十个人", 20, 20, "counted")],
        (20, False),
    ),
    ("厂里有三百人，我的工资没发。", [("三百人", 300, 300, "counted")], (300, False)),
    ("公司一共两百多人，就我一个人被扣了工资。", [("两百多人", 200, 300, "counted")], (200, False)),
    ("周六想借活动室搞团建，二十个人左右。", [("二十个人", 18, 22, "counted")], (20, False)),
    ("办一次团体辅导，大概三十人。", [("大概三十人", 27, 33, "counted")], (30, False)),
    ("食堂坐得下两百人。", [("两百人", 200, 200, "counted")], (200, False)),
    # of several the shared one
    (
        "公司有两百人。我们班组十八个人的工资都没发。",
        [("两百人", 200, 200, "counted"), ("十八个人", 18, 18, "counted")],
        (18, True),
    ),
    (
        "公司两百人，我们班组十八个人没领到工资。",
        [("两百人", 200, 200, "counted"), ("十八个人", 18, 18, "counted")],
        (18, True),
    ),
    (
        "厂里三百人的工资都没发，我们十五个人先来反映。",
        [("三百人", 300, 300, "counted"), ("十五个人", 15, 15, "counted")],
        (300, True),
    ),
    # no head count at all
    ("公司三个月没发工资了。", [], (None, None)),
    ("我养四口人。", [], (None, None)),
    ("我一个人被辞退了。", [], (None, None)),
    ("要裁三分之一的人。", [], (None, None)),
    ("还有二十个名额吗？", [], (None, None)),
    ("我是第三名被裁的。", [], (None, None)),
    ("人民法院怎么走？", [], (None, None)),
]


@pytest.mark.parametrize(("text", "expected", "fact"), HEADCOUNTS)
def test_head_counts_and_whether_they_share_a_demand(
    text: str,
    expected: list[tuple[str, int, int, str]],
    fact: tuple[int | None, bool | None],
) -> None:
    assert told(text, "headcount") == expected
    assert headcount_of(find_quantities(text, on=ON)) == fact


AMOUNTS: list[tuple[str, list[tuple[str, int, int, str]]]] = [
    ("加起来四十多万。", [("四十多万", 40_000_000, 50_000_000, "total")]),
    ("总共拖欠40余万元。", [("40余万元", 40_000_000, 50_000_000, "total")]),
    ("劳务公司还欠三十六万。", [("三十六万", 36_000_000, 36_000_000, "owed")]),
    ("欠我3万5。", [("3万5", 3_500_000, 3_500_000, "owed")]),
    ("拖着工钱一万三千块。", [("一万三千块", 1_300_000, 1_300_000, "owed")]),
    ("每人两千没给。", [("两千", 200_000, 200_000, "per_head")]),
    ("一人差不多八千都没结。", [("差不多八千", 720_000, 880_000, "per_head")]),
    ("迟到扣了两百。", [("两百", 20_000, 20_000, "stated")]),
    ("一个月只给一千八。", [("一千八", 180_000, 180_000, "rate")]),
    ("手术费要十几万。", [("十几万", 11_000_000, 19_000_000, "cost")]),
    ("房贷还差二十万，欠薪三万多元。", [
        ("二十万", 20_000_000, 20_000_000, "cost"),
        ("三万多元", 3_000_000, 4_000_000, "owed"),
    ]),
    ("还剩12.5元。", [("12.5元", 1_250, 1_250, "stated")]),
    ("欠了¥8,000。", [("8,000", 800_000, 800_000, "owed")]),
    ("押金五百块左右不退。", [("五百块", 45_000, 55_000, "stated")]),
    ("一分钱没给。", []),
    ("打了12345没用。", []),
    ("电话13812345678。", []),
    ("2026年的事。", []),
    ("我们是一块去的。", []),
    ("万一欠薪怎么办。", []),
    ("十万火急。", []),
    ("干了三百天。", []),
    ("公司没钱。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_amounts_in_fen_with_their_reason(
    text: str, expected: list[tuple[str, int, int, str]]
) -> None:
    assert told(text, "amount") == expected


@pytest.mark.parametrize(
    ("text", "headcount", "expected"),
    [
        ("加起来四十多万，每人两万。", 20, 40_000_000),
        ("每人两千没发。", 18, 3_600_000),
        ("每人两千没发。", None, 200_000),
        ("手术费三十万。", None, None),
        ("工资七千，公司按最低基数交社保。", None, None),
        ("没有数字。", 30, None),
    ],
)
def test_the_amount_for_the_rules_is_the_largest_sum_demanded(
    text: str, headcount: int | None, expected: int | None
) -> None:
    assert amount_of(find_quantities(text, on=ON), headcount=headcount) == expected


MONTHS: list[tuple[str, str, list[tuple[str, int, int, str]]]] = [
    ("三个月没发工资了。", "months", [("三个月", 3, 3, "arrears")]),
    ("压着一个半月的工资。", "months", [("一个半月", 1, 2, "arrears")]),
    ("工资拖了两个多月。", "months", [("两个多月", 2, 3, "arrears")]),
    ("三四个月没发钱。", "months", [("三四个月", 3, 4, "arrears")]),
    ("大半年没发工资。", "months", [("大半年", 6, 12, "arrears")]),
    ("社保断了一年多。", "months", [("一年多", 12, 24, "arrears")]),
    ("一年半没交社保。", "months", [("一年半", 18, 18, "arrears")]),
    ("在厂里干了七年。", "months", []),
    ("怀孕五个月了。", "months", []),
    ("怀孕五个月，公司不给产检假。", "months", []),
    ("试用期三个月，合同没签。", "months", []),
    ("七月份开始没发过工资。", "since", [("七月份开始", 202607, 202611, "since_month")]),
    ("从2026年3月起没交社保。", "since", [("从2026年3月起", 202603, 202611, "since_month")]),
    ("去年十二月以来没发。", "since", [("去年十二月以来", 202512, 202611, "since_month")]),
    ("从12月开始就没发工资。", "since", [("从12月开始", 202512, 202611, "since_month")]),
    ("四月份工资都没到账。", "since", [("四月份", 202604, 202604, "named_month")]),
    ("七八月份工资没发。", "since", [("七八月份", 202607, 202608, "month_range")]),
    ("七月到九月的工资拖着。", "since", [("七月到九月", 202607, 202609, "month_range")]),
    ("上个月工资没发。", "since", [("上个月", 202610, 202610, "named_month")]),
    ("六月底从饭店离职。", "since", []),
    ("三月三号来登记。", "since", []),
]


@pytest.mark.parametrize(("text", "kind", "expected"), MONTHS)
def test_months_of_arrears_and_since_when(
    text: str, kind: str, expected: list[tuple[str, int, int, str]]
) -> None:
    assert told(text, kind) == expected


def test_in_january_last_month_is_december() -> None:
    (found,) = find_quantities("上个月工资没发。", on=date(2027, 1, 5))
    assert (found.low, found.high) == (202612, 202612)


PIECES = st.sampled_from(
    [
        *(
            "三",
            "十",
            "百",
            "万",
            "几",
            "多",
            "余",
            "3",
            "5",
            ".",
            ",",
            "到",
            "个",
            "人",
            "月",
            "年",
        ),
        *("没发", "欠", "我们", "每人", "元", "块", "半", "从", "起", "，", "。", "\n", "\x00"),
        *("\ud800", "\U0001f600", " ", "０", "¥"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_gives_sane_findings(text: str) -> None:
    for each in find_quantities(text, on=ON):
        assert 0 <= each.start < each.end <= len(text)
        assert each.low <= each.stated <= each.high
        if each.kind == "amount":
            assert 0 <= each.high <= MAX_AMOUNT_FEN
        if each.kind == "headcount":
            assert each.stated <= MAX_HEADCOUNT


@given(st.integers(min_value=2, max_value=9_999))
def test_a_head_count_in_figures_is_read_back(people: int) -> None:
    text = f"我们{people}个人的工资都没发。"
    assert headcount_of(find_quantities(text, on=ON)) == (people, True)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_an_amount_in_figures_is_read_back(yuan: int) -> None:
    (found,) = find_quantities(f"欠薪{yuan}元。", on=ON)
    assert (found.low, found.high, found.about) == (yuan * 100, yuan * 100, False)


def test_a_table_of_numbers_gives_a_bounded_list() -> None:
    text = "我们二十个人，欠三万，三个月没发，七月开始。" * 400
    counts = Counter(each.kind for each in find_quantities(text, on=ON))
    assert counts == dict.fromkeys(
        ("headcount", "shared", "amount", "months", "since"), MAX_FINDINGS_PER_KIND
    )
    assert len(find_numerals("三个，" * 1_000)) == MAX_NUMERALS


@pytest.mark.parametrize(
    "text", ["一", "1", "1,", "几", "三到", "七月", "欠三万", "二十个人", " ", "三个月没发"]
)
def test_20_000_characters_are_read_in_a_breath(text: str) -> None:
    started = time.thread_time()
    find_quantities((text * 20_000)[:20_000], on=ON)
    assert time.thread_time() - started < 3.0
