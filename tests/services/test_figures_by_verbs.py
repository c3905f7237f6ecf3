"""Single cases lived through by the verbs, and what they come to in the figures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from members.queries import scope_of, working_calendar
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.due import take_timer
from requests_app.figures.asking import requests_at
from requests_app.figures.reading import read_figures
from requests_app.figures.rules import Code, Rate
from requests_app.figures.tally import Dimension, Figures
from requests_app.figures.window import Period, window_of
from requests_app.lifecycle import State, Via
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule
from requests_app.queries import accesses_of
from requests_app.stages.completion.feedback import note_told
from requests_app.stages.handling.settlement import void_payment
from tests.endings import (
    PLEASED,
    UNHAPPY,
    answered,
    called,
    fresh,
    paid,
    rated,
    run_machine,
    settled,
    signed_for,
)
from tests.services.test_intake import register
from tests.town import MONDAY, Town

WEEK = timedelta(days=7)


def figures_of(town: Town, *, days: int = 30) -> Figures:
    now = MONDAY + timedelta(days=days)
    scope = scope_of(town.city_handler, now.date())
    return read_figures(
        requests_at(scope, [town.station.pk, town.other_station.pk]),
        window_of(Period.YEAR, now=now),
        scope=scope,
        accesses=accesses_of(current_catalogue(now.date())),
        calendar=working_calendar(now),
    )


@pytest.fixture
def wage_case(town: Town) -> Request:
    """Twenty people unpaid, signed for at the street."""
    request_id = register(town, approach="unnamed").request_id
    row = run_machine(Request.objects.get(pk=request_id), now=MONDAY)
    return signed_for(row, town.street_handler, now=MONDAY)


def test_the_wage_case_from_claim_to_the_last_instalment(town: Town, wage_case: Request) -> None:
    by = town.street_handler
    settled(wage_case, by, fen=(2_000_000,) * 20, now=MONDAY)
    paid(wage_case, by, fen=15_000_000, now=MONDAY + WEEK)
    half = figures_of(town, days=20)
    assert (half.money.fen, half.money.people, half.money.settlements) == (15_000_000, 20, 1)
    assert (half.money.paid_fen, half.money.agreed_fen) == (15_000_000, 40_000_000)
    assert half.total(Code.IN_TIME) == Rate(0, 0, {"not_yet_due": 0})
    paid(wage_case, by, fen=25_000_000, now=MONDAY + WEEK * 2)
    row = answered(wage_case, by, now=MONDAY + WEEK * 2)
    assert row.state == State.TO_CALL
    row = called(row, PLEASED, now=MONDAY + WEEK * 2 + timedelta(days=1))
    assert (row.state, row.closed_as) == (State.CLOSED, "heard")
    figures = figures_of(town, days=35)
    assert figures.money.fen == 40_000_000
    assert figures.money.paid_people == Rate(20, 20)
    assert figures.total(Code.CLOSED) == Rate(1, 1, {"not_yet_due": 0})
    assert figures.total(Code.IN_TIME) == Rate(1, 1, {"not_yet_due": 0})
    assert figures.total(Code.FIRST_GO) == Rate(1, 1, {"unreached": 0})
    assert figures.total(Code.SOLVED_TOLD) == Rate(1, 1, {"unreached": 0})
    assert figures.total(Code.SOLVED_OWN).base == 0
    assert figures.total(Code.REACHED) == Rate(1, 1)
    assert figures.rate(Code.CLOSED, Dimension.LEVEL, "street").base == 1
    assert figures.rate(Code.CLOSED, Dimension.CLASS, "WAGE").base == 1
    assert figures.rate(Code.CLOSED, Dimension.STATION, "YQ").base == 1
    assert figures.spans().count == 1


def test_a_voided_payment_is_no_money(town: Town, wage_case: Request) -> None:
    by = town.street_handler
    made = settled(wage_case, by, fen=(300_000,), now=MONDAY)
    paid(wage_case, by, fen=100_000, now=MONDAY)
    payment = made.instalments.get().payments.get()
    void_payment(wage_case.pk, payment.pk, actor=by, version=fresh(wage_case).version, now=MONDAY)
    figures = figures_of(town, days=1)
    assert (figures.money.fen, figures.money.paid_people) == (0, Rate(0, 1))


def test_who_cannot_be_reached_is_neither_solved_nor_satisfied_even_when_they_speak_later(
    town: Town, wage_case: Request
) -> None:
    row = answered(wage_case, town.street_handler, now=MONDAY)
    note_told(row.pk, "phone", actor=town.head, version=row.version, now=MONDAY)
    for hours in (1, 2, 26):
        row = called(row, None, now=MONDAY + timedelta(hours=hours))
    silence = Timer.objects.get(request=row, rule=TimerRule.SILENCE, level=0)
    take_timer(silence.pk, via=Via.SWEEP, now=silence.due_at)
    assert fresh(row).closed_as == "unreached"
    rated(row, PLEASED, now=silence.due_at + timedelta(hours=1))
    figures = figures_of(town)
    assert figures.total(Code.UNREACHED) == Rate(1, 1)
    assert figures.total(Code.CLOSED).hit == 1
    assert figures.total(Code.REACHED) == Rate(0, 1)
    for code in (Code.SOLVED, Code.SOLVED_OWN, Code.SATISFIED_OWN, Code.FIRST_GO):
        assert figures.total(code) == Rate(0, 0, {"unreached": 1}), code


def test_a_second_round_is_no_first_go_and_counts_the_last_word_and_the_first(
    town: Town, wage_case: Request
) -> None:
    row = answered(wage_case, town.street_handler, now=MONDAY)
    again = replace(UNHAPPY, wants_rework=True)
    row = rated(row, again, now=MONDAY + timedelta(hours=1))
    assert (row.state, row.reworks) == (State.DISPATCHED, 1)
    row = signed_for(row, town.county_handler, now=MONDAY + timedelta(hours=2))
    row = answered(row, town.county_handler, now=MONDAY + timedelta(hours=3))
    row = called(row, PLEASED, now=MONDAY + timedelta(days=1))
    assert row.state == State.CLOSED
    figures = figures_of(town)
    assert figures.total(Code.FIRST_GO) == Rate(0, 1, {"unreached": 0})
    assert figures.total(Code.SOLVED) == Rate(1, 2, {"unreached": 0})
    assert figures.total(Code.SATISFIED_OWN) == Rate(0, 1, {"unreached": 0})
    assert figures.total(Code.SATISFIED_TOLD) == Rate(1, 1, {"unreached": 0})
    assert figures.total(Code.CLOSED).base == 1
