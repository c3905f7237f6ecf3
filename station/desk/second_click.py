"""A second click: what one person sends twice from one page within a few minutes.

Only the very same words to the very same address are a second click. Two instalments paid from
two old pages, or two people with one role, are two acts: the later one gets its form back.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WINDOW = timedelta(minutes=5)  # a second click, not a second thought
SALT = "station.desk.second_click"


def remember_sent(request: HttpRequest, account_id: int) -> None:
    """Note that what this POST holds has been done."""
    cache.set(_mark(request, account_id), 1, WINDOW.total_seconds())


def was_sent(request: HttpRequest, account_id: int) -> bool:
    """Whether this account has just done what this POST holds.

    Where the cache has dropped the note, the form comes back with what was typed instead.
    """
    return cache.get(_mark(request, account_id)) is not None


def _mark(request: HttpRequest, account_id: int) -> str:
    """Return the keyed digest of a POST: the cache learns nothing of what was written."""
    digest = salted_hmac(SALT, "\x00".join(_pieces(request)), algorithm="sha256").hexdigest()
    return f"act/{account_id}/{digest}"


def _pieces(request: HttpRequest) -> Iterator[str]:
    """Yield address, version, words and files, each behind its name."""
    yield request.path
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            yield repr((name, values))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = b"".join(file.chunks())
            yield repr((name, salted_hmac(SALT, content, algorithm="sha256").hexdigest()))
