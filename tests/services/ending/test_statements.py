"""What the commonest verbs cost, to the statement (docs/performance.md). BEGIN and COMMIT apart."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.queries import working_calendar
from requests_app.catalogue.snapshot import current_catalogue, item_terms, playbook_steps
from requests_app.lifecycle import State
from requests_app.models import Request
from requests_app.models.completion import Outcome
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.reviewing import accept_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.settlement import receive_payment
from requests_app.stages.routing.service import sign_for
from tests.services.ending.acts import (
    PLEASED,
    REASON,
    REPLY,
    TODAY,
    answered,
    fresh,
    machine,
    settle,
    submit,
)
from tests.town import MONDAY, Town

MOST = 11


def statements(request: Request, act: Callable[[int], object]) -> list[str]:
    """Return what a verb sends; the process knows catalogue and calendar, as in real life."""
    current_catalogue(TODAY)
    item_terms(request.item_id)
    working_calendar(MONDAY)
    version = fresh(request).version
    with CaptureQueriesContext(connection) as seen:
        act(version)
    return [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]


def test_sign_for(town: Town, unsigned: Request) -> None:
    playbook_steps("", MONDAY.date())  # in memory, as the catalogue is

    def act(version: int) -> None:
        sign_for(unsigned.pk, actor=town.street_handler, version=version, now=MONDAY)

    sent = statements(unsigned, act)
    assert len(sent) == 8, sent
    assert len(sent) <= MOST


@pytest.mark.parametrize(("open_steps", "expected"), [(True, 10), (False, 7)])
def test_submit_result(town: Town, wage: Request, open_steps: bool, expected: int) -> None:
    if not open_steps:
        wage.steps.update(done_at=MONDAY)

    def act(version: int) -> None:
        submit_result(
            wage.pk,
            outcome=Outcome.SOLVED,
            reply=REPLY,
            rest_not_applicable=REASON,
            actor=town.street_handler,
            version=version,
            now=MONDAY,
        )

    sent = statements(wage, act)
    assert len(sent) == expected, sent
    assert len(sent) <= MOST


def test_accept_result(town: Town, wage: Request) -> None:
    submit(wage, town.street_handler)
    machine(wage)

    def act(version: int) -> None:
        accept_result(wage.pk, actor=town.county_handler, version=version, now=MONDAY)

    sent = statements(wage, act)
    assert len(sent) == 10, sent
    assert len(sent) <= MOST


def test_record_call_that_nobody_picks_up(town: Town, wage: Request) -> None:
    caller = answered(wage).assignee
    assert caller is not None

    def act(version: int) -> None:
        record_call(wage.pk, answer=None, actor=caller, version=version, now=MONDAY)

    sent = statements(wage, act)
    assert len(sent) == 6, sent
    assert len(sent) <= MOST


def test_record_call_that_closes(town: Town, wage: Request) -> None:
    caller = answered(wage).assignee
    assert caller is not None

    def act(version: int) -> None:
        said = replace(PLEASED, words="都拿到了")
        record_call(wage.pk, answer=said, note="接通", actor=caller, version=version, now=MONDAY)

    sent = statements(wage, act)
    assert fresh(wage).state == State.CLOSED
    assert len(sent) == 11, sent
    assert len(sent) <= MOST


def test_receive_payment(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)

    def act(version: int) -> None:
        receive_payment(
            wage.pk,
            instalment=1,
            amount_fen=5_000,
            paid_on=TODAY,
            actor=town.street_handler,
            version=version,
            now=MONDAY,
        )

    sent = statements(wage, act)
    assert len(sent) == 6, sent
    assert len(sent) <= MOST
