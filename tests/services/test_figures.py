"""The figures' reads: what the database counts is what the rules say, row for row."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from django.db.models import QuerySet

from members.models import Unit
from members.queries import scope_of, working_calendar
from members.scope import Scope
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.figures.asking import part_of, requests_at, rows_about
from requests_app.figures.reading import read_figures
from requests_app.figures.rules import BASE, MEASURES, Code
from requests_app.figures.tally import Figures
from requests_app.figures.window import Period, Window, window_of
from requests_app.models import Request
from requests_app.queries import Accesses, accesses_of, visible_to
from tests.figures import Drawing, draw_requests, draw_settlements
from tests.town import MONDAY, Town

PERIODS = (Period.MONTH, Period.QUARTER, Period.YEAR)


@pytest.fixture
def drawn(town: Town) -> Town:
    """A town with 400 requests in every state, and money on thirty of them."""
    drawing = Drawing(town, Random(7))
    made = draw_requests(drawing, 400)
    draw_settlements(drawing, made[:30])
    return town


def accesses() -> Accesses:
    return accesses_of(current_catalogue(MONDAY.date()))


def seen_by(scope: Scope) -> QuerySet[Request]:
    return requests_at(scope, Unit.objects.values_list("pk", flat=True))


def figures_for(scope: Scope, window: Window) -> Figures:
    return read_figures(
        seen_by(scope),
        window,
        scope=scope,
        accesses=accesses(),
        calendar=working_calendar(MONDAY),
    )


def facts_of(row: Request) -> dict[str, Any]:
    return {**vars(row)}


@pytest.mark.parametrize("period", PERIODS)
def test_every_part_of_every_measure_holds_the_rows_that_the_rules_put_there(
    drawn: Town, period: Period
) -> None:
    window = window_of(period, now=MONDAY)
    scope = scope_of(drawn.city_handler, MONDAY.date())
    figures = figures_for(scope, window)
    met: set[tuple[Code, str]] = set()
    for code, measure in MEASURES.items():
        rows = rows_about(measure.subject, visible_to(scope), window)
        told = Counter(measure.part_of(facts_of(row), window) for row in rows)
        for part in measure.parts:
            found = rows.filter(part_of(measure, part, window)).count()
            assert found == told[part], (code, part)
            met |= {(code, part)} if found else set()
        rate = figures.total(code)
        if measure.subject != "settlement":
            assert (rate.hit, rate.rest) == (told["hit"], told["rest"]), code
            assert rate.left_out == {each: told[each] for each in measure.left_out}, code
        assert rows.filter(part_of(measure, BASE, window)).count() == told["hit"] + told["rest"]
    if period is Period.QUARTER:  # the drawing is rich enough to make every answer possible
        never = {
            (code, part)
            for code, measure in MEASURES.items()
            for part in measure.parts
            if measure.hit or part == "hit"
        } - met
        assert never == set()
