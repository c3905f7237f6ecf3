"""What may hang on a wall: nothing few, and nothing that gives a few away by subtraction."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.figures.publishing import (
    FEW,
    KEPT,
    LEAST_PUBLIC,
    PublicNumber,
    PublicRate,
    Shown,
    nested_number,
    public_groups,
    public_number,
    public_parts,
    public_rate,
)

type Seen = tuple[int, tuple[PublicNumber, ...] | None]


def exact(value: int) -> PublicNumber:
    return PublicNumber(Shown.EXACT, value)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, exact(0)), (1, FEW), (4, FEW), (5, exact(5)), (34, exact(34))]
)
def test_one_to_four_are_few(number: int, shown: PublicNumber) -> None:
    assert public_number(number) == shown


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([5, 8, 19, 6], [exact(5), exact(8), exact(19), exact(6)]),
        ([5, 0, 19, 6], [exact(5), exact(0), exact(19), exact(6)]),
        # 34 − 19 − 6 would tell the 4: another part goes, in the order given
        ([5, 4, 19, 6], [KEPT, FEW, exact(19), exact(6)]),
        ([19, 4, 5, 6], [KEPT, FEW, exact(5), exact(6)]),
        ([2, 3, 19, 6], [FEW, FEW, exact(19), exact(6)]),  # 5 in two: 1 to 4 each
        ([1, 1, 19, 6], [FEW, FEW, KEPT, exact(6)]),  # 2 in two would be 1 and 1
        ([1, 5], None),  # 6 with one few: 1 and 5
        ([3, 0, 0, 0], None),
        ([0, 0], [exact(0), exact(0)]),
    ],
)
def test_parts_of_a_shown_sum(parts: list[int], shown: list[PublicNumber] | None) -> None:
    found = public_parts({str(place): number for place, number in enumerate(parts)})
    assert (None if found is None else list(found.values())) == shown


@pytest.mark.parametrize(("size", "most"), [(2, 16), (3, 12), (4, 8)])
def test_whoever_knows_sum_and_rule_cannot_tell_a_few(size: int, most: int) -> None:
    """Try every table: what looks the same must leave at least three values for each few part."""
    alike: defaultdict[Seen, list[tuple[int, ...]]] = defaultdict(list)
    for parts in product(range(most + 1), repeat=size):
        found = public_parts({str(place): number for place, number in enumerate(parts)})
        seen = None if found is None else tuple(found.values())
        alike[sum(parts), seen].append(parts)
    tried = 0
    for (_sum, shown), tables in alike.items():
        if shown is None or any(max(parts) == most for parts in tables):
            continue  # nothing is shown; or larger tables would look like this, too
        for place in (place for place in range(size) if shown[place] == FEW):
            tried += 1
            assert len({parts[place] for parts in tables}) >= 3, (_sum, shown)
    assert tried > 10


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_no_part_is_shown_as_a_number_under_five(parts: list[int]) -> None:
    found = public_parts({str(place): number for place, number in enumerate(parts)})
    for place, number in enumerate(parts):
        shown = (found or {}).get(str(place), KEPT)
        assert shown.value == (number if shown.shown is Shown.EXACT else 0)
        assert not 0 < shown.value < LEAST_PUBLIC


@pytest.mark.parametrize(
    ("parts", "most", "groups", "others"),
    [
        ({"a": 20, "b": 7}, 5, (("a", 20), ("b", 7)), 0),
        ({"a": 20, "b": 3, "c": 4}, 5, (("a", 20),), 7),
        # 3 alone must not be the rest: the smallest shown group joins it
        ({"a": 20, "b": 9, "c": 3}, 5, (("a", 20),), 12),
        ({"a": 20, "b": 9, "c": 8}, 2, (("a", 20),), 17),
        ({"a": 20, "b": 9, "c": 8, "d": 7}, 2, (("a", 20), ("b", 9)), 15),
    ],
)
def test_small_groups_are_added_up(
    parts: dict[str, int], most: int, groups: tuple[tuple[str, int], ...], others: int
) -> None:
    found = public_groups(parts, most=most)
    assert found is not None
    assert (found.groups, found.others) == (groups, others)


def test_what_cannot_be_grouped_is_not_shown() -> None:
    assert public_groups({"a": 20, "b": 3}, most=5) is None
    assert public_groups({"a": 2}, most=5) is None


@given(st.lists(st.integers(0, 60), max_size=9), st.integers(1, 6))
def test_groups_add_up_and_none_is_few(amounts: list[int], most: int) -> None:
    parts = {str(place): number for place, number in enumerate(amounts)}
    found = public_groups(parts, most=most)
    if found is not None:
        shown = [number for _name, number in found.groups]
        assert sum(shown) + found.others == sum(amounts)
        assert all(number >= LEAST_PUBLIC for number in shown)
        assert found.others == 0 or found.others >= LEAST_PUBLIC
        assert len(shown) <= most


@pytest.mark.parametrize(
    ("hit", "base", "shown"),
    [
        (290, 298, PublicRate(exact(290), exact(298), "97.3")),
        (298, 298, PublicRate(exact(298), exact(298), "100.0")),
        (0, 298, PublicRate(exact(0), exact(298), "0.0")),
        # three dissatisfied people are three people
        (97, 100, PublicRate(exact(96), exact(100), "96.0", is_least=True)),
        (99, 100, PublicRate(exact(96), exact(100), "96.0", is_least=True)),
        (3, 100, PublicRate(FEW, exact(100))),
        (2, 9, PublicRate(KEPT, exact(9))),
        (8, 9, PublicRate(KEPT, exact(9))),
        (9, 9, PublicRate(exact(9), exact(9))),
        (3, 4, PublicRate(FEW, FEW)),
        (0, 0, PublicRate(exact(0), exact(0))),
    ],
)
def test_a_share_hides_the_few_on_either_side(hit: int, base: int, shown: PublicRate) -> None:
    assert public_rate(hit, base) == shown


@given(st.integers(5, 60))
def test_no_share_tells_how_many_the_few_are(base: int) -> None:
    alike: defaultdict[PublicRate, list[int]] = defaultdict(list)
    for hit in range(base + 1):
        alike[public_rate(hit, base)].append(hit)
    for hits in alike.values():
        is_few = [0 < hit < LEAST_PUBLIC or 0 < base - hit < LEAST_PUBLIC for hit in hits]
        assert len(hits) >= LEAST_PUBLIC - 1 or not any(is_few)


def test_a_whole_is_kept_back_where_its_shown_part_would_tell_the_rest() -> None:
    assert nested_number(64, part=63) == KEPT
    assert nested_number(64, part=64) == exact(64)
    assert nested_number(64, part=50) == exact(64)
