"""Numerals of everyday Chinese as ranges: 四十多万, 3万5, 十几, 二三十, 近百, 20到30万.

Pure. The words around a numeral decide what it counts; that is quantities.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Final

import cn2an

MAX_NUMERALS: Final = 400

_UNITS: Final = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
_DIGITS: Final = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip

_ARABIC: Final = (
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,2})?(?![0-9])"
    r"(?:[多余来几]?[十百千万亿]{1,2}(?:[0-9]{1,4}(?![0-9])[十百千]?)?)?"
)
_CHINESE: Final = (
    r"(?:(?<![人总次个基岁分])数(?=[十百千万]))?[零〇一二两三四五六七八九十百千万亿几]{1,15}"
    r"(?:[多余来][十百千万亿]{1,2})?"
)
# 来 and 余 begin other words, so something counted must follow; 多 may close the numeral.
_TAIL: Final = r"(?:多(?!少|数|次|半|久|家|次)|[余来几](?=[十百千万亿]?[个名号人位块元天年月]))?"
_NUMERAL: Final = re.compile(
    rf"(?P<hedge>将近|接近|差不多|大约|大概|约莫|不到|不足|超过|至少|起码|(?<![尽赶很])快|[约近上超好])?"
    rf"(?P<run>(?:{_ARABIC}|{_CHINESE}){_TAIL})"
)
_PAIR: Final = re.compile(r"([一二两三四五六七八九])([二两三四五六七八九])")
_MORE: Final = re.compile(r"[多余来]|(?<=[0-9])几")
_BETWEEN: Final = re.compile(r"(?:到|至|-|—|~|～)$")
_FOLD: Final = str.maketrans("０１２３４５６７８９wWkK〇", "0123456789万万千千零")

_HEDGES_OF_A_UNIT: Final = frozenset({"近", "上", "将近", "接近", "不到", "不足", "超过"})

# How far from the number said a vague one may lie: at least and at most, as shares of it.
_NEARLY: Final = (Decimal("0.9"), Decimal(1))
_LESS: Final = (Decimal("0.8"), Decimal(1))
_ROUGHLY: Final = (Decimal("0.9"), Decimal("1.1"))
_OR_MORE: Final = (Decimal(1), Decimal("1.2"))
_HEDGES: Final = {
    **dict.fromkeys(("近", "快", "将近", "接近"), _NEARLY),
    **dict.fromkeys(("不到", "不足"), _LESS),
    **dict.fromkeys(("约", "大约", "大概", "差不多", "约莫"), _ROUGHLY),
    **dict.fromkeys(("超过", "超", "至少", "起码"), _OR_MORE),
}
_BELOW: Final = frozenset({"不到", "不足"})


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: text[start:end], the number said and the range it may mean.

    `low` and `high` are inclusive; `about` says that they differ from the number said or
    that the writer was not exact. `run` is the numeral without its hedge, signs made plain.
    """

    start: int
    end: int
    run: str
    stated: Decimal
    low: Decimal
    high: Decimal
    about: bool

    def roughly(self) -> "Numeral":
        """The same number with 左右 behind it."""
        low, high = _ROUGHLY
        return replace(
            self, low=min(self.low, self.stated * low), high=max(self.high, self.stated * high),
            about=True,
        )  # fmt: skip

    def at_least(self) -> "Numeral":
        """The same number with 以上 behind it."""
        return replace(self, high=max(self.high, self.stated * _OR_MORE[1]), about=True)


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """The numerals of a text in order, ranges such as 20到30 as one. Never raises.

    At most MAX_NUMERALS: nobody tells a case in more.
    """
    plain = text.translate(_FOLD)
    found: list[Numeral] = []
    for numeral in islice(_single(plain), MAX_NUMERALS):
        if found and _is_range(plain, found[-1], numeral):
            found[-1] = _joined(found[-1], numeral)
        else:
            found.append(numeral)
    return tuple(found)


def _single(plain: str) -> Iterator[Numeral]:
    for match in _NUMERAL.finditer(plain):
        run = match["run"].replace(",", "")
        hedge = match["hedge"] or ""
        span = _range_of(run, hedge)
        if span is None:
            continue
        stated, low, high = span
        start = match.start() if hedge else match.start("run")
        yield Numeral(
            start=start, end=match.end(), run=run, stated=stated, low=low, high=high,
            about=low != high or bool(hedge),
        )  # fmt: skip


