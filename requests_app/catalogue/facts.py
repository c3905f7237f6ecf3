"""What the rules of the catalogue may ask about a request, and how one fact is tested.

Pure: no database, no clock (docs/rules.md, Catalogue).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about one request when the rules are asked. None means unknown.

    `amount_fen` is in fen; `days_to_spring_festival` counts to the next festival;
    `limitation_left_days` may be negative when the arbitration year has run out.
    """

    headcount: int | None = None
    shared_demand: bool | None = None
    amount_fen: int | None = None
    cues: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    class_code: str = ""
    days_to_spring_festival: int | None = None
    repeat_30d: int = 0
    same_enterprise_15d: int = 0
    limitation_left_days: int | None = None


# How each fact of `Facts` may be tested by a condition.
NUMBER_FACTS: tuple[str, ...] = (
    "headcount",
    "amount_fen",
    "days_to_spring_festival",
    "repeat_30d",
    "same_enterprise_15d",
    "limitation_left_days",
)
YES_NO_FACTS: tuple[str, ...] = ("shared_demand",)
WORD_FACTS: tuple[str, ...] = ("cues", "flags", "class_code")
# The cues that sensing can find (stages/sensing/understand/cue_words.toml). A rule about any
# other word would never fire, so it is refused.
CUES: tuple[str, ...] = (
    "closing",
    "danger_now",
    "detained",
    "gathering_now",
    "harassment",
    "medical",
    "minor",
    "minor_worker",
    "official",
    "owner_missing",
    "pregnant",
    "retaliation",
    "self_harm",
    "violence",
)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One test of one fact. An unknown fact (None) never holds.

    Numbers: `at_least` and `at_most`, both inclusive. Yes or no: `is_true`.
    Words: `any_of`, at least one of which is among the fact's words.
    """

    fact: str
    at_least: int | None = None
    at_most: int | None = None
    is_true: bool | None = None
    any_of: tuple[str, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether the facts pass this test."""
        value = getattr(facts, self.fact)
        if value is None:
            return False
        if self.fact in NUMBER_FACTS:
            above = self.at_least is None or value >= self.at_least
            return above and (self.at_most is None or value <= self.at_most)
        if self.fact in YES_NO_FACTS:
            return bool(value is self.is_true)
        words = {value} if isinstance(value, str) else value
        return not words.isdisjoint(self.any_of)

    def as_row(self) -> dict[str, object]:
        """The condition as `reading.py` reads it: only what it asks."""
        row: dict[str, object] = {"fact": self.fact}
        if self.at_least is not None:
            row["at_least"] = self.at_least
        if self.at_most is not None:
            row["at_most"] = self.at_most
        if self.is_true is not None:
            row["is"] = self.is_true
        if self.any_of:
            row["any_of"] = list(self.any_of)
        return row
