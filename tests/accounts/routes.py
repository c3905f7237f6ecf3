"""Every address of the station, with a path that reaches it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

_SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}


@dataclass(frozen=True)
class Route:
    """One view: its namespaces, its name and a path that reaches it."""

    namespaces: tuple[str, ...]
    name: str
    path: str
    is_public: bool  # marked login_not_required

    def __str__(self) -> str:
        return f"{':'.join((*self.namespaces, self.name))} {self.path}"


def all_routes(urlconf: str = "station.urls") -> list[Route]:
    """Walk the resolver."""
    return list(_walk(get_resolver(urlconf), (), "/"))


def _walk(resolver: URLResolver, namespaces: tuple[str, ...], before: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = before + _sample(entry)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner, path)
        else:
            yield Route(
                namespaces,
                str(entry.name or ""),
                path,
                not getattr(entry.callback, "login_required", True),
            )


def _sample(entry: URLPattern | URLResolver) -> str:
    if isinstance(entry.pattern, RoutePattern):
        route = str(entry.pattern)
        return re.sub(
            r"<(?:(\w+):)?\w+>", lambda found: _SAMPLES.get(found[1] or "str", "x"), route
        )
    text, names = normalize(entry.pattern.regex.pattern)[0]
    return text % dict.fromkeys(names, "members")
