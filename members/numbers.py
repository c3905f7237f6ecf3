"""Numbers that people type: mobile numbers, credit codes, resident ids. Pure.

Formats: docs/rules.md "Numbers" (GB 32100-2015 credit code, GB 11643-1999 resident id).
"""

import re
import unicodedata
from datetime import date

_MOBILE = re.compile(r"1[3-9]\d{9}")
_PHONE_NOISE = re.compile(r"[\s\-‐‑‒–—―_.·()]+")

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_FORM = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_RESIDENT_FORM = re.compile(r"\d{17}[\dX]")


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message


class NumberError(ValueError):
    """A number that cannot be right: what is wrong, and what a right one looks like."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def normalise_phone(text: str) -> str:
    """Return the 11 digits of a mainland mobile number.

    Full-width digits, blanks, dashes, brackets and a leading +86, 0086 or 86 are taken
    away. Raises NumberError when what is left is not a mobile number.
    """
    compact = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", text))
    for prefix in ("+86", "0086", "86"):
        if compact.startswith(prefix) and len(compact) == len(prefix) + 11:
            compact = compact[len(prefix) :]
            break
    if not (compact.isascii() and _MOBILE.fullmatch(compact)):
        raise NumberError(_("手机号码不正确。"), _("请填写 11 位手机号，例如 138 0013 8000。"))
    return compact


def check_credit_code(text: str) -> str:
    """Return a credit code in upper case, its check character proven.

    GB 32100-2015: c = (31 - sum(w_i * v_i) mod 31) mod 31. Raises NumberError.
    """
    code = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "").upper()
    hint = _("统一社会信用代码为 18 位数字和大写字母，不含 I、O、S、V、Z。")
    if not (code.isascii() and _CREDIT_FORM.fullmatch(code)):
        raise NumberError(_("统一社会信用代码格式不正确。"), hint)
    if code[-1] != credit_check_character(code[:17]):
        raise NumberError(_("统一社会信用代码校验位不符。"), _("请对照营业执照逐位核对。"))
    return code


def credit_check_character(body: str) -> str:
    """Return the 18th character of a credit code from its first 17."""
    total = sum(
        weight * _CREDIT_ALPHABET.index(char)
        for weight, char in zip(_CREDIT_WEIGHTS, body, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def check_resident_id(text: str) -> str:
    """Return a resident id number in upper case, date and check character proven.

    GB 11643-1999: sum(w_i * d_i) mod 11 indexes "10X98765432". Raises NumberError.
    """
    number = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not (number.isascii() and _RESIDENT_FORM.fullmatch(number)):
        raise NumberError(_("身份证号码格式不正确。"), _("请填写 18 位号码，末位可为 X。"))
    if _birth_date(number) is None:
        raise NumberError(_("身份证号码中的出生日期不存在。"), _("请核对第 7 至 14 位。"))
    if number[-1] != resident_check_character(number[:17]):
        raise NumberError(_("身份证号码校验位不符。"), _("请对照证件逐位核对。"))
    return number


def resident_check_character(body: str) -> str:
    """Return the 18th character of a resident id from its first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_RESIDENT_WEIGHTS, body, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
