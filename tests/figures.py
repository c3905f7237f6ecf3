"""Many requests with an end, as rows: for figures, whose subject is counting, not handling.

Moments, levels and flags are drawn at random from a seed, so that every condition meets both
answers and its edges. What the verbs make of a single case is tested with the verbs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from members.models import Account, Unit
from requests_app.lifecycle import STATES, State
from requests_app.models import (
    CallAttempt,
    Claim,
    Instalment,
    Item,
    Payment,
    Rating,
    Request,
    Result,
    Settlement,
)
from requests_app.models.choices import Channel, Closure
from requests_app.models.completion import Outcome, RatingSource
from tests.town import MONDAY, Town

_serial = count(1)
FLAGS = ([], [], [], [], ["mass"], ["harassment"], ["violence"], ["official"])


@dataclass(frozen=True, slots=True)
class Drawing:
    """Who and where the drawn requests are about."""

    town: Town
    chance: Random
    now: datetime = MONDAY
    span_days: int = 120
    classes: tuple[str, ...] = ()  # none given: every class of the catalogue

    def moment(self) -> datetime:
        """Return a moment of the last months, sometimes exactly the start of a day."""
        at = self.now - timedelta(minutes=self.chance.randrange(self.span_days * 24 * 60))
        is_edge = self.chance.random() < 0.2
        return at.replace(hour=0, minute=0) if is_edge else at


def draw_requests(drawing: Drawing, number: int) -> list[Request]:
    """Insert so many requests in every state, with results, opinions and calls."""
    items = [
        item
        for item in Item.objects.order_by("pk")
        if not drawing.classes or item.class_code in drawing.classes
    ]
    made = Request.objects.bulk_create(_request(drawing, items) for _ in range(number))
    answered = [each for each in made if each.answered_at is not None]
    results = Result.objects.bulk_create(
        Result(
            request=each,
            number=1,
            rework=each.reworks,
            outcome=Outcome.SOLVED,
            reply_sealed=b"sealed",
            submitted_at=each.answered_at,
            submitted_by=drawing.town.worker,
        )
        for each in answered
    )
    _draw_opinions(drawing, results)
    _draw_calls(drawing, results)
    return made


def draw_settlements(drawing: Drawing, requests: Sequence[Request]) -> None:
    """Give each of these requests a settlement, most of them with some money."""
    for request in requests:
        people = drawing.chance.randint(1, 30)
        _settle(drawing, request, people, fen=people * 10_000)


def _request(drawing: Drawing, items: Sequence[Item]) -> Request:
    chance, town, number = drawing.chance, drawing.town, next(_serial)
    registered_at = drawing.moment()
    state = chance.choice([*State, State.CLOSED, State.CLOSED, State.CLOSED, State.TO_CALL])
    is_held = state not in {State.REGISTERED, State.ACCEPTED, State.TRIAGED}
    is_answered = state in {State.ANSWERED, State.TO_CALL, State.CLOSED}
    due_at = registered_at + timedelta(days=chance.choice((1, 5, 15))) if is_held else None
    answered_at = None
    if is_answered and due_at:
        on_time = chance.random() < 0.2
        answered_at = due_at if on_time else registered_at + timedelta(hours=chance.randrange(500))
    original = due_at if due_at and chance.random() < 0.7 else due_at and due_at - timedelta(days=2)
    is_closed = state is State.CLOSED
    station: Unit = chance.choice((town.station, town.station, town.other_station))
    holder = chance.choice((station, town.street, town.county)) if is_held else None
    return Request(
        number=f"T{number:09d}",
        lookup_hash=number.to_bytes(32),
        chain_head=b"head",
        station=station,
        holder=holder,
        stage=STATES[state].stage,
        state=state,
        channel=chance.choice(Channel.values),
        applicant_kind="worker",
        item=chance.choice((None, *items)),
        topic=chance.choice(("", "WAGE", "LIFE")),
        flags=chance.choice(FLAGS),
        needs_recusal=chance.random() < 0.5,
        enterprise=chance.choice((None, town.restaurant)),
        registered_at=registered_at,
        due_at=due_at,
        original_due_at=original,
        answered_at=answered_at,
        closed_at=answered_at and answered_at + timedelta(hours=9) if is_closed else None,
        closed_as=chance.choice(Closure.values) if is_closed else "",
        reworks=chance.choice((0, 0, 0, 1)),
    )


def _draw_opinions(drawing: Drawing, results: Sequence[Result]) -> None:
    chance = drawing.chance
    Rating.objects.bulk_create(
        Rating(
            result=result,
            source=source,
            level=chance.randint(1, 5),
            is_solved=chance.random() < 0.6,
            given_at=drawing.moment(),
            entered_by=None if source == RatingSource.LINK else _caller(drawing),
        )
        for result in results
        for source in RatingSource
        if chance.random() < 0.4
    )


def _draw_calls(drawing: Drawing, results: Sequence[Result]) -> None:
    CallAttempt.objects.bulk_create(
        CallAttempt(
            result=result,
            caller=_caller(drawing),
            tried_at=drawing.moment(),
            is_reached=drawing.chance.random() < 0.5,
        )
        for result in results
        for _ in range(drawing.chance.randrange(4))
    )


def _caller(drawing: Drawing) -> Account:
    return drawing.town.head


@transaction.atomic
def _settle(drawing: Drawing, request: Request, people: int, *, fen: int) -> None:
    chance, signed_on = drawing.chance, drawing.moment().date()
    Claim.objects.bulk_create(
        Claim(
            request=request,
            line=line,
            sealed=b"sealed",
            claimed_fen=fen // people,
            agreed_fen=fen // people,
        )
        for line in range(1, people + 1)
    )
    settlement = Settlement.objects.create(
        request=request,
        signed_on=signed_on,
        people=people,
        agreed_fen=fen,
        recorded_at=drawing.now,
        recorded_by=drawing.town.worker,
    )
    parts = (fen // 2, fen - fen // 2)
    for number, amount in enumerate(parts, start=1):
        row = Instalment.objects.create(
            settlement=settlement, number=number, due_on=signed_on, amount_fen=amount
        )
        if chance.random() < 0.7:
            Payment.objects.create(
                instalment=row,
                amount_fen=amount,
                paid_on=max(signed_on, drawing.moment().date()),
                recorded_on=drawing.now.date(),
                recorded_at=drawing.now,
                recorded_by=drawing.town.worker,
                voided_at=drawing.now if chance.random() < 0.2 else None,
            )
