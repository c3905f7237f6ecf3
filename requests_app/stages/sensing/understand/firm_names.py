"""Names of enterprises taken apart, and the register prepared for search.

Pure. 宁波阿宏餐饮管理有限公司 is a place, a distinctive part (阿宏), a trade and a legal form.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import ahocorasick

type EnterpriseRow = tuple[int, str, str]  # id, name, short name
type Match = Literal["exact", "short_name", "similar", "sound", "initials", "one_character", "core"]

_LEGAL: Final = (
    "股份有限公司|有限责任公司|集团有限公司|有限公司|分公司|总公司|公司|集团"
    "|合伙企业|个体工商户|合作社|工作室|经营部|服务部"
)
_TRADE: Final = (
    "餐饮管理|餐饮|饭店|饭馆|餐厅|餐馆|酒楼|酒店管理|大酒店|酒店|宾馆|火锅|面馆|食品"
    "|超市|百货|商行|商店|商场|便利店|门店|分店|店"
    "|电子科技|电子|信息技术|信息科技|网络科技|科技|技术|软件"
    "|机械制造|机械|设备|制造|五金|模具|塑料|塑胶|橡胶|电器|电气|汽车配件|汽配|汽车"
    "|纺织|服饰|服装|制衣|针织|化工|建材|建筑工程|建筑|建设|装饰|工程"
    "|物流|快递|运输|货运|仓储|国际贸易|贸易|商贸|进出口|实业|工业|投资"
    "|物业管理|物业|管理|咨询|服务|人力资源|劳务派遣|劳务|家政|保洁"
    "|文化传媒|文化|传媒|教育|医院|药店|美容|美发|健身|工厂|厂|站点|驿站"
)
_REGION: Final = re.compile(
    r"^(?:中国|浙江省?|宁波市?|杭州市?|上海市?|海曙区?|鄞州区?|江北区?|镇海区?|北仑区?|奉化区?|[一-鿿]{2}(?:省|市|区|县|街道|镇))+"
)
_BRACKETS: Final = re.compile(r"[()（）\[\]【】\s·•]")
_KIND_OF_FIRM: Final = re.compile(rf"(?:{_LEGAL}|{_TRADE})+$")
FIRM_SUFFIX: Final = re.compile(rf"(?:{_LEGAL}|{_TRADE})+")


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The register prepared for search: names to rows, and the parts of every name.

    ``wholes``, ``parts`` and ``owners`` run alike: one entry a name, full or short.
    """

    rows: tuple[EnterpriseRow, ...]
    names: ahocorasick.Automaton
    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    owners: tuple[int, ...]  # places in ``rows``


@lru_cache(maxsize=2)
def register_of(rows: tuple[EnterpriseRow, ...]) -> Register:
    """Prepare the register; kept while its rows stay the same."""
    names: dict[str, list[tuple[int, Match]]] = {}
    wholes: list[str] = []
    owners: list[int] = []
    for place, (_, name, short_name) in enumerate(rows):
        spoken: tuple[tuple[str, Match], ...] = ((name, "exact"), (short_name, "short_name"))
        for written, match in spoken:
            name_as_read = plain(written)
            if len(name_as_read) > 1 and (place, "exact") not in names.get(name_as_read, ()):
                names.setdefault(name_as_read, []).append((place, match))
                wholes.append(without_kind(name_as_read))
                owners.append(place)
    return Register(
        rows=rows,
        names=automaton_of((each, (each, tuple(about))) for each, about in names.items()),
        wholes=tuple(wholes),
        parts=tuple(distinctive(whole) for whole in wholes),
        owners=tuple(owners),
    )


def automaton_of(words: Iterable[tuple[str, object]]) -> ahocorasick.Automaton:
    """Return what finds all these words in a text at once, each with what belongs to it."""
    automaton = ahocorasick.Automaton()
    for word, about in words:
        automaton.add_word(word, about)
    automaton.make_automaton()
    return automaton


def plain(name: str) -> str:
    """A name without brackets, spaces and capitals, in half-width characters."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def same_length_plain(text: str) -> str:
    """A text in small letters, character for character."""
    return "".join(small if len(small := each.lower()) == 1 else each for each in text)


def without_kind(name: str) -> str:
    """A plain name without its place and its legal form: 宁波阿宏餐饮有限公司 → 阿宏餐饮."""
    bare = re.sub(rf"(?:{_LEGAL})+$", "", _REGION.sub("", name))
    return bare or name


def distinctive(whole: str) -> str:
    """What sets a name apart (字号): 阿宏餐饮 → 阿宏."""
    return _KIND_OF_FIRM.sub("", whole)
