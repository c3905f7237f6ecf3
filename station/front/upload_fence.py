"""Stop a body that is larger than any form of ours before it is written to disk."""

from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from requests_app.stages.sensing.uploads import BYTES_MAX, FILES_MAX

TEXT_ROOM: Final = 4 * 1024 * 1024
# One file more than allowed still gets its words beside the field instead of this page.
BODY_MAX: Final = (FILES_MAX + 1) * BYTES_MAX + TEXT_ROOM


class BodyFence(FileUploadHandler):
    """Looks at the announced length and passes everything on untouched."""

    def handle_raw_input(
        self,
        input_data: object,
        META: dict[str, str],  # noqa: N803 - Django's signature
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse a body that no form of the portal can have."""
        del input_data, META, boundary, encoding
        if content_length > BODY_MAX:
            raise RequestDataTooBig(f"a body of {content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on to the next handler."""
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        del file_size
