"""Cues: phrases in a request that raise its flags at once, such as self-harm or danger.

Pure and quick enough for the intake verb. A cue is shown with its place in the text and two
hints, negated and quoted; neither hint removes it, and a cue can only raise a flag, never
lower one (docs/rules.md, Understanding). The phrases are data in cue_words.toml.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import ahocorasick

type _Span = tuple[int, int]
# A whole cue and the phrase that closed it; they differ for a pair.
type _Hit = tuple[_Span, _Span]

_WORDS_FILE: Final = Path(__file__).with_name("cue_words.toml")

# A text of 100,000 times the same word would otherwise fill the event with its cues.
MAX_CUES_PER_CODE: Final = 20

# How far before a phrase a word of negation still speaks about it, in characters.
_NEGATION_REACH: Final = 12
_NEGATED_BEFORE: Final = re.compile(
    r"(?:没有|没|不会|不是|并非|并不|未曾|从未|从不|不曾|不至于|不存在|不用|不要|并没|否认|绝不|别"
    r"|万一|如果|假如|要是|倘若)"
    r"(?<!是不是)(?<!会不会)(?<!有没有)"
    r"(?!钱|法|办法|活|人|意思|办|收入|发|给|工资|拿|领|告诉|让|透露)[^，。！？；：,.!?;:\s]{0,4}$"
)
_NEGATED_AFTER: Final = re.compile(
    r"^(?:的|这种|这个)?(?:想法|念头|打算|意思|情况|事|行为)?"
    r"(?:是没有的|没有|我没有|是不可能的|不可能|不存在|不是真的|是假的|是误会)"
)
_SENTENCE_END: Final = re.compile(r"[。！？!?]")
_QUOTE_MARKS: Final = re.compile(
    r"“[^”]{0,200}”|‘[^’]{0,200}’|「[^」]{0,200}」|『[^』]{0,200}』|《[^》]{0,200}》"
    r"|\"[^\"]{0,200}\""
)
# Somebody else's words: news, hearsay, films. 老板说 is left out: a threat is told that way.
_HEARSAY: Final = re.compile(
    r"新闻|报道|报纸|电视|电影|小说|网上(?:说|看|传|有)|视频里|听说|据说|听人说|听别人说|有人说|传言|谣言"
)
_HEARSAY_REACH: Final = 30

# Signs and line ends that people put inside a word; no phrase of the list contains one.
_SEPARATORS: Final = re.compile(
    "[\\s\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\x00*_\\-·•~|/\\\\.…]"
)
_TO_FOLD: Final = re.compile("[A-Z\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_FOLD: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)} | {
    code: (code - 0xFEE0) + (32 if 0xFF21 <= code <= 0xFF3A else 0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """One phrase found: text[start:end] says `code`. The hints do not make it less of a cue."""

    start: int
    end: int
    code: str
    negated: bool = False
    quoted: bool = False


@dataclass(slots=True)
class _Phrase:
    """What one phrase of the list stands for: cue codes, exceptions, halves of pairs."""

    wholes: list[str] = field(default_factory=list)
    excepts: list[str] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    thens: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two halves of a cue: `within` characters between them, in one sentence."""

    code: str
    within: int


@dataclass(frozen=True, slots=True)
class _WordList:
    automaton: ahocorasick.Automaton
    raises: dict[str, tuple[str, ...]]
    pairs: tuple[_Pair, ...]


def _read_words(path: Path) -> _WordList:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases: defaultdict[str, _Phrase] = defaultdict(_Phrase)
    pairs: list[_Pair] = []
    for code, entry in entries.items():
        for word in entry["words"]:
            phrases[word].wholes.append(code)
        for word in entry.get("except", ()):
            phrases[word].excepts.append(code)
        for near in entry.get("near", ()):
            for word in near["first"]:
                phrases[word].firsts.append(len(pairs))
            for word in near["then"]:
                phrases[word].thens.append(len(pairs))
            pairs.append(_Pair(code=code, within=near["within"]))
    return _WordList(
        automaton=_automaton(phrases),
        raises={code: tuple(entry["raises"]) for code, entry in entries.items()},
        pairs=tuple(pairs),
    )


