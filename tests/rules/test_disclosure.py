"""What the holder of a look-up code may be shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.disclosure import (
    REPLIED,
    Follow,
    Given,
    Looks,
    PublicStep,
    Standing,
    Unmasking,
    follow_of,
    may_name_holder,
    may_show_reply,
    standing_of,
)
from requests_app.lifecycle import STATES, State

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DUE = START + timedelta(days=7)
KINDS = ("request.registered", "request.sensed", "request.triaged", "request.dispatched")
ANSWERED = (*KINDS, "request.signed", "result.submitted", "review.asked", "reply.given")
UNTIL = START + timedelta(days=60)
GIVEN = Given(text="已经补发。", outcome="solved", token="t" * 22, rate_until=UNTIL)


def standing(
    state: State = State.DISPATCHED,
    *,
    flags: frozenset[str] = frozenset(),
    holder: str = "云桥街道总工会",
    events: tuple[str, ...] = KINDS,
    original: datetime | None = DUE,
    reworks: int = 0,
    given: Given | None = None,
    closed_as: str = "",
    looks: Looks | None = None,
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
        reworks=reworks,
        given=given,
        closed_as=closed_as,
        closed_at=DUE if closed_as else None,
        looks=looks,
    )


LOOK = Unmasking(START, "handler", "云桥街道总工会", "请13905741126回电核对")


def test_a_look_is_told_by_unit_role_and_reason_without_numbers() -> None:
    shown = standing(flags=frozenset({"mass"}), looks=Looks((LOOK,), openings=3, readers=2)).looks
    assert shown is not None
    [told] = shown.unmaskings
    assert (told.at, told.role, told.unit) == (START, "handler", "云桥街道总工会")
    assert told.reason.startswith("请")
    assert "1390574" not in told.reason
    assert (shown.openings, shown.readers, shown.is_hidden) == (3, 2, False)


def test_where_the_holder_is_hidden_so_are_unit_and_reason_of_a_look() -> None:
    looks = Looks((LOOK,), openings=3, readers=2)
    shown = standing(flags=frozenset({"harassment"}), looks=looks).looks
    assert shown is not None
    assert shown.unmaskings == (Unmasking(START, "handler", "", ""),)
    assert (shown.openings, shown.readers, shown.is_hidden) == (3, 2, True)


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
        (State.SUBMITTED, PublicStep.HANDLING),
        (State.IN_REVIEW, PublicStep.HANDLING),
        (State.ANSWERED, PublicStep.ANSWERED),
        (State.TO_CALL, PublicStep.ANSWERED),
        (State.CLOSED, PublicStep.ANSWERED),
        (State.REWORK, PublicStep.HANDLING),
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
        assert not may_show_reply(State.CLOSED, flags | {"mass"})


# ---- the reply and the end ------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_the_reply_is_shown_only_while_it_stands(state: State) -> None:
    shown = standing(state, given=GIVEN)

    assert (shown.reply != "") is (state in REPLIED)
    assert (shown.rating_token != "") is (state in REPLIED)
    assert (shown.outcome != "") is (state in REPLIED)
    assert shown.reply_is_hidden is False


@pytest.mark.parametrize(
    ("flags", "is_shown"),
    [
        ((), True),
        (("mass", "safety"), True),
        (("violence",), False),
        (("mass", "whistle"), False),
        (("a flag of next year",), False),
    ],
)
def test_a_delicate_reply_is_hidden_and_may_still_be_judged(
    flags: tuple[str, ...], is_shown: bool
) -> None:
    shown = standing(State.TO_CALL, flags=frozenset(flags), given=GIVEN)

    assert (shown.reply, shown.outcome) == ((GIVEN.text, "solved") if is_shown else ("", ""))
    assert shown.reply_is_hidden is not is_shown
    assert (shown.rating_token, shown.rate_until) == (GIVEN.token, UNTIL)


def test_before_a_reply_nothing_is_hidden() -> None:
    shown = standing(State.SIGNED, flags=frozenset({"whistle"}))

    assert (shown.reply, shown.reply_is_hidden, shown.rating_token) == ("", False, "")


def test_a_lapsed_link_leaves_the_reply() -> None:
    given = Given(text="已经补发。", outcome="solved")
    shown = standing(State.CLOSED, given=given, closed_as="answered")

    assert (shown.reply, shown.rating_token, shown.rate_until) == ("已经补发。", "", None)


@pytest.mark.parametrize(
    ("state", "reworks", "is_rated", "label"),
    [
        (State.DISPATCHED, 0, False, "已受理"),
        (State.REWORK, 1, False, "办理中"),
        (State.DISPATCHED, 1, False, "办理中"),
        (State.SIGNED, 1, False, "办理中"),
        (State.IN_REVIEW, 0, False, "办理中"),
        (State.ANSWERED, 0, False, "待您评价"),
        (State.TO_CALL, 1, False, "待您评价"),
        (State.TO_CALL, 0, True, "已评价"),
        (State.CLOSED, 0, True, "已办结"),
    ],
)
def test_the_public_word_never_steps_back_nor_asks_twice(
    state: State, reworks: int, is_rated: bool, label: str
) -> None:
    given = Given(text="已经补发。", outcome="solved", token="t" * 22, is_rated=is_rated)
    shown = standing(
        state, reworks=reworks, given=given, closed_as="heard" if state is State.CLOSED else ""
    )

    assert shown.public_label == label
    assert shown.is_rated is is_rated
    if is_rated:
        assert (shown.rating_token, shown.rate_until) == ("", None)


@pytest.mark.parametrize("closed_as", ["answered", "heard", "unreached"])
def test_how_it_ended_is_told_of_what_has_ended(closed_as: str) -> None:
    closed = standing(State.CLOSED, closed_as=closed_as)
    assert (closed.ended, closed.ended_at) == (closed_as, DUE)

    taken_up_again = standing(State.REWORK, reworks=1, closed_as=closed_as)
    assert (taken_up_again.ended, taken_up_again.ended_at) == ("", None)


# ---- a second round -------------------------------------------------------------------


def test_until_a_second_round_has_its_date_there_is_no_promise() -> None:
    waiting = standing(State.REWORK, reworks=1, original=START)
    assert (waiting.round, waiting.promise_at, waiting.original_promise_at) == (2, None, START)

    sent = standing(State.DISPATCHED, reworks=1, original=START)
    assert (sent.round, sent.promise_at, sent.original_promise_at) == (2, DUE, START)


def test_a_second_round_is_dated_from_when_it_was_taken_up_again() -> None:
    events = (*ANSWERED, "request.reopened", "request.dispatched", "request.signed")
    again = standing(State.SIGNED, reworks=1, events=events)

    assert again.dates[PublicStep.ACCEPTED] == START + timedelta(minutes=1)
    assert again.dates[PublicStep.HANDLING] == START + timedelta(minutes=len(ANSWERED))
    assert PublicStep.ANSWERED not in again.dates

    twice = standing(State.TO_CALL, reworks=1, events=(*events, "reply.given"))
    assert twice.dates[PublicStep.ANSWERED] == START + timedelta(minutes=len(events))


def test_a_first_round_is_dated_by_what_happened() -> None:
    shown = standing(State.TO_CALL, events=ANSWERED)

    assert shown.dates[PublicStep.HANDLING] == START + timedelta(minutes=4)
    assert shown.dates[PublicStep.ANSWERED] == START + timedelta(minutes=7)


def test_what_has_to_be_signed_for_again_is_not_dated_as_handled() -> None:
    events = (*KINDS, "request.signed", "request.rerouted", "request.dispatched")

    assert PublicStep.HANDLING not in standing(State.DISPATCHED, events=events).dates


@pytest.mark.parametrize(
    ("state", "is_taken_up_again", "follows"),
    [
        (State.TO_CALL, False, Follow.CALL),
        (State.CLOSED, False, Follow.ENDED),
        (State.REWORK, True, Follow.AGAIN),
        (State.DISPATCHED, True, Follow.AGAIN),
        (State.CLOSED, True, Follow.AGAIN),
    ],
)
def test_what_follows_an_opinion(state: State, is_taken_up_again: bool, follows: Follow) -> None:
    assert follow_of(state, is_taken_up_again=is_taken_up_again) is follows


def test_words_and_tokens_stay_out_of_a_printed_standing() -> None:
    printed = repr(standing(State.TO_CALL, given=GIVEN)) + repr(GIVEN)

    assert GIVEN.text not in printed
    assert GIVEN.token not in printed
