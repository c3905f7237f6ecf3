from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import LEVELS, Facts, RoutingRuleTerms
from requests_app.stages.routing.rules import Candidate, Tier, decide_holder, decide_tier

CATALOGUE = default_catalogue()
YUAN = 100


def tier(facts: Facts, item: str = "", urgency: str = "normal") -> Tier:
    return decide_tier(facts, CATALOGUE.item(item) if item else None, CATALOGUE, urgency=urgency)


def codes(decision: Tier) -> set[str]:
    return {each.code for each in decision.because}


@pytest.mark.parametrize(
    ("headcount", "shared", "fires"),
    [(9, True, False), (10, True, True), (20, True, True), (20, False, False), (None, True, False)],
)
def test_ten_people_who_share_a_demand_go_to_the_street(
    headcount: int | None, shared: bool, fires: bool
) -> None:
    decision = tier(Facts(headcount=headcount, shared_demand=shared), "LIFE-01")
    assert ("E01" in codes(decision)) is fires
    if fires:
        assert decision.level == "street"
        assert decision.urgency == "urgent"
        assert "mass" in decision.flags


@pytest.mark.parametrize(("yuan", "fires"), [(199_999, False), (200_000, True)])
def test_two_hundred_thousand_yuan_go_to_the_street(yuan: int, fires: bool) -> None:
    decision = tier(Facts(amount_fen=yuan * YUAN))
    assert ("E02" in codes(decision)) is fires


def test_without_an_item_everybody_tied_stands_aside() -> None:
    assert tier(Facts()).needs_recusal is True


def test_a_plain_service_needs_no_recusal() -> None:
    assert tier(Facts(), "LIFE-01").needs_recusal is False


def test_a_complaint_about_union_staff_leaves_the_station() -> None:
    decision = tier(Facts(flags=frozenset({"official"})), "CONS-02")
    assert decision.level == "street"
    assert decision.needs_recusal is True


@given(
    st.sampled_from([item.code for item in CATALOGUE.items]),
    st.sampled_from([each.code for each in CATALOGUE.urgencies]),
    st.integers(1, 200),
    st.integers(0, 10**9),
    st.sets(st.sampled_from([flag.code for flag in CATALOGUE.flags])),
)
def test_triage_only_raises(
    item: str, urgency: str, headcount: int, amount: int, flags: set[str]
) -> None:
    facts = Facts(
        headcount=headcount, shared_demand=True, amount_fen=amount, flags=frozenset(flags)
    )
    decision = tier(facts, item, urgency)
    rank = {each.code: each.rank for each in CATALOGUE.urgencies}
    assert rank[decision.urgency] >= rank[urgency]
    assert decision.flags >= flags
    assert LEVELS.index(decision.level) >= LEVELS.index(CATALOGUE.item(item).level)


LADDER = [
    Candidate(4, "NB", "city", 1),
    Candidate(3, "DJ", "county", 1),
    Candidate(1, "QY", "station", 1),
    Candidate(2, "YQ", "street", 1),
]


@pytest.mark.parametrize(
    ("level", "unit"), [("station", 1), ("street", 2), ("county", 3), ("city", 4)]
)
def test_the_holder_is_the_unit_of_the_level(level: str, unit: int) -> None:
    choice = decide_holder(level, LADDER)
    assert choice is not None
    assert choice.unit_id == unit


def without_people(*unit_ids: int) -> list[Candidate]:
    return [
        Candidate(each.unit_id, each.code, each.level, 0 if each.unit_id in unit_ids else 1)
        for each in LADDER
    ]


def test_a_unit_without_free_people_is_passed_over_and_named() -> None:
    choice = decide_holder("station", without_people(1, 2))
    assert choice is not None
    assert choice.unit_id == 3
    assert [each["unit"] for each in choice.because if each["code"] == "nobody_free"] == [1, 2]


def test_nobody_free_anywhere_is_no_holder() -> None:
    assert decide_holder("station", without_people(1, 2, 3, 4)) is None


def rule(order: int, kind: str, target: str, **match: tuple[str, ...]) -> RoutingRuleTerms:
    return RoutingRuleTerms(
        code=f"R{order}", label="规则", order=order, target_kind=kind, target=target, **match
    )  # type: ignore[arg-type]


def test_the_first_matching_rule_decides() -> None:
    rules = [
        rule(2, "unit", "NB", class_codes=("WAGE",)),
        rule(1, "unit", "DJ", class_codes=("WAGE",)),
    ]
    choice = decide_holder("station", LADDER, rules=rules, class_code="WAGE")
    assert choice is not None
    assert choice.unit_id == 3
    assert choice.because[0] == {"code": "rule", "rule": "R1"}


def test_a_rule_for_something_else_is_not_heard() -> None:
    rules = [rule(1, "unit", "NB", class_codes=("SAFE",))]
    choice = decide_holder("station", LADDER, rules=rules, class_code="WAGE")
    assert choice is not None
    assert choice.unit_id == 1


def test_a_rule_never_pulls_a_request_below_its_level() -> None:
    rules = [rule(1, "unit", "QY"), rule(2, "level", "station")]
    for each, level in product(rules, ("street", "county")):
        choice = decide_holder(level, LADDER, rules=[each])
        assert choice is not None
        assert choice.unit_id == LEVELS.index(level) + 1


def test_a_rule_may_raise_the_level() -> None:
    choice = decide_holder("station", LADDER, rules=[rule(1, "level", "county")])
    assert choice is not None
    assert choice.unit_id == 3
