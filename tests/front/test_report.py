"""The worker's form: what is taken, what is asked again, and what is never shown twice."""

from datetime import timedelta

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from members.keys import sealer_for
from members.models import Enterprise
from requests_app.models import Attachment, FormKey, Identity, Narrative, Request, RequestKey
from requests_app.sealing import RequestVault
from station import upload_fence
from station.front.forms import ReportForm
from station.front.stations import open_stations
from station.upload_fence import READ_MAX, DroppedFile
from tests.front.conftest import Place
from tests.front.filled import (
    STORY,
    anonymous,
    code_in,
    filled,
    hidden_in,
    number_in,
    paper,
    photo,
)
from tests.town import MONDAY

REPORT = "/report/"
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def send(visitor: Client, fields: dict[str, object]) -> str:
    response = visitor.post(REPORT, fields)
    assert response.status_code == 200
    return response.content.decode()


def heavy_file(megabytes: int) -> SimpleUploadedFile:
    """Give so many megabytes and three bytes."""
    return SimpleUploadedFile("heavy.jpg", b"\xff\xd8\xff" + b"0" * (megabytes * 1024 * 1024))


def story_of(request: Request) -> str:
    vault = RequestVault.of(request.number, RequestKey.objects.get(request=request))
    return vault.open_text(Narrative.objects.get(request=request, kind="story").sealed, "story")


def test_the_form_opens_without_a_session_and_is_not_stored(visitor: Client, place: Place) -> None:
    response = visitor.get(REPORT)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert set(response.cookies) == {"csrftoken"}


def test_each_form_has_a_key_of_its_own(visitor: Client, place: Place) -> None:
    first = visitor.get(REPORT).context["form"]["form_key"].value()
    second = visitor.get(REPORT).context["form"]["form_key"].value()

    assert len(first) == 32
    assert first != second


def test_a_request_gets_number_and_code(visitor: Client, place: Place) -> None:
    page = send(visitor, filled())

    request = Request.objects.get()
    assert number_in(page) == request.number
    assert len(code_in(page)) == 16
    assert (request.station, request.topic, request.channel) == (place.station, "WAGE", "form")
    assert (request.approach, request.is_anonymous) == ("none", False)
    assert story_of(request) == STORY
    vault = RequestVault.of(request.number, RequestKey.objects.get())
    assert vault.open_text(bytes(Identity.objects.get().phone_sealed or b""), "phone") == (
        "13812345678"
    )


def test_the_receipt_is_not_stored_and_its_address_holds_no_code(
    visitor: Client, place: Place
) -> None:
    response = visitor.post(REPORT, filled())

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert code_in(response.content.decode()) not in response.request["PATH_INFO"]
    assert "testserver/track/" in response.content.decode()
    assert "Clear-Site-Data" not in response


def test_other_is_stored_as_no_topic(visitor: Client, place: Place) -> None:
    send(visitor, filled(topic="other"))

    assert Request.objects.get().topic == ""


def test_photos_are_cleaned_and_kept(visitor: Client, place: Place) -> None:
    send(visitor, filled(photos=[photo(), photo("第二张.jpg")]))

    assert list(Attachment.objects.values_list("content_type", flat=True)) == ["image/jpeg"] * 2


def test_the_deep_link_of_a_station_needs_no_choice(visitor: Client, place: Place) -> None:
    form = visitor.get(f"{REPORT}?station=YQ").context["form"]

    assert form["station"].is_hidden
    assert form.chosen_station == place.station


def test_two_stations_without_a_link_ask_which(visitor: Client, place: Place) -> None:
    form = visitor.get(REPORT).context["form"]
    page = send(visitor, filled(station=None))

    assert not form["station"].is_hidden
    assert "请选一个服务站" in page
    assert Request.objects.count() == 0


def test_the_only_station_is_taken_without_asking(visitor: Client, place: Place) -> None:
    place.other_station.is_active = False
    place.other_station.save()

    send(visitor, filled(station=None))

    assert Request.objects.get().station == place.station


# ---- sent twice -------------------------------------------------------------------


