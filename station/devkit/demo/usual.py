"""The everyday matters of the past months, drawn from the patterns of usual.toml."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from station.devkit.demo.enterprises import CAST
from station.devkit.demo.stories import Story

_FILE = Path(__file__).with_name("usual.toml")
DAYS_BACK = 190  # working days: about nine months
NEWEST = 3
CHANNELS = ("form", "form", "form", "phone", "counter", "visit", "visit", "hotline")
APPROACHES = ("none", "unnamed", "unnamed", "named")
TIED_FIRMS = frozenset({"tinghe", "meidi"})  # their people may not handle it: kept for the stories
# How matters end once they are old enough: by far most are closed.
LATE_ENDS = (*("closed",) * 24, "unreached", "reworked")
FRESH_ENDS = ("signed", "signed", "in_review", "to_call", "closed", "closed")
OLD_FROM = 24  # working days after which a matter has usually ended


def usual_stories(chance: Random, *, every: int = 1) -> list[Story]:
    """Return the everyday stories, oldest first; ``every`` thins them out for the small demo."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    stories = [
        story for pattern in table["usual"] for story in _told(chance, pattern, table["words"])
    ]
    chance.shuffle(stories)
    return sorted(stories[::every], key=lambda each: -each.days)


def _told(
    chance: Random, pattern: dict[str, Any], words: dict[str, Sequence[str]]
) -> Iterator[Story]:
    firms = [row[0] for row in CAST if row[0] not in TIED_FIRMS]
    for _each in range(pattern["times"]):
        text = pattern["text"].format(**{name: chance.choice(row) for name, row in words.items()})
        # Squared, so that the last weeks are busier than last winter.
        days = NEWEST + int((DAYS_BACK - NEWEST) * chance.random() ** 1.6)
        channel = chance.choice(CHANNELS)
        yield Story(
            item=pattern["item"],
            text=text,
            days=days,
            channel=channel,
            kind="staff" if channel == "visit" else "worker",
            firm=chance.choice(firms) if pattern.get("firm") else "",
            approach=chance.choice(APPROACHES),
            end=chance.choice(LATE_ENDS if days >= OLD_FROM else FRESH_ENDS),
            is_everyday=True,
        )
