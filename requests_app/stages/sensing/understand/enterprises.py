"""Finds which registered enterprises a text or the employer field may mean.

Pure: the register comes in as plain rows. Candidates are ranked and shown; a person or a
later step links one. A name that differs in its distinctive part is not proposed, however
alike the rest may be (docs/rules.md, Understanding).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import ahocorasick
from rapidfuzz import fuzz, process

type EnterpriseRow = tuple[int, str, str]
type Match = Literal["exact", "short_name", "similar"]
type Source = Literal["employer", "text"]

MAX_CANDIDATES: Final = 5
# Below this share of likeness nothing is proposed.
THRESHOLD: Final = 0.7
_DISTINCTIVE_THRESHOLD: Final = 66.0
_SHORT_NAME_SCORE: Final = 0.95
_MAX_MENTIONS: Final = 8
_MAX_TEXT: Final = 20_000

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
_FIRM_SUFFIX: Final = re.compile(rf"(?:{_LEGAL}|{_TRADE})+")
# Words after which the name of an enterprise begins in running speech.
_LEAD_IN: Final = re.compile(
    r"(?:我们|咱们|他们|你们|在|是|从|到|给|去|叫做|名叫|叫|找|的|了|被|把|和|跟|与|让|这家|那家|一家|两家|隔壁|附近|原来|之前|现在|这个|那个"
    r"|欠|告|投诉|举报|进|对|由|帮|我|说|老板|经理|入职|为|向|及|有|整个|每|因为|听说|就|还|都|只|要|不|没)"
)
_RUN: Final = re.compile(r"[一-鿿A-Za-z0-9（）()·&]{2,60}")
_NAMED: Final = re.compile(
    r"(?:名叫|叫做|叫|单位是|公司是|店名是)([一-鿿A-Za-z0-9]{2,14}?)(?:的|，|。|,|$)"
)


@dataclass(frozen=True, slots=True)
class EnterpriseCandidate:
    """One enterprise that may be meant. `score` 0 to 1; text[start:end] is the mention.

    For `source` employer the place is in the employer field, not in the text.
    """

    enterprise_id: int
    score: float
    reason: Match
    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Register:
    """The register prepared for search: names to rows, and distinctive parts in row order."""

    rows: tuple[EnterpriseRow, ...]
    names: ahocorasick.Automaton
    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    owners: tuple[int, ...]


def find_enterprises(
    text: str, *, employer: str, enterprises: Iterable[EnterpriseRow]
) -> tuple[EnterpriseCandidate, ...]:
    """The enterprises that the employer field or the text may mean, best first.

    `enterprises` are (id, name, short name) rows. A full name scores 1, a short name 0.95,
    a similar one its likeness; the employer field wins over the text at equal score.
    """
    register = _register(tuple(enterprises))
    if not register.rows:
        return ()
    found = [
        *_in_employer(employer, register),
        *_exact_in_text(text[:_MAX_TEXT], register),
        *_similar_in_text(text[:_MAX_TEXT], register),
    ]
    best: dict[int, EnterpriseCandidate] = {}
    for each in found:
        known = best.get(each.enterprise_id)
        if known is None or each.score > known.score:
            best[each.enterprise_id] = each
    ranked = sorted(best.values(), key=lambda each: (-each.score, each.source, each.enterprise_id))
    return tuple(ranked[:MAX_CANDIDATES])


@lru_cache(maxsize=2)
def _register(rows: tuple[EnterpriseRow, ...]) -> _Register:
    names: dict[str, list[tuple[int, Match]]] = {}
    wholes: list[str] = []
    owners: list[int] = []
    for place, (_, name, short_name) in enumerate(rows):
        spoken: tuple[tuple[str, Match], ...] = ((name, "exact"), (short_name, "short_name"))
        for written, match in spoken:
            plain = _plain(written)
            if len(plain) > 1 and (place, "exact") not in names.get(plain, ()):
                names.setdefault(plain, []).append((place, match))
                wholes.append(_without_kind(plain))
                owners.append(place)
    automaton = ahocorasick.Automaton()
    for plain, about in names.items():
        automaton.add_word(plain, (plain, tuple(about)))
    automaton.make_automaton()
    return _Register(
        rows=rows,
        names=automaton,
        wholes=tuple(wholes),
        parts=tuple(_distinctive(whole) for whole in wholes),
        owners=tuple(owners),
    )


def _in_employer(employer: str, register: _Register) -> Iterator[EnterpriseCandidate]:
    plain = _plain(employer[:200])
    if len(plain) < 2:
        return
    span = (0, len(employer))
    for place, match in _exactly(plain, register):
        yield _candidate(register, place, match, source="employer", span=span)
    for place, score in _alike(plain, register):
        yield _candidate(register, place, "similar", source="employer", span=span, score=score)


def _exactly(plain: str, register: _Register) -> tuple[tuple[int, Match], ...]:
    _, about = register.names.get(plain, ("", ()))
    return tuple(about)


def _exact_in_text(text: str, register: _Register) -> Iterator[EnterpriseCandidate]:
    """Names that stand in the text; of overlapping ones the longest."""
    if not len(register.names):
        return
    hits = [
        (stop + 1 - len(plain), stop + 1, about)
        for stop, (plain, about) in register.names.iter(_same_length_plain(text))
    ]
    taken = 0
    for start, end, about in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start < taken:
            continue
        for place, match in about:
            if end - start >= 3 or _FIRM_SUFFIX.match(text, end):
                taken = end
                yield _candidate(register, place, match, source="text", span=(start, end))


def _similar_in_text(text: str, register: _Register) -> Iterator[EnterpriseCandidate]:
    for start, end in list(_mentions(text))[:_MAX_MENTIONS]:
        for place, score in _alike(_plain(text[start:end]), register):
            yield _candidate(
                register, place, "similar", source="text", span=(start, end), score=score
            )


def _mentions(text: str) -> Iterator[tuple[int, int]]:
    """Places in the text that look like the name of an enterprise."""
    for run in _RUN.finditer(text):
        for suffix in _FIRM_SUFFIX.finditer(run[0]):
            head = run[0][: suffix.start()]
            leads = [lead.end() for lead in _LEAD_IN.finditer(head)]
            begin = max(leads[-1] if leads else 0, len(head) - 14)
            if len(head) - begin >= 2:
                yield run.start() + begin, run.start() + suffix.end()
    for named in _NAMED.finditer(text):
        yield named.span(1)


def _alike(plain: str, register: _Register) -> Iterator[tuple[int, float]]:
    """(row, likeness) of names whose distinctive part is close to that of `plain`."""
    whole = _without_kind(plain)
    part = _distinctive(whole)
    if len(part) < 2:
        return
    close = process.extract(
        part,
        register.parts,
        scorer=fuzz.ratio,
        score_cutoff=_DISTINCTIVE_THRESHOLD,
        limit=4 * MAX_CANDIDATES,
    )
    for _, likeness, index in close:
        score = (likeness + fuzz.ratio(whole, register.wholes[index])) / 200
        if score >= THRESHOLD:
            yield register.owners[index], min(round(score, 3), 0.94)


def _candidate(
    register: _Register,
    place: int,
    match: Match,
    *,
    source: Source,
    span: tuple[int, int],
    score: float | None = None,
) -> EnterpriseCandidate:
    sure = 1.0 if match == "exact" else _SHORT_NAME_SCORE
    return EnterpriseCandidate(
        enterprise_id=register.rows[place][0],
        score=sure if score is None else score,
        reason=match,
        source=source,
        start=span[0],
        end=span[1],
    )


def _plain(name: str) -> str:
    """A name without brackets, spaces and capitals, in half-width characters."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _same_length_plain(text: str) -> str:
    return "".join(small if len(small := each.lower()) == 1 else each for each in text)


def _without_kind(plain: str) -> str:
    """A name without its place and its legal form: 宁波阿宏餐饮有限公司 → 阿宏餐饮."""
    bare = re.sub(rf"(?:{_LEGAL})+$", "", _REGION.sub("", plain))
    return bare or plain


def _distinctive(whole: str) -> str:
    """What sets a name apart: 阿宏餐饮 → 阿宏."""
    return _KIND_OF_FIRM.sub("", whole)
