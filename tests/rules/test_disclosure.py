"""What the holder of a look-up code may be shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.disclosure import PublicStep, Standing, may_name_holder, standing_of
from requests_app.lifecycle import STATES, State

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DUE = START + timedelta(days=7)
KINDS = ("request.registered", "request.sensed", "request.triaged", "request.dispatched")


def standing(
    state: State = State.DISPATCHED,
    *,
    flags: frozenset[str] = frozenset(),
    holder: str = "云桥街道总工会",
    events: tuple[str, ...] = KINDS,
    original: datetime | None = DUE,
) -> Standing:
    return standing_of(
        number="YQ26112300001",
        state=state,
        flags=flags,
        station="云桥片区服务站",
        holder=holder,
        registered_at=START,
        events=[(kind, START + timedelta(minutes=at)) for at, kind in enumerate(events)],
        due_at=DUE,
        original_due_at=original,
        due_is_provisional=False,
    )


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (set(), True),
        ({"mass"}, True),
        ({"mass", "safety"}, True),
        ({"harassment"}, False),
        ({"self_harm"}, False),
        ({"whistle"}, False),
        ({"official"}, False),
        ({"mass", "violence"}, False),
        ({"a flag of next year"}, False),
    ],
)
def test_only_flags_that_give_nothing_away_leave_the_holder_named(
    flags: set[str], named: bool
) -> None:
    assert may_name_holder(flags) is named
    shown = standing(flags=frozenset(flags))
    assert (shown.holder != "", shown.holder_is_hidden) == (named, not named)


def test_nobody_holds_it_yet_is_not_the_same_as_hidden() -> None:
    shown = standing(State.REGISTERED, flags=frozenset({"whistle"}), holder="")

    assert (shown.holder, shown.holder_is_hidden) == ("", False)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.REGISTERED, PublicStep.ACCEPTED),
        (State.ACCEPTED, PublicStep.HANDLING),
        (State.TRIAGED, PublicStep.HANDLING),
        (State.DISPATCHED, PublicStep.HANDLING),
        (State.SIGNED, PublicStep.HANDLING),
    ],
)
def test_each_state_has_its_step(state: State, step: PublicStep) -> None:
    assert standing(state).current is step


def test_every_state_of_the_table_has_a_step() -> None:
    assert {standing(state).current for state in STATES} <= set(PublicStep)


def test_a_step_is_dated_by_the_first_event_of_its_kind() -> None:
    shown = standing(events=(*KINDS, "request.sensed"))

    assert shown.dates[PublicStep.ACCEPTED] == START + timedelta(minutes=1)
    assert PublicStep.HANDLING not in shown.dates


def test_the_first_promise_is_shown_only_when_it_moved() -> None:
    assert standing().original_promise_at is None
    assert standing(original=START).original_promise_at == START


@given(st.sets(st.sampled_from(["mass", "safety", "whistle", "minor", "medical", "x"])))
def test_a_flag_more_never_shows_more(flags: set[str]) -> None:
    if not may_name_holder(flags):
        assert not may_name_holder(flags | {"mass"})
        assert not may_name_holder(flags | {"whistle"})
