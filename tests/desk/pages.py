"""The pages of one request as the tests ask for them."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from requests_app.models import Event, Request


def path_of(row: Request, rest: str = "") -> str:
    """Return the address of a request's page, or of one below it."""
    return f"/desk/requests/{row.number}/{rest}"


def page_of(client: Client, row: Request, rest: str = "") -> str:
    """Return a page that must be there."""
    answer = client.get(path_of(row, rest))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, row: Request, rest: str, /, **fields: object) -> HttpResponse:
    """Post a form with the version as it stands, unless another is given."""
    version = Request.objects.values_list("version", flat=True).get(pk=row.pk)
    return client.post(path_of(row, rest), {"version": version, **fields})  # type: ignore[return-value]


def accepted(client: Client, row: Request, rest: str, /, **fields: object) -> str:
    """Post a form that must be taken; return where it leads."""
    answer = send(client, row, rest, **fields)
    assert answer.status_code == 303, said(answer)
    return answer.headers["Location"]


def errors_in(page: str) -> list[str]:
    """Return the errors that stand beside fields and above the form."""
    beside = re.findall(r'<p class="error"[^>]*>(.*?)</p>', page, re.DOTALL)
    above = re.findall(r'<li class="error">(.*?)</li>', page, re.DOTALL)
    told = (
        re.sub(r"<svg.*?</svg>|<[^>]+>", "\n", each, flags=re.DOTALL) for each in beside + above
    )
    return [unescape(line.strip()) for each in told for line in each.split("\n") if line.strip()]


def said(answer: HttpResponse) -> str:
    """Return what a refused form says, for the message of a failing test."""
    page = answer.content.decode()
    return f"{answer.status_code}: {errors_in(page) or page[:300]}"


def value_of(page: str, name: str) -> str:
    """Return what stands in a text field."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if area:
        return unescape(area[1].removeprefix("\n"))
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def words_in(page: str) -> str:
    """Return a page as it reads: without tags, blanks run together."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def kinds_of(row: Request) -> list[str]:
    """Return the kinds of a request's events, oldest first."""
    return list(Event.objects.filter(request=row).order_by("seq").values_list("kind", flat=True))