def _range_of(run: str, hedge: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """(stated, low, high) of one numeral, None when it is none."""
    if run[0] in _UNITS and run[0] != "十" and not _is_bare_unit(run, hedge):
        return None  # 万一 and 千万 are words, 百来 and 近百 are numbers
    vague = _vague(run)
    if vague is None:
        return None
    stated, low, high = vague
    least, most = _HEDGES.get(hedge, (1, 1))
    if hedge == "上":
        most = 2 if run[0] in _UNITS else 1
    if least < 1 and most <= 1:
        return stated, stated * least, stated - (1 if hedge in _BELOW else 0)
    return stated, min(low, stated * least), max(high, stated * most)


def _is_bare_unit(run: str, hedge: str) -> bool:
    return hedge in _HEDGES_OF_A_UNIT or (run[0] in "百千" and run[1:2] in tuple("十多余来"))


def _vague(run: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """(stated, low, high) from the marks inside the numeral: 几, 多, 余, 来, 三四."""
    few = re.search(r"几|数", run)
    if few and not run[: few.start()].isdigit():
        return _few(run, few.start())
    more = _MORE.search(run)
    if more:
        return _and_more(run[: more.start()], more[0], run[more.end() :])
    pair = _PAIR.search(run)
    if (
        pair
        and _DIGITS[pair[2]] - _DIGITS[pair[1]] in (1, 2)
        and not re.search(f"[{''.join(_DIGITS)}]{{3}}", run)
    ):
        low, high = (_value(run.replace(pair[0], digit, 1)) for digit in pair.groups())
        return None if low is None or high is None else (low, low, high)
    value = _value(run)
    return None if value is None else (value, value, value)


def _few(run: str, place: int) -> tuple[Decimal, Decimal, Decimal] | None:
    """十几 is 11 to 19, 几十 is 20 to 100, 几 alone 2 to 9."""
    before, after = run[:place], run[place + 1 :]
    after = after.rstrip("多余来")
    least, most = (_value(f"{before}{digit}{after}") for digit in ("一" if before else "二", "九"))
    if least is None or most is None:
        return None
    if after and not before:
        most = most * 10 / 9
    return least, least, most


def _and_more(left: str, mark: str, right: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """四十多万 is 400,000 to 500,000: up to the next step of what stands before 多."""
    stated = _value(left + right)
    if stated is None:
        return None
    step = _step(left)
    for unit in right:
        step *= _UNITS.get(unit, 1)
    if mark == "来":
        step /= 2
    return stated, stated, stated + step


def _step(left: str) -> Decimal:
    """The size of the last place said: 四十 → 10, 三万 → 10,000, 2000 → 1,000, 3.5 → 0.1."""
    if left[-1] in _UNITS:
        return _UNITS[left[-1]]
    digits = re.search(r"[0-9.]+$", left)
    if not digits:
        return Decimal(1)
    whole, _, part = digits[0].partition(".")
    if part:
        return Decimal(1).scaleb(-len(part))
    return Decimal(10) ** (len(whole) - len(whole.rstrip("0")))


def _value(run: str) -> Decimal | None:
    """The number that a plain numeral says, None when it says none."""
    if run and run[0] in "百千万亿":
        run = "一" + run
    if run.isascii():
        return Decimal(run) if run.replace(".", "", 1).isdigit() else None
    try:
        return Decimal(str(cn2an.cn2an(run, "smart")))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _is_range(plain: str, left: Numeral, right: Numeral) -> bool:
    gap = plain[left.end : right.start]
    return bool(_BETWEEN.match(gap)) and left.stated < right.stated


def _joined(left: Numeral, right: Numeral) -> Numeral:
    """20到30万 means 20万到30万."""
    scale = Decimal(1)
    unit = right.run[-1]
    if unit in "万亿千百" and not any(each in left.run for each in "万亿千百"):
        scale = _UNITS[unit]
    low = left.stated * scale
    return replace(
        right, start=left.start, low=low, stated=low, run=left.run + right.run, about=True
    )
