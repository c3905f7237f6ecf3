"""Edits of the catalogue by a person: a new version with its first day, never in place."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.db import transaction

from members.models import Account, Unit
from members.workdays import SHANGHAI
from requests_app.catalogue.checks import check_catalogue
from requests_app.catalogue.problems import CatalogueError, Problem
from requests_app.catalogue.shelf import Draft, read_shelves, with_row, without_row, write_versions
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.catalogue.terms import RoutingRuleTerms, Term
from requests_app.models import Item
from requests_app.models.versioned import Versioned


class StaleVersion(Exception):
    """Somebody else has revised or withdrawn the row in the meantime."""


class DayPassed(ValueError):
    """The first day lies in the past, or before the version that is to be followed."""


@transaction.atomic
def revise_row[M: Versioned](
    row: M,
    *,
    changes: Mapping[str, object],
    valid_from: date,
    actor: Account | None,
    now: datetime,
    note: str = "",
) -> M:
    """Give a row a new version from `valid_from` on and return it.

    `changes` holds fields under the names of the terms; a playbook's `steps` is the whole
    list. Who may: catalogue editors in the admin. Running requests keep the old version.
    CatalogueError when the outcome is unreadable or against recusal, DayPassed,
    StaleVersion when `row` is no longer the newest version.
    """
    model = type(row)
    held = _hold(row)
    if valid_from < now.astimezone(SHANGHAI).date() or valid_from < held.valid_from:
        raise DayPassed(valid_from)
    content = held.read({**held.raw(), **changes, "code": held.code})
    _demand_none(problems_with(content))
    model._default_manager.filter(pk=held.pk).update(valid_to=valid_from)
    write_versions(
        [
            Draft(
                model=model,
                content=content,
                version=held.version + 1,
                valid_from=valid_from,
                is_edited=True,
                default_digest=held.default_digest,
                revised_by_id=None if actor is None else actor.pk,
                note=note,
            )
        ]
    )
    forget_catalogue()
    return model._default_manager.get(code=held.code, version=held.version + 1)


def revise_item(
    item: Item,
    *,
    changes: Mapping[str, object],
    valid_from: date,
    actor: Account | None,
    now: datetime,
    note: str = "",
) -> Item:
    """Give an item a new version; see revise_row."""
    return revise_row(item, changes=changes, valid_from=valid_from, actor=actor, now=now, note=note)


@transaction.atomic
def introduce_row[M: Versioned](
    model: type[M],
    *,
    content: Mapping[str, object],
    valid_from: date,
    actor: Account | None,
    now: datetime,
    note: str = "",
) -> M:
    """Add a code that the catalogue never had, from `valid_from` on, and return its row.

    CatalogueError when the code is taken (also by a withdrawn row) or the outcome is not in
    order, DayPassed.
    """
    if valid_from < now.astimezone(SHANGHAI).date():
        raise DayPassed(valid_from)
    made = model.read(content)
    _demand_none(problems_with(made, new_in=model))
    write_versions(
        [
            Draft(
                model=model,
                content=made,
                version=1,
                valid_from=valid_from,
                is_edited=True,
                default_digest="",
                revised_by_id=None if actor is None else actor.pk,
                note=note,
            )
        ]
    )
    forget_catalogue()
    return model._default_manager.get(code=made.code, version=1)


def problems_with(content: Term, *, new_in: type[Versioned] | None = None) -> tuple[Problem, ...]:
    """What would be wrong with the catalogue if this row came into it.

    `new_in` names the table of a code that must not have been used before.
    """
    return (
        *check_catalogue(with_row(read_shelves(None), content)),
        *_open_places(content),
        *(() if new_in is None else _taken_codes(new_in, content.code)),
    )


def _taken_codes(model: type[Versioned], code: str) -> Iterator[Problem]:
    if model._default_manager.filter(code=code).exists():
        yield Problem(reason="duplicate", noun=model.noun, code=code, field="code", value=code)


def _open_places(content: Term) -> Iterator[Problem]:
    """Units that a routing rule names and the register does not have."""
    if not isinstance(content, RoutingRuleTerms):
        return
    units = set(content.stations)
    if content.target_kind == "unit":
        units.add(content.target)
    known = set(Unit.objects.filter(code__in=units).values_list("code", flat=True))
    missing = [
        ("stations" if code in content.stations else "target", code) for code in units - known
    ]
    for name, code in sorted(missing):
        yield Problem(
            reason="unknown_reference",
            noun="routing_rule",
            code=content.code,
            field=name,
            value=code,
        )


def _demand_none(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise CatalogueError(problems)


@transaction.atomic
def withdraw_row(row: Versioned, *, valid_to: date, actor: Account | None, now: datetime) -> None:
    """End a row without a follower; what still refers to it is named by CatalogueError."""
    held = _hold(row)
    if valid_to < now.astimezone(SHANGHAI).date() or valid_to < held.valid_from:
        raise DayPassed(valid_to)
    _demand_none(check_catalogue(without_row(read_shelves(None), held.as_terms())))
    type(row)._default_manager.filter(pk=held.pk).update(
        valid_to=valid_to, revised_by=actor, is_edited=True
    )
    forget_catalogue()


def _hold[M: Versioned](row: M) -> M:
    """Lock the row; StaleVersion when it is not the newest version any more."""
    held = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if held.valid_to is not None:
        raise StaleVersion(str(row))
    return held
