"""What a flag asks a person to do at once: 110 within half an hour is a row with a clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from members.models import Notice
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.lifecycle import State
from requests_app.models import Flag, Request, Step
from requests_app.stages.completion.submitting import NotReady
from requests_app.stages.handling.checklist import AlarmStays, complete_step, waive_step
from requests_app.stages.routing import service
from requests_app.stages.sensing.corrections import correct_item
from tests.services.ending.acts import (
    QUESTION,
    act,
    fire_due,
    machine,
    sign,
    step_clocks,
    steps_of,
    submit,
    told_to_the_machine,
)
from tests.services.test_intake import register
from tests.town import MONDAY, Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = MONDAY + HOUR
SELF_HARM = "我不想活了，工资一直没发。"
TWO_DANGERS = "老板打人，还说要弄死我，我不想活了。"


def flags_on_list(request: Request) -> dict[str, datetime | None]:
    rows = Step.objects.filter(request=request, flag__isnull=False, done_at=None)
    return dict(rows.values_list("flag__code", "due_at"))


def test_words_of_danger_open_their_task_at_intake(town: Town) -> None:
    request = Request.objects.get(pk=register(town, form_key="f", story=SELF_HARM).request_id)
    assert (request.state, request.holder) == (State.REGISTERED, None)
    limit = MONDAY + 30 * MINUTE
    assert flags_on_list(request) == {"self_harm": limit}
    assert fire_due(request, now=limit - MINUTE) == []
    assert fire_due(request, now=limit) == ["step"]
    told = Notice.objects.filter(template="timer.step").values_list("account", flat=True)
    assert set(told) == {town.worker.pk, town.head.pk}  # nobody holds it yet: the station's
    assert fire_due(request, now=limit + HOUR) == []
    machine(request)
    assert flags_on_list(request) == {"self_harm": limit}  # read again, opened once


def test_two_dangers_have_two_clocks(town: Town) -> None:
    request = Request.objects.get(pk=register(town, form_key="f", story=TWO_DANGERS).request_id)
    assert set(flags_on_list(request)) == {"self_harm", "violence"}
    assert set(step_clocks(request)) == {0, 1}


def test_a_flag_of_triage_and_one_of_a_correction_have_clocks_of_their_own(
    town: Town, wage: Request
) -> None:
    request = told_to_the_machine(town, story=SELF_HARM)
    sign(request, town.street_handler)
    act(correct_item, request, "CRIS-03", actor=town.street_handler, now=LATER)
    assert flags_on_list(request) == {
        "self_harm": MONDAY + 30 * MINUTE,
        "violence": LATER + 30 * MINUTE,
    }
    assert step_clocks(request) == {0: MONDAY + 30 * MINUTE, 1: LATER + 30 * MINUTE}
    machine(request, now=LATER)
    first, second = steps_of(request)[:2]
    act(complete_step, request, first.pk, note="两人在场", actor=town.street_handler, now=LATER)
    assert step_clocks(request) == {1: LATER + 30 * MINUTE}  # the other one still runs
    assert fire_due(request, now=LATER + 30 * MINUTE).count("step") == 1
    assert second.is_open


def test_a_rule_that_raises_a_flag_opens_its_task_at_triage(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No shipped rule raises a flag with a task; a station may add one."""
    raised = replace(
        current_catalogue(MONDAY.date()).rules[0],
        conditions=(),
        flags=("safety",),
    )
    monkeypatch.setattr(type(raised), "holds", lambda rule, _facts: rule is raised)
    catalogue = replace(current_catalogue(MONDAY.date()), rules=(raised,))
    monkeypatch.setattr(service, "current_catalogue", lambda _on: catalogue)
    request = told_to_the_machine(town, story=QUESTION, topic="GROW")
    assert "safety" in request.flags
    assert flags_on_list(request) == {"safety": MONDAY + 30 * MINUTE}


def test_no_result_while_the_task_of_a_flag_is_open(town: Town) -> None:
    request = sign(told_to_the_machine(town, story=SELF_HARM), town.street_handler)
    step = Step.objects.get(request=request, flag__isnull=False)
    with pytest.raises(AlarmStays):
        act(waive_step, request, step.pk, reason="没事了", actor=town.street_handler)
    with pytest.raises(NotReady) as caught:
        submit(request, town.street_handler)
    assert caught.value.readiness.open_alarms == 1
    act(complete_step, request, step.pk, note="已拨打110", actor=town.street_handler)
    assert submit(request, town.street_handler).state == State.SUBMITTED


def test_a_flag_without_a_task_asks_nobody(town: Town, wage: Request) -> None:
    assert wage.flags == ["mass"]
    assert Flag.objects.in_force(MONDAY.date()).get(code="mass").task == ""
    assert flags_on_list(wage) == {}
