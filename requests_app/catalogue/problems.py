"""What can be wrong with a catalogue, as values. `wording.py` says it to a person.

Pure: no database, no clock.
"""

from dataclasses import dataclass
from typing import Literal

type Reason = Literal[
    "missing",
    "unreadable",
    "unknown_field",
    "unknown_reference",
    "duplicate",
    "tied_to_enterprise",
    "empty",
]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault: in which row (noun and code), in which field, with which value."""

    reason: Reason
    noun: str
    code: str = ""
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        """One line of codes, for logs."""
        return f"{self.noun} {self.code}: {self.field}: {self.reason} {self.value}".strip()


class CatalogueError(Exception):
    """A catalogue, or one row of it, that must not come into force."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = problems
