"""No catalogue puts the enterprise's side in charge of a request about the enterprise."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.checks import check_catalogue, demand_order
from requests_app.catalogue.problems import CatalogueError
from requests_app.catalogue.recusal import ENTERPRISE_SIDE, enterprise_side, recusal_problems
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import (
    KINDS,
    RECUSAL_FLAGS,
    Catalogue,
    ItemTerms,
    PartyTerms,
    needs_recusal,
)

CATALOGUE = default_catalogue()
PARTIES = [party.code for party in CATALOGUE.parties]
FLAGS = [flag.code for flag in CATALOGUE.flags]


def with_item(item: ItemTerms) -> Catalogue:
    return replace(
        CATALOGUE,
        items=tuple(item if row.code == item.code else row for row in CATALOGUE.items),
    )


@pytest.mark.parametrize("party", sorted(ENTERPRISE_SIDE))
@pytest.mark.parametrize("field", ["lead", "co"])
def test_an_enterprise_side_handler_of_a_complaint_is_named(field: str, party: str) -> None:
    item = CATALOGUE.item("WAGE-01")
    changed = replace(item, lead=party) if field == "lead" else replace(item, co=("station", party))
    found = recusal_problems(changed, side=enterprise_side(CATALOGUE.parties))
    assert [(each.code, each.field, each.value) for each in found] == [("WAGE-01", field, party)]


def test_a_counterparty_is_no_handler() -> None:
    item = replace(CATALOGUE.item("WAGE-01"), counterparty=tuple(sorted(ENTERPRISE_SIDE)))
    assert check_catalogue(with_item(item)) == ()


def test_the_enterprise_may_help_with_what_is_not_against_it() -> None:
    item = CATALOGUE.item("ENTP-02")
    assert "enterprise" in item.co
    assert recusal_problems(item, side=enterprise_side(CATALOGUE.parties)) == ()


def test_a_party_marked_in_the_catalogue_is_shut_out_and_the_floor_stays() -> None:
    agency = PartyTerms(code="agency", label="派遣公司", is_enterprise_side=True)
    unmarked = [replace(party, is_enterprise_side=False) for party in CATALOGUE.parties]
    assert enterprise_side([*unmarked, agency]) == ENTERPRISE_SIDE | {"agency"}


@given(
    kind=st.sampled_from(KINDS),
    flags=st.lists(st.sampled_from(FLAGS), unique=True),
    lead=st.sampled_from(PARTIES),
    co=st.lists(st.sampled_from(PARTIES), unique=True, max_size=6),
    at=st.sampled_from(range(len(CATALOGUE.items))),
)
def test_any_catalogue_with_a_tied_handler_is_refused_and_no_other(
    kind: str, flags: list[str], lead: str, co: list[str], at: int
) -> None:
    item = replace(CATALOGUE.items[at], kind=kind, flags=tuple(flags), lead=lead, co=tuple(co))
    changed = with_item(item)
    is_grave = kind in {"complaint", "report"} or bool(RECUSAL_FLAGS & set(flags))
    tied = {"enterprise", "ent_union", "platform_co"} & {lead, *co}
    if is_grave and tied:
        with pytest.raises(CatalogueError) as caught:
            demand_order(changed)
        assert {each.value for each in caught.value.problems} == tied
        assert {each.code for each in caught.value.problems} == {item.code}
    else:
        assert demand_order(changed) == changed
    assert needs_recusal(kind, flags) is is_grave
