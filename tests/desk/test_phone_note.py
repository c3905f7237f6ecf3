import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from members.models import Account, Role, Unit
from members.register import assign_role
from requests_app.models import FormKey, Identity, Request
from tests.front.filled import paper, photo
from tests.town import MONDAY, SINCE, Town

type DeskOf = Callable[[Account], Client]
NEW = "/desk/new/"
FIELDS = {
    "form_key": "n" * 32,
    "station": "YQ",
    "channel": "phone",
    "applicant_kind": "worker",
    "topic": "",
    "story": "我在餐厅后厨，三个月没发工资了，有十二个人。",
    "employer": "汀禾餐饮",
    "name": "赵桂兰",
    "phone": "138 1234 5678",
    "approach": "none",
    "told": "on",
}


def note(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = {**FIELDS, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def code_in(page: str) -> str:
    found = re.search(r'class="num code">([\d ]{19})<', page)
    assert found, "no code on the page"
    return found[1].replace(" ", "")


def test_a_note_becomes_a_request_with_a_receipt(town: Town, desk_of: DeskOf) -> None:
    answer = desk_of(town.worker).post(NEW, note(photos=photo()))
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "no-store" in answer.headers["Cache-Control"]
    row = Request.objects.get()
    assert row.number in page
    assert len(code_in(page)) == 16
    assert (row.channel, row.registrar_id, row.station_id) == (
        "phone",
        town.worker.pk,
        town.station.pk,
    )
    assert (row.is_anonymous, row.approach) == (False, "none")
    assert row.events.get().via == "person"
    assert row.attachments.count() == 1
    assert Identity.objects.filter(request=row).exists()


def test_the_same_note_twice_gives_the_same_answer(town: Town, desk_of: DeskOf) -> None:
    client = desk_of(town.worker)
    first = client.post(NEW, note()).content.decode()
    second = client.post(NEW, note()).content.decode()
    assert code_in(first) == code_in(second)
    assert Request.objects.count() == 1


def test_another_note_under_the_same_key_is_asked_about(town: Town, desk_of: DeskOf) -> None:
    client = desk_of(town.worker)
    first = code_in(client.post(NEW, note()).content.decode())
    other = client.post(NEW, note(story="另一位职工说社保没有缴。", name="钱多"))
    page = other.content.decode()
    assert other.status_code == 409
    assert "这张表已经登记过另一件诉求" in page
    assert first not in page.replace(" ", "")
    assert "另一位职工说社保没有缴。" in page
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key
    assert key[1] != FIELDS["form_key"]
    again = note(story="另一位职工说社保没有缴。", name="钱多", form_key=unescape(key[1]))
    assert client.post(NEW, again).status_code == 200
    assert Request.objects.count() == 2


def test_the_code_is_gone_once_it_was_read_out(town: Town, desk_of: DeskOf) -> None:
    client = desk_of(town.worker)
    page = client.post(NEW, note()).content.decode()
    row = Request.objects.get()
    told = client.post("/desk/new/told/", {"form_key": FIELDS["form_key"], "number": row.number})
    assert (told.status_code, told.headers["Location"]) == (
        303,
        f"/desk/requests/{row.number}/",
    )
    assert FormKey.objects.get().code_sealed is None
    late = client.post(NEW, note())
    assert late.status_code == 409
    assert code_in(page) not in late.content.decode().replace(" ", "")
    assert row.number in late.content.decode()


def test_an_anonymous_note_keeps_nobody(town: Town, desk_of: DeskOf) -> None:
    sent = note(is_anonymous="on", name="", phone="", story="我叫赵桂兰，工资没发。")
    assert desk_of(town.worker).post(NEW, sent).status_code == 200
    assert Request.objects.get().is_anonymous
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"story": ""}, "请写明发生了什么"),
        ({"story": "\x00"}, "有几个字符无法保存"),
        ({"story": "长" * 100_000}, "最多2000字，现在有100000字"),
        ({"employer": "长" * 81}, "最多80字，现在有81字"),
        ({"name": "", "phone": ""}, "请填写姓名或手机号"),
        ({"is_anonymous": "on"}, "要匿名，就清空姓名和手机号"),
        ({"phone": "1381234"}, "请填写11位手机号"),
        ({"phone": "1" * 5000}, "请填写11位手机号"),
        ({"channel": "form"}, "请选一项"),
        ({"channel": "\x00"}, "请选一项"),
        ({"station": "YH"}, "请选一个片区"),
        ({"topic": "NOPE"}, "请从列表里选一类"),
        ({"approach": "now"}, "请选一项"),
        ({"told": None}, "请先把这几点告诉对方"),
        (
            {"is_anonymous": "on", "name": "", "phone": "", "approach": "named"},
            "匿名登记不能向单位提名字",
        ),
        (
            {"is_anonymous": "on", "name": "", "phone": "", "photos": paper()},
            "匿名提交请上传照片：PDF里可能有作者信息",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    town: Town, desk_of: DeskOf, changes: dict[str, object], words: str
) -> None:
    answer = desk_of(town.worker).post(NEW, note(**changes))
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words in page
    assert "需要修改" in page
    assert Request.objects.count() == 0
    for name in ("employer", "name"):
        if name not in changes:
            assert str(FIELDS[name]) in page


def test_a_file_that_is_no_picture_is_refused_in_words(town: Town, desk_of: DeskOf) -> None:
    bad = photo("工资条.jpg")
    bad.file.seek(0)  # type: ignore[union-attr]
    bad.file.write(b"<html>")  # type: ignore[union-attr]
    bad.file.seek(0)  # type: ignore[union-attr]
    answer = desk_of(town.worker).post(NEW, note(photos=bad))
    assert answer.status_code == 422
    assert "只能传照片" in answer.content.decode()


@pytest.mark.parametrize("who", ["auditor", "system_admin"])
def test_who_reads_only_does_not_register(town: Town, desk_of: DeskOf, who: str) -> None:
    client = desk_of(getattr(town, who))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, note()).status_code == 403
    assert Request.objects.count() == 0


def test_several_stations_are_asked_for(town: Town, desk_of: DeskOf) -> None:
    second: Unit = town.other_station
    assign_role(
        account=town.worker, role=Role.WORKER, unit=second, from_on=SINCE, actor=None, now=MONDAY
    )
    client = desk_of(town.worker)
    assert "登记到哪个片区" in client.get(NEW).content.decode()
    assert client.post(NEW, note(station="")).status_code == 422
    assert client.post(NEW, note(station="YH")).status_code == 200
    assert Request.objects.get().station_id == second.pk
    assert "登记到哪个片区" not in desk_of(town.head).get(NEW).content.decode()


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("汀禾", ["汀禾餐饮管理有限公司"]),
        ("没有这家", []),
        ("", []),
        ("%00", []),
        ("长" * 500, []),
    ],
)
def test_names_are_offered_while_typing(
    town: Town, desk_of: DeskOf, term: str, names: list[str]
) -> None:
    answer = desk_of(town.worker).get(f"/desk/new/employers/?employer={term}")
    assert answer.status_code == 200
    assert re.findall(r'<option value="([^"]+)"', answer.content.decode()) == names


def test_a_superuser_without_duties_is_offered_no_names(town: Town, desk_of: DeskOf) -> None:
    root = Account.objects.create_superuser("root", name="根")
    answer = desk_of(root).get("/desk/new/employers/?employer=汀禾")
    assert "<option" not in answer.content.decode()
