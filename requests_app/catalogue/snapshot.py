"""The catalogue in force, read from the database and kept in the process.

A process looks at most every 30 seconds, with one cheap statement, whether somebody has
changed the catalogue; between two looks it answers from memory. What is in force changes only on
the days when a version begins or ends: the memory holds one catalogue for each period between
two of them. `item_terms` gives the very version of an item that a running request started with.
"""

import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from django.db.models import Count, Max, Value
from django.utils import timezone

from requests_app.catalogue.problems import CatalogueError, Problem
from requests_app.catalogue.shelf import MODELS, read_shelves
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import Catalogue, ItemTerms
from requests_app.models import Item, Playbook, PlaybookStep

__all__ = [
    "current_catalogue",
    "default_catalogue",
    "forget_catalogue",
    "item_terms",
    "playbook_steps",
]

LOOK_SECONDS = 30.0

type Period = int  # how many of the days of change have come
type Tables = tuple[tuple[str, int | None, int], ...]


class _Memory:
    """What this process remembers: catalogues and playbooks by period, items by row, a stamp."""

    def __init__(self) -> None:
        self.changes: Sequence[date] = ()  # read with the first catalogue
        self.catalogues: dict[Period, Catalogue] = {}
        self.items: dict[int, ItemTerms] = {}
        self.playbooks: dict[Period, Mapping[str, Sequence[PlaybookStep]]] = {}
        self.stamp: tuple[date, Tables] | None = None
        self.looked_at = float("-inf")

    def period_of(self, on: date) -> Period:
        """The period of a day; the first question reads the days of change."""
        if not self.changes:
            self.changes = _days_of_change()
        return bisect_right(self.changes, on)


_memory = _Memory()


def current_catalogue(on: date) -> Catalogue:
    """The catalogue in force on this day.

    No statement while the memory is fresh, one for a look, twelve after a change.
    CatalogueError when the catalogue has not been loaded or a row cannot be read: a rule
    must not switch itself off.
    """
    memory = _look()
    period = memory.period_of(on)
    known = memory.catalogues.get(period)
    if known is None:
        known = read_shelves(on)
        if not known.items:
            raise CatalogueError((Problem(reason="empty", noun="item"),))
        memory.catalogues[period] = known
    return known


def item_terms(row_id: int | None) -> ItemTerms | None:
    """The item of one database row, also when a newer version is in force; None for None."""
    if row_id is None:
        return None
    memory = _look()
    known = memory.items.get(row_id)
    if known is None:
        known = Item.objects.get(pk=row_id).as_terms()
        memory.items[row_id] = known
    return known


def playbook_steps(code: str, on: date) -> Sequence[PlaybookStep]:
    """The rows of a playbook's steps in the version in force on this day, in their order."""
    memory = _look()
    period = memory.period_of(on)
    known = memory.playbooks.get(period)
    if known is None:
        known = memory.playbooks[period] = _read_playbooks(on)
    return known.get(code, ())


def _read_playbooks(on: date) -> Mapping[str, Sequence[PlaybookStep]]:
    rows = PlaybookStep.objects.filter(playbook__in=Playbook.objects.in_force(on))
    ordered = rows.select_related("playbook").order_by("playbook__code", "order")
    return {code: tuple(steps) for code, steps in groupby(ordered, lambda row: row.playbook.code)}


def forget_catalogue() -> None:
    """Forget everything, so that the next question reads the database."""
    global _memory  # noqa: PLW0603 - one assignment swaps the whole memory, also under threads
    _memory = _Memory()


def _look() -> _Memory:
    """The memory, made empty when the tables have changed since the last look."""
    if time.monotonic() - _memory.looked_at < LOOK_SECONDS:
        return _memory
    # A new day begins without a memory: so long lives what a row changed by hand did not tell.
    stamp = (timezone.localdate(), _stamp())
    if stamp != _memory.stamp:
        forget_catalogue()
        _memory.stamp = stamp
    _memory.looked_at = time.monotonic()
    return _memory


def _stamp() -> Tables:
    """Newest row and number of ended rows of each table: every revision changes one of them."""
    counts = [
        model._default_manager.order_by()
        .values(noun=Value(model.noun))
        .annotate(newest=Max("pk"), ended=Count("valid_to"))
        .values_list("noun", "newest", "ended")
        for model in MODELS
    ]
    return tuple(sorted(counts[0].union(*counts[1:]).order_by()))


def _days_of_change() -> Sequence[date]:
    """The days on which a version of any row begins or ends, in order: one statement."""
    begins = [model._default_manager.order_by().values_list("valid_from") for model in MODELS]
    ends = [
        model._default_manager.order_by().exclude(valid_to=None).values_list("valid_to")
        for model in MODELS
    ]
    return [day for (day,) in begins[0].union(*begins[1:], *ends).order_by("valid_from")]
