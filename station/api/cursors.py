"""Places in a list that survive new rows: signed, and good only for the list they came from."""

import binascii
from collections.abc import Mapping
from typing import Final

from django.core import signing

_SALT: Final = "station.api.cursor"
LONGEST: Final = 400  # characters; ours are shorter


class CursorInvalid(Exception):
    """Not a cursor of ours, or of another list."""


def cursor_after(row_id: int, filters: Mapping[str, str]) -> str:
    """Return the cursor of the page that follows a row."""
    return signing.dumps([row_id, dict(filters)], salt=_SALT)


def row_before(cursor: str, filters: Mapping[str, str]) -> int:
    """Return the id of the last row already seen. Raises CursorInvalid."""
    if len(cursor) > LONGEST:
        raise CursorInvalid
    try:
        row_id, known = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, binascii.Error, ValueError) as error:
        raise CursorInvalid from error
    if known != dict(filters):
        raise CursorInvalid
    return int(row_id)
