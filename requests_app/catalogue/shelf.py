"""The tables of the catalogue: which model holds which noun, and how a day is read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from requests_app.catalogue import terms
from requests_app.catalogue.shipped import assemble
from requests_app.catalogue.writing import columns_of
from requests_app.models import (
    Flag,
    Grade,
    Item,
    ItemClass,
    Party,
    Playbook,
    PlaybookStep,
    RoutingRule,
    Rule,
    UrgencyLevel,
)
from requests_app.models.versioned import Versioned, VersionedQuerySet

# In the order in which rows are written and shown.
MODELS: tuple[type[Versioned], ...] = (
    ItemClass,
    Grade,
    UrgencyLevel,
    Party,
    Flag,
    Rule,
    Playbook,
    Item,
    RoutingRule,
)


COLLECTION_OF: dict[type[terms.Term], str] = {
    terms.ClassTerms: "classes",
    terms.GradeTerms: "grades",
    terms.UrgencyTerms: "urgencies",
    terms.PartyTerms: "parties",
    terms.FlagTerms: "flags",
    terms.RuleTerms: "rules",
    terms.PlaybookTerms: "playbooks",
    terms.ItemTerms: "items",
    terms.RoutingRuleTerms: "routing_rules",
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A version about to be written. `default_digest` is that of the shipped row, or ""."""

    model: type[Versioned]
    content: terms.Term
    version: int
    valid_from: date
    is_edited: bool
    default_digest: str
    revised_by_id: int | None = None
    note: str = ""

    def as_row(self) -> Versioned:
        """The unsaved row, without the steps of a playbook."""
        columns = {name: value for name, value in self._columns().items() if name != "steps"}
        return self.model(
            **columns,
            version=self.version,
            valid_from=self.valid_from,
            is_edited=self.is_edited,
            default_digest=self.default_digest,
            revised_by_id=self.revised_by_id,
            note=self.note,
        )

    def steps(self) -> list[dict[str, Any]]:
        """The columns of the playbook's steps, in order."""
        return list(self._columns()["steps"])

    def _columns(self) -> dict[str, Any]:
        return columns_of(self.content)


def rows_of(catalogue: terms.Catalogue, model: type[Versioned]) -> tuple[terms.Term, ...]:
    """The rows of a catalogue that this model holds."""
    rows: tuple[terms.Term, ...] = getattr(catalogue, COLLECTION_OF[model.terms_type])
    return rows


def read_shelves(on: date | None) -> terms.Catalogue:
    """Read the versions in force on a day, or the newest of each code when no day is given.

    One statement a table and one for the steps. CatalogueError when a row is unreadable.
    """
    playbooks = _rows(Playbook.objects.all(), on).prefetch_related("steps")
    return assemble(
        classes=[ItemClass.read(row.raw()) for row in _rows(ItemClass.objects.all(), on)],
        items=[Item.read(row.raw()) for row in _rows(Item.objects.all(), on)],
        grades=[Grade.read(row.raw()) for row in _rows(Grade.objects.all(), on)],
        urgencies=[UrgencyLevel.read(row.raw()) for row in _rows(UrgencyLevel.objects.all(), on)],
        flags=[Flag.read(row.raw()) for row in _rows(Flag.objects.all(), on)],
        rules=[Rule.read(row.raw()) for row in _rows(Rule.objects.all(), on)],
        parties=[Party.read(row.raw()) for row in _rows(Party.objects.all(), on)],
        playbooks=[Playbook.read(row.raw()) for row in playbooks],
        routing_rules=[RoutingRule.read(row.raw()) for row in _rows(RoutingRule.objects.all(), on)],
    )


def _rows[M: Versioned](rows: VersionedQuerySet[M], on: date | None) -> VersionedQuerySet[M]:
    return rows.newest() if on is None else rows.in_force(on)


def with_row(catalogue: terms.Catalogue, row: terms.Term) -> terms.Catalogue:
    """The catalogue with this row in place of the one of its kind and code, or added."""
    name = COLLECTION_OF[type(row)]
    others = tuple(each for each in getattr(catalogue, name) if each.code != row.code)
    changed: dict[str, Any] = {name: (*others, row)}
    return replace(catalogue, **changed)


def without_row(catalogue: terms.Catalogue, row: terms.Term) -> terms.Catalogue:
    """The catalogue without the row of this kind and code."""
    name = COLLECTION_OF[type(row)]
    others = tuple(each for each in getattr(catalogue, name) if each.code != row.code)
    changed: dict[str, Any] = {name: others}
    return replace(catalogue, **changed)


def write_versions(drafts: Iterable[Draft]) -> None:
    """Insert versions of rows, one statement a table and one for the steps."""
    by_model: dict[type[Versioned], list[Draft]] = {}
    for draft in drafts:
        by_model.setdefault(draft.model, []).append(draft)
    for model, group in by_model.items():
        made = model._default_manager.bulk_create(draft.as_row() for draft in group)
        if model is Playbook:
            PlaybookStep.objects.bulk_create(
                PlaybookStep(playbook_id=row.pk, order=order, **step)
                for row, draft in zip(made, group, strict=True)
                for order, step in enumerate(draft.steps(), start=1)
            )
