"""The figures' reads: what the database counts is what the rules say, row for row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from members.models import Account, ServiceArea, Unit
from members.queries import scope_of, station_of, working_calendar
from members.register import assign_area
from members.scope import Scope
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.clock import LightColor
from requests_app.figures.asking import key_of, part_of, requests_at, rows_about
from requests_app.figures.behind import BehindAsk, read_behind
from requests_app.figures.reading import read_figures
from requests_app.figures.rules import BASE, MEASURES, Code
from requests_app.figures.standing import read_standing
from requests_app.figures.tally import HIDDEN, Dimension, Figures
from requests_app.figures.window import Period, Window, window_of
from requests_app.inbox import View, count_views
from requests_app.lifecycle import Stage, State
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.queries import Accesses, accesses_of, is_confidential, visible_to
from tests.endings import run_machine
from tests.figures import Drawing, draw_requests, draw_settlements
from tests.services.test_intake import register
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
    return vars(row)


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


# ---- whose requests ---------------------------------------------------------------------


def numbers_of(figures: Figures) -> dict[Code, int]:
    return {code: figures.total(code).base for code in Code if code not in MONEY}


MONEY = {Code.RECOVERED, Code.AGREED}
YEAR = window_of(Period.YEAR, now=MONDAY)


def counted_for(account: Account, *, stations: Sequence[Unit] | None = None) -> Figures:
    scope = scope_of(account, MONDAY.date())
    ids = [unit.pk for unit in stations] if stations else Unit.objects.values_list("pk", flat=True)
    return read_figures(
        requests_at(scope, ids),
        YEAR,
        scope=scope,
        accesses=accesses(),
        calendar=working_calendar(MONDAY),
    )


def test_two_stations_add_up_to_their_street(drawn: Town) -> None:
    both = numbers_of(counted_for(drawn.street_handler))
    one = numbers_of(counted_for(drawn.street_handler, stations=[drawn.station]))
    other = numbers_of(counted_for(drawn.street_handler, stations=[drawn.other_station]))
    assert all(both.values())
    assert {code: one[code] + other[code] for code in both} == both


def test_a_station_counts_its_own_and_nothing_of_its_neighbour(drawn: Town) -> None:
    figures = counted_for(drawn.stranger)
    assert figures.keys(Dimension.STATION) == ["YH"]
    seen = Request.objects.filter(station=drawn.other_station)
    visible = seen.exclude(flags__contains=["official"]) | seen.filter(holder=drawn.other_station)
    assert figures.total(Code.RECEIVED).base == visible.distinct().count()


def test_a_system_administrator_counts_nothing(drawn: Town) -> None:
    figures = counted_for(drawn.system_admin)
    assert figures.groups == {}
    assert figures.money.settlements == figures.money.paid.base == 0


def test_who_is_tied_does_not_see_the_shunned_inside_a_count(drawn: Town) -> None:
    free = numbers_of(counted_for(drawn.street_handler))
    tied = numbers_of(counted_for(drawn.street_tied))
    scope = scope_of(drawn.street_tied, MONDAY.date())
    shunned = visible_to(scope_of(drawn.street_handler, MONDAY.date())).exclude(
        pk__in=visible_to(scope).values("pk")
    )
    assert shunned.filter(enterprise=drawn.restaurant, needs_recusal=True).count() > 50
    assert free[Code.RECEIVED] - tied[Code.RECEIVED] == shunned.count()
    assert all(tied[code] < free[code] for code in (Code.CLOSED, Code.SOLVED, Code.REACHED))


def test_what_happened_stays_with_the_station_where_it_happened(drawn: Town) -> None:
    """The service area of an enterprise may move on; the request keeps its station."""
    before = numbers_of(counted_for(drawn.worker))
    day = MONDAY.date()
    first = assign_area(
        station=drawn.station,
        enterprise=drawn.restaurant,
        from_on=date(2026, 1, 1),
        actor=None,
        now=MONDAY,
    )
    ServiceArea.objects.filter(pk=first.pk).update(to_on=day - timedelta(days=40))
    assign_area(
        station=drawn.other_station,
        enterprise=drawn.restaurant,
        from_on=day - timedelta(days=39),
        actor=None,
        now=MONDAY,
    )
    assert station_of(drawn.restaurant, on=day) == drawn.other_station.pk
    assert numbers_of(counted_for(drawn.worker)) == before


def test_what_lists_hide_is_counted_without_class_and_level(drawn: Town) -> None:
    scope = scope_of(drawn.worker, MONDAY.date())
    figures = counted_for(drawn.worker)
    rows = visible_to(scope).filter(registered_at__gte=YEAR.start)
    secret = sum(is_confidential(scope, row, accesses()) for row in rows)
    assert 0 < secret < rows.count()
    for dimension in (Dimension.CLASS, Dimension.LEVEL):
        assert figures.rate(Code.RECEIVED, dimension, HIDDEN).base == secret
        for row in rows.annotate(split_key=key_of(dimension, scope, accesses())):
            is_secret = is_confidential(scope, row, accesses())
            assert (vars(row)["split_key"] == HIDDEN) == is_secret


# ---- the rows behind, and what is open now -------------------------------------------------


def test_the_list_behind_every_number_is_as_long_as_the_number(drawn: Town) -> None:
    scope = scope_of(drawn.street_handler, MONDAY.date())
    figures = counted_for(drawn.street_handler)
    for ask in asks_of(figures):
        found = read_behind(seen_by(scope), ask, YEAR, scope=scope, accesses=accesses())
        assert found.total == expected(figures, ask), ask
        assert len(found.rows) == min(found.total, 50)
    money = read_behind(
        seen_by(scope), BehindAsk(code=Code.RECOVERED), YEAR, scope=scope, accesses=accesses()
    )
    assert (money.received_in_fen, money.people) == (figures.money.fen, figures.money.people)


def asks_of(figures: Figures) -> Iterator[BehindAsk]:
    """Every number a page could show: parts of the whole, and groups."""
    for code, measure in MEASURES.items():
        for part in (BASE, *measure.parts):
            yield BehindAsk(code=code, part=part)
        if measure.subject in {"request", "opinion"}:
            for dimension in Dimension:
                for key in figures.keys(dimension):
                    yield BehindAsk(code=code, dimension=dimension, key=key)


def expected(figures: Figures, ask: BehindAsk) -> int:
    if ask.code is Code.RECOVERED:
        return figures.money.settlements if ask.part in {BASE, "hit"} else 0
    if ask.code is Code.AGREED:
        rate = figures.money.paid
    elif ask.dimension is not None:
        rate = figures.rate(ask.code, ask.dimension, ask.key)
    else:
        rate = figures.total(ask.code)
    return {BASE: rate.base, "hit": rate.hit, "rest": rate.rest, **rate.left_out}[ask.part]


def test_open_matters_add_up_and_late_is_what_the_inbox_calls_late(drawn: Town) -> None:
    scope = scope_of(drawn.street_handler, MONDAY.date())
    standing = read_standing(seen_by(scope), YEAR)
    views = count_views(scope, now=MONDAY).views
    assert sum(sum(lights.values()) for lights in standing.values()) == views[View.OPEN]
    late = sum(lights.get(LightColor.RED, 0) for lights in standing.values())
    assert late == views[View.OVERDUE] > 0
    rows = visible_to(scope).exclude(state="closed")
    assert set(standing) == set(Stage)
    for stage, lights in standing.items():
        assert sum(lights.values()) == rows.filter(stage=stage).count()


def test_a_light_turns_yellow_with_its_timer(town: Town) -> None:
    row = Request.objects.get(pk=register(town).request_id)
    run_machine(row, now=MONDAY)
    yellow = Timer.objects.get(request=row, rule=TimerRule.LIGHT_YELLOW).due_at
    scope = scope_of(town.street_handler, MONDAY.date())
    lights = []
    for now in (MONDAY + timedelta(minutes=1), yellow):
        Request.objects.update(sign_by=now + timedelta(hours=1))
        standing = read_standing(seen_by(scope), window_of(Period.YEAR, now=now))
        lights += [light for each in standing.values() for light in each]
    assert lights == [LightColor.GREEN, LightColor.YELLOW]


def test_a_parked_request_past_its_promise_is_red(town: Town) -> None:
    row = Request.objects.get(pk=register(town).request_id)
    run_machine(row, now=MONDAY)
    Request.objects.filter(pk=row.pk).update(
        state=State.TRIAGED, stage="routing", parked_at=MONDAY, due_at=MONDAY - timedelta(days=1)
    )
    scope = scope_of(town.street_handler, MONDAY.date())
    standing = read_standing(seen_by(scope), window_of(Period.YEAR, now=MONDAY))
    assert [light for each in standing.values() for light in each] == [LightColor.RED]


@pytest.mark.parametrize("number", [5, 50])
def test_the_figures_take_three_statements_for_any_number_of_rows(town: Town, number: int) -> None:
    drawing = Drawing(town, Random(3))
    draw_settlements(drawing, draw_requests(drawing, number)[:3])
    counted_for(town.street_handler)
    scope = scope_of(town.street_handler, MONDAY.date())
    requests = requests_at(scope, [town.station.pk, town.other_station.pk])
    calendar, known = working_calendar(MONDAY), accesses()
    with CaptureQueriesContext(connection) as seen:
        read_figures(requests, YEAR, scope=scope, accesses=known, calendar=calendar)
    assert len(seen) == 3, [each["sql"][:80] for each in seen]
