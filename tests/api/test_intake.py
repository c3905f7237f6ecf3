"""Registering a request by POST: once, whole, within the limits of the web form."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from members.keys import sealer_for
from members.models import ApiScope
from members.privacy import mask_identifiers
from requests_app.models import Event, FormKey, Identity, Narrative, Request, RequestKey
from requests_app.sealing import RequestVault
from requests_app.stages.sensing.intake import lookup_hash
from requests_app.stages.sensing.report import EMPLOYER_MAX, NAME_MAX, STORY_MAX
from station.api.endpoint import BODY_MAX
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, STORY, Machine, data_of, filled, new_key, problem_of
from tests.desk.cases import register
from tests.makers import make_role
from tests.town import MONDAY, SINCE, Town

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
KEY = "Idempotency-Key"


@pytest.fixture
def machine(town: Town, machine_of: MachineOf) -> Machine:
    """A platform that may register for the station."""
    return machine_of(town.worker, ApiScope.WRITE)


def errors_of(machine: Machine, body: object, status: int = 422) -> list[tuple[str, str]]:
    """Return pointer and code of every wrong field; nothing may have been saved."""
    answer = machine.post(REQUESTS, body, **{KEY: new_key()})
    assert answer.status_code == status, answer.content
    told = problem_of(answer, "body_invalid")["errors"]
    assert all(each["detail"] for each in told)
    assert not Request.objects.exists()
    return [(each["pointer"], each["code"]) for each in told]


# ---- effect -----------------------------------------------------------------------


def test_a_request_gets_number_and_code(town: Town, machine: Machine) -> None:
    answer = machine.register()
    told = data_of(answer, 201)
    assert answer.headers["Location"] == f"/api/v1/requests/{told['number']}"
    assert "Idempotent-Replayed" not in answer.headers
    row = Request.objects.get()
    assert row.number == told["number"]
    assert bytes(row.lookup_hash) == lookup_hash(told["lookup_code"])
    assert (row.channel, row.station, row.registrar) == ("platform", town.station, town.worker)
    assert (row.topic, row.approach, row.applicant_kind) == ("WAGE", "unnamed", "worker")
    assert Event.objects.get().via == "api"


def test_words_and_identity_are_sealed_as_from_the_form(machine: Machine) -> None:
    data_of(machine.register(), 201)
    row = Request.objects.get()
    vault = RequestVault.of(row.number, RequestKey.objects.get(request=row))
    texts = {each.kind: vault.open_text(each.sealed, each.kind) for each in Narrative.objects.all()}
    assert texts == {"story": STORY, "employer": "汀禾餐饮"}
    who = Identity.objects.get()
    assert vault.open_text(bytes(who.phone_sealed or b""), "phone") == "13812345678"
    assert "王秀英".encode() not in bytes(who.name_sealed or b"")


def test_an_anonymous_request_keeps_nobody(machine: Machine) -> None:
    story = "我叫王秀英，电话13812345678，主管克扣工资。"
    body = filled(is_anonymous=True, name=None, phone=None, story=story, approach="none")
    data_of(machine.post(REQUESTS, body, **{KEY: new_key()}), 201)
    row = Request.objects.get()
    vault = RequestVault.of(row.number, RequestKey.objects.get(request=row))
    kept = vault.open_text(Narrative.objects.get(kind="story").sealed, "story")
    assert kept == mask_identifiers(story)
    assert "13812345678" not in kept
    assert not Identity.objects.exists()


def test_the_least_body_is_enough(machine: Machine) -> None:
    body = {"station": "YQ", "story": "车间的灯坏了", "is_anonymous": True}
    data_of(machine.post(REQUESTS, body, **{KEY: new_key()}), 201)


def test_words_of_danger_alert_as_from_every_channel(machine: Machine) -> None:
    data_of(machine.register(story="我不想活了，公司欠我三个月工资。"), 201)
    row = Request.objects.get()
    assert row.urgency == "critical"
    assert row.flags == ["self_harm"]


def test_the_machine_step_is_nudged_after_the_commit(
    machine: Machine, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sealer_for("receipt")  # a new key has a callback of its own
    with django_capture_on_commit_callbacks() as callbacks:
        data_of(machine.register(), 201)
    assert len(callbacks) == 1


# ---- the same key -----------------------------------------------------------------


def test_the_same_key_and_body_give_the_same_answer(machine: Machine) -> None:
    key = new_key()
    first = data_of(machine.register(key=key), 201)
    answer = machine.register(key=key)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.headers["Location"] == f"/api/v1/requests/{first['number']}"
    assert data_of(answer, 200) == first
    assert Request.objects.count() == 1


def test_the_order_of_the_fields_is_no_other_body(machine: Machine) -> None:
    key = new_key()
    first = data_of(machine.register(key=key), 201)
    body = json.dumps(dict(reversed(filled().items())), indent=3)
    assert data_of(machine.post(REQUESTS, body, **{KEY: key})) == first


def test_the_same_key_with_another_body_is_refused_and_tells_nothing(machine: Machine) -> None:
    key = new_key()
    first = data_of(machine.register(key=key), 201)
    answer = machine.register(key=key, story="完全另一件事")
    assert answer.status_code == 422  # not 409: nobody is at it, trying again is no use
    told = problem_of(answer, "idempotency_key_reused")
    assert first["number"] not in str(told)
    assert first["lookup_code"] not in str(told)
    assert Request.objects.count() == 1


def test_after_half_an_hour_the_number_comes_without_the_code(machine: Machine) -> None:
    key = new_key()
    first = data_of(machine.register(key=key), 201)
    with time_machine.travel(MONDAY + timedelta(minutes=29), tick=False):
        assert data_of(machine.register(key=key)) == first
    with time_machine.travel(MONDAY + timedelta(minutes=31), tick=False):
        answer = machine.register(key=key)
        again = machine.register(key=key, story="另一件")
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert data_of(answer) == {"number": first["number"], "lookup_code": None}
    problem_of(again, "idempotency_key_reused")


def test_two_clients_may_use_the_same_key(town: Town, machine_of: MachineOf) -> None:
    one, other = machine_of(town.worker), machine_of(town.head)
    first = data_of(one.register(key="the-same-key"), 201)
    second = data_of(other.register(key="the-same-key"), 201)
    assert first["number"] != second["number"]
    assert FormKey.objects.count() == 2


def test_a_key_of_a_web_form_is_no_key_of_a_client(town: Town, machine: Machine) -> None:
    """Keys of forms travel through browsers; a client's own are apart from them."""
    form = register(town, form_key="k" * 32)
    told = data_of(machine.register(key="k" * 32), 201)
    assert told["number"] != form.number


