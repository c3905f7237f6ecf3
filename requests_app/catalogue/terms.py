"""The words of the catalogue as values: items, grades, urgencies, flags, rules, playbooks.

Pure: no database, no clock. `reading.py` makes these from TOML or JSON, `snapshot.py` from
the database rows. Every number is a default which the admin may change with a date
(docs/rules.md, Catalogue).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

# The stages ask this module for Facts as well.
from requests_app.catalogue.facts import Condition as Condition  # noqa: PLC0414 - re-exported
from requests_app.catalogue.facts import Facts as Facts  # noqa: PLC0414 - re-exported

type Clock = Literal["working", "always"]
type Access = Literal["normal", "restricted", "named", "level_above"]
type Mask = Literal["partial", "full"]
type Review = Literal["none", "sample", "other"]
type Callback = Literal["none", "sample", "all"]
type RouteTarget = Literal["level", "unit"]

LEVELS: tuple[str, ...] = ("station", "street", "county", "city")
KINDS: tuple[str, ...] = (
    "consult",
    "service",
    "help",
    "complaint",
    "report",
    "suggest",
    "praise",
)
CLOCKS: tuple[Clock, ...] = ("working", "always")
SEALED_ACCESSES: frozenset[Access] = frozenset({"restricted", "named", "level_above"})
ACCESSES: tuple[Access, ...] = ("normal", "restricted", "named", "level_above")
MASKS: tuple[Mask, ...] = ("partial", "full")
REVIEWS: tuple[Review, ...] = ("none", "sample", "other")
CALLBACKS: tuple[Callback, ...] = ("none", "sample", "all")
ROUTE_TARGETS: tuple[RouteTarget, ...] = ("level", "unit")
# Pages that name the right hotline before the form goes on; none of them refuses a request.
STOP_PAGES: tuple[str, ...] = ("", "danger", "crisis", "violence", "elsewhere")


def level_rank(level: str) -> int:
    """Place of a level from station (0) to city (3); ValueError for any other word."""
    return LEVELS.index(level)


def highest_level(levels: Iterable[str]) -> str:
    """The highest of the given levels; the station when none is given."""
    return max(levels, key=level_rank, default=LEVELS[0])


@dataclass(frozen=True, kw_only=True)
class Term:
    """A code of the catalogue with its Chinese and its English label."""

    code: str
    label: str
    label_en: str = ""

    def label_in(self, language: str) -> str:
        """The label for a language code such as "zh-hans" or "en"; Chinese when in doubt."""
        if language.startswith("en") and self.label_en:
            return self.label_en
        return self.label


@dataclass(frozen=True, kw_only=True)
class GradeTerms(Term):
    """How much work a request is (即办, 一般, 难点, 特别复杂), in working days."""

    handle_workdays: int
    extend_workdays: int
    max_extensions: int


@dataclass(frozen=True, kw_only=True)
class UrgencyTerms(Term):
    """How soon somebody must act. Hours follow `clock`: office hours or round the clock.

    `rank` orders the levels: 0 is the calmest. `report_up_hours` is None where nothing
    has to be reported to the level above.
    """

    rank: int
    clock: Clock
    accept_hours: float
    route_hours: float
    contact_hours: float
    report_up_hours: float | None = None


@dataclass(frozen=True, kw_only=True)
class FlagTerms(Term):
    """A sensitive trait of a request: who may read the text, and what a person must do.

    A machine never calls a body outside the union: `task` is the task given to a person,
    due `task_minutes` after the flag was set; "" for none.
    """

    access: Access
    mask: Mask
    notify: tuple[str, ...] = ()
    task: str = ""
    task_en: str = ""
    task_minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class PartyTerms(Term):
    """A body that may lead, help with or answer to a request.

    `is_enterprise_side` marks bodies tied to the employer: recusal shuts them out.
    """

    is_enterprise_side: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleTerms(Term):
    """A rule that raises urgency, level or flags when all its conditions hold.

    It can only raise: the caller takes the higher of the old and the new value.
    """

    conditions: tuple[Condition, ...]
    urgency: str | None = None
    level: str | None = None
    flags: tuple[str, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether every condition holds; a rule without conditions never does."""
        return bool(self.conditions) and all(each.holds(facts) for each in self.conditions)


@dataclass(frozen=True, kw_only=True)
class ItemTerms(Term):
    """One kind of request (诉求事项) with everything that depends on its kind.

    `level` is where it is normally finished, `lead` and `co` are codes of parties that
    handle it, `counterparty` the bodies it is about. `escalate` names the rules most likely
    to fire; every rule is always asked. `row_id` is the database row the values came from
    (0 for the shipped defaults): a running request keeps that row.
    """

    class_code: str
    kind: str
    grade: str
    urgency: str
    level: str
    lead: str
    co: tuple[str, ...] = ()
    counterparty: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    escalate: tuple[str, ...] = ()
    playbook: str
    deadline_workdays: int | None = None
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    review: Review = "none"
    callback: Callback = "sample"
    callback_sample: int = 10
    silence_close_workdays: int = 10
    reopen_days: int = 30
    retention_days: int = 1826
    stop_page: str = ""
    row_id: int = field(default=0, compare=False, repr=False)


RECUSAL_KINDS = frozenset({"complaint", "report"})
RECUSAL_FLAGS = frozenset(
    {"whistle", "harassment", "self_harm", "violence", "official", "medical"},
)


def needs_recusal(kind: str, flags: Iterable[str]) -> bool:
    """Whether a request of this kind with these flags keeps the enterprise's side out."""
    return kind in RECUSAL_KINDS or not RECUSAL_FLAGS.isdisjoint(flags)


@dataclass(frozen=True, kw_only=True)
class ClassTerms(Term):
    """A class of items (诉求大类): what a worker picks as topic on the form."""

    order: int = 0


