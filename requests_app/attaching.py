"""Files of a request: sealed under its key, stored under a random name, gone with a rollback."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from members.models import Account
from requests_app.clean_file import CleanFile
from requests_app.models import Attachment, Request
from requests_app.models.attachment import Purpose
from requests_app.sealing import RequestVault


@contextmanager
def files_of_a_commit() -> Iterator[list[str]]:
    """Collect the names of stored files; a rolled-back verb removes them again."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def attach(
    request: Request,
    file: CleanFile,
    vault: RequestVault,
    stored: list[str],
    *,
    now: datetime,
    purpose: Purpose = Purpose.REPORT,
    actor: Account | None = None,
) -> Attachment:
    """Store one sealed file under a random name, which goes to ``stored``: one statement."""
    name = secrets.token_hex(24)
    sealed = vault.seal_bytes(file.content, f"file/{name}")
    stored.append(f"attachments/{name[:2]}/{name}")
    return Attachment.objects.create(
        request=request,
        stored_as=default_storage.save(stored[-1], ContentFile(sealed)),
        content_type=file.content_type,
        size=len(file.content),
        purpose=purpose,
        added_at=now,
        added_by=actor,
    )