def test_a_key_of_8_to_128_visible_ascii_characters_is_asked_for(machine: Machine) -> None:
    problem_of(machine.post(REQUESTS, filled()), "idempotency_key_missing")
    for key in ("", "short-7", "k" * 129, "with a blank", "schlüssel-8"):
        answer = machine.post(REQUESTS, filled(), **{KEY: key})
        assert answer.status_code == 400, key
        problem_of(answer, "idempotency_key_invalid")
    assert not Request.objects.exists()
    for key in ("k" * 8, "~" * 128, "!" * 8):
        data_of(machine.register(key=key), 201)


# ---- fields -----------------------------------------------------------------------

LONG = [("story", STORY_MAX), ("employer", EMPLOYER_MAX), ("name", NAME_MAX)]


def test_texts_up_to_the_limit_of_the_form(machine: Machine) -> None:
    for field, most in LONG:
        body = filled(**{field: "字" * (most + 1)})
        assert errors_of(machine, body) == [(f"/{field}", "max_length")]
    data_of(machine.register(**{field: "字" * most for field, most in LONG}), 201)


def test_line_ends_count_as_the_sender_sees_them(machine: Machine) -> None:
    data_of(machine.register(story="一\r\n" * (STORY_MAX // 2)), 201)


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"story": None}, "/story", "required"),
    ({"station": None}, "/station", "required"),
    ({"story": ""}, "/story", "blank"),
    ({"story": " \n\t "}, "/story", "blank"),
    ({"story": 5}, "/story", "invalid"),
    ({"story": True}, "/story", "invalid"),
    ({"story": ["x"]}, "/story", "invalid"),
    ({"story": {"a": {"b": 1}}}, "/story", "invalid"),
    ({"story": "a\x00b"}, "/story", "unsavable"),
    ({"story": "a\x1bb"}, "/story", "unsavable"),
    ({"story": "x" * 100_000}, "/story", "max_length"),
    ({"story": "字" * 100_000}, "/story", "max_length"),
    ({"name": "\ud83d"}, "/name", "unsavable"),
    ({"station": "XX"}, "/station", "unknown_station"),
    ({"station": "\x00"}, "/station", "unsavable"),
    ({"topic": "NONE"}, "/topic", "invalid_choice"),
    ({"topic": 7}, "/topic", "invalid"),
    ({"applicant_kind": "boss"}, "/applicant_kind", "invalid_choice"),
    ({"applicant_kind": ["worker"]}, "/applicant_kind", "invalid_choice"),
    ({"approach": ""}, "/approach", "invalid_choice"),
    ({"approach": 0}, "/approach", "invalid_choice"),
    ({"is_anonymous": "true"}, "/is_anonymous", "invalid"),
    ({"is_anonymous": 1}, "/is_anonymous", "invalid"),
    ({"is_anonymous": True}, "/is_anonymous", "contradiction"),
    ({"name": None, "phone": None}, "/name", "contradiction"),
    (
        {"is_anonymous": True, "name": None, "phone": None, "approach": "named"},
        "/approach",
        "contradiction",
    ),
    ({"phone": "1381234567"}, "/phone", "invalid_phone"),
    ({"phone": 13812345678}, "/phone", "invalid"),
    ({"channel": "form"}, "/channel", "unknown"),
    ({"anonymous": True}, "/anonymous", "unknown"),
    ({"a/b~c": 1}, "/a~1b~0c", "unknown"),
    ({"\ud800": 1}, "/�", "unknown"),
    ({"\x00" * 90: 1}, "/" + "�" * 40, "unknown"),
]


