"""Edits of the catalogue by a person: a new version with its first day, never in place."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from members.models import Account
from members.workdays import SHANGHAI
from requests_app.catalogue.checks import demand_order
from requests_app.catalogue.shelf import Draft, read_shelves, with_row, without_row, write_versions
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.catalogue.terms import Term
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
    content = revised_terms(held, changes)
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


def revised_terms(row: Versioned, changes: Mapping[str, object]) -> Term:
    """What the row would say with these changes; CatalogueError when that must not be."""
    content = row.read({**row.raw(), **changes, "code": row.code})
    demand_order(with_row(read_shelves(None), content))
    return content


@transaction.atomic
def withdraw_row(row: Versioned, *, valid_to: date, actor: Account | None, now: datetime) -> None:
    """End a row without a follower; what still refers to it is named by CatalogueError."""
    held = _hold(row)
    if valid_to < now.astimezone(SHANGHAI).date() or valid_to < held.valid_from:
        raise DayPassed(valid_to)
    demand_order(without_row(read_shelves(None), held.as_terms()))
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
