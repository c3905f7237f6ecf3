"""How long pay has been withheld, and since which month.

Pure. Durations of other things, such as years of service, are not read
(docs/rules.md, Understanding).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from requests_app.stages.sensing.understand.finding import (
    ARREARS,
    Finding,
    finding_from,
    near_clauses,
)
from requests_app.stages.sensing.understand.numerals import Numeral

# Forty years: longer is a mistake.
MAX_MONTHS: Final = 480

_MONTH_WORD: Final = re.compile(r"\s*个(?P<more>多|来)?(?P<half>半)?月")
_YEAR_WORD: Final = re.compile(r"\s*年(?P<more>多)?(?P<half>半)?(?![终级薪假休度代会])")
_HALF_YEAR: Final = re.compile(r"(?P<most>大)?半年(?P<more>多)?(?![假薪奖])")
# Durations of something else than what is owed.
_OTHER_DURATION: Final = re.compile(
    r"(?:干了|做了|干满|做满|工作|工作了|试用期|住院|怀孕|签|签了|休|歇|满|每|近|入职|放了|合同|产假|租了|再等|再过|等|还有|最近)$"
)


def find_durations(text: str, numerals: Sequence[Numeral]) -> Iterator[Finding]:
    """How long pay or contributions have been withheld, in months."""
    for numeral in numerals:
        if numeral.stated > MAX_MONTHS or not _is_arrears(text, numeral.start):
            continue
        months = _MONTH_WORD.match(text, numeral.end, numeral.end + 6)
        years = _YEAR_WORD.match(text, numeral.end, numeral.end + 4)
        if months:
            yield _duration(numeral, months, unit=1)
        elif years and numeral.high * 12 <= MAX_MONTHS:
            yield _duration(numeral, years, unit=12)
    for half in _HALF_YEAR.finditer(text):
        # 一年半年 and 两年半 are told apart by the numeral right before.
        if _is_arrears(text, half.start()) and text[half.start() - 1 : half.start()] != "年":
            vague = bool(half["most"] or half["more"])
            yield Finding(
                kind="months", start=half.start(), end=half.end(), low=6,
                high=12 if vague else 6, stated=6, about=vague, reason="arrears",
            )  # fmt: skip


def _duration(numeral: Numeral, word: re.Match[str], *, unit: int) -> Finding:
    """Whole months: 一个半月 is 1 to 2, 两个多月 is 2 to 3, 一年多 is 12 to 24, 一年半 is 18."""
    plain = finding_from("months", numeral, end=word.end(), reason="arrears", scale=unit)
    more = unit if word["more"] else 0
    half = 0
    if word["half"]:
        half, more = (6, 0) if unit == 12 else (0, 1)
    return Finding(
        kind="months", start=plain.start, end=plain.end, low=plain.low + half,
        high=plain.high + half + more, stated=plain.stated + half,
        about=plain.about or bool(more), reason="arrears",
    )  # fmt: skip


def _is_arrears(text: str, start: int) -> bool:
    """Whether the duration that starts here is how long something has been withheld."""
    if _OTHER_DURATION.search(text[max(0, start - 4) : start]):
        return False
    return bool(ARREARS.search(near_clauses(text, start)))


_MONTH: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR: Final = r"(?:(?P<year>20[0-9]{2})年|(?P<last>去年|上年)|(?P<this>今年)|(?P<two>[0-9]{2})年)?"
_NAMED_MONTH: Final = re.compile(
    rf"(?:(?P<from>从|自|打)\s{{0,2}})?{_YEAR}的?(?<![0-9个第十])(?P<first>{_MONTH})"
    rf"(?:(?:月份?)?(?:到|至|-|—|~|～|、|和)(?P<second>{_MONTH})|(?P<next>(?<=[一二三四五六七八])[二三四五六七八九]))?"
    r"月份?(?P<part>初|中旬|底|下旬|上旬)?"
    r"(?P<begin>开始|起|以来|之后|以后|到现在|至今|到今天|就没|后就)?"
)
_LAST_MONTH: Final = re.compile(
    r"(?P<word>上个?月|这个月|本月)(?!底)(?P<begin>开始|起|以来|到现在|至今)?"
)
_CHINESE_MONTHS: Final = {
    word: index
    for index, word in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], start=1
    )
}


def _month_number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() else _CHINESE_MONTHS[word]


def find_since(text: str, *, on: date) -> Iterator[Finding]:
    """Months named: since July, July to September, the wages of April."""
    for match in _NAMED_MONTH.finditer(text):
        opening = bool(match["from"] or match["begin"])
        if not opening and not ARREARS.search(near_clauses(text, match.start())):
            continue
        if match["part"] and not opening:
            continue
        first = _dated(match, _month_number(match["first"]), on)
        if first is None:
            continue
        until = match["second"] or match["next"]
        if until:
            last = _dated(match, _month_number(until), on)
            if last is not None and first <= last:
                yield _span(match, first, last, "month_range")
        elif opening:
            yield _span(match, first, on.year * 100 + on.month, "since_month")
        else:
            yield _span(match, first, first, "named_month")
    yield from _relative_months(text, on)


def _relative_months(text: str, on: date) -> Iterator[Finding]:
    for match in _LAST_MONTH.finditer(text):
        if not ARREARS.search(near_clauses(text, match.start())):
            continue
        this = on.year * 100 + on.month
        before = this - 1 if on.month > 1 else (on.year - 1) * 100 + 12
        first = before if match["word"].startswith("上") else this
        last = this if match["begin"] else first
        yield _span(match, first, last, "since_month" if match["begin"] else "named_month")


def _dated(match: re.Match[str], month: int, on: date) -> int | None:
    """year*100+month; without a year the last such month up to `on`. None for the future."""
    if match["year"]:
        year = int(match["year"])
    elif match["two"]:
        year = 2000 + int(match["two"])
    elif match["last"]:
        year = on.year - 1
    elif match["this"] or month <= on.month:
        year = on.year
    else:
        year = on.year - 1
    value = year * 100 + month
    return value if value <= on.year * 100 + on.month else None


def _span(match: re.Match[str], first: int, last: int, reason: str) -> Finding:
    return Finding(
        kind="since", start=match.start(), end=match.end(), low=first, high=last,
        stated=first, about=False, reason=reason,
    )  # fmt: skip
