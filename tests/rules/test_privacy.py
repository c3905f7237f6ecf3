import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.privacy import (
    PLACEHOLDERS,
    IdentifierKind,
    SealError,
    UnknownKey,
    blind_index,
    find_identifiers,
    key_id_of,
    mask_id_number,
    mask_identifiers,
    mask_name,
    mask_phone,
    seal,
    unseal,
    unwrap_key,
    wrap_key,
)

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
KEYS = {"k1": KEY}


@given(st.binary(max_size=300), st.text(max_size=30))
def test_sealed_bytes_open_with_key_and_context(plain: bytes, context: str) -> None:
    blob = seal(plain, key=KEY, key_id="k1", context=context)
    assert key_id_of(blob) == "k1"
    assert unseal(blob, keys=KEYS, context=context) == plain


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    blob = bytearray(seal("工资".encode(), key=KEY, key_id="k1", context="c"))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        unseal(bytes(blob), keys=KEYS | {"k2": KEY, "k0": KEY, "k3": KEY}, context="c")


@given(st.binary(max_size=60))
def test_rubbish_is_a_seal_error(blob: bytes) -> None:
    with pytest.raises(SealError):
        unseal(blob, keys=KEYS, context="c")


def test_a_blob_moved_to_another_place_does_not_open() -> None:
    blob = seal(b"x", key=KEY, key_id="k1", context="member:1:name")
    with pytest.raises(SealError):
        unseal(blob, keys=KEYS, context="member:2:name")


def test_an_erased_key_is_told_apart() -> None:
    blob = seal(b"x", key=KEY, key_id="gone", context="c")
    with pytest.raises(UnknownKey):
        unseal(blob, keys=KEYS, context="c")


def test_the_same_plain_text_never_seals_alike() -> None:
    assert len({seal(b"x", key=KEY, key_id="k1", context="c") for _ in range(50)}) == 50


@pytest.mark.parametrize("key_id", ["", "k" * 256])
def test_key_ids_have_a_length(key_id: str) -> None:
    with pytest.raises(ValueError, match="key id"):
        seal(b"x", key=KEY, key_id=key_id, context="c")


def test_wrapped_keys_open_with_the_master_they_name() -> None:
    wrapped = wrap_key(OTHER, master=KEY, master_id="m1")
    assert unwrap_key(wrapped, masters={"m0": OTHER, "m1": KEY}) == OTHER
    with pytest.raises(SealError):
        unwrap_key(wrapped, masters={"m1": OTHER})


def test_blind_index_depends_on_value_pepper_and_purpose() -> None:
    base = blind_index("13812345678", pepper=b"p", purpose="phone")
    assert len(base) == 32
    assert base == blind_index("13812345678", pepper=b"p", purpose="phone")
    assert base != blind_index("13812345679", pepper=b"p", purpose="phone")
    assert base != blind_index("13812345678", pepper=b"q", purpose="phone")
    assert base != blind_index("13812345678", pepper=b"p", purpose="id")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小明", "张*明"),
        ("欧阳小明", "欧**明"),
        ("阿卜杜外力·麦麦提", "阿***提"),
        ("张", "*"),
        ("", ""),
        (" 张三 ", "张*"),
    ],
)
def test_mask_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13812345678", "138****5678"), ("87654321", "****4321"), ("12345", "*****"), ("", "")],
)
def test_mask_phone(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("330203199003071234", "**************1234"), ("E12345678", "*****5678"), ("123", "***")],
)
def test_mask_id_number(number: str, masked: str) -> None:
    assert mask_id_number(number) == masked


def _found(text: str) -> list[tuple[str, str]]:
    return [(hit.kind.value, text[hit.start : hit.end]) for hit in find_identifiers(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话13812345678。", [("phone", "13812345678")]),
        ("电话138 1234 5678。", [("phone", "138 1234 5678")]),
        ("电话138-1234-5678。", [("phone", "138-1234-5678")]),
        ("打 +86 13812345678", [("phone", "+86 13812345678")]),
        ("１３８１２３４５６７８", [("phone", "１３８１２３４５６７８")]),
        ("13\u200b812345678", [("phone", "13\u200b812345678")]),
        ("1 3 8 1 2 3 4 5 6 7 8", [("phone", "1 3 8 1 2 3 4 5 6 7 8")]),
        ("一三八一二三四五六七八", [("phone", "一三八一二三四五六七八")]),
        ("幺三八一二三四五六七八", [("phone", "幺三八一二三四五六七八")]),
        ("座机0574-87654321", [("phone", "0574-87654321")]),
        ("身份证33020319900307123X", [("resident_id", "33020319900307123X")]),
        ("卡号6222021234567890123", [("long_number", "6222021234567890123")]),
        ("卡号6222 0212 3456 7890 123", [("long_number", "6222 0212 3456 7890 123")]),
        ("两个1381234567813912345678", [("long_number", "1381234567813912345678")]),
        ("发到zhang.san@example.com", [("email", "zhang.san@example.com")]),
        ("微信号：zhang_san01", [("chat_account", "zhang_san01")]),
        ("加QQ 12345678", [("chat_account", "12345678")]),
        ("我叫王小明，在饭店上班", [("self_name", "王小明")]),
        ("我叫王明在饭店上班", [("self_name", "王明")]),
        ("我是王小明，在饭店上班", [("self_name", "王小明")]),
        ("本人欧阳小明的工资", [("self_name", "欧阳小明")]),
        ("姓名：张三 岗位", [("self_name", "张三")]),
        ("我姓张", [("self_name", "张")]),
        ("我叫王小明，电话13812345678", [("self_name", "王小明"), ("phone", "13812345678")]),
    ],
)
def test_identifiers_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert _found(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "老板欠我们20个人400000元，2026-01-05到2026-10-15",
        "15 2026-01-05 8点",
        "我是高级工",
        "我是江苏人。",
        "我是单位的员工",
        "我是一名厨师",
        "本人在餐厅上班",
        "共一百二十三万四千五百元",
        "订单12345678901",
        "",
    ],
)
def test_ordinary_words_and_amounts_are_left_alone(text: str) -> None:
    assert _found(text) == []


def test_mask_identifiers_keeps_the_rest() -> None:
    masked = mask_identifiers("我叫王小明，电话138 1234 5678，欠薪三个月")
    assert masked == "我叫〔姓名〕，电话〔电话〕，欠薪三个月"


sentences = st.text(st.characters(codec="utf-8") | st.sampled_from("我叫是王张一二三138 -微信号@."))


@given(sentences)
def test_masking_leaves_nothing_to_find(text: str) -> None:
    masked = mask_identifiers(text)
    assert find_identifiers(masked) == ()


@given(sentences)
def test_hits_are_ordered_and_inside_the_text(text: str) -> None:
    position = 0
    for hit in find_identifiers(text):
        assert position <= hit.start < hit.end <= len(text)
        position = hit.end


han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20).filter(
    lambda text: not set(text) & set("零〇一二三四五六七八九幺")
)


@given(han, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), han)
def test_a_phone_among_words_never_survives(before: str, phone: str, after: str) -> None:
    assert phone not in mask_identifiers(before + phone + after)


def test_a_long_text_is_searched_quickly() -> None:
    assert find_identifiers("我在饭店上班1" * 15_000) == ()


def test_every_kind_has_a_placeholder() -> None:
    assert set(PLACEHOLDERS) == set(IdentifierKind)
