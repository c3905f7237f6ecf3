"""Whatever the schema allows, and what it does not: no 500, and every answer as published.

Schemathesis makes the calls in this process, through the whole WSGI application.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from members.models import Attempt
from station.wsgi import application
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, Machine
from tests.desk.cases import dispatched
from tests.town import Town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FEW, MANY = 25, 500
LABELS = [
    "POST /api/oauth/token",
    "GET /api/v1/requests",
    "POST /api/v1/requests",
    "GET /api/v1/requests/{number}",
    "POST /api/v1/requests/{number}/moves",
]
UNSPOILABLE = LABELS[3]  # everything in it is a text, and any text fits

type Fuzz = Callable[[str, int], None]


def budget(number: int) -> settings:
    """Return hypothesis's settings: the same examples in every run of a small budget."""
    return settings(
        max_examples=number,
        deadline=None,
        database=None,
        derandomize=number == FEW,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def connection_kept() -> Iterator[None]:
    """Call inside this test's transaction, as Django's own client does: nobody ends it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def machine(town: Town, machine_of: MachineOf) -> Machine:
    return machine_of(town.street_handler)


@pytest.fixture
def fuzz(town: Town, machine: Machine) -> Fuzz:
    """Call one operation with what it should take and with what it should not."""
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema", application)
    found = {each.ok().label: each.ok() for each in schema.get_all_operations()}
    assert list(found) == LABELS

    def run(label: str, examples: int) -> None:
        row = dispatched(town)
        etag = machine.get(f"{REQUESTS}/{row.number}").headers["ETag"]

        def call(case: Case, is_aimed: bool) -> Response:
            Attempt.objects.all().delete()
            if is_aimed and "number" in case.path_parameters:
                case.path_parameters["number"] = row.number
                case.headers["If-Match"] = etag
            headers = {} if "oauth" in label else {"Authorization": f"Bearer {machine.token}"}
            return case.call(headers=headers)

        operation = found[label]

        @budget(examples)
        @given(
            case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            is_aimed=st.booleans(),
        )
        def fitting(case: Case, is_aimed: bool) -> None:
            case.validate_response(call(case, is_aimed), checks=CHECKS)

        @budget(examples)
        @given(
            case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
            is_aimed=st.booleans(),
        )
        def unfitting(case: Case, is_aimed: bool) -> None:
            case.validate_response(call(case, is_aimed), checks=[*CHECKS, negative_data_rejection])

        with connection_kept():
            fitting()
            if label != UNSPOILABLE:
                unfitting()

    return run


@pytest.mark.parametrize("label", LABELS)
def test_a_few_calls_are_answered_as_published(fuzz: Fuzz, label: str) -> None:
    fuzz(label, FEW)


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("label", LABELS)
def test_many_calls_are_answered_as_published(fuzz: Fuzz, label: str) -> None:
    fuzz(label, MANY)
