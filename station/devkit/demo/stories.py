"""The stories of stories.toml as values."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("stories.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One request as it is told; the fields are explained in stories.toml."""

    item: str
    text: str
    days: int = 0
    minutes: int = 0
    channel: str = "form"
    kind: str = "worker"
    firm: str = ""
    typed: str = ""
    topic: bool = True
    approach: str = "none"
    anonymous: bool = False
    end: str = "signed"
    far: bool = False
    core: bool = False
    is_reference: bool = False
    repeats: str = ""
    is_everyday: bool = False  # only the steps it needs are taken

    @property
    def class_code(self) -> str:
        """Class of the item: what the teller picks as topic."""
        return self.item.partition("-")[0]


def read_stories(*, only_core: bool) -> list[Story]:
    """Return the stories in the file's order; for the small demo only those marked core."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["story"]
    stories = [Story(**row) for row in rows]
    return [each for each in stories if each.core] if only_core else stories
