"""Distinctive parts of enterprise names (字号) in running text: 汀禾 for 汀禾餐饮管理有限公司.

Pure. Only a part that one enterprise alone has, and that is neither an everyday word nor a
place (everyday_words.toml), is looked for. It proposes and never links.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import ahocorasick

from requests_app.stages.sensing.understand.everyday import everyday_words
from requests_app.stages.sensing.understand.firm_names import (
    Register,
    automaton_of,
    plain,
    same_length_plain,
)

CORE_SCORE: Final = 0.72
_HAN: Final = re.compile(r"[㐀-鿿]{2,8}")
# What follows makes a place of it: 云桥街道, 月河路.
_PLACE_BEHIND: Final = re.compile(
    r"省|市|区|县|镇|乡|村|街|路|巷|弄|桥|河|江|湖|山|岛|港|社区|小区|广场|大道|大厦|公园|车站|地铁"
)


def cores_in(text: str, register: Register) -> Iterator[tuple[int, int, int]]:
    """Yield (row, start, end) for every distinctive part that stands in the text."""
    cores = _cores_of(register)
    if not len(cores):
        return
    folded = same_length_plain(text)
    for stop, (core, place) in cores.iter(folded):
        start, end = stop + 1 - len(core), stop + 1
        if not (_straddles(folded, start, end) or _PLACE_BEHIND.match(folded, end)):
            yield place, start, end


def _straddles(text: str, start: int, end: int) -> bool:
    """Whether two characters belong to the words on either side: 今天|工资."""
    if end - start > 2:
        return False
    words = everyday_words()
    before, behind = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return before in words or behind in words


@lru_cache(maxsize=2)
def _cores_of(register: Register) -> ahocorasick.Automaton:
    """Return what finds the parts that one enterprise alone has."""
    words = everyday_words()
    wanted = {
        part: owner
        for part, owner in zip(register.parts, register.owners, strict=True)
        if _HAN.fullmatch(part) and part not in words
    }
    found = automaton_of((part, part) for part in wanted)
    bearers: dict[str, set[int]] = defaultdict(set)
    if wanted:
        for place, (_, name, short_name) in enumerate(register.rows):
            for written in (plain(name), plain(short_name)):
                for _, part in found.iter(written):
                    bearers[part].add(place)
    return automaton_of(
        (part, (part, owner)) for part, owner in wanted.items() if len(bearers[part]) == 1
    )