def test_every_wrong_field_is_named(machine: Machine) -> None:
    found = [errors_of(machine, filled(**change)) for change, _pointer, _code in WRONG]
    assert found == [[(pointer, code)] for _change, pointer, code in WRONG]


def test_null_is_named_and_nothing_else(machine: Machine) -> None:
    assert errors_of(machine, filled() | {"story": None, "topic": None}) == [
        ("/story", "null"),
        ("/topic", "null"),
    ]


def test_a_body_that_is_no_object_is_refused(machine: Machine) -> None:
    for body in ([], [1], "text", 5, None, True):
        assert errors_of(machine, json.dumps(body)) == [("", "invalid")]


def test_details_come_in_the_caller_s_language(machine: Machine) -> None:
    told = {}
    for language in ("en", "zh-hans"):
        headers = {KEY: new_key(), "Accept-Language": language}
        answer = machine.post(REQUESTS, filled(story=""), **headers)
        assert answer.headers["Content-Language"] == language
        body = problem_of(answer, "body_invalid")
        told[language] = (body["title"], body["errors"][0]["detail"])
    assert told == {
        "en": ("The content is wrong", "Must not be empty"),
        "zh-hans": ("内容有误", "不能为空"),
    }


# ---- bodies that are none ---------------------------------------------------------

UNREADABLE = [
    b"{",
    b"\xff\xfe",
    '{"story": "半'.encode()[:-1],
    b'\xef\xbb\xbf{"story": "x"}',
    b'{"story": NaN}',
    b'{"story": Infinity}',
    b'{"is_anonymous": true, "is_anonymous": false}',
    b'{"story": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b"[" * 900_000,
    b'{"a":' * 60_000,
    b"1" * 5_000,
]


def test_what_is_no_json_is_refused(machine: Machine) -> None:
    for body in UNREADABLE:
        answer = machine.post(REQUESTS, body, **{KEY: new_key()})
        assert answer.status_code == 400, body[:60]
        problem_of(answer, "body_unreadable")
    assert not Request.objects.exists()


