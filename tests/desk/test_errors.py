"""Error pages answer without database, in plain words, and do not tell unknown from forbidden."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from station import errors

FACTORY = RequestFactory()
PAGES: dict[str, tuple[Callable[[HttpRequest], HttpResponse], int]] = {
    "bad request": (errors.bad_request, 400),
    "forbidden": (errors.forbidden, 403),
    "not found": (errors.not_found, 404),
    "broken": (errors.broken, 500),
    "token missing": (errors.csrf_failed, 403),
    "too large": (errors.too_large, 413),
    "too many": (lambda request: errors.too_many(request, retry_after=61), 429),
}


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize("path", ["/x/", "/desk/x/"])
def test_error_page_answers_in_both_languages(name: str, path: str) -> None:
    view, status = PAGES[name]
    response = view(FACTORY.get(path))
    body = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert 'lang="en"' in body
    assert "回到" in body


def test_unknown_and_forbidden_give_the_same_bytes() -> None:
    unknown = errors.not_found(FACTORY.get("/desk/requests/1/"), Http404("no row"))
    hidden = errors.not_found(FACTORY.get("/desk/requests/2/"), Http404("not yours"))
    assert unknown.content == hidden.content


def test_the_reason_is_not_told() -> None:
    for view in (errors.not_found, errors.forbidden, errors.bad_request):
        response = view(FACTORY.get("/x/"), PermissionDenied("restaurant 17"))
        assert "restaurant" not in response.content.decode()


@pytest.mark.parametrize(
    ("reason", "status"), [(RequestDataTooBig("big"), 413), (SuspiciousOperation("odd"), 400)]
)
def test_a_refusal_for_size_says_so(reason: Exception, status: int) -> None:
    assert errors.bad_request(FACTORY.post("/x/"), reason).status_code == status


def test_the_wait_is_told_in_whole_minutes() -> None:
    response = errors.too_many(FACTORY.get("/x/"), retry_after=61)
    assert response["Retry-After"] == "61"
    assert "2分钟" in response.content.decode()