def _automaton(phrases: Mapping[str, _Phrase]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, about in phrases.items():
        automaton.add_word(word, (len(word), about))
    automaton.make_automaton()
    return automaton


_LIST: Final = _read_words(_WORDS_FILE)

CUE_CODES: Final = frozenset(_LIST.raises)


def scan_cues(text: str) -> tuple[Cue, ...]:
    """Every cue in the text by place, at most MAX_CUES_PER_CODE a code. Never raises.

    Places are offsets into `text` as given. Time grows with the length of the text only:
    about 0.3 ms for 2,000 characters (docs/rules.md, Understanding).
    """
    compact, places = _compact(text)
    found = _find(compact)
    if not found:
        return ()
    quotes = [match.span() for match in _QUOTE_MARKS.finditer(compact)]
    cues: list[Cue] = []
    for code, spans in found.items():
        for start, end in _merged(spans)[:MAX_CUES_PER_CODE]:
            cues.append(
                Cue(
                    start=places[start] if places else start,
                    end=(places[end - 1] if places else end - 1) + 1,
                    code=code,
                    negated=_is_negated(compact, start, end),
                    quoted=_is_quoted(compact, start, end, quotes),
                )
            )
    return tuple(sorted(cues))


def flags_of(cues: Iterable[Cue]) -> frozenset[str]:
    """The flags that these cues raise. Negated and quoted cues raise theirs all the same."""
    return frozenset(flag for cue in cues for flag in _LIST.raises[cue.code])


def _compact(text: str) -> tuple[str, list[int] | None]:
    """The text in plain small letters without separators, and where each character was.

    None for the places means that nothing was left out.
    """
    folded = text.translate(_FOLD) if _TO_FOLD.search(text) else text
    if not _SEPARATORS.search(folded):
        return folded, None
    places: list[int] = []
    parts: list[str] = []
    begin = 0
    for gap in _SEPARATORS.finditer(folded):
        parts.append(folded[begin : gap.start()])
        places.extend(range(begin, gap.start()))
        begin = gap.end()
    parts.append(folded[begin:])
    places.extend(range(begin, len(folded)))
    return "".join(parts), places


def _find(compact: str) -> dict[str, list[_Span]]:
    """Spans by cue code, in order of their ends, before merging."""
    found: dict[str, list[_Hit]] = defaultdict(list)
    harmless: dict[str, list[_Span]] = defaultdict(list)
    last: dict[int, _Span] = {}
    for stop, (length, phrase) in _LIST.automaton.iter(compact):
        span = (stop + 1 - length, stop + 1)
        for code in phrase.wholes:
            found[code].append((span, span))
        for code in phrase.excepts:
            harmless[code].append(span)
        for pair in phrase.thens:
            if pair in last and _belongs(compact, _LIST.pairs[pair], last[pair], span):
                found[_LIST.pairs[pair].code].append(((last[pair][0], span[1]), span))
        for pair in phrase.firsts:
            last[pair] = span
    for code, holes in harmless.items():
        found[code] = _outside(found[code], holes)
    return {code: [span for span, _ in hits] for code, hits in found.items() if hits}


def _belongs(compact: str, pair: _Pair, first: _Span, then: _Span) -> bool:
    """Whether two halves are near each other and in one sentence."""
    near = 0 <= then[0] - first[1] <= pair.within
    return near and not _SENTENCE_END.search(compact, first[1], then[0])


def _outside(hits: list[_Hit], holes: list[_Span]) -> list[_Hit]:
    """The hits whose closing phrase does not lie within a hole; harmless phrases are short."""
    covered = {place for start, end in holes for place in range(start, end)}
    return [(span, phrase) for span, phrase in hits if not covered.issuperset(range(*phrase))]


def _merged(spans: list[_Span]) -> list[_Span]:
    """Overlapping spans of one code as one span."""
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_negated(compact: str, start: int, end: int) -> bool:
    before = compact[max(0, start - _NEGATION_REACH) : start]
    return bool(_NEGATED_BEFORE.search(before) or _NEGATED_AFTER.match(compact[end : end + 12]))


def _is_quoted(compact: str, start: int, end: int, quotes: list[_Span]) -> bool:
    """Whether the phrase stands in quotation marks or after words of hearsay in its sentence."""
    if any(opened < start and end < closed for opened, closed in quotes):
        return True
    before = compact[max(0, start - _HEARSAY_REACH) : start]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    return bool(_HEARSAY.search(before, ends[-1] if ends else 0))
