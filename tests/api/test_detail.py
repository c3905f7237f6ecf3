"""One request: neutral, with its matter or with its words, and a tag for what was read."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import AccessEntry, Account, ApiScope
from requests_app.due import take_timer
from requests_app.lifecycle import Via
from requests_app.models import Request, RequestKey, Timer
from requests_app.stages.routing.service import sign_for
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, Machine, data_of, problem_of
from tests.desk.cases import HARASSED, dispatched
from tests.town import MONDAY, Town

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
VIOLENT = "老板带人打我，我被打伤住院了，欠我三个月工资。"


def address(row: Request) -> str:
    return f"{REQUESTS}/{row.number}"


def looks() -> list[tuple[str, str]]:
    rows = AccessEntry.objects.order_by("pk").values_list("account__username", "subject")
    return [(username, subject) for username, subject in rows]


# ---- words ------------------------------------------------------------------------


def test_words_come_masked_and_leave_one_entry(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town)
    told = data_of(machine_of(town.street_handler).get(address(row)))
    words = told["words"]
    assert words["story"].startswith("我们店里二十个人")
    assert words["story"].endswith("我叫〔姓名〕，电话〔电话〕。")
    assert words["applicant"] == {
        "kind": "worker",
        "is_anonymous": False,
        "name": "王*英",
        "phone": "138****5678",
    }
    assert words["approach"] == "unnamed"
    assert told["moves"] == ["sign_for"]
    assert looks() == [("linyizhou", f"request:{row.pk}")]


def test_identity_is_never_in_clear(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town, employer="汀禾餐饮，找老板13912345678")
    text = machine_of(town.street_handler).get(address(row)).content.decode()
    for told in ("王秀英", "13812345678", "13912345678"):
        assert told not in text


def test_without_the_scope_there_are_no_words_and_no_entry(
    town: Town, machine_of: MachineOf
) -> None:
    row = dispatched(town)
    told = data_of(machine_of(town.street_handler, ApiScope.READ).get(address(row)))
    assert told["words"] is None
    assert told["matter"]["item"]["code"] == "WAGE-02"
    assert looks() == []


def test_the_scope_alone_opens_nothing_that_the_account_may_not_read(
    town: Town, machine_of: MachineOf
) -> None:
    """Harassment before anybody signed: the holder's own signers, nobody else."""
    row = dispatched(town, story=HARASSED)
    assert row.holder is not None
    for account in (town.worker, town.auditor, town.city_handler):
        if account.role_assignments.get().unit_id == row.holder_id:
            continue
        told = data_of(machine_of(account).get(address(row)))
        assert told["words"] is None
        assert told["matter"] is None
        assert told["is_confidential"] is True
        assert "骚扰" not in json.dumps(told, ensure_ascii=False)
    assert looks() == []


def test_who_may_read_a_confidential_request_reads_it_and_is_noted(
    town: Town, machine_of: MachineOf
) -> None:
    row = dispatched(town, story=HARASSED)
    signer = Account.objects.filter(
        role_assignments__unit=row.holder, role_assignments__role__in=["worker", "handler"]
    ).earliest("pk")
    without = data_of(machine_of(signer, ApiScope.READ).get(address(row)))
    assert without["matter"] is None  # neutral without the scope for words
    assert looks() == []
    told = data_of(machine_of(signer).get(address(row)))
    assert told["is_confidential"] is True
    assert "骚扰" in told["words"]["story"]
    assert "harassment" in [flag["code"] for flag in told["matter"]["flags"]]
    assert looks() == [(signer.username, f"request:{row.pk}")]


def test_restricted_words_are_for_the_staff_of_holder_and_station(
    town: Town, machine_of: MachineOf
) -> None:
    row = dispatched(town, story=VIOLENT)
    assert "violence" in row.flags
    readers = {}
    for account in (town.worker, town.street_handler, town.city_handler, town.auditor):
        told = data_of(machine_of(account).get(address(row)))
        readers[account.username] = told["words"] is not None
        assert (told["matter"] is None) is not readers[account.username]
    assert readers["shenji"] is False
    assert readers["zhoumin"] is True