def test_the_same_form_sent_twice_gives_the_same_answer(visitor: Client, place: Place) -> None:
    first = send(visitor, filled(photos=[photo()]))
    second = send(visitor, filled(photos=[photo()]))

    assert Request.objects.count() == 1
    assert (number_in(second), code_in(second)) == (number_in(first), code_in(first))


def test_another_text_under_the_same_key_never_shows_the_first_code(
    visitor: Client, place: Place
) -> None:
    first = send(visitor, filled())
    page = send(visitor, filled(story="另一个人的事情。"))

    assert number_in(first) not in page
    assert 'class="code"' not in page
    carried = hidden_in(page)
    assert carried["form_key"] != "k" * 32
    assert carried["story"] == "另一个人的事情。"
    second = send(visitor, dict(carried))
    assert code_in(second) != code_in(first)
    assert Request.objects.count() == 2


def test_a_lapsed_form_shows_the_number_but_no_code(visitor: Client, place: Place) -> None:
    first = send(visitor, filled())
    with time_machine.travel(MONDAY + timedelta(minutes=31), tick=False):
        page = send(visitor, filled())

    assert number_in(page) == number_in(first)
    assert 'class="code"' not in page


def test_written_down_hides_the_code_and_leads_home(visitor: Client, place: Place) -> None:
    send(visitor, filled())

    response = visitor.post("/report/noted/", {"form_key": "k" * 32})

    assert (response.status_code, response["Location"]) == (303, reverse("front:home"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert FormKey.objects.get().code_sealed is None
    assert 'class="code"' not in send(visitor, filled())


def test_written_down_with_an_unknown_key_leads_home_too(visitor: Client, place: Place) -> None:
    assert visitor.post("/report/noted/", {"form_key": "x\x00"}).status_code == 303


# ---- anonymous --------------------------------------------------------------------


def test_an_anonymous_request_keeps_nothing_of_its_sender(visitor: Client, place: Place) -> None:
    response = visitor.post(REPORT, anonymous(phone="13812345678", name="王秀英"))

    request = Request.objects.get()
    assert request.is_anonymous
    assert Identity.objects.count() == 0
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_an_anonymous_sender_sees_what_gives_them_away_first(visitor: Client, place: Place) -> None:
    page = send(visitor, anonymous(story="我叫王秀英，电话13812345678，老板不发工资。"))

    assert Request.objects.count() == 0
    assert "<mark>13812345678</mark>" in page
    assert "〔电话〕" in page
    send(visitor, hidden_in(page))  # type: ignore[arg-type]
    assert story_of(Request.objects.get()) == "我叫〔姓名〕，电话〔电话〕，老板不发工资。"


def test_going_back_to_edit_keeps_what_was_written(visitor: Client, place: Place) -> None:
    page = send(visitor, anonymous(story="电话13812345678"))

    form = visitor.post(REPORT, {**hidden_in(page), "edit": "1"}).context["form"]

    assert form["story"].value() == "电话13812345678"
    assert form["is_anonymous"].value() == "on"
    assert form["form_key"].value() == "k" * 32
    assert Request.objects.count() == 0


def test_anonymous_and_by_name_do_not_go_together(visitor: Client, place: Place) -> None:
    page = send(visitor, anonymous(approach="named"))

    assert "匿名提交时我们不知道您的名字" in page
    assert Request.objects.count() == 0


def test_an_anonymous_sender_is_asked_for_photos_instead_of_a_pdf(
    visitor: Client, place: Place
) -> None:
    page = send(visitor, anonymous(photos=[photo(), paper()]))

    assert "匿名提交请上传照片：PDF里可能有作者信息" in page
    assert "页面重新打开后照片不会保留" not in page  # one sentence beside a field
    assert not Request.objects.exists()


def test_a_named_sender_may_send_a_pdf(visitor: Client, place: Place) -> None:
    send(visitor, filled(photos=[paper()]))

    assert Attachment.objects.get().content_type == "application/pdf"


def test_leaving_after_an_anonymous_request_clears_cookies(visitor: Client, place: Place) -> None:
    response = visitor.post("/report/noted/", {"form_key": "k" * 32, "anonymous": "1"})

    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'


# ---- danger -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "numbers"),
    [
        ("老板不发工资，我不想活了。", ["12356", "120", "110"]),
        ("老板叫人把我打了。", ["110", "120", "12351"]),
    ],
)
def test_words_of_danger_show_the_right_number_first(
    visitor: Client, place: Place, story: str, numbers: list[str]
) -> None:
    response = visitor.post(REPORT, filled(story=story))

    page = response.content.decode()
    assert [line.number for line in response.context["hotlines"]] == numbers
    assert page.index(f"tel:{numbers[0]}") < page.index('class="code"')
    assert Request.objects.get().urgency == "critical"


def test_no_danger_no_numbers(visitor: Client, place: Place) -> None:
    assert "help-first" not in send(visitor, filled())


# ---- bad input --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"story": ""}, "请写明发生了什么"),
        ({"story": "  \n "}, "请写明发生了什么"),
        ({"story": "欠" * 2001}, "最多2000字，现在有2001字"),
        ({"story": "欠" * 100_000}, "最多2000字，现在有100000字"),
        ({"employer": "店" * 81}, "最多80字，现在有81字"),
        ({"name": "王" * 100_000}, "最多40字，现在有100000字"),
        ({"phone": ""}, "请填写手机号"),
        ({"phone": "1381234567"}, "手机号少1位，应为11位"),
        ({"phone": "138123456789"}, "手机号多1位，应为11位"),
        ({"phone": "没有"}, "请填写11位手机号"),
        ({"phone": "1" * 100_000}, "请填写11位手机号"),
        ({"topic": "NONE"}, "请从上面选一类"),
        ({"approach": "soon"}, "请选一项"),
        ({"station": "ZZ"}, "请选一个服务站"),
        ({"story": "工资\x00没发"}, "有几个字符无法保存"),
        ({"phone": "138\x0012345678"}, "有几个字符无法保存"),
        ({"photos": [SimpleUploadedFile("a.svg", b"<svg/>")]}, "只能传照片"),
        ({"photos": [SimpleUploadedFile("\x00'<b>.jpg", b"x")]}, "只能传照片"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"")]}, "文件是空的"),
        ({"photos": [photo() for _ in range(7)]}, "一次最多6份，您选了7份"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    visitor: Client, place: Place, changes: dict[str, object], words: str
) -> None:
    response = visitor.post(REPORT, filled(**changes))

    form = response.context["form"]
    field = next(iter(changes))
    assert response.status_code == 200
    assert words in " ".join(form.errors[field])
    assert words in response.content.decode()
    assert Request.objects.count() == 0
    for name in ("story", "employer", "phone", "name"):
        expected = str(filled(**changes).get(name, "")).replace("\x00", "")
        assert form[name].value() == expected, "what was typed is lost"


