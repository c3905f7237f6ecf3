"""Brings the shipped catalogue into the database without overwriting anybody's edit."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction

from members.workdays import SHANGHAI
from requests_app.catalogue.checks import demand_order
from requests_app.catalogue.shelf import (
    MODELS,
    Draft,
    read_shelves,
    rows_of,
    with_row,
    write_versions,
)
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.snapshot import forget_catalogue
from requests_app.catalogue.terms import Catalogue, Term
from requests_app.catalogue.writing import Difference, content_digest, differences
from requests_app.models.versioned import Versioned

# The first catalogue of a station has always been in force: a request entered late, for a
# day before the station opened its portal, finds its items too.
FIRST_DAY = date(2000, 1, 1)
LOAD_LOCK = 0x6361_7461  # "cata": one load at a time


@dataclass(frozen=True, kw_only=True)
class KeptRow:
    """A row that somebody edited or withdrew here, and that the load left alone.

    `is_default_new` says that the shipped row has changed since the edit.
    """

    noun: str
    code: str
    differences: tuple[Difference, ...] = ()
    is_default_new: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What a load did, or would do: (noun, code) of rows, and the rows it kept as edited."""

    inserted: tuple[tuple[str, str], ...]
    updated: tuple[tuple[str, str], ...]
    kept: tuple[KeptRow, ...]
    unchanged: int
    is_dry_run: bool


@dataclass
class _Plan:
    """The load as far as it has been thought through."""

    drafts: list[Draft] = field(default_factory=list)
    ended: dict[type[Versioned], list[int]] = field(default_factory=dict)
    inserted: list[tuple[str, str]] = field(default_factory=list)
    updated: list[tuple[str, str]] = field(default_factory=list)
    kept: list[KeptRow] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def load_catalogue(
    *, now: datetime, dry_run: bool = False, defaults: Catalogue | None = None
) -> LoadReport:
    """Insert what is missing, renew what nobody edited, and show what was kept.

    May be run at every start: a second run changes nothing. Rows in force that are not
    among the defaults stay. The outcome as a whole, edits included, must be in order
    (references, recusal), else CatalogueError is raised and nothing is written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    wanted = default_catalogue() if defaults is None else defaults
    stored = read_shelves(None)
    today = now.astimezone(SHANGHAI).date()
    plan = _Plan()
    for model in MODELS:
        _plan_table(plan, model, rows_of(wanted, model), today=today)
    outcome = stored
    for draft in plan.drafts:
        outcome = with_row(outcome, draft.content)
    demand_order(outcome)
    if not dry_run:
        _carry_out(plan, today=today)
    return LoadReport(
        inserted=tuple(plan.inserted),
        updated=tuple(plan.updated),
        kept=tuple(plan.kept),
        unchanged=plan.unchanged,
        is_dry_run=dry_run,
    )


def _plan_table(
    plan: _Plan, model: type[Versioned], wanted: tuple[Term, ...], *, today: date
) -> None:
    rows = model._default_manager.order_by("code", "version").select_for_update()
    latest = {row.code: row for row in rows}
    for content in wanted:
        row = latest.get(content.code)
        if row is None:
            _insert(plan, model, content, valid_from=today if latest else FIRST_DAY)
        elif row.valid_to is not None:
            plan.kept.append(KeptRow(noun=model.noun, code=row.code, is_withdrawn=True))
        else:
            _compare(plan, row, content, today=today)


def _insert(plan: _Plan, model: type[Versioned], content: Term, *, valid_from: date) -> None:
    plan.inserted.append((model.noun, content.code))
    plan.drafts.append(
        Draft(
            model=model,
            content=content,
            version=1,
            valid_from=valid_from,
            is_edited=False,
            default_digest=content_digest(content),
        )
    )


def _compare(plan: _Plan, row: Versioned, content: Term, *, today: date) -> None:
    here = row.as_terms()
    found = differences(here, content)
    digest = content_digest(content)
    # A change made past the admin, by hand in SQL, is somebody's edit as well.
    is_edited = row.is_edited or content_digest(here) != row.default_digest
    if not found:
        plan.unchanged += 1
    elif is_edited:
        plan.kept.append(
            KeptRow(
                noun=row.noun,
                code=row.code,
                differences=found,
                is_default_new=row.default_digest != digest,
            )
        )
    else:
        plan.updated.append((row.noun, row.code))
        plan.ended.setdefault(type(row), []).append(row.pk)
        plan.drafts.append(
            Draft(
                model=type(row),
                content=content,
                version=row.version + 1,
                valid_from=max(today, row.valid_from),
                is_edited=False,
                default_digest=digest,
            )
        )


def _carry_out(plan: _Plan, *, today: date) -> None:
    for model, ids in plan.ended.items():
        for row in model._default_manager.filter(pk__in=ids):
            model._default_manager.filter(pk=row.pk).update(valid_to=max(today, row.valid_from))
    write_versions(plan.drafts)
    forget_catalogue()