def test_without_the_entry_nothing_is_shown(
    town: Town, machine_of: MachineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = dispatched(town)
    machine = machine_of(town.street_handler)
    machine.http.raise_request_exception = False

    def broken(*_args: object, **_facts: object) -> None:
        raise RuntimeError("the log is away")

    monkeypatch.setattr("station.api.v1.sheets.note_view", broken)
    answer = machine.get(address(row))
    assert answer.status_code == 500
    problem_of(answer, "internal_error")
    assert "二十个人" not in answer.content.decode()


def test_erased_words_are_said_to_be_erased(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town)
    machine = machine_of(town.street_handler)
    before = machine.get(address(row)).headers["ETag"]
    RequestKey.objects.filter(request=row).delete()
    answer = machine.get(address(row))
    words = data_of(answer)["words"]
    assert (words["is_erased"], words["story"], words["applicant"]["name"]) == (True, "", "")
    assert answer.headers["ETag"] != before


# ---- who --------------------------------------------------------------------------


def test_unknown_and_forbidden_numbers_end_alike(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town)
    answers = [
        machine_of(town.stranger).get(address(row)),
        machine_of(town.street_tied).get(address(row)),
        machine_of(town.system_admin).get(address(row)),
        machine_of(town.stranger).get(f"{REQUESTS}/YQ26112300000"),
        machine_of(town.stranger).get(f"{REQUESTS}/%00"),
        machine_of(town.stranger).get(f"{REQUESTS}/%FF%FE"),
        machine_of(town.stranger).get(f"{REQUESTS}/{'9' * 4000}"),
    ]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert {tuple(sorted(each.headers.items())) for each in answers} == {
        tuple(sorted(answers[0].headers.items()))
    }
    problem_of(answers[0], "not_found")


def test_the_scope_is_asked_for(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town)
    machine = machine_of(town.street_handler, ApiScope.WORDS, ApiScope.MOVE, ApiScope.WRITE)
    problem_of(machine.get(address(row)), "scope_missing")


# ---- tags -------------------------------------------------------------------------


@pytest.fixture
def reader(town: Town, machine_of: MachineOf) -> Machine:
    return machine_of(town.street_handler)


def test_the_same_request_has_the_same_strong_tag(town: Town, reader: Machine) -> None:
    row = dispatched(town)
    first, second = reader.get(address(row)), reader.get(address(row))
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('"')
    assert first.content == second.content


def test_a_known_tag_is_answered_without_words_or_entry(town: Town, reader: Machine) -> None:
    row = dispatched(town)
    etag = reader.get(address(row)).headers["ETag"]
    assert len(looks()) == 1
    for header in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = reader.get(address(row), **{"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert answer.headers["Cache-Control"] == "no-store"
    assert len(looks()) == 1
    for header in ('"other"', etag.strip('"'), etag.upper(), "", '"'):
        assert reader.get(address(row), **{"If-None-Match": header}).status_code == 200
    assert len(looks()) == 1  # ten minutes are one reading


def test_the_tag_changes_with_all_that_the_answer_depends_on(
    town: Town, machine_of: MachineOf
) -> None:
    row = dispatched(town)
    reader = machine_of(town.street_handler)
    tags = [reader.get(address(row)).headers["ETag"]]
    tags.append(reader.get(address(row), **{"Accept-Language": "en"}).headers["ETag"])
    only_read = machine_of(town.street_handler, ApiScope.READ)
    tags.append(only_read.get(address(row)).headers["ETag"])
    tags.append(machine_of(town.worker).get(address(row)).headers["ETag"])  # cannot sign for it
    timer = Timer.objects.get(request=row, rule="sign_for")
    later = timer.due_at + timedelta(minutes=1)
    assert take_timer(timer.pk, via=Via.CELERY, now=later)
    tags.append(reader.get(address(row)).headers["ETag"])
    sign_for(row.pk, actor=town.street_handler, version=row.version, now=later)
    tags.append(reader.get(address(row)).headers["ETag"])
    assert len(set(tags)) == len(tags)


def test_asking_for_the_head_alone_is_no_reading(town: Town, reader: Machine) -> None:
    row = dispatched(town)
    head = reader.call("HEAD", address(row))
    assert (head.status_code, head.content) == (200, b"")
    assert not AccessEntry.objects.exists()
    assert head.headers["ETag"] == reader.get(address(row)).headers["ETag"]
    assert AccessEntry.objects.exists()


def test_the_clock_alone_changes_nothing(town: Town, reader: Machine) -> None:
    """Lights move with the time; the answer holds none, so a reader stays up to date."""
    row = dispatched(town)
    etag = reader.get(address(row)).headers["ETag"]
    with time_machine.travel(MONDAY + timedelta(minutes=50), tick=False):
        answer = reader.get(address(row), **{"If-None-Match": etag})
    assert answer.status_code == 304


# ---- statements -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "statements"), [([ApiScope.READ], 2), ([ApiScope.READ, ApiScope.WORDS], 3)]
)
def test_a_request_takes_two_statements_and_one_for_the_entry(
    town: Town, machine_of: MachineOf, scopes: list[ApiScope], statements: int
) -> None:
    row = dispatched(town)
    machine = machine_of(town.street_handler, *scopes)
    etag = machine.get(address(row)).headers["ETag"]
    with CaptureQueriesContext(connection) as seen:
        data_of(machine.get(address(row)))
    plain = [each["sql"] for each in seen if not each["sql"].startswith(TRANSACTION_WORDS)]
    assert len(plain) == statements, [each[:80] for each in plain]
    with CaptureQueriesContext(connection) as seen:
        machine.get(address(row), **{"If-None-Match": etag})
    assert len(seen) == 2
