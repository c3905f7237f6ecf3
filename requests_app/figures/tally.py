"""Counted figures: what the reads bring back, and the rates made of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from requests_app.figures.rules import (
    BASE,
    HIT,
    MEASURES,
    Code,
    Rate,
    Recovered,
    Spans,
    recovered_of,
    spans_of,
)
from requests_app.figures.window import Window

HIDDEN = "-"  # shown to the reader without class or level, so counted without them, too


class Dimension(StrEnum):
    """By what a figure can be split. Every row has one value in each."""

    CLASS = "class"
    LEVEL = "level"
    STATION = "station"
    CHANNEL = "channel"


type Tally = Mapping[tuple[Code, str], int]  # (measure, hit, base or reason) → rows


@dataclass(frozen=True, slots=True)
class Counted:
    """One group as the database counted it. ``seconds`` are the answers' office time."""

    dimension: Dimension
    key: str
    tally: Tally
    seconds: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything one page shows, counted once."""

    window: Window
    groups: Mapping[Dimension, Mapping[str, Tally]]
    seconds: Mapping[str, Sequence[int]] = field(default_factory=dict)  # by class
    money: Recovered = field(default_factory=lambda: recovered_of(()))

    def keys(self, dimension: Dimension) -> list[str]:
        """Return the values that occur."""
        return list(self.groups.get(dimension, {}))

    def rate(self, code: Code, dimension: Dimension, key: str) -> Rate:
        """Return the rate of one group; of nothing where the group does not occur."""
        return rate_of(code, self.groups.get(dimension, {}).get(key, {}))

    def total(self, code: Code) -> Rate:
        """Return the rate of everything: the sum over the groups of one dimension."""
        whole: Counter[tuple[Code, str]] = Counter()
        for tally in self.groups.get(Dimension.CLASS, {}).values():
            whole.update(tally)
        return rate_of(code, whole)

    def spans(self, class_key: str | None = None) -> Spans:
        """Return how long answers took, in one class or in all."""
        if class_key is not None:
            return spans_of(self.seconds.get(class_key, ()))
        return spans_of([each for some in self.seconds.values() for each in some])


def rate_of(code: Code, tally: Tally) -> Rate:
    """Make the rate of a measure from the numbers of its parts."""
    hit, base = tally.get((code, HIT), 0), tally.get((code, BASE), 0)
    reasons = MEASURES[code].left_out
    return Rate(hit, base, {each: tally.get((code, each), 0) for each in reasons})


def grouped(counted: Iterable[Counted]) -> dict[Dimension, dict[str, Tally]]:
    """Put the groups together; what was counted in several goes adds up."""
    found: dict[Dimension, dict[str, Counter[tuple[Code, str]]]] = {}
    for each in counted:
        group = found.setdefault(each.dimension, {}).setdefault(each.key, Counter())
        group.update(each.tally)
    return {dimension: dict(groups) for dimension, groups in found.items()}
