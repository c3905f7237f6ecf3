"""The worker's forms. Every error stands beside its field, and nothing typed is lost."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.models import Unit
from members.numbers import NumberError, normalise_phone
from members.privacy import mask_identifiers
from requests_app.models.choices import ApplicantKind, Approach, Channel
from requests_app.models.completion import Satisfaction
from requests_app.stages.completion.hearing import WORDS_MAX, Answer
from requests_app.stages.completion.rules import LEAST_SATISFIED
from requests_app.stages.sensing.report import EMPLOYER_MAX, NAME_MAX, STORY_MAX, Report
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
from station.parts import Tile

PHONE_DIGITS: Final = 11
CODE_DIGITS: Final = 16

OTHER: Final = "other"
TOPICS: Final = (
    ("WAGE", Tile(label=_("工资"), icon="banknote", note=_("欠薪、加班费"))),
    ("CONT", Tile(label=_("合同与休假"), icon="file-text", note=_("辞退、工时"))),
    ("SAFE", Tile(label=_("安全与工伤"), icon="shield", note=_("隐患、赔付"))),
    ("INSU", Tile(label=_("社保与互助"), icon="heart-handshake", note=_("参保、医疗"))),
    ("LIFE", Tile(label=_("托管与活动"), icon="baby", note=_("孩子、驿站"))),
    (OTHER, Tile(label=_("其他"), icon="message-square-text", note=_("说不清也行"))),
)
APPROACHES: Final = (
    (Approach.NONE.value, Tile(label=_("先不联系，等我同意"))),
    (
        Approach.UNNAMED.value,
        Tile(label=_("可以联系，不提我的名字"), note=_("知道这事的人不多时，单位也可能猜到是您")),
    ),
    (Approach.NAMED.value, Tile(label=_("可以联系，可以提我的名字"))),
)

SOLVED: Final = (
    ("yes", Tile(label=_("解决了"), icon="circle-check")),
    ("no", Tile(label=_("没有解决"), icon="circle-x")),
)
# The face says it a second time: neither colour nor the word alone.
_FACES: Final = {
    Satisfaction.VERY_SATISFIED: "laugh",
    Satisfaction.SATISFIED: "smile",
    Satisfaction.FAIRLY_SATISFIED: "meh",
    Satisfaction.DISSATISFIED: "frown",
    Satisfaction.VERY_DISSATISFIED: "angry",
}
LEVELS: Final = tuple(
    (str(level.value), Tile(label=level.label, icon=face)) for level, face in _FACES.items()
)


# ---- the request ------------------------------------------------------------------


class ReportForm(SafeForm):
    """What a worker sends: two fields must be written, or one when anonymous."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False)
    station = forms.ChoiceField(
        label=_("交给哪个服务站"),
        error_messages={
            "required": _("请选一个服务站"),
            "invalid_choice": _("请选一个服务站"),
        },
    )
    topic = forms.ChoiceField(
        label=_("哪一类事情"),
        choices=TOPICS,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("请从上面选一类")},
    )
    story = TextField(
        label=_("发生了什么"),
        help_text=_("什么时候、多少人、多少钱。可用键盘上的话筒说。"),
        max_length=STORY_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("请写明发生了什么"),
            "max_length": _(
                "最多%(limit_value)d字，现在有%(show_value)d字。请留下要紧的，长材料可以拍照上传。"
            ),
        },
    )
    employer = TextField(
        label=_("哪家单位"),
        help_text=_("写名称或拼音首字母；找不到就直接写。"),
        max_length=EMPLOYER_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "list": "employers"}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字")},
    )
    phone = TextField(
        label=_("手机号"),
        help_text=_("只用来告诉您进展。单位看不到。匿名提交就不用填。"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}
        ),
        error_messages={
            "required": _("请填写手机号；不想留的话，请打开“匿名提交”"),
            "max_length": _("请填写11位手机号"),
        },
    )
    name = TextField(
        label=_("怎么称呼您"),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字")},
    )
    is_anonymous = forms.BooleanField(
        label=_("匿名提交"),
        help_text=_(
            "不保存姓名、手机号和设备信息。正文里请不要写能认出您的话。"
            "请记好查询码，我们无法主动联系您。"
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )
    approach = forms.ChoiceField(
        label=_("我们怎么联系您的单位"),
        choices=APPROACHES,
        initial=Approach.NONE.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项"), "invalid_choice": _("请选一项")},
    )
    photos = PhotosField(
        label=_("照片或材料"),
        help_text=_("工资条、聊天记录、考勤。最多6份，每份不超过10MB。自动去除拍摄位置。"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/heic,.heic,.pdf"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Upload] | None = None,
        *,
        stations: Sequence[Unit],
        wanted: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}), label_suffix="")
        self.stations = {unit.code: unit for unit in stations}
        self._offer_stations(wanted)
        if self.is_bound and self.data.get("is_anonymous"):
            self.fields["phone"].required = False

    def _offer_stations(self, wanted: str) -> None:
        """Ask for the station only where there is a choice and no code led here."""
        field = self.fields["station"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", say("请选择"))] + [
            (unit.code, unit.name) for unit in self.stations.values()
        ]
        if len(self.stations) == 1:
            self.initial["station"] = next(iter(self.stations))
            field.required = False
        elif wanted in self.stations:
            self.initial["station"] = wanted
        if len(self.stations) == 1 or wanted in self.stations:
            field.widget = forms.HiddenInput()

    @property
    def chosen_station(self) -> Unit | None:
        """The station the form goes to, when it is settled."""
        if len(self.stations) == 1:
            return next(iter(self.stations.values()))
        return self.stations.get(str(self["station"].value() or ""))

    def clean_form_key(self) -> str:
        """Return the key; a form without a proper one gets a new one and is simply new."""
        key: str = self.cleaned_data["form_key"]
        return key if FORM_KEY.fullmatch(key) else new_form_key()

    def clean_topic(self) -> str:
        """Return the class code, "" for other or none."""
        topic: str = self.cleaned_data["topic"]
        return "" if topic == OTHER else topic

    def clean_phone(self) -> str:
        """Return the 11 digits; an anonymous form keeps none, whatever was typed."""
        text: str = self.cleaned_data["phone"]
        if self.data.get("is_anonymous") or not text:
            return ""
        try:
            return normalise_phone(text)
        except NumberError as error:
            raise forms.ValidationError(_phone_problem(text)) from error

    def clean(self) -> dict[str, Any]:
        """Check what two fields say together; ask again for files of a form that failed."""
        values = super().clean()
        if values.get("is_anonymous") and values.get("approach") == Approach.NAMED:
            self.add_error("approach", say("匿名提交时我们不知道您的名字，请改选前两项。"))
        if values.get("is_anonymous") and has_paper(values.get("photos", ())):
            self.add_error("photos", NO_PAPER_UNNAMED)
        if self.errors and self.files and "photos" not in self.errors:
            self.add_error("photos", FILES_GONE)
        return values

    def report(self) -> Report:
        """Return the cleaned form as a report. What an anonymous sender gave away is masked."""
        values = self.cleaned_data
        station = self.chosen_station
        assert station is not None  # noqa: S101 - the form is valid
        anonymous: bool = values["is_anonymous"]
        hide = mask_identifiers if anonymous else str
        return Report(
            station_id=station.pk,
            station_code=station.code,
            channel=Channel.FORM,
            applicant_kind=ApplicantKind.WORKER,
            story=hide(values["story"]),
            employer=hide(values["employer"]),
            topic=values["topic"],
            name="" if anonymous else values["name"],
            phone=values["phone"],
            approach=values["approach"],
            is_anonymous=anonymous,
            files=values["photos"],
            form_key=values["form_key"],
        )

    def carried(self, *, form_key: str = "") -> list[tuple[str, str]]:
        """Return name and value of everything a confirm page must send again, files apart."""
        pairs = [
            (name, str(self.data.get(name, "")))
            for name in self.fields
            if name not in {"photos", "form_key"} and self.data.get(name)
        ]
        return [("form_key", form_key or self.cleaned_data["form_key"]), *pairs]


