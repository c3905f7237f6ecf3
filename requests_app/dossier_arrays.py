"""How child rows come with a request in one statement: as arrays of JSON, and back as values."""

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import JSONObject

MINE: dict[str, Any] = {"request": OuterRef("pk")}  # children of the request's own row


def array(rows: QuerySet[Any], **parts: F | Func | ArraySubquery) -> ArraySubquery:
    """Return the rows as an array of JSON objects, in their order."""
    return ArraySubquery(rows.values(json_of_row=JSONObject(**parts)))


def same(*names: str) -> dict[str, F]:
    """Return columns that keep their names."""
    return {name: F(name) for name in names}


def as_hex(column: str) -> Func:
    """Return a binary column as hex digits, whatever bytea_output says."""
    return Func(F(column), Value("hex"), function="encode", output_field=TextField())


def sealed(digits: str | None) -> bytes:
    """Return a binary column as read; empty where nothing is stored."""
    return bytes.fromhex(digits or "")


def moment(text: str) -> datetime:
    """Return a moment as read."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """Return a moment as read, None where there is none."""
    return datetime.fromisoformat(text) if text else None


def day(text: str) -> date:
    """Return a day as read."""
    return date.fromisoformat(text)
