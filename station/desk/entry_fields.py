"""Form fields of the desk: money in yuan, days within reason, text with its limit said."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from station import parts
from station.desk.pasted import CENTURY, LineFault, Unreadable, parse_fen
from station.fields import TextField

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MISSING: Final = _("请填写")
TOO_LONG: Final = _("最多%(limit_value)d字，现在有%(show_value)d字")


def choose(asked: "str | StrPromise") -> dict[str, "str | StrPromise"]:
    """Return the errors of a choice: above the form they stand without their field."""
    return {"required": asked, "invalid_choice": asked}


FAULTS: Final[dict[str, parts.Words]] = {
    "amount": _("“%(words)s”不是金额，请写成23200或23,200.00"),
    "too_large": _("“%(words)s”太大，请核对单位是不是元"),
    "unclear_comma": _("“%(words)s”里的逗号分不清，请去掉千分位，或改用空格、制表符分列"),
    "total": _("“%(words)s”这一行请删掉，合计由系统计算"),
    "columns": _("有%(words)s列，应为：姓名 岗位 月份 主张金额，可再加协议金额"),
    "name": _("缺姓名"),
    "cell_too_long": _("“%(words)s…”太长，每格最多40字"),
    "day_and_amount": _("请写成：日期 金额，例如2026-10-16 150000"),
    "no_such_day": _("没有%(words)s这一天"),
    "too_many": _("有%(words)s行，一次最多500行"),
}


class YuanField(forms.CharField):
    """An amount as people write it; the cleaned value is whole fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-narrow"}
        )
        super().__init__(widget=widget, max_length=40, **options)

    def clean(self, value: object) -> int | None:
        """Return the fen, None where nothing was asked for and nothing stands."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_fen(text)
        except Unreadable as error:
            raise forms.ValidationError(
                fault_words(LineFault(0, error.code, error.words))
            ) from None


class DayField(forms.DateField):
    """A day that exists for the calendar of this century."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input-narrow"})
        errors = {
            "required": _("请选日期"),
            "invalid": _("日期请写成2026-11-20"),
            **options.pop("error_messages", {}),
        }
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%d", "%Y/%m/%d"], error_messages=errors, **options
        )

    def clean(self, value: object) -> date | None:
        """Return the day."""
        found: date | None = super().clean(value)
        if found is not None and found.year not in CENTURY:
            raise forms.ValidationError(say("这一天不在2000年到2099年之间"))
        return found


def fault_words(fault: LineFault) -> str:
    """Return what is wrong with a line, with its number where it has one."""
    told = str(FAULTS[fault.code]) % {"words": fault.words}
    if not fault.line:
        return told
    return say("第%(line)d行：%(told)s") % {"line": fault.line, "told": told}


def words_field(
    label: "str | StrPromise",
    *,
    most: int,
    required: bool = True,
    help_text: "str | StrPromise" = "",
    missing: "str | StrPromise" = MISSING,
    rows: int = 0,
) -> TextField:
    """Return a text field with its limit; with ``rows`` it is an area of so many lines."""
    widget: forms.Widget = (
        forms.Textarea(attrs={"rows": rows})
        if rows
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return TextField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=widget,
        error_messages={"required": missing, "max_length": TOO_LONG},
    )
