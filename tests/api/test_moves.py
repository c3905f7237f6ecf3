"""One move with If-Match: by the verb of the desk, on the state that was read, once."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import AccessEntry, ApiScope
from requests_app.due import take_timer
from requests_app.lifecycle import Via
from requests_app.models import Event, Request, Timer
from requests_app.moves import StaleRequest
from requests_app.stages.routing.service import sign_for
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, Machine, data_of, new_key, problem_of
from tests.desk.cases import HARASSED, dispatched, register
from tests.town import MONDAY, Town

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def etag_of(machine: Machine, row: Request) -> str:
    answer = machine.get(f"{REQUESTS}/{row.number}")
    assert answer.status_code == 200
    return answer.headers["ETag"]


def state_of(row: Request) -> str:
    return Request.objects.values_list("state", flat=True).get(pk=row.pk)


@pytest.fixture
def row(town: Town) -> Request:
    """A request that waits at the street."""
    return dispatched(town)


@pytest.fixture
def handler(town: Town, row: Request, machine_of: MachineOf) -> Machine:
    """A machine that may sign there."""
    return machine_of(town.street_handler)


def test_a_move_answers_with_the_request_as_it_is_now(
    town: Town, row: Request, handler: Machine
) -> None:
    answer = handler.move(row.number, etag_of(handler, row))
    told = data_of(answer)
    assert (told["state"], told["version"], told["moves"]) == ("signed", row.version + 1, [])
    assert answer.headers["ETag"] == etag_of(handler, row)
    fresh = Request.objects.get(pk=row.pk)
    assert fresh.handler == town.street_handler
    event = Event.objects.get(request=row, kind="request.signed")
    assert (event.via, event.actor) == ("api", town.street_handler)
    assert not Timer.objects.filter(request=row, rule="sign_for", done_at=None).exists()


def test_a_second_call_finds_the_request_changed_then_the_move_gone(
    row: Request, handler: Machine
) -> None:
    first = handler.move(row.number, etag_of(handler, row))
    old = f'"{row.version}-'
    assert not first.headers["ETag"].startswith(old)
    again = handler.move(row.number, etag_of(handler, row).replace("5-", "4-"))
    assert again.status_code == 412
    problem_of(again, "state_changed")
    now = handler.move(row.number, again.headers["ETag"])
    assert now.status_code == 409
    problem_of(now, "move_illegal")
    assert Event.objects.filter(request=row, kind="request.signed").count() == 1


def test_without_if_match_nothing_is_moved(row: Request, handler: Machine) -> None:
    for header in (None, "", "*", " * "):
        answer = handler.move(row.number, header)
        assert answer.status_code == 428, header
        problem_of(answer, "state_unnamed")
    assert state_of(row) == "dispatched"


def test_a_stale_tag_is_refused_with_the_current_one(
    town: Town, row: Request, handler: Machine, machine_of: MachineOf
) -> None:
    etag = etag_of(handler, row)
    sign_for(row.pk, actor=town.street_handler, version=row.version, now=MONDAY)
    answer = handler.move(row.number, etag)
    assert answer.status_code == 412
    told = problem_of(answer, "state_changed")
    assert answer.headers["ETag"] == etag_of(handler, row) != etag
    assert "二十个人" not in json.dumps(told, ensure_ascii=False)


def test_tags_that_name_no_state_of_this_request_are_refused(
    town: Town, row: Request, handler: Machine
) -> None:
    other = dispatched(town, story="食堂的饭菜馊了，好几个人拉肚子。")
    foreign = etag_of(handler, other)
    assert other.version == row.version
    etag = etag_of(handler, row)
    for header in (
        foreign,
        f"W/{etag}",
        etag.strip('"'),
        '"4"',
        '"4-000000000000.00000000000000000000"',
        '"',
        "nonsense",
    ):
        answer = handler.move(row.number, header)
        assert answer.status_code == 412, header
        problem_of(answer, "state_changed")
    assert state_of(row) == "dispatched"
    data_of(handler.move(row.number, f'{foreign}, "other", {etag}'))


def test_a_timer_or_another_language_makes_no_reader_stale(
    town: Town, row: Request, handler: Machine
) -> None:
    path = f"{REQUESTS}/{row.number}"
    etag = handler.get(path, **{"Accept-Language": "en"}).headers["ETag"]
    timer = Timer.objects.get(request=row, rule="sign_for")
    later = timer.due_at + timedelta(minutes=1)
    with time_machine.travel(MONDAY + timedelta(minutes=50), tick=False):
        assert take_timer(timer.pk, via=Via.CELERY, now=later)
        assert handler.get(path).headers["ETag"] != etag
        data_of(handler.move(row.number, etag))


def test_whoever_was_faster_between_look_and_verb_wins(
    town: Town, row: Request, handler: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = etag_of(handler, row)

    def faster(*_args: object) -> Request:
        raise StaleRequest(row.number)

    monkeypatch.setattr("station.api.v1.moves.MOVES", {"sign_for": faster})
    answer = handler.move(row.number, etag)
    assert answer.status_code == 412
    assert answer.headers["ETag"] == etag


def test_a_move_the_state_lacks_is_a_conflict(
    town: Town, handler: Machine, machine_of: MachineOf
) -> None:
    made = register(town)
    fresh = Request.objects.get(pk=made.request_id)
    machine = machine_of(town.worker)
    answer = machine.move(fresh.number, etag_of(machine, fresh))
    assert answer.status_code == 409
    problem_of(answer, "move_illegal")


def test_bodies_that_name_no_move_are_refused(row: Request, handler: Machine) -> None:
    etag = etag_of(handler, row)
    path = f"{REQUESTS}/{row.number}/moves"
    wrong: list[tuple[object, str, str]] = [
        ({}, "/move", "required"),
        ({"move": None}, "/move", "null"),
        ({"move": "close"}, "/move", "invalid_choice"),
        ({"move": "sense"}, "/move", "invalid_choice"),  # the machine's own
        ({"move": ["sign_for"]}, "/move", "invalid_choice"),
        ({"move": "sign_for", "state": "closed"}, "/state", "unknown"),
        ([], "", "invalid"),
    ]
    for body, pointer, code in wrong:
        told = problem_of(handler.post(path, body, **{"If-Match": etag}), "body_invalid")
        assert [(each["pointer"], each["code"]) for each in told["errors"]] == [(pointer, code)]
    problem_of(handler.post(path, "{", **{"If-Match": etag}), "body_unreadable")
    assert state_of(row) == "dispatched"


# ---- who may ----------------------------------------------------------------------


def test_who_sees_and_may_not_sign_is_refused(
    town: Town, row: Request, machine_of: MachineOf
) -> None:
    for account in (town.worker, town.head, town.county_handler, town.auditor):
        machine = machine_of(account)
        assert data_of(machine.get(f"{REQUESTS}/{row.number}"))["moves"] == []
        answer = machine.move(row.number, etag_of(machine, row))
        assert answer.status_code == 403, account
        problem_of(answer, "move_not_allowed")
    assert state_of(row) == "dispatched"


def test_who_does_not_see_it_finds_nothing(
    town: Town, row: Request, handler: Machine, machine_of: MachineOf
) -> None:
    etag = etag_of(handler, row)
    answers = [
        machine_of(account).move(row.number, etag)
        for account in (town.stranger, town.street_tied, town.system_admin)
    ]
    answers.append(machine_of(town.stranger).move("YQ26112300000", None))
    answers.append(machine_of(town.stranger).move("%00", None))
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    problem_of(answers[0], "not_found")


def test_the_scope_is_asked_for(town: Town, row: Request, machine_of: MachineOf) -> None:
    machine = machine_of(town.street_handler, ApiScope.READ, ApiScope.WRITE, ApiScope.WORDS)
    answer = machine.move(row.number, etag_of(machine, row))
    assert answer.status_code == 403
    problem_of(answer, "scope_missing")
    assert state_of(row) == "dispatched"


def test_a_move_without_the_scope_for_words_shows_none(
    town: Town, row: Request, machine_of: MachineOf
) -> None:
    machine = machine_of(town.street_handler, ApiScope.READ, ApiScope.MOVE)
    told = data_of(machine.move(row.number, etag_of(machine, row)))
    assert told["words"] is None
    assert not AccessEntry.objects.exists()


def test_signing_a_confidential_request_opens_its_words_and_is_noted(
    town: Town, machine_of: MachineOf
) -> None:
    row = dispatched(town, story=HARASSED)
    signer = {
        town.station.pk: town.worker,
        town.street.pk: town.street_handler,
        town.county.pk: town.county_handler,
        town.city.pk: town.city_handler,
    }[row.holder_id or 0]
    machine = machine_of(signer)
    etag = etag_of(machine, row)
    before = AccessEntry.objects.count()
    told = data_of(machine.move(row.number, etag))
    assert "骚扰" in told["words"]["story"]
    assert AccessEntry.objects.count() == before == 1  # ten minutes are one reading
    assert {entry.account for entry in AccessEntry.objects.all()} == {signer}


def test_a_move_needs_no_idempotency_key_and_takes_no_notice_of_one(
    row: Request, handler: Machine
) -> None:
    headers = {"If-Match": etag_of(handler, row), "Idempotency-Key": new_key()}
    path = f"{REQUESTS}/{row.number}/moves"
    data_of(handler.post(path, {"move": "sign_for"}, **headers))


# ---- statements -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "statements"),
    [
        ([ApiScope.READ, ApiScope.MOVE], 10),
        ([ApiScope.READ, ApiScope.MOVE, ApiScope.WORDS], 11),
    ],
)
def test_a_move_takes_ten_statements_and_one_for_the_entry(
    town: Town, row: Request, machine_of: MachineOf, scopes: list[ApiScope], statements: int
) -> None:
    machine = machine_of(town.street_handler, *scopes)
    etag = etag_of(machine, row)
    with CaptureQueriesContext(connection) as seen:
        data_of(machine.move(row.number, etag))
    plain = [each["sql"] for each in seen if not each["sql"].startswith(TRANSACTION_WORDS)]
    # the caller; the request; of the verb: scope, lock, update, event, timer, three of the playbook
    assert len(plain) == statements, [each[:80] for each in plain]
