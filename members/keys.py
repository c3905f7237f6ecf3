"""Keys of the house: the master key, peppers, and the data keys of each purpose.

The master key and the pepper come from the environment and never enter the database.
A data key is a random key kept in a DataKey row, wrapped under the master key; blobs name
it by the row's code, so a retired key still opens what it sealed.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction

from members.due import database_now
from members.models import DataKey
from members.privacy import (
    KEY_BYTES,
    UnknownKey,
    key_id_of,
    seal,
    unseal,
    unwrap_key,
    wrap_key,
)

_opened: dict[str, bytes] = {}
_current: dict[str, str] = {}
# Keys made in a transaction that may still roll back: cached, they would seal for nobody.
_uncommitted: set[str] = set()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A fresh data key: plain for use now, wrapped for the row that keeps it."""

    plain: bytes
    wrapped: bytes
    master_id: str


@dataclass(frozen=True, slots=True)
class Sealer:
    """The current key of one purpose, for sealing many texts after one look-up."""

    key_id: str
    key: bytes

    def seal_text(self, text: str, *, context: str) -> bytes:
        """Seal one text; ``context`` names its row and field, as "member:7:name"."""
        return seal(text.encode(), key=self.key, key_id=self.key_id, context=context)


def new_wrapped_key() -> WrappedKey:
    """Return a random data key with its wrapped form. Touches no table."""
    master_id, master = _master()
    plain = secrets.token_bytes(KEY_BYTES)
    return WrappedKey(plain, wrap_key(plain, master=master, master_id=master_id), master_id)


def open_key(wrapped: bytes) -> bytes:
    """Return the plain data key. Raises SealError when the master key is another one."""
    master_id, master = _master()
    return unwrap_key(wrapped, masters={master_id: master})


def sealer_for(purpose: str) -> Sealer:
    """Return the current key of a purpose; the first use of a purpose makes the key."""
    code = _current.get(purpose)
    if code is None:
        row = _current_row(purpose) or _new_row(purpose)
        code, plain = row.code, open_key(bytes(row.wrapped))
        if code in _uncommitted:
            return Sealer(code, plain)
        _opened[code], _current[purpose] = plain, code
    return Sealer(code, _opened[code])


def seal_text(text: str, *, purpose: str, context: str) -> bytes:
    """Seal one text under the current key of the purpose."""
    return sealer_for(purpose).seal_text(text, context=context)


def unseal_text(blob: bytes, *, purpose: str, context: str) -> str:
    """Open a sealed text. Raises UnknownKey when the key is erased, SealError when moved."""
    code = key_id_of(blob)
    return unseal(blob, keys={code: _key_named(code, purpose)}, context=context).decode()


def pepper(purpose: str) -> bytes:
    """Return the 32-byte key for blind indexes and digests of one purpose."""
    return _derive(settings.INDEX_PEPPER, f"pepper:{purpose}")


def forget_keys() -> None:
    """Empty the process cache: after a rotation, and between tests."""
    _opened.clear()
    _current.clear()
    _uncommitted.clear()


def _key_named(code: str, purpose: str) -> bytes:
    if code not in _opened:
        row = DataKey.objects.filter(code=code, purpose=purpose).first()
        if row is None:
            raise UnknownKey(f"key {code} is not available")
        plain = open_key(bytes(row.wrapped))
        if code in _uncommitted:
            return plain
        _opened[code] = plain
    return _opened[code]


def _current_row(purpose: str) -> DataKey | None:
    return DataKey.objects.filter(purpose=purpose, retired_at=None).first()


def _new_row(purpose: str) -> DataKey:
    """Insert the first key of a purpose; when another process was faster, take its row."""
    code = secrets.token_hex(8)
    row = DataKey(
        code=code,
        purpose=purpose,
        wrapped=new_wrapped_key().wrapped,
        # The birth of a key is no business time, so no verb has to carry it.
        created_at=database_now(),
    )
    if connection.in_atomic_block:
        _uncommitted.add(code)
        transaction.on_commit(lambda: _uncommitted.discard(code))
    DataKey.objects.bulk_create([row], ignore_conflicts=True)
    return DataKey.objects.get(purpose=purpose, retired_at=None)


def _master() -> tuple[str, bytes]:
    secret = settings.MASTER_KEY
    return _derive(secret, "master-id").hex()[:12], _derive(secret, "master")


@lru_cache(maxsize=256)
def _derive(secret: str, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode()).derive(
        secret.encode()
    )
