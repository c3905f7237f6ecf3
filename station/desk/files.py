"""Attachments, opened for those who may read the words. Handed out as downloads only."""

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.catalogue.snapshot import current_catalogue
from requests_app.models import Attachment, RequestKey
from requests_app.queries import accesses_of, may_read_words, visible_to
from requests_app.reading_access import note_file_view
from requests_app.sealing import RequestVault
from station.desk.access import Visitor, staff_page

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@require_safe
@staff_page
def request_file(
    _request: HttpRequest, visitor: Visitor, number: str, file_id: int
) -> HttpResponse:
    """Hand out one attachment; unknown, forbidden and erased ones end alike.

    Pictures on the request page come through here as well: an image element does not mind
    the disposition, and nothing sent by a stranger ever opens as a page of ours.
    """
    row = visible_to(visitor.scope).filter(number=number.replace("\x00", "")).first()
    accesses = accesses_of(current_catalogue(timezone.localdate(visitor.now)))
    if row is None or not may_read_words(visitor.scope, row, accesses):
        raise Http404
    file = Attachment.objects.filter(pk=file_id, request=row).first()
    key = RequestKey.objects.filter(request=row).first()
    if file is None or key is None or file.content_type not in SUFFIXES:
        raise Http404
    note_file_view(row, file_id, actor=visitor.account, now=visitor.now)
    name = PurePosixPath(file.stored_as).name
    with default_storage.open(file.stored_as) as stored:
        content = RequestVault.of(row.number, key).open_bytes(stored.read(), f"file/{name}")
    response = HttpResponse(content, content_type=file.content_type)
    suffix = SUFFIXES[file.content_type]
    response["Content-Disposition"] = f'attachment; filename="{row.number}-{file_id}.{suffix}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
