"""The words in which measures are written: conditions on one row. Pure.

Each says of a row's facts whether it holds; ``asking.py`` turns each into a condition of the
database. A missing value never holds, except that a moment which is missing is no moment to come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests_app.figures.window import Window

type Facts = Mapping[str, Any]  # field → value of one row
type Condition = InWindow | NotYet | NotLater | IsOneOf | AtLeast


@dataclass(frozen=True, slots=True)
class InWindow:
    """A moment or a day lies in the window."""

    field: str

    def holds(self, facts: Facts, window: Window) -> bool:
        """Whether it does."""
        value = facts[self.field]
        if value is None:
            return False
        if isinstance(value, datetime):
            return window.start <= value < window.end
        return bool(window.first <= value <= window.last)


@dataclass(frozen=True, slots=True)
class NotYet:
    """A moment is still to come."""

    field: str

    def holds(self, facts: Facts, window: Window) -> bool:
        """Whether it is."""
        value = facts[self.field]
        return value is not None and value >= window.now


@dataclass(frozen=True, slots=True)
class NotLater:
    """One moment is not later than another of the same row."""

    field: str
    limit: str

    def holds(self, facts: Facts, _window: Window) -> bool:
        """Whether it is not; without either moment nothing was in time."""
        value, limit = facts[self.field], facts[self.limit]
        return value is not None and limit is not None and value <= limit


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A field has one of these values."""

    field: str
    values: tuple[object, ...]

    def holds(self, facts: Facts, _window: Window) -> bool:
        """Whether it has."""
        return facts[self.field] in self.values


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number is this or more."""

    field: str
    least: int

    def holds(self, facts: Facts, _window: Window) -> bool:
        """Whether it is."""
        value = facts[self.field]
        return value is not None and value >= self.least
