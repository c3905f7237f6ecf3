"""What of an oversized body is let in: the words, never the files.

A sender who chose too many photos must get the form back with everything typed. So the files of
a body larger than any form of ours are read and dropped, and the form says beside the field
what was too much. Only a body beyond all reason is refused as a whole.
"""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from requests_app.stages.sensing.uploads import BYTES_MAX, FILES_MAX

TEXT_ROOM: Final = 4 * 1024 * 1024
# Whatever the form's own checks can judge is kept; beyond it no set of good files is possible.
BODY_MAX: Final = (FILES_MAX + 1) * BYTES_MAX + TEXT_ROOM
# Forty photos or a short film, chosen by mistake.
READ_MAX: Final = 512 * 1024 * 1024


class DroppedFile(UploadedFile[bytes]):
    """A file that was sent and not kept. Empty, so that a field which does not know it refuses."""

    def __init__(self, name: str, *, sent_bytes: int) -> None:
        super().__init__(ContentFile(b""), name=name, size=0)
        self.sent_bytes = sent_bytes


class BodyFence(FileUploadHandler):
    """Looks at the announced length; passes the files on, or drops them all."""

    drops = False

    def handle_raw_input(
        self,
        input_data: object,
        META: dict[str, str],  # noqa: N803 - Django's signature
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Decide for the whole body, before anything of it is written to disk."""
        del input_data, META, boundary, encoding
        if content_length > READ_MAX:
            raise RequestDataTooBig(f"a body of {content_length} bytes")
        self.drops = content_length > BODY_MAX

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Keep a file that is dropped from the handlers after this one."""
        super().new_file(*args, **kwargs)
        if self.drops:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass the bytes on to the next handler, or nothing."""
        del start
        return None if self.drops else raw_data

    def file_complete(self, file_size: int) -> DroppedFile | None:
        """Leave the file to the next handler, or tell that there was one."""
        return DroppedFile(self.file_name or "", sent_bytes=file_size) if self.drops else None
