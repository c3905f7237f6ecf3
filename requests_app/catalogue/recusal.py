"""Recusal: who is kept away from a request about the enterprise they are tied to.

In complaints, reports and requests with certain flags the enterprise and its own union are
counterparties; they never lead or help to handle the request (docs/rules.md, Catalogue).
Pure: no database, no clock.
"""

from collections.abc import Iterable

from requests_app.catalogue.problems import Problem
from requests_app.catalogue.terms import ItemTerms, PartyTerms, needs_recusal

# The floor: tied to the employer whatever the editable party rows say.
ENTERPRISE_SIDE = frozenset({"enterprise", "ent_union", "platform_co"})


def enterprise_side(parties: Iterable[PartyTerms]) -> frozenset[str]:
    """Codes of the parties tied to the employer: the floor and those marked in the catalogue."""
    return ENTERPRISE_SIDE | {each.code for each in parties if each.is_enterprise_side}


def recusal_problems(item: ItemTerms, *, side: frozenset[str]) -> tuple[Problem, ...]:
    """Name every lead or co-handler of the item that recusal forbids; empty when in order."""
    if not needs_recusal(item.kind, item.flags):
        return ()
    handlers = [("lead", item.lead), *(("co", party) for party in item.co)]
    return tuple(
        Problem(
            reason="tied_to_enterprise",
            noun="item",
            code=item.code,
            field=field,
            value=party,
        )
        for field, party in handlers
        if party in side
    )
