"""The town's rows: built by the verbs once a process, laid down again for every test."""

from collections.abc import Mapping
from functools import cache

import pghistory.models
import time_machine
from django.apps import apps
from django.db import connection, models, transaction

from tests.town import MONDAY, Town, build_town, found_town


def lay_down_town() -> Town:
    """Put the town into the database as its verbs leave it, in a tenth of their time."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, lines in _rows_of_the_town().items():
            with cursor.copy(f"COPY {table} FROM STDIN") as laid:
                laid.write(lines)
    return found_town()


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
    """Return the lines of every table; what history keeps its watched tables' triggers write."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if issubclass(model, pghistory.models.Event) or not _has_table(model):
                continue
            with cursor.copy(f"COPY {_named(model)} TO STDOUT") as found:
                rows[_named(model)] = b"".join(found).splitlines(keepends=True)
    return rows


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _named(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(f.column) for f in model._meta.local_concrete_fields if not f.generated]
    return f"{quote(model._meta.db_table)} ({', '.join(columns)})"
