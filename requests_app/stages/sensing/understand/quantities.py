"""Head count, shared demand, amounts and months that a request mentions, with their evidence.

Pure. Every finding is a range in whole units with the place in the text it was read from and
a reason code; staff see and correct it (docs/rules.md, Understanding).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from requests_app.stages.sensing.understand.finding import ARREARS, Finding, finding_from
from requests_app.stages.sensing.understand.months import find_durations, find_since
from requests_app.stages.sensing.understand.numerals import Numeral, find_numerals

# Beyond these a numeral is a mistake or an identity number, not a fact about a request.
MAX_HEADCOUNT: Final = 1_000_000
MAX_AMOUNT_FEN: Final = 10**13
MAX_FINDINGS_PER_KIND: Final = 20


_CLAUSE: Final = re.compile(r"[^，,；;。！？!?\n]+")
_SENTENCE: Final = re.compile(r"[^。！？!?\n]+")
# What is asked for when money or rights are withheld.
_GRIEVANCE: Final = re.compile(
    r"没发|未发|不发|没给|不给|未给|没拿到|没领到|未领|拿不到|领不到|没到账|未到账|不到账|没结|未结|不结|结清|没付|未付|不付"
    r"|没开工资|欠|拖|压着|压了|克扣|被扣|被罚|乱扣|扣了|扣我|没交|不交|未交|没缴|不缴|未缴|断缴|没签|不签|裁|辞退|开除|劝退|讨薪|讨要|说法|维权"
    r"|停工|罢工|不肯|中毒|头晕|降薪|降工资|要不回|补偿|赔偿|不赔|没钱|停发|少发|不认|没休|强制加班|受伤"
)
_PEOPLE: Final = re.compile(
    r"\s*(?:个|名|位|号)?\s*(?:人(?!民|事|次|份|均|头|才)|员工|职工|工人|工友|同事|民工|农民工|师傅|服务员|女工|男工|骑手|司机|小哥"
    r"|家属|保安|保洁|营业员|技工|学徒|兄弟|姐妹|姐|老乡|劳动者)|\s*名(?![额次单字义])"
)
_ROUGHLY_AFTER: Final = re.compile(r".{0,4}?(?:左右|上下)")
_AT_LEAST_AFTER: Final = re.compile(r".{0,4}?(?:以上|开外|出头)")
# Not people who stand together: a place in a row, a share, a family, guests, rooms.
_NOT_A_HEADCOUNT_BEFORE: Final = re.compile(r"(?:第|分之|每组|每间|每|一家|家里|全家|最后)$")
_WISH: Final = re.compile(
    r"参加|报名|成立工会|建工会|入会|加入|预约|团建|活动|讲座|辅导|培训|招聘|招工|招|缺|借|租|值班|慰问|食堂|一间|能拿多少|体检|参观"
    r"|会议|聚餐|旅游|疗休养|没活干|场地|想请|想选"
)
_WE: Final = re.compile(
    r"我们|咱们|咱|俺们|大家|大伙|全体|全部|所有|整个|一起|一共|总共|连我|包括我|还有|班组|车间|店里|厂里|工地|全厂|全店|工友|同事|员工|工人|都|每人|每个人|人均"
)
_ALL: Final = re.compile(
    r"都|全部|全体|所有|均|一起|集体|我们|咱们|大家|大伙|人均|每人|每个人|一共|总共"
)
_I_ALONE: Final = re.compile(
    r"(?:只有我|就我|唯独我|我一个人|我个人|我的|我自己|我被|我工资|拖我|欠我|扣我|给我|拖了我|欠了我|扣了我)(?!们)"
)

_ME: Final = re.compile(r"我(?!们)")
_US: Final = re.compile(r"我们|咱|俺们")
_TOGETHER: Final = re.compile(r"我们|咱们|大家|大伙|都")


def find_quantities(text: str, *, on: date) -> tuple[Finding, ...]:
    """Every head count, shared demand, amount and month in the text, in order of place.

    `on` is the day of the request: months named without a year are the last such month.
    At most MAX_FINDINGS_PER_KIND of a kind. Never raises.
    """
    numerals = find_numerals(text)
    people = tuple(islice(_headcounts(text, numerals), MAX_FINDINGS_PER_KIND))
    found = [
        *people,
        *_shared_demands(text, people),
        *islice(_amounts(text, numerals), MAX_FINDINGS_PER_KIND),
        *islice(find_durations(text, numerals), MAX_FINDINGS_PER_KIND),
        *islice(find_since(text, on=on), MAX_FINDINGS_PER_KIND),
    ]
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.kind)))


def headcount_of(findings: Sequence[Finding]) -> tuple[int | None, bool | None]:
    """(head count, whether the demand is shared) for the rules; None where nothing was said.

    Of several counts the shared one, of several shared ones the largest.
    """
    counts = {(each.start, each.end): each for each in findings if each.kind == "headcount"}
    shared = {
        (each.start, each.end) for each in findings if each.kind == "shared" and each.low == 1
    }
    if not counts:
        return None, None
    best = max(counts.values(), key=lambda each: ((each.start, each.end) in shared, each.stated))
    return best.stated, bool(shared)


def amount_of(findings: Sequence[Finding], *, headcount: int | None) -> int | None:
    """The amount in fen that the rules are asked about: the largest sum demanded.

    A sum per head counts once for each person; wage rates and costs do not count.
    """
    sums = [
        each.stated * (headcount or 1) if each.reason == "per_head" else each.stated
        for each in findings
        if each.kind == "amount" and each.reason not in ("rate", "cost")
    ]
    return min(max(sums), MAX_AMOUNT_FEN) if sums else None


def _hedged_after(text: str, end: int, numeral: Numeral) -> Numeral:
    """The numeral with the 左右 or 以上 that stands behind its measure word."""
    after = text[end : end + 6]
    if after.startswith(("左右", "上下")):
        return numeral.roughly()
    if after.startswith(("以上", "开外", "出头")):
        return numeral.at_least()
    return numeral


# ---- people


def _headcounts(text: str, numerals: Sequence[Numeral]) -> Iterator[Finding]:
    for numeral in numerals:
        measure = _PEOPLE.match(text, numeral.end, numeral.end + 12)
        if not measure or not 2 <= numeral.stated <= MAX_HEADCOUNT:
            continue
        if numeral.stated != int(numeral.stated):
            continue
        if _NOT_A_HEADCOUNT_BEFORE.search(text[max(0, numeral.start - 4) : numeral.start]):
            continue
        exact = _hedged_after(text, measure.end(), numeral)
        yield finding_from("headcount", exact, end=measure.end(), reason="counted")


def _shared_demands(text: str, people: Sequence[Finding]) -> Iterator[Finding]:
    told = [_is_shared(text, count) for count in people]
    we_are_counted = (1, "we_count") in told
    for count, answer in zip(people, told, strict=True):
        # 公司两百人，我们班组十八个人没领到工资: the two hundred are only the size.
        only_size = (
            we_are_counted
            and answer[1] == "all_of_them"
            and not _GRIEVANCE.search(_around(_CLAUSE, text, count, neighbours=0))
        )
        shared, reason = (0, "size") if only_size else answer
        yield Finding(
            kind="shared",
            start=count.start,
            end=count.end,
            low=shared,
            high=shared,
            stated=shared,
            about=False,
            reason=reason,
        )


def _is_shared(text: str, count: Finding) -> tuple[int, str]:
    """Whether the people counted make one demand: (1 or 0, reason code).

    They do when something is withheld in the same or a neighbouring sentence, nobody speaks
    for himself only, the clause is no wish, and they are spoken of together.
    """
    clause = _around(_CLAUSE, text, count, neighbours=0)
    sentence = _around(_SENTENCE, text, count, neighbours=0)
    nearby = _around(_SENTENCE, text, count, neighbours=1)
    is_withheld = bool(_GRIEVANCE.search(nearby))
    if _WISH.search(clause if is_withheld else nearby) and not _GRIEVANCE.search(clause):
        return 0, "their_wish"
    if not is_withheld:
        return 0, "no_grievance"
    if _I_ALONE.search(nearby) and not _TOGETHER.search(nearby):
        return 0, "one_speaks"
    return _together(clause, sentence, nearby)


def _together(clause: str, sentence: str, nearby: str) -> tuple[int, str]:
    """Whether the people are spoken of as one, by the words around their number."""
    if _US.search(clause):
        return 1, "we_count"
    if _WE.search(sentence) or _ALL.search(nearby.replace(clause, "")):
        return 1, "all_of_them"
    if _GRIEVANCE.search(sentence) and not _ME.search(sentence):
        return 1, "same_sentence"
    return 0, "no_grievance"


def _around(pattern: re.Pattern[str], text: str, count: Finding, *, neighbours: int) -> str:
    """The part of the text that holds the finding, with so many parts on either side."""
    begin, stop = max(0, count.start - 300), count.end + 300
    parts = list(pattern.finditer(text, begin, stop))
    for index, match in enumerate(parts):
        if match.start() <= count.start < match.end():
            near = parts[max(0, index - neighbours) : index + neighbours + 1]
            return text[near[0].start() : near[-1].end()]
    return text[begin:stop]


# ---- money

_CURRENCY: Final = re.compile(r"\s*(?:块钱|块(?![儿地表肉布砖板牌])|元|圆|人民币|RMB|rmb|CNY)")
_YUAN_SIGN: Final = re.compile(r"[¥￥]\s*$")
_MEASURE: Final = re.compile(
    r"\s*(?:个|名|人|位|天|日|月|年|周|次|分|秒|点|号|小时|岁|件|台|条|辆|只|双|趟|回|班|层|楼|路|平|米|公|斤|里|级|期|届|比|度|%|％|倍"
    r"|户|家|所|页|步|多?个|余名|强|张|份|头|吨|箱|单|套)"
)
_MONEY_BEFORE: Final = re.compile(
    r"(?:欠|扣|发|给|赔|罚|差|少|拿|共|计|起来|合计|每人|一人|一个人|人均|工资|薪|押金|借|交|收|花|要|补|涨|降|只有|剩|才|到手|费|金|款|损失|总额)"
    r"(?:了|我|我们|咱们|他们|大家|着|是|只|就|有|大概|大约|的|掉|差不多|为|：|:|\s){0,3}$"
)
_PER_HEAD_BEFORE: Final = re.compile(
    r"(?:每人|人均|每个人|每位|每名|一人|一个人)[^，。；！？\n]{0,6}$"
)
_PER_HEAD_AFTER: Final = re.compile(r"\s*(?:/人|一个人|每人|一人)")
_PER_TIME_BEFORE: Final = re.compile(
    r"(?:每个?月|每天|每小时|每年|一天|一小时|时薪|日薪|月薪|年薪|底薪|月工资|每单|每件|一晚|一个月(?:只|才|就|少|多|给|拿|是|的|有|工资|发)*"
    r"|工资(?:是|有|只有|才)?)[^，。；！？\n]{0,4}$"
)
_PER_TIME_AFTER: Final = re.compile(
    r"\s*(?:/月|/天|/小时|每月|一个月|一天|一小时|每天)(?!的工资没)"
)
_OWED_BEFORE: Final = re.compile(r"欠|拖|压着|压了|克扣|没发|未发|没给|没结|未结|没付|讨|追讨")
_TOTAL_BEFORE: Final = re.compile(
    r"(?:加起来|一共|总共|合计|共计|总计|总额|共|加一块)[^，。；！？\n]{0,8}$"
)
_COST_BEFORE: Final = re.compile(
    r"(?:手术费|医药费|医疗费|治疗费|看病|治病|花了|花费|学费|首付|房贷|贷款|车贷|房租|租金|买了|买|捐|注册资本|营业额|订单|网贷|彩礼)"
    r"[^，。；！？\n]{0,6}$"
)  # fmt: skip


_CLAUSE_MARK: Final = re.compile(r"[，。；！？\n]")


def _amounts(text: str, numerals: Sequence[Numeral]) -> Iterator[Finding]:
    for numeral in numerals:
        end = _money_end(text, numeral)
        if end is None:
            continue
        exact = _hedged_after(text, end, numeral)
        if not 1 <= exact.high * 100 <= MAX_AMOUNT_FEN or numeral.stated <= 0:
            continue
        yield finding_from(
            "amount", exact, end=end, reason=_amount_reason(text, numeral.start, end), scale=100
        )


def _money_end(text: str, numeral: Numeral) -> int | None:
    """Where the amount ends when the numeral is one: it has a currency, or speaks of money."""
    before = text[max(0, numeral.start - 8) : numeral.start]
    if before.endswith(("分之", "第", "电话", "手机")):
        return None
    currency = _CURRENCY.match(text, numeral.end, numeral.end + 6)
    if currency:
        together = numeral.run == "一" and currency[0] == "块"
        return None if together else currency.end()
    if _YUAN_SIGN.search(before):
        return numeral.end
    if _MEASURE.match(text, numeral.end, numeral.end + 4):
        return None
    if re.search(r"[万亿]", numeral.run) and text[numeral.end : numeral.end + 2] != "火急":
        return numeral.end
    large = numeral.stated >= 100 and len(numeral.run) < 9
    return numeral.end if large and _MONEY_BEFORE.search(before) else None


def _amount_reason(text: str, start: int, end: int) -> str:
    """The first reason whose words stand before or behind the amount in its clause."""
    before = _CLAUSE_MARK.split(text[max(0, start - 24) : start])[-1]
    after = _CLAUSE_MARK.split(text[end : end + 8])[0]
    told = (
        ("per_head", _PER_HEAD_BEFORE.search(before) or _PER_HEAD_AFTER.match(after)),
        ("total", _TOTAL_BEFORE.search(before)),
        ("owed", _OWED_BEFORE.search(before)),
        ("cost", _COST_BEFORE.search(before)),
        ("owed", ARREARS.search(after)),
        ("rate", _PER_TIME_BEFORE.search(before) or _PER_TIME_AFTER.match(after)),
    )
    return next((reason for reason, hit in told if hit), "stated")
