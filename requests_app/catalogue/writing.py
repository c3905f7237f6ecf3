"""Terms as columns of a database row, as a digest, and compared field by field.

Pure: no database, no clock.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Any

from requests_app.catalogue.facts import Condition
from requests_app.catalogue.terms import Term


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of a row: what stands here, and what the other side says."""

    field: str
    here: object
    default: object


def column_names(kind: type[Term]) -> tuple[str, ...]:
    """The fields that make up the content of a row; `row_id` only says where it came from."""
    return tuple(each.name for each in fields(kind) if each.compare)


def columns_of(row: Term) -> dict[str, Any]:
    """Content of a row as column values: tuples become lists, "nothing raised" becomes ""."""
    values = {name: _as_column(getattr(row, name)) for name in column_names(type(row))}
    for name in ("urgency", "level"):
        if name in values and values[name] is None:
            values[name] = ""
    return values


def _as_column(value: object) -> object:
    if isinstance(value, Condition):
        return value.as_row()
    if is_dataclass(value):
        return {each.name: _as_column(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_as_column(each) for each in value]
    return value


def content_digest(row: Term) -> str:
    """SHA-256 over everything in the row that is not simply the default of its field.

    A field that a later release adds with a default leaves old digests as they were.
    """
    text = json.dumps(_essence(row), ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _essence(value: object) -> object:
    if is_dataclass(value):
        return {
            each.name: _essence(getattr(value, each.name))
            for each in fields(value)
            if each.compare and getattr(value, each.name) != each.default
        }
    if isinstance(value, tuple):
        return [_essence(each) for each in value]
    return value


def differences(here: Term, default: Term) -> tuple[Difference, ...]:
    """Every field in which a row of the database differs from the shipped one."""
    return tuple(
        Difference(field=name, here=getattr(here, name), default=getattr(default, name))
        for name in column_names(type(default))
        if getattr(here, name) != getattr(default, name)
    )
