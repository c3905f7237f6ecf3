"""Builders of the database constraints that several registers share.

A dated row is in force from ``from_on`` to ``to_on``, both days included; an empty
``to_on`` means "until further notice".
"""

from collections.abc import Iterable

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _


class DateSpan(Func):
    """daterange(from, to, '[]'): both ends included, an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


def one_of(field: str, choices: type[models.Choices], *, name: str) -> CheckConstraint:
    """Only the listed values may stand in the column."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": list(choices.values)}),
        name=name,
        violation_error_message=_("这个取值不在允许的范围内。"),
    )


def days_in_order(*, name: str, start: str = "from_on", end: str = "to_on") -> CheckConstraint:
    """The last day is not before the first."""
    return CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message=_("结束日期不能早于开始日期。"),
    )


def no_overlap(
    fields: Iterable[str], *, name: str, condition: Q | None = None
) -> ExclusionConstraint:
    """No two rows with the same ``fields`` may be in force on the same day."""
    span = DateSpan(F("from_on"), F("to_on"), RangeBoundary(inclusive_upper=True))
    same = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(
        expressions=[*same, (span, RangeOperators.OVERLAPS)],
        name=name,
        condition=condition,
        violation_error_message=_("同一对象在这段日期内已有记录。"),
    )


def path_ends_in_own_id(*, name: str) -> CheckConstraint:
    """The path of a tree node closes with the node's own id, as in ``/1/4/9/``."""
    slash = models.Value("/", output_field=models.TextField())
    own = Concat(slash, Cast("id", models.TextField()), slash)
    return CheckConstraint(
        condition=Q(path__endswith=own),
        name=name,
        violation_error_message=_("路径必须以本单位的编号结尾。"),
    )


def point_on_earth(*, name: str) -> CheckConstraint:
    """Longitude and latitude come together and lie on the globe."""
    neither = Q(lng__isnull=True, lat__isnull=True)
    # "is not null" is said aloud: a check that comes out as NULL would pass.
    both = Q(lng__isnull=False, lat__isnull=False, lng__range=(-180, 180), lat__range=(-90, 90))
    return CheckConstraint(
        condition=neither | both,
        name=name,
        violation_error_message=_("经度和纬度须同时填写，且在有效范围内。"),
    )
