"""Template tags of the design system. Markup lives in templates/components."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, Select, Textarea, Widget
from django.forms.widgets import Input
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from station.day_words import day_words
from station.desk.navigation import Label, Link, links_for

register = template.Library()
register.filter(day_words)


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """Draw a lucide icon in the text colour. Without a label it is hidden from screen readers."""
    return _icon(str(name), str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> str:
    words = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return lucide(name, size=None, **{"class": "icon", "focusable": "false"}, **words)


@register.simple_tag
def widget(field: BoundField, role: str = "") -> SafeString:
    """Render a form field's control with the class of its kind: input, select or textarea."""
    attrs: dict[str, str | bool] = {"role": role} if role else {}
    if kind := _control_class(field.field.widget):
        own = field.field.widget.attrs.get("class", "")
        attrs["class"] = f"{kind} {own}".strip()
    return field.as_widget(attrs=attrs)


def _control_class(control: Widget) -> str:
    """Return the class of a control; boxes and file choosers keep the browser's own look."""
    if isinstance(control, Textarea):
        return "textarea"
    if isinstance(control, Select):
        return "select"
    if isinstance(control, Input) and not isinstance(control, CheckboxInput | FileInput):
        return "input"
    return ""


@register.filter
def count_errors(form: BaseForm) -> int:
    """Return how many things are wrong; one field may hold several, a sheet of lines many."""
    return sum(len(each) for each in form.errors.values())


@register.filter
def control_id(field: BoundField) -> str:
    """Return the id a link to this field must name; a group of choices has it on the first."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def has_icons(field: BoundField) -> bool:
    """Tell whether any choice carries an icon: then the tiles stand two abreast."""
    return any(getattr(option.data["label"], "icon", "") for option in field)


@register.simple_block_tag
def panel(content: str, title: str, **options: Any) -> SafeString:
    """Wrap content in a panel. Options: see templates/components/panel.html."""
    return render_to_string(
        "components/panel.html", {"content": content, "title": title, **options}
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, **options: Any) -> SafeString:  # noqa: A002
    """Wrap content in a dialog. Options: see templates/components/dialog.html."""
    context = {"content": content, "id": id, "title": title, **options}
    return render_to_string("components/dialog.html", context)


@register.simple_tag(takes_context=True)
def desk_links(context: Context) -> tuple[tuple[Label, tuple[Link, ...]], ...]:
    """Return the groups of the desk's sidebar for this request."""
    return links_for(context["request"])


class Span(Protocol):
    """Anything with a place in the text: start inclusive, end exclusive, in characters."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """Character after the last one."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text; `number` is the finding it belongs to, counted from 1, 0 for none."""

    text: str
    number: int = 0


@register.filter
def pieces(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """Cut text at the spans, numbered in the order given.

    A span that overlaps an earlier one or lies outside the text is left unmarked: the words
    of the narrative are never changed, doubled or lost.
    """
    numbered = sorted(enumerate(spans, start=1), key=lambda pair: (pair[1].start, pair[0]))
    cut: list[Piece] = []
    done = 0
    for number, span in numbered:
        if span.start < done or span.end > len(text) or span.end <= span.start:
            continue
        if span.start > done:
            cut.append(Piece(text=text[done : span.start]))
        cut.append(Piece(text=text[span.start : span.end], number=number))
        done = span.end
    if done < len(text):
        cut.append(Piece(text=text[done:]))
    return tuple(cut)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """Return the page numbers to draw, with "…" where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def short_moment(moment: datetime) -> str:
    """11-20 17:30 on the desk; with the year when it is not this one."""
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localdate().year
    return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


@register.filter
def moment_words(moment: datetime) -> str:
    """11月20日 周五 17:30 on the worker's pages."""
    local = timezone.localtime(moment)
    weekdays = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    told = {
        "day": day_words(local),
        "weekday": weekdays[local.weekday()],
        "time": f"{local:%H:%M}",
    }
    return _("%(day)s %(weekday)s %(time)s") % told


@register.filter
def yuan(amount_fen: int) -> str:
    """¥12,345.00 from whole fen."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{sign}¥{whole:,}.{rest:02d}"


@register.filter
def grouped(code: str) -> str:
    """A look-up code in groups of four: 1234 5678 9012 3456."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
