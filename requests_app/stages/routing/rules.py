"""Tiered routing decided from facts (docs/rules.md, "Routing"). Pure.

The level is the highest of the item's own and of every rule that fires, and each
contribution is kept: staff and workers are shown why. Machines only raise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from requests_app.catalogue.terms import (
    LEVELS,
    Catalogue,
    Facts,
    ItemTerms,
    RoutingRuleTerms,
    highest_level,
    level_rank,
    needs_recusal,
)

UNCLEAR_GRADE = "general"  # until a person has confirmed the item of an unclear text


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason of a decision: a code of the catalogue and what it asked for."""

    code: str
    level: str = ""
    urgency: str = ""
    flags: tuple[str, ...] = ()

    def as_data(self) -> dict[str, str | list[str]]:
        """Return the form kept in an event: codes only, empty ones left out."""
        parts: dict[str, str | list[str]] = {
            "level": self.level,
            "urgency": self.urgency,
            "flags": list(self.flags),
        }
        return {"code": self.code, **{name: value for name, value in parts.items() if value}}


@dataclass(frozen=True, slots=True)
class Tier:
    """The outcome of triage: level, urgency, flags, whether people stand aside, and why."""

    level: str
    urgency: str
    flags: frozenset[str]
    needs_recusal: bool
    because: tuple[Contribution, ...]


def decide_tier(
    facts: Facts, item: ItemTerms | None, catalogue: Catalogue, *, urgency: str = "normal"
) -> Tier:
    """Decide level, urgency and flags from the item and every rule that holds.

    ``urgency`` is what sensing already set; the result is never lower.
    """
    contributions = [Contribution("sensed", urgency=urgency, flags=tuple(sorted(facts.flags)))]
    if item:
        contributions.append(Contribution(item.code, item.level, item.urgency, item.flags))
    contributions += [
        Contribution(rule.code, rule.level or "", rule.urgency or "", rule.flags)
        for rule in catalogue.rules
        if rule.holds(facts)
    ]
    flags = frozenset(flag for each in contributions for flag in each.flags)
    level = highest_level(each.level for each in contributions if each.level)
    if "official" in flags and level == LEVELS[0]:
        level = LEVELS[1]  # nobody judges a complaint about themselves
        contributions.append(Contribution("official_up", level=level))
    urgencies = {each.urgency for each in contributions if each.urgency}
    return Tier(
        level=level,
        urgency=max(urgencies, key=lambda code: catalogue.urgency(code).rank),
        flags=flags,
        needs_recusal=item is None or needs_recusal(item.kind, flags),
        because=tuple(contributions),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could hold a request: on the way up from the station.

    ``free_people`` counts staff who may sign and have no tie to the enterprise.
    """

    unit_id: int
    code: str
    level: str
    free_people: int


@dataclass(frozen=True, slots=True)
class HolderChoice:
    """The unit that gets a request, by which rule, and which units were passed over."""

    unit_id: int
    because: tuple[dict[str, str | int], ...]


def decide_holder(
    level: str,
    candidates: Sequence[Candidate],
    *,
    rules: Sequence[RoutingRuleTerms] = (),
    item_code: str = "",
    class_code: str = "",
    flags: Iterable[str] = (),
    station_code: str = "",
) -> HolderChoice | None:
    """Choose who holds a request: the first matching routing rule, else the level's unit.

    A rule may only name a unit on the way up from the station, and never one below
    ``level``. A unit whose every signer is tied to the enterprise is passed over, and the
    one above answers. None when no unit is left: the caller parks the request in sight.
    """
    flags = frozenset(flags)
    because: list[dict[str, str | int]] = []
    ladder = _from_level(level, candidates)
    for rule in sorted(rules, key=lambda each: each.order):
        if rule.matches(
            class_code=class_code,
            item_code=item_code,
            level=level,
            flags=flags,
            station_code=station_code,
        ):
            because.append({"code": "rule", "rule": rule.code})
            ladder = _by_rule(rule, ladder)
            break
    because.append({"code": "level", "level": level})
    for candidate in ladder:
        if candidate.free_people > 0:
            because.append({"code": "holder", "unit": candidate.unit_id})
            return HolderChoice(candidate.unit_id, tuple(because))
        because.append({"code": "nobody_free", "unit": candidate.unit_id})
    return None


def _from_level(level: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates at or above ``level``, lowest first."""
    order = level_rank(level)
    fit = [each for each in candidates if level_rank(each.level) >= order]
    return sorted(fit, key=lambda each: level_rank(each.level))


def _by_rule(rule: RoutingRuleTerms, ladder: list[Candidate]) -> list[Candidate]:
    """Put what a rule names first; a rule that names nothing on the ladder changes nothing."""
    if rule.target_kind == "level":
        return _from_level(rule.target, ladder) or ladder
    named = [each for each in ladder if each.code == rule.target]
    return named + [each for each in ladder if each.code != rule.target]
