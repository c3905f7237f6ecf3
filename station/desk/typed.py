"""What somebody had filled in, as a page without the form gives it back."""

from collections.abc import Iterator

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget
from django.utils.translation import gettext


def typed_in(form: forms.Form) -> list[tuple[str, str]]:
    """Return everything that was filled in, by label, so that nothing is lost unsaid.

    Choices stand in words. Of a file only its name comes back: browsers keep no file for us.
    """
    kept = []
    for field in form.visible_fields():
        values = _file_lines(form, field) if _holds_files(field) else _lines(field)
        if text := "\n".join(each for each in values if each.strip()):
            kept.append((str(field.label), text))
    return kept


def _holds_files(field: BoundField) -> bool:
    return isinstance(field.field, forms.FileField)


def _file_lines(form: forms.Form, field: BoundField) -> Iterator[str]:
    for file in form.files.getlist(field.html_name):
        yield gettext("%(name)s（文件没有保留，需要时请再选）") % {"name": file.name}


def _lines(field: BoundField) -> Iterator[str]:
    """Yield the value of a field, a line a choice; nothing for what was left out."""
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        if value:
            yield gettext("是")
        return
    labels = {}
    if isinstance(widget := field.field.widget, ChoiceWidget):
        labels = {str(code): str(label) for code, label in widget.choices}
    for each in value if isinstance(value, list) else [value]:
        if each is not None:
            yield labels.get(str(each), str(each))