@dataclass(frozen=True, kw_only=True)
class StepTerms:
    """One step of a playbook.

    A step with `contacts_enterprise` cannot start before the worker has said how the
    employer may be approached. `document` names what proves the step, "" for nothing.
    """

    title: str
    title_en: str = ""
    contacts_enterprise: bool = False
    document: str = ""
    within_minutes: int | None = None
    within_workdays: int | None = None

    @property
    def needs_document(self) -> bool:
        """Whether the step is done only with a document."""
        return bool(self.document)


@dataclass(frozen=True, kw_only=True)
class PlaybookTerms(Term):
    """The usual way to handle a group of items, as ordered steps.

    `is_confidential` keeps details out of titles, notices and exports.
    """

    steps: tuple[StepTerms, ...]
    is_confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class RoutingRuleTerms(Term):
    """Where requests of a certain make go. The first matching rule by `order` decides.

    Empty lists match everything. `target` is a level or a unit's code, as `target_kind`
    says; who signs within a unit is never a rule's choice.
    """

    order: int
    class_codes: tuple[str, ...] = ()
    item_codes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    target_kind: RouteTarget
    target: str

    def matches(
        self,
        *,
        class_code: str,
        item_code: str,
        level: str,
        flags: Iterable[str],
        station_code: str,
    ) -> bool:
        """Whether the rule speaks about a request of this make; all given lists must match."""
        single = (
            (self.class_codes, class_code),
            (self.item_codes, item_code),
            (self.levels, level),
            (self.stations, station_code),
        )
        if any(allowed and value not in allowed for allowed, value in single):
            return False
        return not self.flags or not set(self.flags).isdisjoint(flags)


class UnknownCode(LookupError):
    """A code that the catalogue in force does not have."""

    def __init__(self, noun: str, code: str) -> None:
        super().__init__(f"{noun} {code!r} is not in the catalogue")
        self.noun = noun
        self.code = code


def _one[T: Term](rows: Mapping[str, T], noun: str, code: str) -> T:
    try:
        return rows[code]
    except KeyError:
        raise UnknownCode(noun, code) from None


def _by_code[T: Term](rows: Iterable[T]) -> dict[str, T]:
    return {row.code: row for row in rows}


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything in force on one day. `version` is a digest: equal content, equal version.

    Collections are ordered tuples; `item(code)` and its sisters look one up and raise
    UnknownCode. Items and classes keep the order of the catalogue.
    """

    version: str
    classes: tuple[ClassTerms, ...]
    items: tuple[ItemTerms, ...]
    grades: tuple[GradeTerms, ...]
    urgencies: tuple[UrgencyTerms, ...]
    flags: tuple[FlagTerms, ...]
    rules: tuple[RuleTerms, ...]
    parties: tuple[PartyTerms, ...]
    playbooks: tuple[PlaybookTerms, ...]
    routing_rules: tuple[RoutingRuleTerms, ...] = ()

    @cached_property
    def _items(self) -> dict[str, ItemTerms]:
        return _by_code(self.items)

    @cached_property
    def _classes(self) -> dict[str, ClassTerms]:
        return _by_code(self.classes)

    @cached_property
    def _urgencies(self) -> dict[str, UrgencyTerms]:
        return _by_code(self.urgencies)

    def item(self, code: str) -> ItemTerms:
        """The item with this code, or UnknownCode."""
        return _one(self._items, "item", code)

    def item_class(self, code: str) -> ClassTerms:
        """The class with this code, or UnknownCode."""
        return _one(self._classes, "class", code)

    def items_of(self, class_code: str) -> tuple[ItemTerms, ...]:
        """The items of one class, in order; empty for an unknown class."""
        return tuple(each for each in self.items if each.class_code == class_code)

    def grade(self, code: str) -> GradeTerms:
        """The grade with this code, or UnknownCode."""
        return _one(_by_code(self.grades), "grade", code)

    def urgency(self, code: str) -> UrgencyTerms:
        """The urgency level with this code, or UnknownCode."""
        return _one(self._urgencies, "urgency", code)

    def flag(self, code: str) -> FlagTerms:
        """The flag with this code, or UnknownCode."""
        return _one(_by_code(self.flags), "flag", code)

    def rule(self, code: str) -> RuleTerms:
        """The rule with this code, or UnknownCode."""
        return _one(_by_code(self.rules), "rule", code)

    def party(self, code: str) -> PartyTerms:
        """The party with this code, or UnknownCode."""
        return _one(_by_code(self.parties), "party", code)

    def playbook(self, code: str) -> PlaybookTerms:
        """The playbook with this code, or UnknownCode."""
        return _one(_by_code(self.playbooks), "playbook", code)

    def may_search(self, flags: Iterable[str]) -> bool:
        """Whether a search row may exist: only without a flag that restricts reading."""
        asked = set(flags)
        return not any(each.code in asked and each.access in SEALED_ACCESSES for each in self.flags)

    def highest_urgency(self, codes: Iterable[str]) -> str:
        """The most urgent of the given codes; the calmest level when none is given."""
        ranked = [self.urgency(code) for code in codes] or [
            min(self.urgencies, key=lambda each: each.rank)
        ]
        return max(ranked, key=lambda each: each.rank).code

    def handle_workdays(self, item: ItemTerms) -> int:
        """Working days to handle an item: its own deadline, or else its grade's."""
        if item.deadline_workdays is not None:
            return item.deadline_workdays
        return self.grade(item.grade).handle_workdays

    def rules_that_hold(self, facts: Facts) -> tuple[RuleTerms, ...]:
        """Every rule that holds for these facts, in order of the catalogue."""
        return tuple(rule for rule in self.rules if rule.holds(facts))
