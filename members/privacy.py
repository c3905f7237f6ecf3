"""Sealing, blind indexes, masks and the search for identifiers. Pure: keys are passed in.

A sealed blob is: version byte, length of the key id, key id, 12-byte nonce, AES-256-GCM
ciphertext with tag. Key id and context are authenticated with it, so a blob moved to
another row, field or key does not open.
"""

import hmac
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_AES_256_GCM = 1
_NONCE_BYTES = 12
_WRAP_CONTEXT = "data-key"
_MOST_STARS = 3


class SealError(ValueError):
    """A blob that does not open: damaged, moved, or sealed under another key."""


class UnknownKey(SealError):
    """The key that a blob names is not there: erased on purpose, or lost."""


# ---- sealing ----------------------------------------------------------------------


def seal(plain: bytes, *, key: bytes, key_id: str, context: str) -> bytes:
    """Encrypt ``plain`` under a 32-byte key; ``context`` names its place, as "member:7:name"."""
    header = _header(key_id)
    nonce = os.urandom(_NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plain, header + context.encode())


def unseal(blob: bytes, *, keys: Mapping[str, bytes], context: str) -> bytes:
    """Decrypt a blob; raises UnknownKey when its key is gone, SealError when it is not genuine."""
    key_id = key_id_of(blob)
    if key_id not in keys:
        raise UnknownKey(f"key {key_id} is not available")
    header = _header(key_id)
    nonce, sealed = blob[len(header) :][:_NONCE_BYTES], blob[len(header) + _NONCE_BYTES :]
    try:
        return AESGCM(keys[key_id]).decrypt(nonce, sealed, header + context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealError("the blob does not open in this place") from error


def key_id_of(blob: bytes) -> str:
    """Return the id of the key that a blob was sealed under."""
    if len(blob) < 2 or blob[0] != _AES_256_GCM or len(blob) < 2 + blob[1] + _NONCE_BYTES:
        raise SealError("not a sealed blob")
    try:
        return blob[2 : 2 + blob[1]].decode("ascii")
    except UnicodeDecodeError as error:
        raise SealError("not a sealed blob") from error


def wrap_key(key: bytes, *, master: bytes, master_id: str) -> bytes:
    """Seal a data key under the master key."""
    return seal(key, key=master, key_id=master_id, context=_WRAP_CONTEXT)


def unwrap_key(wrapped: bytes, *, masters: Mapping[str, bytes]) -> bytes:
    """Open a wrapped data key with whichever master key it names."""
    return unseal(wrapped, keys=masters, context=_WRAP_CONTEXT)


def blind_index(value: str, *, pepper: bytes, purpose: str) -> bytes:
    """Return the keyed 32-byte digest of a normalised value, different for each purpose.

    Keyed because all mainland mobile numbers under a plain digest fall in seconds.
    """
    return hmac.digest(pepper, f"{purpose}\0{value}".encode(), sha256)


def _header(key_id: str) -> bytes:
    name = key_id.encode("ascii")
    if not 0 < len(name) < 256:
        raise ValueError("a key id has 1 to 255 characters")
    return bytes((_AES_256_GCM, len(name))) + name


# ---- masks ------------------------------------------------------------------------


def mask_name(name: str) -> str:
    """张三 → 张*, 张小明 → 张*明; a single character is hidden altogether.

    The stars of a long name are cut short: how long it is would tell whose it is.
    """
    name = name.strip()
    if len(name) < 3:
        return name[: len(name) - 1] + "*" * bool(name)
    return name[0] + "*" * min(len(name) - 2, _MOST_STARS) + name[-1]


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; other numbers keep their last four when 8 or longer."""
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return _keep_last_four(phone)


def mask_id_number(number: str) -> str:
    """Keep the last four of an id number; shorter than 8, keep nothing."""
    return _keep_last_four(number)


def _keep_last_four(number: str) -> str:
    kept = 4 if len(number) >= 8 else 0
    return "*" * (len(number) - kept) + number[len(number) - kept :]


# ---- identifiers in free text -----------------------------------------------------


class IdentifierKind(StrEnum):
    """What kind of mark a text holds."""

    PHONE = "phone"
    RESIDENT_ID = "resident_id"
    LONG_NUMBER = "long_number"
    EMAIL = "email"
    CHAT_ACCOUNT = "chat_account"
    SELF_NAME = "self_name"


PLACEHOLDERS: Mapping[IdentifierKind, str] = {
    IdentifierKind.PHONE: "〔电话〕",
    IdentifierKind.RESIDENT_ID: "〔证件号〕",
    IdentifierKind.LONG_NUMBER: "〔长号码〕",
    IdentifierKind.EMAIL: "〔邮箱〕",
    IdentifierKind.CHAT_ACCOUNT: "〔社交账号〕",
    IdentifierKind.SELF_NAME: "〔姓名〕",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something in a text that names a person; ``text[start:end]`` of the original."""

    kind: IdentifierKind
    start: int
    end: int


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CHINESE_DIGITS = {
    ord(c): ord(d) for c, d in zip("零〇一二三四五六七八九幺", "001234567891", strict=True)
}
# Characters without width, put between digits to get past a filter.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_GAP = r"[ \t\-‐‑–—.·_]{1,2}"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86(?:{_GAP})?)?(?:"
    r"1[3-9]\d{9}"
    rf"|1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
    rf"|1[3-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}"
    rf"|1[3-9]\d{_GAP}\d{{8}}"
    rf"|1[3-9]\d{{5}}{_GAP}\d{{4}}"
    rf"|1{_GAP}[3-9](?:{_GAP}\d){{9}}"
    r"|0\d{2,3}[- ]?[2-9]\d{6,7}"
    r")(?!\d)"
)
_RESIDENT_ID = re.compile(
    r"(?<!\d)[1-9]\d{5} ?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r" ?\d{3}[\dXx](?!\d)"
)
# Bank cards, old 15-digit ids, numbers glued together: too long for an amount.
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d{15,}|\d{4}(?: \d{4}){3,4}(?: \d{1,3})?)(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}")
_CHAT_ACCOUNT = re.compile(
    r"(?:微信|威信|薇信|[Vv]信|[Ww][Xx]|[Vv][Xx]|[Qq]{2})(?:号码|号)?[是为:\s]{0,3}([A-Za-z0-9_\-]{5,20})"
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱"
    "汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐"
    "梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景"
    "薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫佘饶古占晏巫鞠褚娄滕齐费"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|端木|百里|长孙|宇文"
# A given name does not hold these; they open the next word of the sentence.
_GIVEN = r"(?:[\u4e00-\u9fa5·](?<![是在和与了从有被就都也不于个们这那我你他她家到今来去因很还的]))"
_PERSON = rf"(?:(?:{_COMPOUND}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{1,2}})"
_NAMED = re.compile(
    rf"(?:我叫做?|我名叫|我的名字(?:叫|是)|名字叫|本人(?:叫|姓名)?|姓名|联系人|署名|投诉人|反映人)[是为:\s]{{0,2}}({_PERSON})"
)
# "我是" opens many sentences; only a short name before a pause is taken as one.
_I_AM = re.compile(
    rf"我是({_PERSON})(?<![人工员师傅长级生手民兵友哥姐总])(?=[,，.。;；!！、\s]|在|$)"
)
_SURNAMED = re.compile(rf"(?:我|本人)姓((?:{_COMPOUND})|[{_SURNAMES}])")

_PATTERNS: tuple[tuple[IdentifierKind, re.Pattern[str], int], ...] = (
    (IdentifierKind.RESIDENT_ID, _RESIDENT_ID, 0),
    (IdentifierKind.LONG_NUMBER, _LONG_NUMBER, 0),
    (IdentifierKind.PHONE, _PHONE, 0),
    (IdentifierKind.EMAIL, _EMAIL, 0),
    (IdentifierKind.CHAT_ACCOUNT, _CHAT_ACCOUNT, 1),
    (IdentifierKind.SELF_NAME, _NAMED, 1),
    (IdentifierKind.SELF_NAME, _I_AM, 1),
    (IdentifierKind.SELF_NAME, _SURNAMED, 1),
)


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Return what names a person in the text, in order, without overlaps.

    Full-width digits, digits written in Chinese and invisible characters between digits
    are seen through. What the words themselves reveal cannot be found.
    """
    folded, origins = _fold(text)
    found = [*_matches(folded, _PATTERNS)]
    spoken = folded.translate(_CHINESE_DIGITS)
    if spoken != folded:
        found += _matches(spoken, _PATTERNS[:3])
    taken: list[Identifier] = []
    for hit in sorted(found, key=lambda item: (item.start, -item.end)):
        if not taken or hit.start >= taken[-1].end:
            taken.append(hit)
    return tuple(
        Identifier(hit.kind, origins[hit.start], origins[hit.end - 1] + 1) for hit in taken
    )


def mask_identifiers(text: str) -> str:
    """Return the text with every identifier replaced by a word for its kind."""
    parts: list[str] = []
    position = 0
    for hit in find_identifiers(text):
        parts += [text[position : hit.start], PLACEHOLDERS[hit.kind]]
        position = hit.end
    return "".join([*parts, text[position:]])


def _fold(text: str) -> tuple[str, list[int] | range]:
    """Half-width text without invisible characters, and where each character stood."""
    half_width = text.translate(_FULL_WIDTH)
    if not _INVISIBLE.search(half_width):
        return half_width, range(len(half_width))
    kept = [(char, at) for at, char in enumerate(half_width) if not _INVISIBLE.match(char)]
    return "".join(char for char, _ in kept), [at for _, at in kept]


def _matches(
    text: str, patterns: tuple[tuple[IdentifierKind, re.Pattern[str], int], ...]
) -> Iterator[Identifier]:
    for kind, pattern, group in patterns:
        for match in pattern.finditer(text):
            yield Identifier(kind, match.start(group), match.end(group))
