"""The escalation rules at their edges, and the terms that decide them."""

import pytest

from requests_app.catalogue.facts import Condition, Facts
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import RoutingRuleTerms, RuleTerms, highest_level, level_rank

CATALOGUE = default_catalogue()


@pytest.mark.parametrize(
    ("code", "facts", "expected"),
    [
        ("E01", Facts(headcount=9, shared_demand=True), False),
        ("E01", Facts(headcount=10, shared_demand=True), True),
        ("E01", Facts(headcount=20, shared_demand=False), False),
        ("E01", Facts(headcount=20), False),
        ("E01", Facts(shared_demand=True), False),
        ("E02", Facts(amount_fen=19_999_999), False),
        ("E02", Facts(amount_fen=20_000_000), True),
        ("E02", Facts(), False),
        ("E03", Facts(flags=frozenset({"self_harm"})), True),
        ("E03", Facts(flags=frozenset({"medical"})), False),
        ("E04", Facts(cues=frozenset({"closing"})), True),
        ("E04", Facts(cues=frozenset({"owner_missing"})), True),
        ("E04", Facts(cues=frozenset({"pregnant"})), False),
        ("E05", Facts(cues=frozenset({"gathering_now"})), True),
        ("E06", Facts(cues=frozenset({"danger_now"})), True),
        ("E07", Facts(repeat_30d=1), False),
        ("E07", Facts(repeat_30d=2), True),
        ("E08", Facts(same_enterprise_15d=2), False),
        ("E08", Facts(same_enterprise_15d=3), True),
        ("E09", Facts(cues=frozenset({"minor_worker"})), True),
        ("E10", Facts(limitation_left_days=31), False),
        ("E10", Facts(limitation_left_days=30), True),
        ("E11", Facts(class_code="WAGE", days_to_spring_festival=45), True),
        ("E11", Facts(class_code="WAGE", days_to_spring_festival=0), True),
        ("E11", Facts(class_code="WAGE", days_to_spring_festival=46), False),
        ("E11", Facts(class_code="CONT", days_to_spring_festival=10), False),
        ("E11", Facts(class_code="WAGE"), False),
        ("E12", Facts(cues=frozenset({"detained"})), True),
        ("E12", Facts(cues=frozenset({"violence"})), True),
    ],
)
def test_a_rule_holds_exactly_from_its_edge_on(code: str, facts: Facts, *, expected: bool) -> None:
    assert CATALOGUE.rule(code).holds(facts) is expected


def test_nothing_known_fires_nothing() -> None:
    assert CATALOGUE.rules_that_hold(Facts()) == ()


def test_the_restaurant_fires_head_count_amount_and_closing() -> None:
    facts = Facts(
        headcount=20,
        shared_demand=True,
        amount_fen=40_000_000,
        cues=frozenset({"closing"}),
        class_code="WAGE",
    )
    fired = CATALOGUE.rules_that_hold(facts)
    assert [rule.code for rule in fired] == ["E01", "E02", "E04"]
    assert highest_level(rule.level for rule in fired if rule.level) == "street"
    assert CATALOGUE.highest_urgency(rule.urgency for rule in fired if rule.urgency) == "urgent"


def test_a_rule_without_conditions_never_holds() -> None:
    assert not RuleTerms(code="X", label="x", conditions=(), urgency="urgent").holds(Facts())


def test_a_range_of_numbers_includes_both_ends() -> None:
    condition = Condition(fact="headcount", at_least=3, at_most=5)
    held = [number for number in range(8) if condition.holds(Facts(headcount=number))]
    assert held == [3, 4, 5]


def test_levels_stand_in_order_from_station_to_city() -> None:
    assert [level_rank(level) for level in ("station", "street", "county", "city")] == [0, 1, 2, 3]
    assert highest_level(["street", "city", "station"]) == "city"
    assert highest_level([]) == "station"


def test_the_highest_urgency_of_nothing_is_the_calmest() -> None:
    assert CATALOGUE.highest_urgency([]) == "normal"
    assert CATALOGUE.highest_urgency(["priority", "critical", "normal"]) == "critical"


ROUTE = RoutingRuleTerms(
    code="R",
    label="r",
    order=1,
    class_codes=("WAGE",),
    levels=("street", "county"),
    flags=("mass", "violence"),
    target_kind="level",
    target="street",
)


@pytest.mark.parametrize(
    ("class_code", "level", "flags", "expected"),
    [
        ("WAGE", "street", ("mass",), True),
        ("WAGE", "street", (), False),
        ("WAGE", "station", ("mass",), False),
        ("CONT", "street", ("mass",), False),
        ("WAGE", "county", ("medical", "violence"), True),
    ],
)
def test_a_routing_rule_matches_when_every_given_list_does(
    class_code: str, level: str, flags: tuple[str, ...], *, expected: bool
) -> None:
    matched = ROUTE.matches(
        class_code=class_code,
        item_code=f"{class_code}-01",
        level=level,
        flags=flags,
        station_code="QY",
    )
    assert matched is expected


def test_every_level_has_a_way() -> None:
    for level in ("station", "street", "county", "city"):
        targets = [
            rule.target
            for rule in CATALOGUE.routing_rules
            if rule.matches(class_code="", item_code="", level=level, flags=(), station_code="QY")
        ]
        assert targets == [level]
