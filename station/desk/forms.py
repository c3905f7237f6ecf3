"""The note that staff write down for somebody who calls or comes in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from members.numbers import NumberError, normalise_phone
from members.privacy import mask_identifiers
from requests_app.catalogue.terms import Catalogue
from requests_app.models.choices import ApplicantKind, Approach, Channel
from requests_app.stages.sensing.report import EMPLOYER_MAX, NAME_MAX, STORY_MAX, Report
from station.desk import words
from station.fields import (
    FILES_GONE,
    FORM_KEY,
    NO_PAPER_UNNAMED,
    PhotosField,
    PhotosInput,
    SafeForm,
    TextField,
    Upload,
    has_paper,
    new_form_key,
)

SPOKEN: Final = (
    Channel.PHONE,
    Channel.COUNTER,
    Channel.VISIT,
    Channel.HOTLINE,
    Channel.TALK,
    Channel.CHAIR,
)
TOO_LONG: Final = _("最多%(limit_value)d字，现在有%(show_value)d字")


# The worker's own words ("my name") would be wrong in a colleague's mouth.
APPROACHES: Final = {
    Approach.NONE: _("先不联系单位，等本人同意"),
    Approach.UNNAMED: _("可以联系单位，不提本人名字"),
    Approach.NAMED: _("可以联系单位，可以提本人名字"),
}


class NoteForm(SafeForm):
    """A request told to staff. Who told it may stay unnamed; what happened may not."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False)
    station = forms.ChoiceField(
        label=_("登记到哪个片区"),
        error_messages={"required": _("请选一个片区"), "invalid_choice": _("请选一个片区")},
    )
    channel = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[(each.value, each.label) for each in SPOKEN],
        initial=Channel.PHONE.value,
        error_messages={"required": _("请选一项"), "invalid_choice": _("请选一项")},
    )
    applicant_kind = forms.ChoiceField(
        label=_("谁提出的"),
        choices=ApplicantKind.choices,
        initial=ApplicantKind.WORKER.value,
        error_messages={"required": _("请选一项"), "invalid_choice": _("请选一项")},
    )
    topic = forms.ChoiceField(
        label=_("大致哪一类"),
        required=False,
        help_text=_("拿不准就不选，系统会提出建议，由您确认。"),
        error_messages={"invalid_choice": _("请从列表里选一类")},
    )
    story = TextField(
        label=_("发生了什么"),
        help_text=_("照对方说的记：什么时候、多少人、多少钱、担心什么。"),
        max_length=STORY_MAX,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={
            "required": _("请写明发生了什么"),
            "max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。请留下要紧的。"),
        },
    )
    employer = TextField(
        label=_("哪家单位"),
        help_text=_("写名称或拼音首字母；名录里没有就直接写。"),
        max_length=EMPLOYER_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )
    is_anonymous = forms.BooleanField(
        label=_("对方不留姓名和电话"),
        help_text=_("匿名登记不存姓名、电话；正文里认得出人的号码和自称会换成占位词。"),
        required=False,
    )
    name = TextField(
        label=_("姓名"),
        help_text=_("姓名和手机号至少填一样。"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )
    phone = TextField(
        label=_("手机号"),
        help_text=_("办理进展和回访打这个号码。"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        error_messages={"max_length": _("请填写11位手机号")},
    )
    approach = forms.ChoiceField(
        label=_("怎样联系单位"),
        help_text=_("问清楚再选；没有说定就选第一项。"),
        choices=[(code.value, label) for code, label in APPROACHES.items()],
        initial=Approach.NONE.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项"), "invalid_choice": _("请选一项")},
    )
    photos = PhotosField(
        label=_("照片或材料"),
        help_text=_("最多6份，每份不超过10MB。自动去除拍摄位置。"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/heic,.heic,.pdf"}),
    )
    told = forms.BooleanField(
        label=_("已当面或在电话里告知：信息怎么用、谁能看、可以匿名、可以撤回"),
        error_messages={"required": _("请先把这几点告诉对方，再勾选")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Upload] | None = None,
        *,
        stations: Sequence[Unit],
        catalogue: Catalogue,
    ) -> None:
        super().__init__(data, files, label_suffix="", initial={"form_key": new_form_key()})
        self.stations = {unit.code: unit for unit in stations}
        self._offer("station", [(unit.code, unit.name) for unit in stations])
        self._offer("topic", [(each.code, words.term_label(each)) for each in catalogue.classes])
        if len(stations) == 1:
            self.fields["station"].widget = forms.HiddenInput()
            self.initial["station"] = stations[0].code
        self.fields["employer"].widget.attrs |= {
            "list": "employers",
            "hx-get": reverse("desk:employer-names"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#employers",
        }

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", say("请选择")), *choices]

    def clean_form_key(self) -> str:
        """Return the key; a form without a proper one gets a new one and is simply new."""
        key: str = self.cleaned_data["form_key"]
        return key if FORM_KEY.fullmatch(key) else new_form_key()

    def clean_phone(self) -> str:
        """Return the 11 digits, "" for none."""
        text: str = self.cleaned_data["phone"]
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except NumberError as error:
            message = say("请填写11位手机号，例如138 0013 8000；座机写进正文")
            raise forms.ValidationError(message) from error

    def clean(self) -> dict[str, Any]:
        """Check what several fields say together; ask again for files of a refused form."""
        values = super().clean()
        is_named = bool(values.get("name") or values.get("phone"))
        if values.get("is_anonymous") and is_named:
            told = say("要匿名，就清空姓名和手机号；要留下，就取消匿名")
            self.add_error("is_anonymous", told)
        elif not values.get("is_anonymous") and not is_named and "phone" not in self.errors:
            self.add_error("name", say("请填写姓名或手机号；对方不愿留，就勾选匿名"))
        if values.get("is_anonymous") and values.get("approach") == Approach.NAMED:
            self.add_error("approach", say("匿名登记不能向单位提名字，请改选前两项"))
        if values.get("is_anonymous") and has_paper(values.get("photos", ())):
            self.add_error("photos", NO_PAPER_UNNAMED)
        if self.errors and self.files and "photos" not in self.errors:
            self.add_error("photos", FILES_GONE)
        return values

    def renewed(self) -> None:
        """Give the bound form a new key: the old one belongs to another request."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["form_key"] = new_form_key()
        self.data = data

    def report(self) -> Report:
        """Return the cleaned form as a report."""
        values = self.cleaned_data
        station = self.stations[values["station"]]
        hide = mask_identifiers if values["is_anonymous"] else str
        return Report(
            station_id=station.pk,
            station_code=station.code,
            channel=values["channel"],
            applicant_kind=values["applicant_kind"],
            story=hide(values["story"]),
            employer=hide(values["employer"]),
            topic=values["topic"],
            name=values["name"],
            phone=values["phone"],
            approach=values["approach"],
            is_anonymous=values["is_anonymous"],
            files=values["photos"],
            form_key=values["form_key"],
        )
