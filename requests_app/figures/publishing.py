"""What of a figure may hang on a public wall (docs/rules.md, "Figures"). Pure.

A group of one to four is never shown, and neither is what would give it away by subtraction.
Nothing is as good as a group: it says of nobody anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from requests_app.figures.rules import LEAST_FOR_RATE, percent_of

LEAST_PUBLIC = 5


class Shown(StrEnum):
    """How a number may be shown."""

    EXACT = "exact"
    FEW = "few"  # "<5": one to four
    KEPT = "kept"  # five or more, left out so that nobody can work out one that is few


@dataclass(frozen=True, slots=True)
class PublicNumber:
    """A number as the public may see it; ``value`` is 0 unless it is shown."""

    shown: Shown
    value: int = 0


FEW, KEPT = PublicNumber(Shown.FEW), PublicNumber(Shown.KEPT)


def public_number(number: int) -> PublicNumber:
    """Return a number that stands alone."""
    return FEW if _is_few(number) else PublicNumber(Shown.EXACT, number)


def public_parts(parts: Mapping[str, int]) -> dict[str, PublicNumber] | None:
    """Return the parts of a whole whose sum is shown, too; None when none may be shown.

    Where parts are few, others are kept back until everything the reader can add up leaves
    each few part anywhere from one to four. They are taken in the order given and not by size:
    whoever knows that the smallest goes first could work out more.
    """
    few = [name for name, number in parts.items() if _is_few(number)]
    kept: list[str] = []
    rest = [name for name, number in parts.items() if number >= LEAST_PUBLIC]
    while few and not _is_safe([parts[name] for name in few], [parts[name] for name in kept]):
        if not rest:
            return None
        kept.append(rest.pop(0))
    marks = {**dict.fromkeys(few, FEW), **dict.fromkeys(kept, KEPT)}
    return {
        name: marks.get(name, PublicNumber(Shown.EXACT, number)) for name, number in parts.items()
    }


def _is_safe(few: list[int], kept: list[int]) -> bool:
    """Whether the sum of what is hidden leaves every few part free between one and four.

    The reader knows the sum, that each few part is 1 to 4 and each kept part 5 or more.
    """
    most, others = LEAST_PUBLIC - 1, len(few) - 1
    total = sum(few) + sum(kept)
    may_be_four = total - most >= others + LEAST_PUBLIC * len(kept)
    may_be_one = bool(kept) or total - 1 <= most * others
    return may_be_four and may_be_one


def nested_number(whole: int, *, part: int) -> PublicNumber:
    """Return a whole of which one part is shown elsewhere: the rest must not be few."""
    return KEPT if _is_few(whole - part) else public_number(whole)


def _is_few(number: int) -> bool:
    return 0 < number < LEAST_PUBLIC


@dataclass(frozen=True, slots=True)
class PublicGroups:
    """The largest groups of a whole, and the rest as one number; they add up to the whole."""

    groups: tuple[tuple[str, int], ...]
    others: int = 0


def public_groups(parts: Mapping[str, int], *, most: int) -> PublicGroups | None:
    """Return at most so many groups, the small ones added up; None when that cannot be done.

    The rest is never few itself and never a single group under another name.
    """
    ordered = sorted(parts.items(), key=lambda each: (-each[1], each[0]))
    ordered = [(name, number) for name, number in ordered if number]
    kept = [each for each in ordered if not _is_few(each[1])]
    if len(kept) != len(ordered) or len(kept) > most:
        kept = kept[:most]
        while kept and not _may_be_added_up([n for _, n in ordered[len(kept) :]]):
            kept.pop()
        if not kept:
            return None
    return PublicGroups(tuple(kept), sum(number for _, number in ordered[len(kept) :]))


def _may_be_added_up(rest: list[int]) -> bool:
    return len(rest) > 1 and sum(rest) >= LEAST_PUBLIC


@dataclass(frozen=True, slots=True)
class PublicRate:
    """A share as the public may see it.

    ``percent`` is "" where the base is too small. Where all but a few are hit, ``is_least``
    says that hit and percent are what they are at least.
    """

    hit: PublicNumber
    base: PublicNumber
    percent: str = ""
    is_least: bool = False


def public_rate(hit: int, base: int) -> PublicRate:
    """Return a share without telling how many few are, on either side of it.

    Under ten cases one side is always few, so only all and none are told.
    """
    if _is_few(base):
        return PublicRate(FEW, FEW)
    shown = PublicNumber(Shown.EXACT, base)
    if base < LEAST_FOR_RATE:
        return PublicRate(PublicNumber(Shown.EXACT, hit) if hit in {0, base} else KEPT, shown)
    if _is_few(hit):
        return PublicRate(FEW, shown)
    is_least = _is_few(base - hit)
    told = base - (LEAST_PUBLIC - 1) if is_least else hit
    return PublicRate(PublicNumber(Shown.EXACT, told), shown, percent_of(told, base), is_least)
