"""Finds which registered enterprises a text or the employer field may mean.

Pure: the register comes in as plain rows. Candidates are ranked and shown; a person or a
later step links one. What is typed letter by letter comes first; only where nothing is, names
that come near in sound or writing, and distinctive parts in the story, are proposed as well
(docs/rules.md, Understanding).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from rapidfuzz import fuzz, process

from requests_app.stages.sensing.understand.firm_cores import CORE_SCORE, cores_in
from requests_app.stages.sensing.understand.firm_names import (
    FIRM_SUFFIX,
    EnterpriseRow,
    Match,
    Register,
    distinctive,
    plain,
    register_of,
    same_length_plain,
    without_kind,
)
from requests_app.stages.sensing.understand.near_names import near_names

type Source = Literal["employer", "text"]

MAX_CANDIDATES: Final = 5
# Below this share of likeness nothing is proposed.
THRESHOLD: Final = 0.7
_DISTINCTIVE_THRESHOLD: Final = 66.0
_SHORT_NAME_SCORE: Final = 0.95
_MAX_MENTIONS: Final = 8
_MAX_TEXT: Final = 20_000
_MAX_EMPLOYER: Final = 200
_CERTAIN: Final = frozenset[Match]({"exact", "short_name"})

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


def find_enterprises(
    text: str, *, employer: str, enterprises: Iterable[EnterpriseRow]
) -> tuple[EnterpriseCandidate, ...]:
    """The enterprises that the employer field or the text may mean, best first.

    `enterprises` are (id, name, short name) rows. A full name scores 1, a short name 0.95,
    a similar one its likeness; the employer field wins over the text at equal score. What only
    comes near scores less than a short name, so that it is proposed and never linked.
    """
    register = register_of(tuple(enterprises))
    if not register.rows:
        return ()
    text = text[:_MAX_TEXT]
    typed = tuple(_in_employer(employer, register))
    found = [*typed, *_exact_in_text(text, register), *_similar_in_text(text, register)]
    if not any(each.reason in _CERTAIN for each in typed):
        found += _cores(text, register, source="text")
    best: dict[int, EnterpriseCandidate] = {}
    for each in found:
        known = best.get(each.enterprise_id)
        best[each.enterprise_id] = each if known is None else _surer(known, each)
    ranked = sorted(best.values(), key=lambda each: (-each.score, each.source, each.enterprise_id))
    return tuple(ranked[:MAX_CANDIDATES])


def _surer(one: EnterpriseCandidate, other: EnterpriseCandidate) -> EnterpriseCandidate:
    """Of two mentions of an enterprise the surer; the sender's own answer before the story's.

    Where the employer field names it letter by letter it stays the mention, with the higher
    score: what the sender answered must not be lost to the full name in the story.
    """
    if one.source == "employer" and one.reason in _CERTAIN:
        return replace(one, score=max(one.score, other.score))
    return other if other.score > one.score else one


def _in_employer(employer: str, register: Register) -> Iterator[EnterpriseCandidate]:
    name = plain(employer[:_MAX_EMPLOYER])
    if len(name) < 2:
        return
    span = (0, len(employer))
    is_found = False
    for place, match in _exactly(name, register):
        yield _candidate(register, place, match, source="employer", span=span)
        is_found = True
    for place, score in _alike(name, register):
        yield _candidate(register, place, "similar", source="employer", span=span, score=score)
        is_found = True
    if is_found:
        return
    for place, match, score in near_names(name, register):
        yield _candidate(register, place, match, source="employer", span=span, score=score)
    yield from _cores(employer[:_MAX_EMPLOYER], register, source="employer")


def _cores(text: str, register: Register, *, source: Source) -> Iterator[EnterpriseCandidate]:
    for place, start, end in cores_in(text, register):
        yield _candidate(
            register, place, "core", source=source, span=(start, end), score=CORE_SCORE
        )


def _exactly(name: str, register: Register) -> tuple[tuple[int, Match], ...]:
    _, about = register.names.get(name, ("", ()))
    return tuple(about)


def _exact_in_text(text: str, register: Register) -> Iterator[EnterpriseCandidate]:
    """Names that stand in the text; of overlapping ones the longest."""
    if not len(register.names):
        return
    hits = [
        (stop + 1 - len(name), stop + 1, about)
        for stop, (name, about) in register.names.iter(same_length_plain(text))
    ]
    taken = 0
    for start, end, about in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start < taken:
            continue
        for place, match in about:
            if end - start >= 3 or FIRM_SUFFIX.match(text, end):
                taken = end
                yield _candidate(register, place, match, source="text", span=(start, end))


def _similar_in_text(text: str, register: Register) -> Iterator[EnterpriseCandidate]:
    for start, end in list(_mentions(text))[:_MAX_MENTIONS]:
        for place, score in _alike(plain(text[start:end]), register):
            yield _candidate(
                register, place, "similar", source="text", span=(start, end), score=score
            )


def _mentions(text: str) -> Iterator[tuple[int, int]]:
    """Places in the text that look like the name of an enterprise."""
    for run in _RUN.finditer(text):
        for suffix in FIRM_SUFFIX.finditer(run[0]):
            head = run[0][: suffix.start()]
            leads = [lead.end() for lead in _LEAD_IN.finditer(head)]
            begin = max(leads[-1] if leads else 0, len(head) - 14)
            if len(head) - begin >= 2:
                yield run.start() + begin, run.start() + suffix.end()
    for named in _NAMED.finditer(text):
        yield named.span(1)


def _alike(name: str, register: Register) -> Iterator[tuple[int, float]]:
    """(row, likeness) of names whose distinctive part is close to that of `name`."""
    whole = without_kind(name)
    part = distinctive(whole)
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
    register: Register,
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
