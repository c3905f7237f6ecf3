"""Form fields that both surfaces share: safe text, cleaned photos, the key of a form."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from requests_app.clean_file import CleanFile
from requests_app.stages.sensing.uploads import (
    BYTES_MAX,
    FILES_MAX,
    TOO_HEAVY,
    UploadRefused,
    clean_file,
)
from station.upload_fence import DroppedFile

FILE_NAME_SHOWN: Final = 30
TOO_MUCH: Final = _("这次传得太多，照片没有收到，文字都在。请少选几份再试。")
FILES_GONE: Final = _("页面重新打开后照片不会保留，请再选一次。")
NO_PAPER_UNNAMED: Final = _("匿名提交请上传照片：PDF里可能有作者信息")
FORM_KEY: Final = re.compile(r"[\w-]{32,64}", re.ASCII)

# NUL, other control characters and halves of a surrogate pair: no database column and no
# page can hold them. Tab and line ends are typing.
UNSAVABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def new_form_key() -> str:
    """Return the random key that a form is drawn with."""
    return secrets.token_urlsafe(24)


def with_single_line_ends(text: str) -> str:
    """Return the text as its sender counts it: browsers send two characters for a line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


type Upload = UploadedFile[Any]


class TextField(forms.CharField):
    """Text with a limit that is said, not enforced by cutting off what was pasted."""

    def to_python(self, value: object) -> str:
        """Return the text with single line ends, so that it counts as the sender sees it."""
        return with_single_line_ends(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave maxlength out: browsers cut a pasted text there without a word."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class PhotosInput(forms.FileInput):
    """Several files at once; a phone offers its camera. Script holds back what is too much."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-most-bytes": FILES_MAX * BYTES_MAX, **(attrs or {})})


class PhotosField(forms.FileField):
    """Up to six files, each cleaned. The cleaned value is a tuple of CleanFile."""

    widget = PhotosInput

    def clean(self, data: Sequence[Upload] | None, initial: object = None) -> tuple[CleanFile, ...]:
        """Clean every file; say for each refused one which it is and why."""
        del initial
        files = [each for each in data or [] if each.name]
        if len(files) > FILES_MAX:
            message = say("一次最多%(most)s份，您选了%(count)s份。")
            raise forms.ValidationError(message % {"most": FILES_MAX, "count": len(files)})
        return _clean_uploads(files)


class PaperField(forms.FileField):
    """One photo or paper at most, under the same rules. The cleaned value: a CleanFile or None."""

    widget = forms.FileInput

    def clean(self, data: Upload | None, initial: object = None) -> CleanFile | None:
        """Clean the file; say why when it is refused."""
        del initial
        return next(iter(_clean_uploads([data] if data and data.name else [])), None)


def _clean_uploads(files: Sequence[Upload]) -> tuple[CleanFile, ...]:
    """Clean every file; the error says for each refused one which it is and why."""
    kept: list[CleanFile] = []
    problems: list[str] = []
    for each in files:
        try:
            kept.extend(_clean_upload(each))
        except UploadRefused as refused:
            problems.append(f"“{_short_name(each)}”：{say(refused.message)}")
    if problems:
        raise forms.ValidationError([forms.ValidationError(text) for text in problems])
    if len(kept) < len(files):
        raise forms.ValidationError(TOO_MUCH)
    return tuple(kept)


def has_paper(files: Sequence[CleanFile]) -> bool:
    """Whether a PDF is among the files: it is kept as it is, with whoever made it inside."""
    return any(each.content_type == "application/pdf" for each in files)


def _clean_upload(file: Upload) -> tuple[CleanFile, ...]:
    """Read a file only when its size is allowed; a good one that was dropped gives none."""
    sent_bytes = file.sent_bytes if isinstance(file, DroppedFile) else file.size or 0
    if sent_bytes > BYTES_MAX:
        raise UploadRefused(TOO_HEAVY)
    if isinstance(file, DroppedFile):
        return ()
    return (clean_file(file.name or "", file.read()),)


def _short_name(file: Upload) -> str:
    name = UNSAVABLE.sub("", file.name or "")
    return name if len(name) <= FILE_NAME_SHOWN else f"{name[:FILE_NAME_SHOWN]}…"


def without_unsavable(data: Mapping[str, Any]) -> tuple[QueryDict, frozenset[str]]:
    """Return the data without characters that cannot be kept, and the fields that had some."""
    found = set()
    clean = QueryDict(mutable=True)
    for name in data:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else [data[name]]
        kept = [UNSAVABLE.sub("", str(value)) for value in values]
        if kept != values:
            found.add(name)
        clean.setlist(UNSAVABLE.sub("", name), kept)
    return clean, frozenset(found)


class SafeForm(forms.Form):
    """A form whose text can always be kept and shown again."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        self.lost_characters: frozenset[str] = frozenset()
        if data is not None:
            data, self.lost_characters = without_unsavable(data)
        super().__init__(data, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Name the fields from which characters had to be taken."""
        for name in self.lost_characters & self.fields.keys():
            self.add_error(name, say("有几个字符无法保存，已经去掉。请看一遍再提交。"))
        return self.cleaned_data
