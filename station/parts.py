"""What the components take: small frozen values that views fill and templates draw.

A view turns rows into these; a template never walks the database. Words come translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.forms import BaseForm
from django.utils.functional import Promise

type Words = str | Promise
type LightCode = Literal["green", "amber", "red", "paused", "none", "done"]
type Progress = Literal["done", "now", "todo"]
type TaskProgress = Literal["done", "now", "todo", "waived"]


@dataclass(frozen=True, kw_only=True)
class Light:
    """A time limit: shape and colour by code, always with a word (剩6日, 超期2日)."""

    code: LightCode
    word: Words


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One of the four stages on the rail. `took`: 用时1小时12分; `note`: limit and date."""

    label: Words
    progress: Progress
    took: Words = ""
    note: Words = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the worker's walk."""

    title: Words
    progress: Progress
    on: date | None = None
    text: Words = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A running limit. `used` of `limit` in the same unit draws a bar; without limit none."""

    label: Words
    light: Light
    note: Words = ""
    used: int = 0
    limit: int = 0


@dataclass(frozen=True, kw_only=True)
class View:
    """A tab above a list, or to a part of the page. `is_alert` prints the count in red."""

    label: Words
    href: str
    is_current: bool = False
    count: int | Words | None = None
    is_alert: bool = False


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A quick filter. The link of one that is on takes it off."""

    label: Words
    href: str
    is_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A step of the way here; the last one has no link."""

    label: Words
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A request in the inbox. A flagged one comes with a neutral title and no firm."""

    href: str
    number: str
    source: Words
    light: Light
    urgency: str  # critical, urgent, priority, normal
    title: Words
    note: Words
    firm: Words
    place: Words
    headcount: int | None
    stage: int  # 1 sensing … 4 completion
    state: Words
    holder: Words
    holder_note: Words
    due: Words
    due_note: Words
    is_seen: bool = False
    asked: Words = ""  # what this reader is to do
    again: Words = ""  # 第2轮


@dataclass(frozen=True, kw_only=True)
class QueueGroup:
    """Rows under one heading; `count` is the whole group, not only what is shown."""

    label: Words
    count: int
    rows: Sequence[QueueRow]
    is_now: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A fact the machine found, with its reason. Positions count characters of the text.

    `code` is what the confirm button posts; empty when this reader may not confirm.
    """

    label: Words
    value: Words
    reason: Words
    start: int = 0
    end: int = 0
    confirmed_by: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the timeline. kind: key (a move), machine, alert, or empty."""

    title: Words
    at: datetime
    kind: Literal["", "key", "machine", "alert"] = ""
    who: Words = ""
    text: Words = ""
    because: Words = ""
    move: Words = ""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A legal next step. With `href` it leads to a page that asks for more, else it posts."""

    code: str
    label: Words
    icon: str = "arrow-right"
    href: str = ""
    is_main: bool = False


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that leads to the rows it counts; without ``href`` it is only said."""

    text: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """n of N with what they count (件到期); ``percent`` is "" where no rate is made of so few."""

    hit: Number
    total: Number
    unit: Words = ""
    percent: str = ""


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line under a figure: words, then a number or a ratio with its rows, then more words."""

    words: Words = ""
    number: Number | None = None
    ratio: Ratio | None = None
    after: Words = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """A link in the head of a panel. With `why` it cannot be followed yet, and says so."""

    label: Words
    href: str = ""
    icon: str = "plus"
    why: Words = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line of the checklist. `locked` says why it cannot start; `form` ends it, at `action`.

    Without a form `action` leads to the page that asks. `meta` tells who ended it and when. An
    alarm is somebody's safety and stands on top.
    """

    id: str
    title: Words
    progress: TaskProgress = "todo"
    is_alarm: bool = False
    light: Light | None = None
    notes: Sequence[Words] = ()
    meta: Words = ""
    locked: Words = ""
    locked_href: str = ""
    form: BaseForm | None = None
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody with a role, masked unless `is_clear`. `remove`: the address that takes them off."""

    role: Words
    name: str
    phone: str = ""
    remark: Words = ""
    authority: Words = ""
    remove: str = ""
    is_clear: bool = False


@dataclass(frozen=True, kw_only=True)
class Sum:
    """One amount of the row of sums; `share` stands small beside it."""

    label: Words
    amount: str
    share: str = ""
    is_alert: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A line about money that came in; `voucher` and `void` are addresses."""

    text: Words
    is_void: bool = False
    voucher: str = ""
    void: str = ""


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One part of a settlement. `paid` of `amount` in fen draws the bar; `pay` is an address."""

    label: Words
    light: Light
    amount: int
    paid: int
    due: Words
    owed: Words = ""
    receipts: Sequence[Receipt] = ()
    is_late: bool = False
    pay: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with its base, window and exclusions; under 10 cases the value is "n / N".

    With a ``ratio`` value and base come from it. ``terms`` leads to the definition on the page.
    """

    label: Words
    value: str = ""
    unit: Words = ""
    base: Words = ""
    trend: Words = ""
    href: str = ""
    ratio: Ratio | None = None
    empty: Words = ""
    notes: Sequence[Note] = ()
    terms: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of a table of figures: a name, a bar of ``width`` in 1000, its numbers."""

    label: Words
    width: int
    cells: Sequence[Number | Ratio]


@dataclass(frozen=True, kw_only=True)
class BarTable:
    """A table of figures split one way. ``foot`` is the line of the whole."""

    id: str
    title: Words
    first: Words
    heads: Sequence[Words]
    rows: Sequence[Bar]
    foot: Sequence[Number | Ratio] = ()
    note: Words = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Label of a radio choice drawn as a tile: ChoiceField(choices=[(code, Tile(…))])."""

    label: Words
    icon: str = ""
    note: Words = ""

    def __str__(self) -> str:
        return str(self.label)