def test_an_empty_body_lacks_its_fields(machine: Machine) -> None:
    assert errors_of(machine, "") == [("/station", "required"), ("/story", "required")]


def test_deep_json_within_reach_of_the_parser_is_refused_by_its_type(machine: Machine) -> None:
    deep = "[" * 500 + "]" * 500
    body = f'{{"station": "YQ", "story": {deep}, "approach": {deep}}}'
    assert errors_of(machine, body) == [
        ("/story", "invalid"),
        ("/approach", "invalid_choice"),
    ]


def test_other_content_is_refused(machine: Machine) -> None:
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "application/xml",
        "nonsense",
    ):
        headers = {KEY: new_key(), "Content-Type": kind}
        answer = machine.post(REQUESTS, json.dumps(filled()), **headers)
        assert answer.status_code == 415, kind
        problem_of(answer, "content_type_unsupported")
    assert not Request.objects.exists()


def test_a_body_is_stopped_by_its_announced_length(machine: Machine) -> None:
    answer = machine.post(REQUESTS, b" " * (BODY_MAX + 1), **{KEY: new_key()})
    assert answer.status_code == 413
    problem_of(answer, "body_too_large")


# ---- who may ----------------------------------------------------------------------


def test_the_scope_is_asked_for(town: Town, machine_of: MachineOf) -> None:
    answer = machine_of(town.worker, ApiScope.READ, ApiScope.MOVE, ApiScope.WORDS).register()
    assert answer.status_code == 403
    problem_of(answer, "scope_missing")
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope" scope="requests.write"'
    )
    assert not Request.objects.exists()


def test_another_station_s_client_knows_no_station_here(town: Town, machine_of: MachineOf) -> None:
    stranger = machine_of(town.stranger)
    foreign = stranger.register(station="YQ")
    unknown = stranger.register(station="XX")
    assert foreign.content == unknown.content
    assert problem_of(foreign, "body_invalid")["errors"][0]["code"] == "unknown_station"
    data_of(stranger.register(station="YH"), 201)


def test_a_city_s_client_registers_for_every_station(town: Town, machine_of: MachineOf) -> None:
    city = machine_of(town.city_handler)
    for code in ("YQ", "YH"):
        assert data_of(city.register(station=code), 201)["number"].startswith(code)


def test_who_only_looks_registers_nothing(town: Town, machine_of: MachineOf) -> None:
    answer = machine_of(town.auditor).register()
    assert problem_of(answer, "body_invalid")["errors"][0]["code"] == "unknown_station"


def test_a_role_that_has_ended_ends_access(
    town: Town, machine: Machine, machine_of: MachineOf
) -> None:
    data_of(machine.register(), 201)
    role = town.worker.role_assignments.get()
    role.to_on = MONDAY.date()
    role.save()
    with time_machine.travel(MONDAY + timedelta(minutes=50), tick=False):
        data_of(machine.register(), 201)  # the last day of a dated row still counts
    role.to_on = MONDAY.date() - timedelta(days=1)
    role.save()
    answer = machine.register()
    assert answer.status_code == 403
    problem_of(answer, "no_role")
    make_role(account=town.worker, role=role.role, unit=town.other_station, from_on=SINCE)
    assert problem_of(machine.register(), "body_invalid")


# ---- statements -------------------------------------------------------------------


def test_an_intake_takes_nine_statements(
    machine: Machine, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The caller, the stations, and the seven of the verb."""
    with django_capture_on_commit_callbacks(execute=True):
        sealer_for("receipt")  # the first one of a station makes the key of its receipts
    sealer_for("receipt")
    data_of(machine.register(), 201)  # what a process remembers is in memory now
    with CaptureQueriesContext(connection) as seen:
        data_of(machine.register(), 201)
    statements = [each["sql"] for each in seen if not each["sql"].startswith(TRANSACTION_WORDS)]
    assert len(statements) == 9, "\n".join(each[:90] for each in statements)
