"""The reference page: the published schema as plain HTML, without a script.

Drawn from the schema alone, so that page and schema cannot say different things.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from station.api.errors import PROBLEMS
from station.api.openapi import SCHEME, Schema, schema_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, a header or a field of a body; ``name`` is dotted where it is nested."""

    name: str
    kind: str
    words: str = ""
    where: str = ""  # query, header, path
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One status of an operation. ``codes`` names the problems it may stand for."""

    status: str
    words: str
    codes: tuple[str, ...]
    headers: tuple[Field, ...]
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    summary: str
    words: str
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body_type: str
    body: tuple[Field, ...]
    example: str
    answers: tuple[Answer, ...]


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every operation, every problem and every scope in the reader's language."""
    schema = schema_now()
    flow = schema["components"]["securitySchemes"][SCHEME]["flows"]["clientCredentials"]
    context = {
        "info": schema["info"],
        "operations": list(operations_of(schema)),
        "problems": PROBLEMS.items(),
        "scopes": flow["scopes"].items(),
    }
    response = render(request, "api/reference.html", context)
    response["Cache-Control"] = "no-store"
    return response


def operations_of(schema: Schema) -> Iterator[Operation]:
    """Return the operations in the schema's order."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield _operation(schema, path, method, operation)


def _operation(schema: Schema, path: str, method: str, told: Schema) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    body_type = next(iter(content), "")
    body = content.get(body_type, {})
    needs = [scope for each in told["security"] for scope in each.get(SCHEME, [])]
    return Operation(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        words=told["description"],
        scopes=tuple(needs),
        parameters=tuple(_parameter(each) for each in told.get("parameters", [])),
        body_type=body_type,
        body=tuple(_fields(schema, body.get("schema", {}))),
        example=_example(body),
        answers=tuple(_answer(schema, *each) for each in told["responses"].items()),
    )


def _parameter(told: Schema) -> Field:
    return Field(
        name=told["name"],
        kind=_kind(told["schema"]),
        words=told.get("description", ""),
        where=told["in"],
        is_required=told.get("required", False),
    )


def _answer(schema: Schema, status: str, told: Schema) -> Answer:
    content: Schema = next(iter(told.get("content", {}).values()), {})
    is_problem = content.get("schema", {}).get("$ref", "").endswith("/ProblemShape")
    headers = (
        Field(name=name, kind=_kind(each["schema"]), words=each.get("description", ""))
        for name, each in told.get("headers", {}).items()
    )
    return Answer(
        status=status,
        words="" if is_problem else told["description"],
        codes=tuple(told["description"].split(", ")) if is_problem else (),
        headers=tuple(headers),
        fields=() if is_problem else tuple(_fields(schema, content.get("schema", {}))),
        example="" if is_problem else _example(content),
    )


def _example(content: Schema) -> str:
    for example in content.get("examples", {}).values():
        return json.dumps(example["value"], ensure_ascii=False, indent=2)
    return ""


def _fields(schema: Schema, part: Schema, prefix: str = "") -> Iterator[Field]:
    """Walk a part of the schema; nested fields come dotted, those of rows with []."""
    whole = _resolved(schema, part)
    required = whole.get("required", [])
    for name, each in whole.get("properties", {}).items():
        inner = _resolved(schema, each)
        rows = _resolved(schema, inner.get("items", {})) if inner.get("type") == "array" else {}
        yield Field(
            name=prefix + name,
            kind=_kind(inner),
            words=_words(each.get("description", inner.get("description", ""))),
            is_required=name in required,
        )
        yield from _fields(schema, inner, f"{prefix}{name}.")
        yield from _fields(schema, rows, f"{prefix}{name}[].")


def _words(description: str) -> str:
    """Return a description on one line; the generator lists the values of a choice below it."""
    words, _gap, values = description.partition("\n\n")
    plain = values.replace("`", "").replace(" - ", ": ")
    listed = [line.strip("* ") for line in plain.split("\n")]
    return f"{words} ({'; '.join(listed)})" if values else words


def _resolved(schema: Schema, part: Schema) -> Schema:
    """Follow a reference, also one that is wrapped because null or a description stands beside."""
    for wrapper in ("allOf", "oneOf"):
        for each in part.get(wrapper, []):
            if "$ref" in each:
                return _resolved(schema, each)
    if "$ref" in part:
        found: Schema = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
        return found
    return part


def _kind(part: Mapping[str, Any]) -> str:
    """Return type and limits in a few words of the schema's own."""
    types = part.get("type", "object")
    kinds = [types] if isinstance(types, str) else list(types)
    told = " | ".join(kinds)
    if "enum" in part:
        told = " | ".join(json.dumps(each) for each in part["enum"])
    limits = [
        f"{label} {part[name]}"
        for name, label in (
            ("minimum", "≥"),
            ("maximum", "≤"),
            ("maxLength", "≤"),
            ("format", ""),
            ("default", "="),
        )
        if part.get(name) not in (None, "")
    ]
    return ", ".join([told, *(each.strip() for each in limits)])
