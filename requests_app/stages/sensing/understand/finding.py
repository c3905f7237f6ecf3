"""What a finding is: one fact read from a text, as a range with its place and a reason.

Pure (docs/rules.md, Understanding).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Final, Literal

from requests_app.stages.sensing.understand.numerals import Numeral

type FindingKind = Literal["headcount", "shared", "amount", "months", "since"]

# Words that say that pay or contributions were withheld.
ARREARS: Final = re.compile(
    r"没(?:有)?(?:再)?(?:发|给|拿|领|结|付|开|到账|见到|交|缴|收到|算|兑现)|未(?:发|给|领|结|付|到账|交|缴|支付|发放)"
    r"|不(?:发|给|结|付|交|缴)|一分|欠|拖|压|断|停发|停缴|拿不到|领不到|要不回|讨"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact read from text[start:end].

    `low`..`high`, inclusive, by kind: headcount in persons; shared 1 (yes) or 0 (no);
    amount in fen; months a number of months; since the first and last month as year*100+month.
    `stated` is the number as said, within the range; `about` marks an inexact one.
    Reasons: headcount `counted`; shared `we_count`, `all_of_them`, `same_sentence` (yes),
    `their_wish`, `one_speaks`, `size`, `no_grievance` (no); amount `total`, `owed`, `per_head`,
    `rate`, `cost`, `stated`; months `arrears`; since `since_month`, `named_month`, `month_range`.
    """

    kind: FindingKind
    start: int
    end: int
    low: int
    high: int
    stated: int
    about: bool
    reason: str


def finding_from(
    kind: FindingKind, numeral: Numeral, *, end: int, reason: str, scale: int = 1
) -> Finding:
    """The finding that a numeral makes, in whole units of 1/scale."""
    low = int((numeral.low * scale).to_integral_value(ROUND_FLOOR))
    high = int((numeral.high * scale).to_integral_value(ROUND_CEILING))
    stated = min(max(int(numeral.stated * scale), low), high)
    return Finding(
        kind=kind, start=numeral.start, end=end, low=low, high=high, stated=stated,
        about=numeral.about, reason=reason,
    )  # fmt: skip


def near_clauses(text: str, place: int) -> str:
    """The clause around the place and the next one, within its sentence."""
    begin = max(0, place - 20)
    sentence_end = re.search(r"[。！？\n]", text[place : place + 40])
    stop = place + (sentence_end.start() if sentence_end else 40)
    head = re.split(r"[，。；！？\n]", text[begin:place])[-1]
    tail = re.split(r"[，；]", text[place:stop])[:2]
    return head + "，".join(tail)
