"""The rows behind a number: the same condition as the figure, one page at a time."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Window as Over

from members.scope import Scope
from requests_app.figures.asking import key_of, part_of, rows_about
from requests_app.figures.rules import BASE, MEASURES, Code, Subject
from requests_app.figures.tally import Dimension
from requests_app.figures.window import Window
from requests_app.models import Request
from requests_app.queries import Accesses

PAGE_SIZE = 50
LAST_PAGE = 2_000  # deeper pages are a robot's


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindAsk:
    """Which number: a part of a measure, of one group where ``dimension`` is given."""

    code: Code
    part: str = BASE
    dimension: Dimension | None = None
    key: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of rows, and what all pages add up to.

    Each row is a request that carries the facts of ``rows_about`` beside its own fields.
    """

    rows: tuple[Request, ...]
    total: int = 0
    people: int = 0
    received_in_fen: int = 0
    received_fen: int = 0
    agreed_fen: int = 0

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def read_behind(
    requests: QuerySet[Request],
    ask: BehindAsk,
    window: Window,
    *,
    scope: Scope,
    accesses: Accesses,
) -> Behind:
    """Return a page of the rows that a number counts, newest first: one statement."""
    measure = MEASURES[ask.code]
    found: QuerySet[Any] = rows_about(measure.subject, requests, window)
    found = found.filter(part_of(measure, ask.part, window))
    if ask.dimension is not None:
        split = found.annotate(split_key=key_of(ask.dimension, scope, accesses))
        found = split.filter(split_key=ask.key)
    sums = _SUMS if measure.subject is Subject.SETTLEMENT else ()
    first = (ask.page - 1) * PAGE_SIZE
    rows = list(
        found.select_related("holder")
        .annotate(
            total=Over(Count("pk")),
            **{f"all_{name}": Over(Sum(F(name))) for name in sums},
        )
        .order_by(_NEWEST[measure.subject], "-pk", "row_id")[first : first + PAGE_SIZE]
    )
    if not rows:
        return Behind(())
    whole = vars(rows[0])
    return Behind(tuple(rows), whole["total"], **{name: whole[f"all_{name}"] for name in sums})


_NEWEST = {
    Subject.REQUEST: "-registered_at",
    Subject.OPINION: "-given_at",
    Subject.CALL: "-registered_at",
    Subject.SETTLEMENT: "-signed_on",
}
_SUMS = ("people", "received_in_fen", "received_fen", "agreed_fen")
