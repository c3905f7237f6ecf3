"""Seal and open the texts of a request under the request's own key.

Context binds a sealed text to its place, so a blob copied to another request or field does
not open. Callers have checked who may read (queries.py).
"""

from dataclasses import dataclass

from members.keys import new_wrapped_key, open_key
from members.privacy import seal, unseal
from requests_app.models import Request, RequestKey


@dataclass(frozen=True, slots=True)
class RequestVault:
    """The opened key of one request. Lives only as long as the verb or view that made it."""

    number: str
    key: bytes
    master_id: str
    wrapped: bytes

    @classmethod
    def fresh(cls, number: str) -> "RequestVault":
        """Make a new key for a request that is about to be inserted."""
        made = new_wrapped_key()
        return cls(number, made.plain, made.master_id, made.wrapped)

    @classmethod
    def of(cls, number: str, row: RequestKey) -> "RequestVault":
        """Open the stored key of a request."""
        wrapped = bytes(row.wrapped)
        return cls(number, open_key(wrapped), row.master_id, wrapped)

    @classmethod
    def of_request(cls, request: Request) -> "RequestVault":
        """Open the key of a request: one statement. Raises RequestKey.DoesNotExist once erased."""
        return cls.of(request.number, RequestKey.objects.get(request=request))

    def seal_bytes(self, content: bytes, field: str) -> bytes:
        """Seal content for one named field of this request."""
        return seal(content, key=self.key, key_id=KEY_ID, context=f"{self.number}/{field}")

    def open_bytes(self, blob: bytes | memoryview, field: str) -> bytes:
        """Open content of one named field; raises when it was moved or changed."""
        return unseal(bytes(blob), keys={KEY_ID: self.key}, context=f"{self.number}/{field}")

    def seal_text(self, text: str, field: str) -> bytes:
        """Seal a text for one named field of this request."""
        return self.seal_bytes(text.encode(), field)

    def open_text(self, blob: bytes | memoryview, field: str) -> str:
        """Open a text of one named field; raises when it was moved or changed."""
        return self.open_bytes(blob, field).decode()


KEY_ID = "request"
