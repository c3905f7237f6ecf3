"""What somebody asks figures for: unit, window, and which number's rows. Kept in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from members.scope import Scope
from requests_app.figures.asking import requests_at
from requests_app.figures.behind import LAST_PAGE, BehindAsk
from requests_app.figures.choice import Choices, UnitChoice, read_choices
from requests_app.figures.rules import BASE, HIT, MEASURES, REST, Code, Rate
from requests_app.figures.tally import Dimension
from requests_app.figures.window import Period, Window, WindowProblem, own_window, window_of
from requests_app.models import Request
from station import parts
from station.desk.access import Visitor
from station.desk.figure_words import TERMS, number
from station.fields import SafeForm

PROBLEMS = {
    "order": _("结束日期早于开始日期"),
    "future": _("开始日期还没有到"),
    "long": _("一次最多看5年"),
}
KEY_MAX = 24  # codes of the catalogue and of units


class WindowForm(SafeForm):
    """Unit and days of one's own, sent by GET."""

    since = forms.DateField(
        label=_("开始日期"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填开始日期"), "invalid": _("日期写成2026-01-31这样")},
    )
    until = forms.DateField(
        label=_("结束日期"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填结束日期"), "invalid": _("日期写成2026-01-31这样")},
    )

    def __init__(self, *args: Any, units: Sequence[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(unit.code, unit.name) for unit in units]
        self.fields["unit"] = forms.ChoiceField(label=_("单位"), required=False, choices=names)
        self.order_fields(["unit", "since", "until"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything the address says, made whole; ``unit`` is None for who sees no unit."""

    choices: Choices
    unit: UnitChoice | None
    period: Period
    window: Window
    form: WindowForm

    @property
    def stations(self) -> list[UnitChoice]:
        """The stations whose requests are counted."""
        return self.choices.stations_of(self.unit) if self.unit else []

    def requests(self, scope: Scope) -> QuerySet[Request]:
        """Return the requests that are counted."""
        return requests_at(scope, [station.id for station in self.stations])

    def address(self, name: str, **more: str) -> str:
        """Return the address of a page that keeps unit and window; empty values are left out."""
        kept = {
            "unit": self.unit.code if self.unit else "",
            "period": self.period.value,
            "since": self.window.first.isoformat() if self.period is Period.OWN else "",
            "until": self.window.last.isoformat() if self.period is Period.OWN else "",
        }
        query = {key: value for key, value in {**kept, **more}.items() if value}
        return f"{reverse(name)}?{urlencode(query)}"

    def rows(self, code: Code, part: str, split: tuple[Dimension, str] | None = None) -> str:
        """Return the address of the rows behind a number."""
        more = {"of": code.value, "part": part}
        if split is not None:
            # An empty key is a value, too: what has no class yet.
            more |= {"by": split[0].value, "key": split[1] or NO_KEY}
        return self.address("desk:figure-rows", **more)

    def count(
        self, amount: int, code: Code, part: str, split: tuple[Dimension, str] | None = None
    ) -> parts.Number:
        """Return a number with the address of its rows; none where there is nothing to list."""
        return parts.Number(
            text=number(amount), href=self.rows(code, part, split) if amount else ""
        )

    def ratio(
        self, rate: Rate, code: Code, split: tuple[Dimension, str] | None = None
    ) -> parts.Ratio:
        """Return n of N, both leading to their rows."""
        return parts.Ratio(
            hit=self.count(rate.hit, code, HIT, split),
            total=self.count(rate.base, code, BASE, split),
            unit=TERMS[code].unit,
            percent=rate.percent,
        )


NO_KEY = "none"


def read_asked(request: HttpRequest, visitor: Visitor) -> Asked:
    """Read unit and window from the address: one statement.

    What is not known counts as not given: the uppermost unit, this year. Days that make no
    window come back with the form, and the figures are those of this year.
    """
    choices = read_choices(visitor.scope)
    sent = request.GET
    unit = choices.find(sent.get("unit", "")) or choices.find("")
    period = Period(sent["period"]) if sent.get("period", "") in Period else Period.YEAR
    wants_own = period is Period.OWN and ("since" in sent or "until" in sent)
    form = WindowForm(sent if wants_own else None, units=choices.units)
    window = None
    if wants_own and form.is_valid():
        window = _own(form, visitor)
    if window is None:
        period = Period.YEAR if period is Period.OWN else period
        window = window_of(period, now=visitor.now)
    if not wants_own:
        form.initial = {
            "unit": unit.code if unit else "",
            "since": window.first,
            "until": window.last,
        }
    return Asked(choices=choices, unit=unit, period=period, window=window, form=form)


def _own(form: WindowForm, visitor: Visitor) -> Window | None:
    since: date = form.cleaned_data["since"]
    until: date = form.cleaned_data["until"]
    try:
        return own_window(since, until, now=visitor.now)
    except WindowProblem as problem:
        form.add_error("since", PROBLEMS[problem.code])
        return None


def behind_of(request: HttpRequest) -> BehindAsk | None:
    """Read which number's rows are asked for; None when there is no such number."""
    sent = request.GET
    code, part = sent.get("of", ""), sent.get("part", BASE)
    if code not in Code or part not in {BASE, HIT, REST, *MEASURES[Code(code)].left_out}:
        return None
    by, key, page = sent.get("by", ""), sent.get("key", ""), sent.get("page", "")
    is_page = page.isascii() and page.isdigit() and len(page) <= 4
    return BehindAsk(
        code=Code(code),
        part=part,
        dimension=Dimension(by) if by in Dimension else None,
        key="" if key == NO_KEY else key[:KEY_MAX],
        page=min(max(int(page), 1), LAST_PAGE) if is_page else 1,
    )