def _phone_problem(text: str) -> str:
    """Say what is wrong with a mobile number, as exactly as counting allows."""
    digits = sum(char.isdecimal() for char in text)
    if 0 < PHONE_DIGITS - digits < 4:
        short = PHONE_DIGITS - digits
        message = ngettext("手机号少%(n)s位，应为11位", "手机号少%(n)s位，应为11位", short)
        return message % {"n": short}
    if 0 < digits - PHONE_DIGITS < 3:
        extra = digits - PHONE_DIGITS
        message = ngettext("手机号多%(n)s位，应为11位", "手机号多%(n)s位，应为11位", extra)
        return message % {"n": extra}
    return say("请填写11位手机号，例如138 0013 8000")


# ---- progress ---------------------------------------------------------------------


class TrackForm(SafeForm):
    """A look-up code, in any grouping and any width of digits."""

    code = TextField(
        label=_("查询码"),
        help_text=_("提交时给您的16位数字，空格可有可无。"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("请填写查询码"),
            "max_length": _("查询码是16位数字"),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")

    def clean_code(self) -> str:
        """Return the 16 digits."""
        digits = "".join(str(int(char)) for char in self.cleaned_data["code"] if char.isdecimal())
        if len(digits) != CODE_DIGITS:
            message = say("查询码是16位数字，您填了%(count)s位")
            raise forms.ValidationError(message % {"count": len(digits)})
        return digits


# ---- an opinion -------------------------------------------------------------------


class RatingForm(SafeForm):
    """What the worker thinks of the reply: two choices, and words for whoever wants to."""

    solved = forms.ChoiceField(
        label=_("您的问题解决了吗"),
        choices=SOLVED,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选解决了还是没有解决"),
            "invalid_choice": _("请选解决了还是没有解决"),
        },
    )
    level = forms.ChoiceField(
        label=_("您对办理满意吗"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选一个满意程度"),
            "invalid_choice": _("请选一个满意程度"),
        },
    )
    again = forms.BooleanField(
        label=_("希望换人重新办理"),
        help_text=_("没有解决或不满意时可以选：换一个人办，天数减半，至少两天。只能重办一次。"),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )
    words = TextField(
        label=_("想说的话"),
        help_text=_("哪里办得好，还差什么。"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, may_ask_again: bool) -> None:
        super().__init__(data, label_suffix="")
        if not may_ask_again:
            del self.fields["again"]

    def clean(self) -> dict[str, Any]:
        """Say it when two answers contradict each other: a rework that never comes is worse."""
        values = super().clean()
        is_satisfied = int(values.get("level") or 0) >= LEAST_SATISFIED
        if values.get("again") and values.get("solved") == "yes" and is_satisfied:
            self.add_error(
                "again", say("您选了解决了，也满意，就不用重办。要重办，请改选上面的一项。")
            )
        return values

    def answer(self) -> Answer:
        """Return the cleaned form as an answer."""
        values = self.cleaned_data
        return Answer(
            level=Satisfaction(int(values["level"])),
            is_solved=values["solved"] == "yes",
            wants_rework=values.get("again", False),
            words=values["words"],
        )
