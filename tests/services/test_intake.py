from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from members.models import Account, Notice
from requests_app.clean_file import CleanFile
from requests_app.lifecycle import State, Via
from requests_app.models import (
    Attachment,
    Event,
    FormKey,
    Identity,
    Narrative,
    Request,
    RequestKey,
)
from requests_app.sealing import RequestVault
from requests_app.stages.sensing.intake import (
    READABLE_FOR,
    FormKeyLapsed,
    FormKeyReused,
    Receipt,
    confirm_written_down,
    forget_lapsed_codes,
    lookup_hash,
    register_report,
)
from requests_app.stages.sensing.report import Report
from tests.town import MONDAY, Town

STORY = "我们店里二十个人，七月份开始没发过工资，加起来四十多万。"


def report(town: Town, **changes: object) -> Report:
    fields: dict[str, object] = {
        "station_id": town.station.pk,
        "station_code": town.station.code,
        "channel": "form",
        "applicant_kind": "worker",
        "story": STORY,
        "employer": "汀禾餐饮",
        "name": "王秀英",
        "phone": "13812345678",
        "form_key": "form-1",
    }
    return Report(**(fields | changes))  # type: ignore[arg-type]


def register(town: Town, **changes: object) -> Receipt:
    return register_report(report(town, **changes), via=Via.PERSON, now=MONDAY)


def test_a_report_becomes_a_request_with_number_and_code(town: Town) -> None:
    receipt = register(town)
    request = Request.objects.get(pk=receipt.request_id)
    assert (request.state, request.version, request.seq) == (State.REGISTERED, 1, 1)
    assert request.wake_at == MONDAY
    assert request.number == receipt.number
    assert request.number.startswith("YQ261123")
    assert len(request.number) == len("YQ26112300000")
    assert len(receipt.code) == 16
    assert receipt.code.isdigit()
    assert bytes(request.lookup_hash) == lookup_hash(receipt.code)
    assert Event.objects.get(request=request).kind == "request.registered"


def test_words_and_identity_are_sealed_from_the_first_insert(town: Town) -> None:
    receipt = register(town)
    vault = RequestVault.of(receipt.number, RequestKey.objects.get(request=receipt.request_id))
    story = Narrative.objects.get(request=receipt.request_id, kind="story")
    identity = Identity.objects.get(request=receipt.request_id)
    assert vault.open_text(story.sealed, "story") == STORY
    assert identity.phone_sealed is not None
    assert vault.open_text(identity.phone_sealed, "phone") == "13812345678"
    with connection.cursor() as cursor:
        for table in ("request", "narrative", "identity", "event", "formkey", "requestkey"):
            cursor.execute(f"SELECT t::text FROM requests_app_{table} t")  # noqa: S608 - fixed names
            text = str(cursor.fetchall())
            for secret in (
                "二十",
                "王秀英",
                "13812345678",
                "汀禾",
                receipt.code,
                STORY.encode().hex(),
            ):
                assert secret not in text


def test_an_anonymous_report_stores_nobody(town: Town) -> None:
    receipt = register(
        town,
        name="",
        phone="",
        is_anonymous=True,
        story="老板欠薪，打我电话13912345678",
        employer="好味道，找13912345678",
    )
    assert not Identity.objects.filter(request=receipt.request_id).exists()
    vault = RequestVault.of(receipt.number, RequestKey.objects.get(request=receipt.request_id))
    for text in Narrative.objects.filter(request=receipt.request_id):
        assert "13912345678" not in vault.open_text(text.sealed, text.kind)


def test_the_same_form_sent_twice_gives_the_same_answer(town: Town) -> None:
    first, second = register(town), register(town)
    assert (first.number, first.code, first.is_repeat) == (second.number, second.code, False)
    assert second.is_repeat is True
    assert Request.objects.count() == 1


def test_another_body_under_a_used_key_never_gets_the_code(town: Town) -> None:
    register(town)
    with pytest.raises(FormKeyReused):
        register(town, story="另一个人的事情")
    assert Request.objects.count() == 1


def test_after_the_code_is_written_down_nobody_reads_it_again(town: Town) -> None:
    register(town)
    confirm_written_down(form_key="form-1")
    with pytest.raises(FormKeyLapsed):
        register(town)


def test_a_receipt_lapses_after_half_an_hour(town: Town) -> None:
    register(town)
    later = MONDAY + READABLE_FOR
    assert forget_lapsed_codes(now=later - timedelta(seconds=1)) == 0
    with pytest.raises(FormKeyLapsed):
        register_report(report(town), via=Via.PERSON, now=later)
    assert forget_lapsed_codes(now=later) == 1
    assert FormKey.objects.get().code_sealed is None


def test_words_of_danger_alert_people_in_the_same_transaction(town: Town) -> None:
    receipt = register(town, story="我不想活了，工资一直没发", form_key="form-2")
    request = Request.objects.get(pk=receipt.request_id)
    assert request.urgency == "critical"
    assert "self_harm" in request.flags
    told = set(Notice.objects.filter(template="request.crisis").values_list("account", flat=True))
    assert told == {town.worker.pk, town.head.pk}


def test_a_station_without_people_passes_the_alarm_up(town: Town) -> None:
    Account.objects.filter(pk__in=[town.worker.pk, town.head.pk]).update(is_active=False)
    register(town, story="我不想活了，工资一直没发")
    told = set(Notice.objects.filter(template="request.crisis").values_list("account", flat=True))
    assert told == {town.street_handler.pk}  # the other one has a tie: it may be that employer


def test_calm_words_alert_nobody(town: Town) -> None:
    register(town)
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)  # a key made in a transaction is not remembered
@pytest.mark.parametrize(("files", "statements"), [(0, 7), (1, 8), (3, 10)])
def test_intake_statements(town: Town, files: int, statements: int) -> None:
    register(town, form_key="first")  # makes the purpose key of receipts
    register(town, form_key="second")  # reads it once and remembers it
    photos = tuple(CleanFile(content_type="image/jpeg", content=bytes([n])) for n in range(files))
    with CaptureQueriesContext(connection) as seen:
        register(town, form_key="counted", files=photos)
    plain = [each["sql"] for each in seen if each["sql"] not in {"BEGIN", "COMMIT"}]
    assert len(plain) == statements, [each[:60] for each in plain]


def test_a_failing_insert_leaves_nothing_half_saved(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_fields: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(FormKey.objects, "create", broken)
    with pytest.raises(RuntimeError):
        register(town)
    assert Request.objects.count() == Event.objects.count() == Narrative.objects.count() == 0


def test_a_failing_intake_leaves_no_file_behind(
    town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Attachment.objects.create
    made: list[Attachment] = []

    def full_at_the_third(**fields: object) -> Attachment:
        if len(made) == 2:
            raise RuntimeError("disk full")
        made.append(create(**fields))
        return made[-1]

    monkeypatch.setattr(Attachment.objects, "create", full_at_the_third)
    photos = tuple(CleanFile(content_type="image/jpeg", content=bytes([n])) for n in range(3))
    with pytest.raises(RuntimeError):
        register(town, files=photos)
    folder = Path(settings.MEDIA_ROOT)
    assert len(made) == 2
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_two_workers_at_one_kiosk_get_two_receipts(town: Town) -> None:
    first, second = register(town), register(town, form_key="form-2")
    assert first.number != second.number
    assert first.code != second.code
