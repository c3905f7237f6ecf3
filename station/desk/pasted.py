"""Lines typed in or pasted from a spreadsheet: claims, agreed sums, instalments. Pure.

A cell ends at a tab, else at a full-width comma, else at a comma, else at a blank. Whatever
cannot be read is told by its line; nothing is guessed.
"""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LARGEST_YUAN = Decimal(10) ** 12  # more is a slip of the finger, and would not fit the column
MOST_LINES = 500
CENTURY = range(2000, 2100)  # outside it a day is a slip, and a moment may not exist
CELL_MAX = 40

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)} | {ord("．"): ord(".")}
_AMOUNT = re.compile(r"\d+(?:\.\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?", re.ASCII)
# 23,200 between commas: nobody can say where the cell ends.
_UNCLEAR = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?![\d])", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?[\s,，、]+(.+)", re.ASCII)
_HEADINGS = ("姓名", "名字", "name")
_TOTALS = frozenset({"合计", "总计", "共计", "小计", "total"})
_REST = frozenset({"其余", "余款", "剩余", "尾款", "rest"})


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line: ``line`` counts from 1 as typed; ``code`` is put in words."""

    line: int
    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One worker of a claim list as typed. ``agreed_fen`` is None where nothing stands."""

    line: int
    name: str
    post: str
    months: str
    claimed_fen: int
    agreed_fen: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment as typed; ``amount_fen`` is None for "the rest"."""

    line: int
    due_on: date
    amount_fen: int | None


class Unreadable(Exception):
    """A cell or a line says something that cannot be read; ``code`` names what."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code, self.words = code, words


def parse_fen(text: str) -> int:
    """Return whole fen of ¥12,345.00, 12345, 12345.6元. Raises Unreadable."""
    plain = text.strip().translate(_FULL_WIDTH).lstrip("¥￥").removesuffix("元").strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(plain):
        raise Unreadable("amount", text.strip())
    yuan = Decimal(plain)
    if yuan > LARGEST_YUAN:
        raise Unreadable("too_large", text.strip())
    return int(yuan * 100)


def read_rows(text: str) -> tuple[list[Row], list[LineFault]]:
    """Return the workers of a list, 姓名 岗位 月份 主张金额[ 协议金额], and what is wrong."""
    return _each_line(text, _row, skip=_is_heading)


def read_parts(text: str) -> tuple[list[Part], list[LineFault]]:
    """Return the instalments, 日期 金额, and what is wrong."""
    return _each_line(text, _part)


def read_amounts(text: str) -> tuple[list[int], list[LineFault]]:
    """Return the amount at the end of each line, whatever stands before it."""
    return _each_line(text, lambda _number, line: parse_fen(_cells(line)[-1]))


def _each_line[T](
    text: str, read: Callable[[int, str], T], *, skip: Callable[[str], bool] = lambda _line: False
) -> tuple[list[T], list[LineFault]]:
    found: list[T] = []
    faults: list[LineFault] = []
    lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        return [], [LineFault(0, "too_many", str(len(lines)))]
    for place, (number, line) in enumerate(lines):
        if place == 0 and skip(line):
            continue
        try:
            found.append(read(number, line))
        except Unreadable as error:
            faults.append(LineFault(number, error.code, error.words))
    return found, faults


def _is_heading(line: str) -> bool:
    return line.strip().lower().startswith(_HEADINGS)


def _cells(line: str) -> list[str]:
    """Cut a line at its separator; empty cells at the end are a spreadsheet's."""
    if "\t" in line:
        cells = line.split("\t")
    elif "，" in line:
        cells = line.split("，")
    elif "," not in line or _is_grouping_only(line):
        cells = line.split()
    elif '"' in line:
        cells = next(csv.reader([line]))
    elif found := _UNCLEAR.search(line):
        raise Unreadable("unclear_comma", found.group())
    else:
        cells = line.split(",")
    cells = [cell.strip() for cell in cells]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _is_grouping_only(line: str) -> bool:
    """Whether every comma of the line stands inside a number: then blanks part the cells."""
    return "," not in re.sub(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!\d)", "", line)


def _row(number: int, line: str) -> Row:
    cells = _cells(line)
    if cells[0].lower().rstrip(":： ") in _TOTALS:
        raise Unreadable("total", cells[0])
    if len(cells) > 5 and "\t" not in line:
        cells = _joined(cells)
    if len(cells) not in {4, 5}:
        raise Unreadable("columns", str(len(cells)))
    name, post, months = cells[:3]
    if not name:
        raise Unreadable("name")
    if too_long := next((cell for cell in cells[:3] if len(cell) > CELL_MAX), ""):
        raise Unreadable("cell_too_long", too_long[:12])
    agreed = parse_fen(cells[4]) if len(cells) == 5 else None
    return Row(number, name, post, months, parse_fen(cells[3]), agreed)


def _joined(cells: Sequence[str]) -> list[str]:
    """Put months written with blanks between (7月 8月 9月) together again."""
    amounts = 0
    for cell in reversed(cells[2:]):
        if amounts == 2 or not _is_amount(cell):
            break
        amounts += 1
    if not amounts:
        return list(cells)
    cut = len(cells) - amounts
    return [*cells[:2], "、".join(cells[2:cut]), *cells[cut:]]


def _is_amount(cell: str) -> bool:
    try:
        parse_fen(cell)
    except Unreadable:
        return False
    return True


def _part(number: int, line: str) -> Part:
    found = _DAY.fullmatch(line.strip().translate(_FULL_WIDTH))
    if found is None:
        raise Unreadable("day_and_amount")
    year, month, day_of_month, amount = found.groups()
    try:
        due_on = date(int(year), int(month), int(day_of_month))
        if due_on.year not in CENTURY:
            raise ValueError(year)
    except ValueError as error:
        raise Unreadable("no_such_day", f"{year}-{month}-{day_of_month}") from error
    is_rest = amount.strip() in _REST
    return Part(number, due_on, None if is_rest else parse_fen(amount))
