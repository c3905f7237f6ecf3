"""The four tables under the tiles: by matter, level, station and source."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.terms import LEVELS, Catalogue
from requests_app.figures.rules import BASE, LEAST_FOR_RATE, Code, percent_of
from requests_app.figures.tally import Dimension, Figures
from station import parts
from station.desk.figure_ask import Asked
from station.desk.figure_words import TERMS, key_label, middle_hours

BAR_FULL = 1000
type Split = tuple[Dimension, str]
type Cell = parts.Number | parts.Ratio

# In the order of the page: wide, two narrow ones side by side, wide.
TITLES: Mapping[Dimension, tuple[parts.Words, parts.Words]] = {
    Dimension.CLASS: (_("按事项"), _("事项")),
    Dimension.LEVEL: (_("按办理层级"), _("层级")),
    Dimension.CHANNEL: (_("来源"), _("来源")),
    Dimension.STATION: (_("按片区"), _("片区")),
}
# What stands in each table beside the bar; the bar is as long as the first number.
BARS: Mapping[Dimension, Code] = {
    Dimension.CLASS: Code.CLOSED,
    Dimension.LEVEL: Code.CLOSED,
    Dimension.STATION: Code.CLOSED,
    Dimension.CHANNEL: Code.RECEIVED,
}
RATES: Mapping[Dimension, tuple[Code, ...]] = {
    Dimension.CLASS: (Code.CLOSED, Code.IN_TIME),
    Dimension.LEVEL: (Code.CLOSED, Code.IN_TIME),
    Dimension.STATION: (Code.CLOSED, Code.IN_TIME, Code.SOLVED, Code.SATISFIED_OWN),
    Dimension.CHANNEL: (),
}
BAR_HEADS: Mapping[Code, parts.Words] = {Code.CLOSED: _("到期"), Code.RECEIVED: _("收到")}
SHARE, MIDDLE = _("占比"), _("时长中位（小时）")


def tables(asked: Asked, counted: Figures, catalogue: Catalogue) -> list[parts.BarTable]:
    """Return the tables in the order of the page."""
    return [_table(asked, counted, catalogue, dimension) for dimension in TITLES]


def _table(
    asked: Asked, counted: Figures, catalogue: Catalogue, dimension: Dimension
) -> parts.BarTable:
    code = BARS[dimension]
    title, first = TITLES[dimension]
    stations = {station.code: station.name for station in asked.stations}
    keys = [key for key in counted.keys(dimension) if _is_shown(counted, dimension, key)]
    keys.sort(key=_order(counted, dimension))
    longest = max((counted.rate(code, dimension, key).base for key in keys), default=0)
    return parts.BarTable(
        id=f"by-{dimension}",
        title=title,
        first=first,
        heads=[
            BAR_HEADS[code],
            *(TERMS[each].label for each in RATES[dimension]),
            *_heads(dimension),
        ],
        rows=[
            parts.Bar(
                label=key_label(dimension, key, catalogue, stations),
                width=counted.rate(code, dimension, key).base * BAR_FULL // max(longest, 1),
                cells=_cells(asked, counted, dimension, key),
            )
            for key in keys
        ],
        foot=_foot(asked, counted, dimension),
    )


def _is_shown(counted: Figures, dimension: Dimension, key: str) -> bool:
    """Whether a line has any number; calls and answers alone give a table nothing."""
    return any(
        counted.rate(code, dimension, key).base for code in {BARS[dimension], *RATES[dimension]}
    )


def _order(counted: Figures, dimension: Dimension) -> Callable[[str], tuple[int, str]]:
    """Levels from the lowest up, everything else the largest first."""
    if dimension is Dimension.LEVEL:
        return lambda key: (LEVELS.index(key) if key in LEVELS else len(LEVELS), key)
    return lambda key: (-counted.rate(BARS[dimension], dimension, key).base, key)


def _heads(dimension: Dimension) -> Sequence[parts.Words]:
    return {Dimension.CLASS: [MIDDLE], Dimension.CHANNEL: [SHARE]}.get(dimension, [])


def _cells(asked: Asked, counted: Figures, dimension: Dimension, key: str) -> list[Cell]:
    split, code = (dimension, key), BARS[dimension]
    base = counted.rate(code, dimension, key).base
    cells: list[Cell] = [asked.count(base, code, BASE, split)]
    cells += [
        asked.ratio(counted.rate(each, dimension, key), each, split) for each in RATES[dimension]
    ]
    if dimension is Dimension.CLASS:
        cells.append(parts.Number(text=middle_hours(counted.spans(key)) or "—"))
    if dimension is Dimension.CHANNEL:
        cells.append(parts.Number(text=_share(base, counted.total(code).base)))
    return cells


def _foot(asked: Asked, counted: Figures, dimension: Dimension) -> list[Cell]:
    code = BARS[dimension]
    base = counted.total(code).base
    cells: list[Cell] = [asked.count(base, code, BASE)]
    cells += [asked.ratio(counted.total(each), each) for each in RATES[dimension]]
    if dimension is Dimension.CLASS:
        cells.append(parts.Number(text=middle_hours(counted.spans()) or "—"))
    if dimension is Dimension.CHANNEL:
        cells.append(parts.Number(text=_share(base, base)))
    return cells


def _share(part: int, whole: int) -> str:
    if whole < LEAST_FOR_RATE:
        return gettext("不算率")
    return f"{percent_of(part, whole)}%"
