"""The search rows of requests: only texts that everybody may read have one."""

from collections.abc import Iterable

from requests_app.catalogue.terms import Catalogue
from requests_app.models import Request, SearchRow


def close_search(request: Request, flags: Iterable[str], catalogue: Catalogue) -> None:
    """Take the request out of the search as soon as one of its flags restricts reading."""
    if not catalogue.may_search(flags):
        SearchRow.objects.filter(request=request).delete()