def test_half_of_a_surrogate_pair_is_an_error_beside_the_field(place: Place) -> None:
    form = ReportForm(filled(story="工资\ud83d没发"), None, stations=open_stations())

    assert "有几个字符无法保存" in form.errors["story"][0]
    assert str(form["story"]).encode()


def test_broken_bytes_in_a_text_are_no_error_page(visitor: Client, place: Place) -> None:
    body = b"story=%ED%A0%BD%00&phone=%FF&station=YQ"

    response = visitor.post(REPORT, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200


def test_a_form_that_comes_back_asks_for_its_photos_again(visitor: Client, place: Place) -> None:
    page = send(visitor, filled(phone="", photos=[photo()]))

    assert "照片不会保留，请再选一次" in page


def test_ten_megabytes_and_a_byte_are_too_much(visitor: Client, place: Place) -> None:
    assert "文件超过10MB" in send(visitor, filled(photos=[heavy_file(10)]))


@pytest.mark.parametrize(
    "fields",
    [
        filled(photos=[photo() for _ in range(201)]),
        filled(story="欠" * 5_000_000),
        filled(**{f"field{at}": "x" for at in range(250)}),
    ],
    ids=["files", "text", "fields"],
)
def test_far_too_much_gets_a_kind_page(
    visitor: Client, place: Place, fields: dict[str, object]
) -> None:
    response = visitor.post(REPORT, fields)

    assert response.status_code == 413
    assert "内容太大，没有收到" in response.content.decode()


def test_a_body_beyond_all_reason_is_stopped(visitor: Client, place: Place) -> None:
    response = visitor.post(REPORT, filled(photos=[photo()]), CONTENT_LENGTH=READ_MAX + 1)

    assert response.status_code == 413
    assert "要再写一遍" in response.content.decode()


@pytest.fixture
def low_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any form with a photo be larger than a form of ours may be."""
    monkeypatch.setattr(upload_fence, "BODY_MAX", 500)


@pytest.mark.usefixtures("low_fence")
@pytest.mark.parametrize(
    ("photos", "said"),
    [
        ([heavy_file(11), *(photo() for _ in range(5))], "文件超过10MB"),
        ([photo() for _ in range(60)], "您选了60份"),
        ([photo()], "照片没有收到，文字都在"),
    ],
    ids=["one-is-heavy", "many", "words-are-heavy"],
)
def test_a_body_larger_than_any_form_comes_back_with_its_words(
    visitor: Client, place: Place, photos: list[object], said: str
) -> None:
    fields = filled(photos=photos, phone="1380013800")
    page = send(visitor, fields)

    assert said in page
    assert STORY in page
    assert 'value="1380013800"' in page
    assert not Request.objects.exists()


@pytest.mark.usefixtures("low_fence")
def test_files_of_such_a_body_never_reach_disk_or_memory(
    visitor: Client, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
        monkeypatch.setattr(handler, "new_file", lambda self, *_args, **_kw: kept.append(self))

    send(visitor, filled(photos=[heavy_file(3)]))

    assert kept == []


def test_a_field_that_knows_nothing_of_dropped_files_refuses_them() -> None:
    with pytest.raises(ValidationError, match="空"):
        forms.FileField().clean(DroppedFile("a.pdf", sent_bytes=2_000))


def test_a_form_without_its_own_key_is_simply_new(visitor: Client, place: Place) -> None:
    send(visitor, filled(form_key="short"))
    send(visitor, filled(form_key=None))

    assert Request.objects.count() == 2


def test_at_most_five_fields_must_be_filled(place: Place) -> None:
    form = ReportForm(stations=open_stations())

    assert sorted(name for name, field in form.fields.items() if field.required) == [
        "approach",
        "phone",
        "station",
        "story",
    ]


# ---- suggestions ------------------------------------------------------------------


@pytest.mark.parametrize("term", ["汀禾", "thcy", "餐饮管理"])
def test_names_of_the_register_are_offered(visitor: Client, place: Place, term: str) -> None:
    page = visitor.get("/report/employers/", {"q": term}).content.decode()

    assert 'value="汀禾餐饮管理有限公司"' in page


@pytest.mark.parametrize("term", ["", "汀", "没有这家", "\x00\x00", "%%"])
def test_no_match_offers_nothing(visitor: Client, place: Place, term: str) -> None:
    assert visitor.get("/report/employers/", {"q": term}).content.strip() == b""


def test_names_are_escaped(visitor: Client, place: Place) -> None:
    Enterprise.objects.update(name='汀禾"><script>')

    assert b"<script>" not in visitor.get("/report/employers/", {"q": "汀禾"}).content


# ---- statements -------------------------------------------------------------------


@pytest.mark.parametrize("files", [0, 1, 3])
def test_an_intake_takes_eight_statements_and_one_a_file(
    visitor: Client,
    place: Place,
    files: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sealer_for("receipt")  # the first one of a station makes the key of its receipts
    sealer_for("receipt")

    with CaptureQueriesContext(connection) as queries:
        send(visitor, filled(photos=[photo() for _ in range(files)]))

    statements = [q["sql"] for q in queries if not q["sql"].startswith(TRANSACTION_WORDS)]
    assert len(statements) == 8 + files, "\n".join(statements)
