"""Cues: what is found, with which hints, and that nothing a person types breaks the scan."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.facts import CUES
from requests_app.catalogue.shipped import default_catalogue
from requests_app.stages.sensing.understand.cues import (
    CUE_CODES,
    MAX_CUES_PER_CODE,
    Cue,
    flags_of,
    scan_cues,
)

N = "negated"
Q = "quoted"


def told(text: str) -> list[tuple[str, ...]]:
    """Return code, words and hints of every cue, by place."""
    return [
        (
            cue.code,
            text[cue.start : cue.end],
            *((N,) if cue.negated else ()),
            *((Q,) if cue.quoted else ()),
        )
        for cue in scan_cues(text)
    ]


SENTENCES: list[tuple[str, list[tuple[str, ...]]]] = [
    # plain
    ("我真的不想活了。", [("self_harm", "不想活了")]),
    ("活着一点意思都没有，活着没意思。", [("self_harm", "活着没意思")]),
    ("干脆从这里跳下去算了。", [("self_harm", "跳下去")]),
    ("遗书我都写好了，帮我照顾好孩子。", [("self_harm", "遗书"), ("self_harm", "帮我照顾好孩子")]),
    ("我站在楼顶想了很久。", [("self_harm", "站在楼顶")]),
    ("不如死了，一了百了。", [("self_harm", "不如死了"), ("self_harm", "一了百了")]),
    ("老板三天联系不上了。", [("owner_missing", "老板三天联系不上")]),
    ("工钱没给，包工头人也找不到了。", [("owner_missing", "包工头人也找不到")]),
    ("现在找不到老板，电话也打不通。", [("owner_missing", "找不到老板，电话也打不通")]),
    ("这几天老板找人看店面。", [("closing", "看店面")]),
    ("昨晚有人来搬机器。", [("closing", "搬机器")]),
    ("餐厅贴了转让，房东也来催租。", [("closing", "转让"), ("closing", "催租")]),
    ("一百多人堵在厂门口拉横幅。", [("gathering_now", "堵在厂门口拉横幅")]),
    ("大家今天都不开机了。", [("gathering_now", "都不开机了")]),
    ("仓库着火了，有人被困。", [("danger_now", "着火"), ("danger_now", "被困")]),
    ("闻到很重的味道，几个人头晕。", [("danger_now", "味道，几个人头晕")]),
    ("主管推了我一把，还说要找人收拾我。", [("violence", "推了我"), ("violence", "找人收拾我")]),
    ("宿舍大门锁着不让出去。", [("detained", "锁着不让出去")]),
    ("进厂就收走了身份证。", [("detained", "收走了身份证")]),
    ("我怀孕五个月了。", [("medical", "怀孕"), ("pregnant", "怀孕")]),
    ("有个十六岁的孩子在上夜班。", [("minor_worker", "十六岁的孩子在上夜班")]),
    ("主任总是动手动脚。", [("harassment", "动手动脚")]),
    ("请不要告诉公司是我说的。", [("retaliation", "不要告诉公司")]),
    ("怕被报复。", [("retaliation", "报复")]),
    ("窗口的人态度很差。", [("official", "窗口的人态度")]),
    ("刚查出肺癌。", [("medical", "查出"), ("medical", "癌")]),
    ("小朋友在托管班磕破了头。", [("minor", "小朋友")]),
    # negated: shown with the hint, never dropped
    ("我没有想不开，只是睡不好。", [("self_harm", "想不开", N)]),
    ("我不会去自杀的。", [("self_harm", "自杀", N)]),
    ("自杀是不可能的。", [("self_harm", "自杀", N)]),
    ("万一着火根本跑不出去。", [("danger_now", "着火", N)]),
    ("我们并没有罢工。", [("gathering_now", "罢工", N)]),
    ("店没有倒闭。", [("closing", "倒闭", N)]),
    # not negated although a word of negation stands nearby
    ("老板没发工资我想自杀。", [("self_harm", "自杀")]),
    ("没钱治病，想死。", [("self_harm", "想死")]),
    ("是不是要破产了？", [("closing", "破产")]),
    # quoted and hearsay
    ("新闻里说有人跳楼了。", [("self_harm", "跳楼", Q)]),
    ("他发消息说“我不想活了”。", [("self_harm", "不想活了", Q)]),
    ("听说老板要把店转掉。", [("closing", "把店转掉", Q)]),
    ("听说而已。其实店要转让。", [("closing", "转让")]),
    ("网上说没有罢工。", [("gathering_now", "罢工", N, Q)]),
    # spaced, wide and mixed writing
    ("我 不 想 活 了", [("self_harm", "不 想 活 了")]),
    ("不想…活了", [("self_harm", "不想…活了")]),
    ("我\n想\n死", [("self_harm", "想\n死")]),
    ("ＩＣＵ住着呢", [("medical", "ＩＣＵ")]),
    ("WANT TO DIE", [("self_harm", "WANT TO DIE")]),
    # harmless look-alikes
    ("妈咪小屋晚上几点关门？", []),
    ("服务站的小王态度很好，谢谢。", []),
    ("绩效被打了零分。", []),
    ("这是我的救命钱。", []),
    ("老是接到骚扰电话。", []),
    ("天气太热，热得要命。", []),
    ("想问一下托管班什么时候报名。", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence_shows_its_cues_with_hints(text: str, expected: list[tuple[str, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "工资要不回来，我真不想活了",
        "活着太累了",
        "撑不下去了",
        "我写了遗书",
        "站在天台上吹风",
        "想从桥上跳下去",
        "吃安眠药睡过去",
        "割腕的心都有了",
        "这个世界没有我会更好",
        "被逼上绝路",
        "死给你们看",
        "我要和他同归于尽",
        "人生没什么意义",
        "不愿意再活下去",
        "同事发了告别的话，电话不接",
        "我想自殺",
        "我想自鲨",
        "想 s 死 了，活着没盼头",
        "再也不想醒过来",
        "我是家里的累赘，没有我就好了",
        "打算喝农药",
        "真想一死了之",
        "准备在厂里上吊",
        "伤害自己才好受",
    ],
)
def test_self_harm_is_found_however_it_is_said(text: str) -> None:
    assert "self_harm" in {cue.code for cue in scan_cues(text)}


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("我没有想不开。", {"self_harm"}),
        ("新闻里说有人跳楼了。", {"self_harm"}),
        ("店要转让，老板跑路了。", set()),
        ("领导动手动脚，怕被报复。", {"harassment", "whistle"}),
        ("进厂收走了身份证。", {"violence"}),
        ("招童工上夜班。", {"minor"}),
        ("车间着火。", {"safety"}),
        ("厂门口正在闹，拉横幅。", {"mass"}),
        ("工会不作为。", {"official"}),
        ("确诊尘肺。", {"medical"}),
    ],
)
def test_cues_raise_flags_whatever_their_hints(text: str, flags: set[str]) -> None:
    assert flags_of(scan_cues(text)) == flags


def test_cue_codes_and_flags_are_those_of_the_catalogue() -> None:
    assert set(CUES) == CUE_CODES
    raised = flags_of(Cue(start=0, end=1, code=code) for code in CUE_CODES)
    assert raised <= {flag.code for flag in default_catalogue().flags}


def test_halves_in_two_sentences_are_no_cue() -> None:
    assert scan_cues("老板来过。关机的是我同学。") == ()


def test_a_text_full_of_one_cue_keeps_its_flags_and_stays_short() -> None:
    cues = scan_cues("想死，" * 30_000)
    assert len(cues) == MAX_CUES_PER_CODE
    assert flags_of(cues) == {"self_harm"}


PIECES = st.sampled_from(
    [
        *(
            "不想活",
            "想",
            "死",
            "自杀",
            "老板",
            "跑了",
            "没有",
            "万一",
            "新闻",
            "ＩＣＵ",
            "a",
            "１",
        ),
        *("“", "”", '"', " ", "\n", "\x00", "\ud800", "\U0001f600", "。", "，"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for cue in scan_cues(text):
        assert 0 <= cue.start < cue.end <= len(text)
        assert cue.code in CUE_CODES


@given(st.text(alphabet=st.characters(), max_size=40), st.text(max_size=40))
def test_nothing_around_it_hides_a_word_of_self_harm(before: str, after: str) -> None:
    codes = {cue.code for cue in scan_cues(f"{before}我不想活了{after}")}
    assert "self_harm" in codes


@pytest.mark.parametrize(
    "text",
    [
        "想死 " * 10_000,
        "“" * 30_000,
        "老板" * 15_000,
        "想" * 30_000,
        " " * 30_000,
        "\ud800" * 30_000,
    ],
)
def test_30_000_characters_are_read_in_a_breath(text: str) -> None:
    started = time.thread_time()
    scan_cues(text)
    assert time.thread_time() - started < 0.6


def test_2_000_characters_fit_into_the_intake() -> None:
    text = "我们店里二十个人，七月份开始没发过工资，这几天老板找人看店面，说要转让。" * 60
    scan_cues(text[:2_000])
    best = 1.0
    for _ in range(50):
        started = time.thread_time()
        scan_cues(text[:2_000])
        best = min(best, time.thread_time() - started)
    assert best < 0.001


@pytest.mark.parametrize("text", ["主管威胁开除我", "老板威胁扣我工资", "威胁要辞退我们"])
def test_a_threat_to_dismiss_is_no_violence(text: str) -> None:
    assert "violence" not in {cue.code for cue in scan_cues(text)}


@pytest.mark.parametrize("text", ["他威胁我，要打断我的腿", "老板威胁开除我，还威胁要打我"])
def test_a_threat_to_the_body_is(text: str) -> None:
    assert "violence" in {cue.code for cue in scan_cues(text)}
