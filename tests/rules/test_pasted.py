"""Lines pasted from a spreadsheet: what is read, and what is told instead of guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.desk.pasted import (
    MOST_LINES,
    LineFault,
    Part,
    Row,
    Unreadable,
    parse_fen,
    read_amounts,
    read_parts,
    read_rows,
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("23200", 2_320_000),
        ("23,200.00", 2_320_000),
        ("1,234,567.8", 123_456_780),
        ("¥ 23200.5元", 2_320_050),
        ("￥23,200元", 2_320_000),
        (" 0.01 ", 1),
        ("0", 0),
        ("２３，２００", 2_320_000),
        ("1000000000000", 100_000_000_000_000),
    ],
)
def test_an_amount_is_read_as_whole_fen(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount"),
        ("两千", "amount"),
        ("2.3万", "amount"),
        ("-5", "amount"),
        ("1e5", "amount"),
        ("0.001", "amount"),
        ("12,34", "amount"),
        ("1,2345", "amount"),
        ("٣", "amount"),
        ("NaN", "amount"),
        ("1000000000000.01", "too_large"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_fen(text)
    assert caught.value.code == code


@given(st.integers(0, 10**14))
def test_what_the_desk_writes_it_can_read_again(fen: int) -> None:
    assert parse_fen(f"{fen // 100}.{fen % 100:02d}") == fen
    assert parse_fen(f"¥{fen // 100:,}.{fen % 100:02d}") == fen


CHEN = Row(1, "陈某", "厨师", "7–9月", 2_320_000, None)
AGREED = Row(1, "陈某", "厨师", "7–9月", 2_320_000, 2_280_000)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("陈某\t厨师\t7–9月\t23,200.00", CHEN),
        ("陈某\t厨师\t7–9月\t23,200.00\t\t", CHEN),
        ("陈某 厨师 7–9月 23200", CHEN),
        ("  陈某　厨师　7–9月　23,200.00  ", CHEN),
        ("陈某，厨师，7–9月，23,200.00", CHEN),
        ("陈某,厨师,7–9月,23200", CHEN),
        ('陈某,厨师,7–9月,"23,200.00"', CHEN),
        ("陈某\t厨师\t7–9月\t23200\t22,800", AGREED),
        ("陈某 厨师 7–9月 23,200 22,800", AGREED),
        ("陈某,厨师,7–9月,23200,22800", AGREED),
        ("陈某\t\t\t23200", Row(1, "陈某", "", "", 2_320_000, None)),
        ("陈某 厨师 7月 8月 9月 100", Row(1, "陈某", "厨师", "7月、8月、9月", 10_000, None)),
        ("陈某 厨师 7月 8月 100 80", Row(1, "陈某", "厨师", "7月、8月", 10_000, 8_000)),
        ("陈某 厨师 202607 100", Row(1, "陈某", "厨师", "202607", 10_000, None)),
    ],
)
def test_a_claim_is_read_however_it_is_parted(line: str, row: Row) -> None:
    assert read_rows(line) == ([row], [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("陈某 厨师 100", "columns"),
        ("陈某", "columns"),
        ("陈某\t厨师\t7月\t100\t90\t备注", "columns"),
        ("陈某 厨师 一 二 三 四", "columns"),
        ("\t厨师\t7月\t100", "name"),
        ("陈某 厨师 7月 一万", "amount"),
        ("陈某 厨师 7月 100 八成", "amount"),
        ("陈某,厨师,7–9月,23,200.00", "unclear_comma"),
        ("陈某,厨师,7–9月,800,750", "unclear_comma"),
        ("合计\t\t\t42000", "total"),
        ("合计：\t\t\t42000", "total"),
        ("Total\t\t\t42000", "total"),
        (f"{'陈' * 41} 厨师 7月 100", "cell_too_long"),
    ],
)
def test_what_cannot_be_read_is_told(line: str, code: str) -> None:
    rows, faults = read_rows(f"李某 切配 7月 100\n{line}")
    assert [row.name for row in rows] == ["李某"]
    assert [(fault.line, fault.code) for fault in faults] == [(2, code)]


def test_lines_count_as_typed() -> None:
    text = "姓名 岗位 月份 金额\n\n陈某 厨师 7月 100\n\n李某 切配 7月"
    rows, faults = read_rows(text)
    assert [row.line for row in rows] == [3]
    assert faults == [LineFault(5, "columns", "3")]


def test_a_heading_is_one_only_on_top() -> None:
    rows, faults = read_rows("陈某 厨师 7月 100\n姓名 岗位 月份 金额")
    assert len(rows) == 1
    assert [fault.code for fault in faults] == ["amount"]


def test_more_lines_than_anybody_reads_are_refused_at_once() -> None:
    line = "陈某 厨师 7月 100\n"
    assert len(read_rows(line * MOST_LINES)[0]) == MOST_LINES
    assert read_rows(line * (MOST_LINES + 1)) == ([], [LineFault(0, "too_many", "501")])


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("2026-10-16 150000", Part(1, date(2026, 10, 16), 15_000_000)),
        ("2026-10-16\t150,000.00", Part(1, date(2026, 10, 16), 15_000_000)),
        ("2026/1/6, 150000", Part(1, date(2026, 1, 6), 15_000_000)),
        ("2026.10.16，¥150,000", Part(1, date(2026, 10, 16), 15_000_000)),
        ("2026年10月16日 150000元", Part(1, date(2026, 10, 16), 15_000_000)),
        ("２０２６-10-16 其余", Part(1, date(2026, 10, 16), None)),
        ("2099-12-31 rest", Part(1, date(2099, 12, 31), None)),
    ],
)
def test_an_instalment_is_read(line: str, part: Part) -> None:
    assert read_parts(line) == ([part], [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("150000", "day_and_amount"),
        ("10-16 150000", "day_and_amount"),
        ("下周一 150000", "day_and_amount"),
        ("2026-10-16", "day_and_amount"),
        ("2026-02-29 150000", "no_such_day"),
        ("2026-13-01 150000", "no_such_day"),
        ("0001-01-01 150000", "no_such_day"),
        ("2100-01-01 150000", "no_such_day"),
        ("9999-12-31 150000", "no_such_day"),
        ("2026-10-16 十五万", "amount"),
    ],
)
def test_what_is_no_instalment_is_told(line: str, code: str) -> None:
    assert [fault.code for fault in read_parts(line)[1]] == [code]


def test_the_last_number_of_a_line_counts() -> None:
    text = "1\t陈*\t23,200.00\n2 李* 18800\n25000.5\n23,200.00"
    assert read_amounts(text) == ([2_320_000, 1_880_000, 2_500_050, 2_320_000], [])
    assert [fault.line for fault in read_amounts("100\n陈*\n200")[1]] == [2]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (read_rows, read_parts, read_amounts):
        found, faults = read(text)
        lines = [line for line in text.split("\n") if line.strip()]
        assert len(found) + len(faults) <= len(lines) + 1
