"""The town's rows: built by the verbs once a process, laid down again for every test."""

import copy
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pghistory.models
import time_machine
from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from members import queries
from members.queries import forget_calendar
from requests_app.catalogue import snapshot
from requests_app.catalogue.snapshot import forget_catalogue
from tests.town import MONDAY, Town, build_town, found_town


def lay_down_town() -> Town:
    """Put the town into the database as its verbs leave it, in a thirtieth of their time.

    The rows were checked when the verbs wrote them. A superuser, as in this suite's own cluster,
    need not have foreign keys checked again and history written again: two thirds of the time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        is_quiet = _set_role(cursor, "replica")
        for table, lines in _rows_of_the_town().items():
            if is_quiet or table not in _history():
                with cursor.copy(f"COPY {table} FROM STDIN") as laid:
                    laid.write(lines)
        _set_role(cursor, "origin")
    _remember()
    return found_town()


def _remember() -> None:
    """Put what a process knows of the town's catalogue and calendar into its memory.

    The rows are the same in every test, down to their ids: reading them took as long as laying
    them down. The rows of playbooks are shared, as between the requests of a process: nobody may
    change them. Single items are left to be asked for, as in a process that has just begun.
    """
    catalogue, calendar = _known()
    snapshot._memory = copy.copy(catalogue)
    snapshot._memory.catalogues = dict(catalogue.catalogues)
    snapshot._memory.playbooks = dict(catalogue.playbooks)
    snapshot._memory.items = {}
    snapshot._memory.looked_at = time.monotonic()
    queries._rows = replace(calendar, loaded_at=time.monotonic())


@cache
def _known() -> tuple[snapshot._Memory, queries._CalendarRows]:
    """Read the catalogue and the calendar of the town that stands in the database."""
    forget_catalogue()
    forget_calendar()
    snapshot.current_catalogue(MONDAY.date())
    snapshot.playbook_steps("", MONDAY.date())
    return snapshot._memory, queries._calendar_rows()


def _set_role(cursor: CursorWrapper, role: str) -> bool:
    """Switch triggers off (``replica``) or on, as far as this account may; return whether."""
    cursor.execute(
        "SELECT set_config('session_replication_role', %s, true)"
        " WHERE current_setting('is_superuser') = 'on'",
        [role],
    )
    return cursor.fetchone() is not None


@cache
def _rows_of_the_town() -> Mapping[str, bytes]:
    """Return what the town adds to each table."""
    before = _all_rows()
    after: Mapping[str, list[bytes]] = {}
    with transaction.atomic(), time_machine.travel(MONDAY, tick=False):
        build_town()
        after = _all_rows()
        transaction.set_rollback(True)
    return {
        table: b"".join(lines[len(before[table]) :])
        for table, lines in after.items()
        if len(lines) > len(before[table])
    }


def _all_rows() -> Mapping[str, list[bytes]]:
    """Return the lines of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for model in filter(_has_table, apps.get_models(include_auto_created=True)):
            with cursor.copy(f"COPY {_named(model)} TO STDOUT") as found:
                rows[_named(model)] = b"".join(found).splitlines(keepends=True)
    return rows


@cache
def _history() -> frozenset[str]:
    """Return the tables that triggers of others write."""
    return frozenset(
        _named(model) for model in apps.get_models() if issubclass(model, pghistory.models.Event)
    )


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _named(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(f.column) for f in model._meta.local_concrete_fields if not f.generated]
    return f"{quote(model._meta.db_table)} ({', '.join(columns)})"
