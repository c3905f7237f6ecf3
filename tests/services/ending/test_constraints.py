"""What must hold, holds in the database: rows written past the verbs are refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from requests_app.lifecycle import State
from requests_app.models import (
    Claim,
    Instalment,
    MediationSession,
    Participant,
    Payment,
    Rating,
    Request,
    Result,
    Review,
    Settlement,
    Step,
)
from tests.services.ending.acts import TODAY, answered, settle, sign, told_to_the_machine
from tests.town import MONDAY, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def refused(name: str, write: Callable[[], object]) -> None:
    """Assert that the database itself refuses a write, at the latest at the commit."""
    with pytest.raises(IntegrityError) as caught:
        _commit(write)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert name in str(cause.diag.constraint_name)


@transaction.atomic
def _commit(write: Callable[[], object]) -> None:
    write()
    connection.check_constraints()


@pytest.fixture
def settled(town: Town, wage: Request) -> Settlement:
    """An agreement of 100 yuan for two people in three instalments."""
    return settle(wage, town.street_handler)


def make_session(request: Request, town: Town, **changes: Any) -> MediationSession:
    fields = {
        "request": request,
        "number": 1,
        "began_at": MONDAY - 2 * HOUR,
        "ended_at": MONDAY - HOUR,
        "place": "调解室",
        "outcome": "agreed",
        "minutes_sealed": b"x",
        "recorded_at": MONDAY,
        "recorded_by": town.street_handler,
    }
    return MediationSession.objects.create(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"ended_at": MONDAY - 2 * HOUR}, "session_ends_after_it_began"),
        ({"ended_at": MONDAY - 3 * HOUR}, "session_ends_after_it_began"),
        ({"ended_at": MONDAY + HOUR}, "session_is_over_when_recorded"),
        ({"outcome": "shouted"}, "session_outcome_known"),
    ],
)
def test_sessions(town: Town, wage: Request, changes: dict[str, Any], name: str) -> None:
    make_session(wage, town)
    refused("session_number_once", lambda: make_session(wage, town))
    refused(name, lambda: make_session(wage, town, number=2, **changes))


def test_participants(town: Town, wage: Request) -> None:
    def make(**changes: Any) -> Participant:
        fields = {"role": "union", "sealed": b"x", "added_at": MONDAY} | changes
        return Participant.objects.create(request=wage, added_by=town.street_handler, **fields)

    make(removed_at=MONDAY)
    refused("participant_role_known", lambda: make(role="lawyer"))
    refused("participant_removed_later", lambda: make(removed_at=MONDAY - HOUR))


def make_claim(request: Request, **changes: Any) -> Claim:
    fields = {"line": 1, "sealed": b"x", "claimed_fen": 100} | changes
    return Claim.objects.create(request=request, **fields)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"line": 1}, "claim_line_once"),
        ({"line": 0}, "claim_lines_count_from_one"),
        ({"claimed_fen": 0}, "claim_is_for_something"),
        ({"claimed_fen": -1}, "claim_is_for_something"),
        ({"agreed_fen": -1}, "claim_agreed_not_negative"),
    ],
)
def test_claims(town: Town, wage: Request, changes: dict[str, Any], name: str) -> None:
    make_claim(wage)
    refused(name, lambda: make_claim(wage, **({"line": 2} | changes)))


def make_settlement(request: Request, *parts: tuple[int, int], **changes: Any) -> Settlement:
    """Insert an agreement for one person over 100 fen, with instalments of (day, fen)."""
    fields = {
        "signed_on": TODAY,
        "people": 1,
        "agreed_fen": 100,
        "recorded_at": MONDAY,
        "recorded_by": request.handler,
    }
    made = Settlement.objects.create(request=request, **(fields | changes))
    for number, (days, fen) in enumerate(parts, start=1):
        Instalment.objects.create(
            settlement=made, number=number, due_on=TODAY + days * DAY, amount_fen=fen
        )
    return made


@pytest.mark.parametrize(
    ("agreed", "parts", "changes", "name"),
    [
        pytest.param(
            (), ((0, 100),), {}, "settlement_is_the_sum_of_its_claims", id="nobody-claims"
        ),
        pytest.param(
            (), ((0, 100),), {"people": 0}, "settlement_has_claimants", id="zero-claimants"
        ),
        pytest.param(
            (99,), ((0, 100),), {}, "settlement_is_the_sum_of_its_claims", id="claims-one-fen-short"
        ),
        pytest.param(
            (50, 50),
            ((0, 100),),
            {},
            "settlement_is_the_sum_of_its_claims",
            id="two-people-are-not-one",
        ),
        pytest.param(
            (None,),
            ((0, 100),),
            {},
            "settlement_is_the_sum_of_its_claims",
            id="nothing-agreed-for-them",
        ),
        pytest.param(
            (100,), (), {}, "settlement_is_the_sum_of_its_instalments", id="no-instalments"
        ),
        pytest.param(
            (100,), ((0, 99),), {}, "settlement_is_the_sum_of_its_instalments", id="one-fen-short"
        ),
        pytest.param(
            (100,), ((0, 101),), {}, "settlement_is_the_sum_of_its_instalments", id="one-fen-over"
        ),
        pytest.param(
            (100,), ((0, 100), (1, 0)), {}, "instalment_is_for_something", id="of-nothing"
        ),
        pytest.param(
            (100,), ((0, 110), (1, -10)), {}, "instalment_is_for_something", id="and-back"
        ),
        pytest.param(
            (100,), ((-1, 100),), {}, "instalment_dates_in_order", id="due-before-signing"
        ),
        pytest.param(
            (100,), ((9, 50), (8, 50)), {}, "instalment_dates_in_order", id="dates-reversed"
        ),
        pytest.param(
            (0,), ((0, 1),), {"agreed_fen": 0}, "settlement_is_for_something", id="for-nothing"
        ),
        pytest.param(
            (100,),
            ((1, 100),),
            {"signed_on": TODAY + DAY},
            "settlement_is_not_signed_in_the_future",
            id="future",
        ),
    ],
)
def test_settlements(
    wage: Request,
    agreed: tuple[int | None, ...],
    parts: tuple[tuple[int, int], ...],
    changes: dict[str, Any],
    name: str,
) -> None:
    for line, fen in enumerate(agreed, start=1):
        make_claim(wage, line=line, agreed_fen=fen)
    refused(name, lambda: make_settlement(wage, *parts, **changes))


def test_an_agreement_that_adds_up_is_taken_once(wage: Request) -> None:
    make_claim(wage, agreed_fen=100)
    make_settlement(wage, (0, 40), (0, 60))
    connection.check_constraints()
    refused("request_id", lambda: make_settlement(wage, (0, 100)))


def test_the_signing_day_is_a_day_in_shanghai(wage: Request) -> None:
    make_claim(wage, agreed_fen=100)
    just_past_midnight = MONDAY.replace(hour=0, minute=5)  # still Sunday by the clock of London
    make_settlement(wage, (0, 100), recorded_at=just_past_midnight)
    connection.check_constraints()


def test_what_is_signed_cannot_be_changed_behind_its_sums(town: Town, settled: Settlement) -> None:
    other = told_to_the_machine(town)
    claims = Claim.objects.filter(request=settled.request)
    parts = Instalment.objects.filter(settlement=settled)
    mine = Settlement.objects.filter(pk=settled.pk)
    first = claims.order_by("line")[0].pk
    refused("settlement_is_the_sum_of_its_claims", lambda: claims.filter(pk=first).delete())
    refused(
        "settlement_is_the_sum_of_its_claims", lambda: claims.filter(pk=first).update(agreed_fen=1)
    )
    refused(
        "settlement_is_the_sum_of_its_claims", lambda: claims.filter(pk=first).update(request=other)
    )
    refused(
        "settlement_is_the_sum_of_its_claims",
        lambda: make_claim(settled.request, line=9, agreed_fen=0),
    )
    refused("settlement_is_the_sum_of_its_claims", lambda: mine.update(people=3))
    refused("settlement_is_the_sum_of_its_", lambda: mine.update(agreed_fen=10_001))
    refused("settlement_is_the_sum_of_its_instalments", lambda: parts.filter(number=3).delete())
    refused(
        "settlement_is_the_sum_of_its_instalments",
        lambda: parts.filter(number=3).update(amount_fen=1),
    )
    refused("instalment_dates_in_order", lambda: parts.filter(number=2).update(due_on=TODAY))
    early = TODAY - DAY
    refused("instalment_dates_in_order", lambda: parts.filter(number=1).update(due_on=early))
    refused(
        "instalment_dates_in_order",
        lambda: mine.update(signed_on=TODAY + 8 * DAY, recorded_at=MONDAY + 9 * DAY),
    )


def test_an_instalment_cannot_move_to_another_agreement(town: Town, settled: Settlement) -> None:
    other = sign(told_to_the_machine(town), town.street_handler)
    moved = settle(other, town.street_handler, agreed=(2_000,), parts=((21, 2_000),))
    last = Instalment.objects.filter(settlement=settled, number=3)
    refused(
        "settlement_is_the_sum_of_its_instalments", lambda: last.update(settlement=moved, number=2)
    )


def make_payment(settled: Settlement, town: Town, fen: int, **changes: Any) -> Payment:
    fields = {"paid_on": TODAY, "recorded_on": TODAY, "recorded_at": MONDAY} | changes
    return Payment.objects.create(
        instalment=settled.instalments.get(number=1),
        amount_fen=fen,
        recorded_by=town.street_handler,
        **fields,
    )


def test_payments(town: Town, settled: Settlement) -> None:
    def pay(fen: int, **changes: Any) -> Callable[[], Payment]:
        return lambda: make_payment(settled, town, fen, **changes)

    refused("payments_within_the_instalment", pay(5_001))
    refused("payment_is_something", pay(0))
    refused("payment_is_something", pay(-1))
    refused("payment_is_not_in_the_future", pay(1, paid_on=TODAY + DAY))
    refused("payment_after_the_signing", pay(1, paid_on=TODAY - DAY))
    wrong = pay(3_000)()
    refused("payments_within_the_instalment", pay(2_001))
    Payment.objects.filter(pk=wrong.pk).update(voided_at=MONDAY)
    pay(5_000)()
    mine = Payment.objects.filter(pk=wrong.pk)
    refused("payments_within_the_instalment", lambda: mine.update(voided_at=None))


def test_less_cannot_be_due_than_was_paid(town: Town, settled: Settlement) -> None:
    make_payment(settled, town, 5_000)
    parts = Instalment.objects.filter(settlement=settled)

    def shift() -> None:
        parts.filter(number=1).update(amount_fen=F("amount_fen") - 1)
        parts.filter(number=2).update(amount_fen=F("amount_fen") + 1)

    refused("payments_within_the_instalment", shift)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": State.CLOSED, "closed_at": MONDAY}, "request_closed_says_how"),
        ({"state": State.CLOSED, "closed_as": "heard"}, "request_closed_says_how"),
        (
            {"state": State.CLOSED, "closed_at": MONDAY, "closed_as": "solved"},
            "request_closed_says_how",
        ),
        ({"closed_at": MONDAY}, "request_closed_says_how"),
        ({"closed_as": "heard"}, "request_closed_says_how"),
        ({"state": "nearly done"}, "request_state_known"),
    ],
)
def test_a_request_closes_only_with_its_how(
    wage: Request, changes: dict[str, Any], name: str
) -> None:
    refused(name, lambda: Request.objects.filter(pk=wage.pk).update(**changes))


def test_a_step_is_done_or_waived_and_comes_from_one_place(town: Town, wage: Request) -> None:
    step = Step.objects.filter(request=wage, flag=None).order_by("order")[0]
    mine = Step.objects.filter(pk=step.pk)
    refused("step_done_or_waived", lambda: mine.update(done_at=MONDAY, waived_at=MONDAY))
    refused("step_of_playbook_or_flag", lambda: mine.update(playbook_step=None))
    step.pk = None
    refused("step_once_a_round", lambda: step.save(force_insert=True))


def test_results_reviews_and_ratings(town: Town, wage: Request) -> None:
    answered(wage)
    result = Result.objects.get(request=wage)

    def rate(**changes: Any) -> Rating:
        fields = {"source": "link", "level": 3, "is_solved": True, "given_at": MONDAY}
        return Rating.objects.create(result=result, **(fields | changes))

    someone = town.worker
    rate()
    refused("rating_once_a_way", rate)
    refused("rating_says_who_entered_it", lambda: rate(source="call"))
    refused("rating_says_who_entered_it", lambda: rate(source="counter"))
    refused("rating_says_who_entered_it", lambda: Rating.objects.update(entered_by=someone))
    for level in (0, 6):
        refused("rating_level_known", lambda: rate(source="call", entered_by=someone, level=level))  # noqa: B023 - called at once
    refused("rating_source_known", lambda: rate(source="friend", entered_by=someone))
    review = Review.objects.get(result=result)
    refused("review_returns_with_a_reason", lambda: Review.objects.update(is_accepted=False))
    review.pk = None
    refused("result_id", lambda: review.save(force_insert=True))
    result.pk = None
    refused("result_number_once", lambda: result.save(force_insert=True))
    refused("result_outcome_known", lambda: Result.objects.update(outcome="bliss"))
