"""Group rows by several things at once, in one pass: PostgreSQL's GROUPING SETS.

Django groups by whatever is selected and is no aggregate. These expressions count as aggregates,
and bring the grouping along in ``get_group_by_cols``. Every key must be something in every row:
outside its own set a key is NULL.
"""

from django.db.models import CharField, Func, IntegerField
from django.db.models.expressions import BaseExpression


class _Sets(Func):
    """Every row falls into one group of each key."""

    template = "GROUPING SETS ((%(expressions)s))"
    arg_joiner = "), ("
    output_field = IntegerField()


class _OfKeys(Func):
    """Something that is said of a group, made of all keys."""

    contains_aggregate = True

    def get_group_by_cols(self) -> list[BaseExpression]:
        """Group by each key in turn."""
        return [_Sets(*self.get_source_expressions())]


class WhichKey(_OfKeys):
    """Which key a group is of, as a number that ``place_of`` reads."""

    template = "GROUPING(%(expressions)s)"
    output_field = IntegerField()


class KeyValue(_OfKeys):
    """The value of that key."""

    template = "COALESCE(%(expressions)s)"
    output_field = CharField()


class OnlyFor(Func):
    """An aggregate in the groups of one key, NULL in all others: OnlyFor(key, aggregate)."""

    template = "CASE WHEN GROUPING(%(expressions)s END"
    arg_joiner = ") = 0 THEN "
    contains_aggregate = True

    def get_group_by_cols(self) -> list[BaseExpression]:
        """Group by nothing more."""
        return []


def place_of(grouping: int, keys: int) -> int:
    """Return the place of the key that ``WhichKey`` names: its bit is the one not set."""
    return next(place for place in range(keys) if not grouping >> (keys - 1 - place) & 1)
