"""docs/features.md is true: every id once, and what is called done names a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(
    r"^- (?P<id>[A-SU]\d\d) (?P<what>.+?) — (?P<status>not yet|partly|done)(?:: (?P<where>.+))?$"
)
COUNTS = {
    "A": 13, "B": 12, "C": 13, "D": 21, "E": 14, "F": 10, "G": 6, "H": 6, "I": 13, "J": 16,
    "K": 6, "L": 6, "M": 14, "N": 6, "O": 4, "S": 23, "U": 23,
}  # fmt: skip


def lines() -> list[str]:
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("- ")]


def problems_of(rows: list[str]) -> list[str]:
    found = []
    for row in rows:
        match = LINE.match(row)
        if match is None:
            found.append(f"cannot be read: {row}")
        elif match["status"] != "not yet":
            named = re.findall(r"tests/[\w/]+\.py(?:::\w+)?", match["where"] or "")
            if not named:
                found.append(f"{match['id']} names no test")
            found += [f"{match['id']}: {name} is missing" for name in named if not exists(name)]
    return found


def exists(name: str) -> bool:
    path, _, test = name.partition("::")
    file = ROOT / path
    return file.is_file() and (not test or f"def {test}(" in file.read_text(encoding="utf-8"))


def test_every_line_can_be_read_and_its_tests_exist() -> None:
    assert problems_of(lines()) == []


def test_every_id_stands_once() -> None:
    ids = [row[2:5] for row in lines()]
    expected = [f"{letter}{n:02}" for letter, count in COUNTS.items() for n in range(1, count + 1)]
    assert sorted(ids) == sorted(expected)


def test_a_wrong_line_is_seen() -> None:
    rows = [
        "- A01 Web form — done",
        "- A02 Staff intake — done: station/desk, tests/desk/test_nothing.py",
        "- A03 whatever",
        "- A04 Stop page — not yet",
    ]
    assert len(problems_of(rows)) == 3
