"""The published schema is valid, whole and true; the reference page says the same in HTML."""

import json
import re
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from members.models import ApiScope
from station.api.errors import PROBLEMS
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, problem_of
from tests.desk.cases import dispatched
from tests.town import Town

SCHEMA = "/api/v1/schema"
DOCS = "/api/v1/docs"
OPERATIONS = {
    ("post", "/api/oauth/token"),
    ("get", "/api/v1/requests"),
    ("post", "/api/v1/requests"),
    ("get", "/api/v1/requests/{number}"),
    ("post", "/api/v1/requests/{number}/moves"),
}


def schema_in(language: str = "zh-hans") -> dict[str, Any]:
    answer = Client().get(SCHEMA, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(answer.content)
    return body


def operations(schema: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): told
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    }


def validator(schema: dict[str, Any], name: str) -> Draft202012Validator:
    whole = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    return Draft202012Validator(whole)


def test_the_schema_is_openapi_3_1_and_valid() -> None:
    schema = schema_in()
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)
    assert set(operations(schema)) == OPERATIONS


def test_the_validation_sees_a_fault() -> None:
    broken = schema_in()
    broken["paths"]["/api/v1/requests"]["get"]["responses"] = []
    with pytest.raises(ValidationError):
        validate_schema(broken)


def test_json_and_yaml_say_the_same() -> None:
    for address, headers in (
        (f"{SCHEMA}?format=yaml", {}),
        (SCHEMA, {"Accept": "application/yaml"}),
    ):
        answer = Client().get(address, headers=headers)
        assert yaml.safe_load(answer.content) == schema_in()


def test_every_operation_names_its_scope_headers_and_examples() -> None:
    found = operations(schema_in())
    assert {key: told["security"] for key, told in found.items()} == {
        ("post", "/api/oauth/token"): [{"clientBasic": []}, {}],
        ("get", "/api/v1/requests"): [{"clientCredentials": [ApiScope.READ]}],
        ("post", "/api/v1/requests"): [{"clientCredentials": [ApiScope.WRITE]}],
        ("get", "/api/v1/requests/{number}"): [{"clientCredentials": [ApiScope.READ]}],
        ("post", "/api/v1/requests/{number}/moves"): [{"clientCredentials": [ApiScope.MOVE]}],
    }
    headers = {
        key: {each["name"] for each in told.get("parameters", []) if each["in"] == "header"}
        for key, told in found.items()
    }
    assert "Idempotency-Key" in headers["post", "/api/v1/requests"]
    assert "If-None-Match" in headers["get", "/api/v1/requests/{number}"]
    assert "If-Match" in headers["post", "/api/v1/requests/{number}/moves"]
    for told in found.values():
        assert told["summary"]
        assert told["description"]
        for body in told.get("requestBody", {}).get("content", {}).values():
            assert body["examples"]
        for status, response in told["responses"].items():
            for kind, content in response.get("content", {}).items():
                assert content.get("examples") or kind == "application/json", (told, status)


def test_every_problem_stands_in_the_schema_and_each_example_fits() -> None:
    schema = schema_in()
    codes = set()
    for told in operations(schema).values():
        for status, response in told["responses"].items():
            for content in response.get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[-1]
                for example in content.get("examples", {}).values():
                    validator(schema, name).validate(example["value"])
                    if name == "ProblemShape":
                        codes.add(example["value"]["code"])
                        assert str(example["value"]["status"]) == status
        for body in told.get("requestBody", {}).get("content", {}).values():
            name = body["schema"]["$ref"].rsplit("/", 1)[-1]
            for example in body["examples"].values():
                validator(schema, name).validate(example["value"])
    # A method that is not there belongs to no operation.
    assert codes == set(PROBLEMS) - {"method_not_allowed"}


def test_answers_fit_the_schema(town: Town, machine_of: MachineOf) -> None:
    schema = schema_in()
    row = dispatched(town)
    machine = machine_of(town.street_handler)
    listed = json.loads(machine.get(REQUESTS).content)
    read = json.loads(machine.get(f"{REQUESTS}/{row.number}").content)
    validator(schema, "PageShape").validate(listed)
    validator(schema, "RequestDetailShape").validate(read)
    validator(schema, "ReceiptShape").validate(json.loads(machine.register().content))
    answer = machine.get(f"{REQUESTS}?limit=0")
    validator(schema, "ProblemShape").validate(problem_of(answer, "parameter_invalid"))
    # The reference shows no field that is not there, and hides none that is.
    words = read["words"]
    for part, name in (
        (read, "RequestDetailShape"),
        (read["matter"], "MatterShape"),
        (read["station"], "UnitShape"),
        (read["matter"]["item"], "TermShape"),
        (words, "WordsShape"),
        (words["applicant"], "ApplicantShape"),
        (listed["requests"][0], "RequestShape"),
    ):
        assert set(part) == set(_properties(schema, name)), name
    with pytest.raises(ValidationError):
        validator(schema, "RequestDetailShape").validate(read | {"version": "4"})


def _properties(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schema["components"]["schemas"][name]["properties"]
    return found


def test_bodies_are_closed() -> None:
    schema = schema_in()
    for name in ("NewRequest", "MoveBody"):
        assert schema["components"]["schemas"][name]["additionalProperties"] is False


def test_the_schema_speaks_both_languages() -> None:
    chinese, english = schema_in(), schema_in("en")
    assert chinese["paths"].keys() == english["paths"].keys()
    summaries = [told["summary"] for told in operations(english).values()]
    assert summaries == [
        "Ask for an access token",
        "List requests",
        "Register a request",
        "Read a request",
        "Make a move",
    ]
    assert operations(chinese)["get", "/api/v1/requests"]["summary"] == "诉求列表"


def test_nobody_needs_a_token_for_schema_and_reference() -> None:
    assert Client().get(SCHEMA).status_code == 200
    assert Client().get(DOCS).status_code == 200


# ---- the reference page -----------------------------------------------------------


def test_the_reference_shows_every_operation_problem_and_scope() -> None:
    page = Client().get(DOCS).content.decode()
    for method, path in OPERATIONS:
        assert f"<b>{method.upper()}</b> {path}" in page
    for code in PROBLEMS:
        assert f'id="{code}"' in page  # where the type of a problem leads
    for scope in ApiScope:
        assert f"<code>{scope}</code>" in page
    for field in ("words.applicant.phone", "requests[].matter.holder.code", "Idempotent-Replayed"):
        assert f"<code>{field}</code>" in page


def test_the_reference_has_no_script_and_asks_nobody_else() -> None:
    answer = Client().get(DOCS)
    page = answer.content.decode()
    assert "<script" not in page
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page) == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_reference_speaks_english() -> None:
    page = Client().get(DOCS, headers={"Accept-Language": "en"}).content.decode()
    assert "API reference" in page
    assert "Register a request" in page
