"""What a reply to the worker must not hold: whoever finds the code reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.stages.completion.leaks import Leak, LeakKind, find_leaks

PEOPLE = ("王秀英", "李明", "王", "")
REGISTERED = ("汀禾餐饮管理有限公司", "汀禾餐饮", "阿宏", "KFC")
TYPED = ("公司", "河边那家")


def leaks(reply: str) -> list[tuple[str, str]]:
    found = find_leaks(reply, people=PEOPLE, registered=REGISTERED, typed=TYPED)
    return [(each.kind.value, reply[each.start : each.end]) for each in found]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("工资已经补发，公司承认算错了，王师傅也在场。", []),
        ("请打13812345678问进展。", [("identifier", "13812345678")]),
        ("请打0574-55500182问进展。", [("identifier", "0574-55500182")]),
        ("已和李明核对，工资补发。", [("person", "李明")]),
        ("王秀英您好，王秀英的工资已补发。", [("person", "王秀英"), ("person", "王秀英")]),
        ("汀禾餐饮管理有限公司已付清。", [("employer", "汀禾餐饮管理有限公司")]),
        ("汀禾餐饮已付清。", [("employer", "汀禾餐饮")]),
        ("kfc门店已补发。", [("employer", "kfc")]),
        ("阿宏已补发。", [("employer", "阿宏")]),
        ("河边那家店已补发。", [("employer", "河边那家")]),
        ("联系人李明，微信wx_abc123", [("person", "李明"), ("identifier", "wx_abc123")]),
    ],
)
def test_what_names_somebody_is_found(reply: str, told: list[tuple[str, str]]) -> None:
    assert [each[1] for each in leaks(reply)] == [each[1] for each in told]
    if told and told[0][1] != "李明":  # a self-name and a known person are the same piece
        assert leaks(reply)[0] == told[0]


def test_the_longest_piece_stands_for_what_overlaps() -> None:
    reply = "汀禾餐饮管理有限公司"
    found = find_leaks(reply, people=(), registered=("汀禾餐饮", reply))
    assert found == (Leak(LeakKind.EMPLOYER, 0, len(reply)),)


def test_letters_that_change_their_length_do_not_shift_the_places() -> None:
    reply = "İİİ李明"  # lower() makes this longer
    assert find_leaks(reply, people=("李明",), registered=()) == (Leak(LeakKind.PERSON, 3, 5),)


@given(st.text(max_size=60), st.lists(st.text(max_size=6), max_size=4))
def test_pieces_stand_in_order_and_inside(reply: str, names: list[str]) -> None:
    at = 0
    for leak in find_leaks(reply, people=names, registered=names):
        assert at <= leak.start < leak.end <= len(reply)
        at = leak.end
