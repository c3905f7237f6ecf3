from members.scope import Duty, Scope

SCOPE = Scope(
    account_id=1,
    duties=(
        Duty(unit_id=4, unit_path="/1/4/", level="county", role="approver"),
        Duty(unit_id=9, unit_path="/1/4/9/", level="street", role="handler"),
    ),
    affiliated_enterprise_ids=frozenset({7}),
)


def test_roles_are_asked_for_anywhere_or_at_one_unit() -> None:
    asked = [("handler", None), ("handler", 9), ("handler", 4), ("head", None)]
    assert [SCOPE.has_role(role, at=unit) for role, unit in asked] == [True, True, False, False]


def test_units_and_roles_are_sets() -> None:
    assert (SCOPE.unit_ids, SCOPE.roles) == ({4, 9}, {"approver", "handler"})


def test_nobody_is_tied_to_an_unknown_enterprise() -> None:
    assert [SCOPE.is_affiliated_with(pk) for pk in (7, 8, None)] == [True, False, False]


def test_a_fresh_scope_allows_nothing() -> None:
    scope = Scope(account_id=1)
    assert (scope.duties, scope.roles, scope.unit_ids) == ((), frozenset(), frozenset())
