"""Checks of a whole catalogue: references that resolve, no double codes, recusal.

Pure: no database, no clock. `loader.py` and `revision.py` refuse a catalogue with problems.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from requests_app.catalogue.problems import CatalogueError, Problem
from requests_app.catalogue.recusal import enterprise_side, recusal_problems
from requests_app.catalogue.terms import Catalogue, ItemTerms, RuleTerms, Term

type Reference = tuple[str, str, frozenset[str]]  # field, value, codes it must be among


def check_catalogue(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Name everything that must not come into force; empty when the catalogue is in order."""
    return (
        *_double_codes(catalogue),
        *_open_references(catalogue),
        *(
            problem
            for item in catalogue.items
            for problem in recusal_problems(item, side=enterprise_side(catalogue.parties))
        ),
    )


def demand_order(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue as it is; raise CatalogueError when it has any problem."""
    problems = check_catalogue(catalogue)
    if problems:
        raise CatalogueError(problems)
    return catalogue


def _nouns(catalogue: Catalogue) -> Iterator[tuple[str, tuple[Term, ...]]]:
    yield "class", catalogue.classes
    yield "item", catalogue.items
    yield "grade", catalogue.grades
    yield "urgency", catalogue.urgencies
    yield "flag", catalogue.flags
    yield "rule", catalogue.rules
    yield "party", catalogue.parties
    yield "playbook", catalogue.playbooks
    yield "routing_rule", catalogue.routing_rules


def _double_codes(catalogue: Catalogue) -> Iterator[Problem]:
    for noun, rows in _nouns(catalogue):
        for code, times in Counter(row.code for row in rows).items():
            if times > 1:
                yield Problem(reason="duplicate", noun=noun, code=code, field="code", value=code)
    ranks = Counter(row.rank for row in catalogue.urgencies)
    for row in catalogue.urgencies:
        if ranks[row.rank] > 1:
            yield Problem(
                reason="duplicate",
                noun="urgency",
                code=row.code,
                field="rank",
                value=str(row.rank),
            )


class _Codes:
    """The codes of each noun, once per check."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.of = {noun: frozenset(row.code for row in rows) for noun, rows in _nouns(catalogue)}


def _many(field: str, values: Iterable[str], known: frozenset[str]) -> Iterator[Reference]:
    return ((field, value, known) for value in values)


def _item_references(item: ItemTerms, codes: _Codes) -> Iterator[Reference]:
    yield "class_code", item.class_code, codes.of["class"]
    yield "grade", item.grade, codes.of["grade"]
    yield "urgency", item.urgency, codes.of["urgency"]
    yield "lead", item.lead, codes.of["party"]
    yield "playbook", item.playbook, codes.of["playbook"]
    yield from _many("co", item.co, codes.of["party"])
    yield from _many("counterparty", item.counterparty, codes.of["party"])
    yield from _many("flags", item.flags, codes.of["flag"])
    yield from _many("escalate", item.escalate, codes.of["rule"])


def _rule_references(rule: RuleTerms, codes: _Codes) -> Iterator[Reference]:
    yield from _many("flags", rule.flags, codes.of["flag"])
    if rule.urgency is not None:
        yield "urgency", rule.urgency, codes.of["urgency"]
    for condition in rule.conditions:
        if condition.fact == "flags":
            yield from _many("any_of", condition.any_of, codes.of["flag"])
        if condition.fact == "class_code":
            yield from _many("any_of", condition.any_of, codes.of["class"])


def _references(catalogue: Catalogue) -> Iterator[tuple[str, str, Reference]]:
    codes = _Codes(catalogue)
    for item in catalogue.items:
        yield from (("item", item.code, each) for each in _item_references(item, codes))
    for rule in catalogue.rules:
        yield from (("rule", rule.code, each) for each in _rule_references(rule, codes))
    for flag in catalogue.flags:
        told = _many("notify", flag.notify, codes.of["party"])
        yield from (("flag", flag.code, each) for each in told)
    for way in catalogue.routing_rules:
        asked = (
            *_many("class_codes", way.class_codes, codes.of["class"]),
            *_many("item_codes", way.item_codes, codes.of["item"]),
            *_many("flags", way.flags, codes.of["flag"]),
        )
        yield from (("routing_rule", way.code, each) for each in asked)


def _open_references(catalogue: Catalogue) -> Iterator[Problem]:
    for noun, code, (field, value, known) in _references(catalogue):
        if value not in known:
            yield Problem(
                reason="unknown_reference", noun=noun, code=code, field=field, value=value
            )
