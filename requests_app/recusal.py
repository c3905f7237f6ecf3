"""Whose people stand aside from a request: one answer for holders, lists, notices and alarms.

Pure (docs/architecture.md §4, "Recusal"). ``people.py`` and ``queries.py`` put the same
answer into statements; tests/services/test_recusal.py holds the three together.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shunned:
    """Everybody with any tie, or those tied to certain enterprises; nobody when empty."""

    enterprises: frozenset[int] = frozenset()
    is_everybody_tied: bool = False

    def includes(self, ties: AbstractSet[int]) -> bool:
        """Whether somebody tied to these enterprises stands aside."""
        return bool(ties) if self.is_everybody_tied else not self.enterprises.isdisjoint(ties)


NOBODY = Shunned()
EVERYBODY_TIED = Shunned(is_everybody_tied=True)


def whom_to_shun(
    *, needs_recusal: bool, employer_is_settled: bool, enterprise_id: int | None
) -> Shunned:
    """Return who stands aside from a request.

    Until it is settled which employer is meant, the text may mean any enterprise: everybody
    with a tie stands aside. A settled employer outside the register shuts nobody out.
    """
    if not needs_recusal:
        return NOBODY
    if not employer_is_settled:
        return EVERYBODY_TIED
    return NOBODY if enterprise_id is None else Shunned(frozenset({enterprise_id}))


def whom_to_keep_from_judging(
    *, needs_recusal: bool, employer_is_settled: bool, enterprise_id: int | None
) -> Shunned:
    """Return who neither reviews nor calls back: also where the matter asks for no recusal.

    Whoever is tied to the linked employer could not see the worker's number anyway.
    """
    shunned = whom_to_shun(
        needs_recusal=needs_recusal,
        employer_is_settled=employer_is_settled,
        enterprise_id=enterprise_id,
    )
    if shunned.is_everybody_tied or enterprise_id is None:
        return shunned
    return Shunned(frozenset({enterprise_id}))
