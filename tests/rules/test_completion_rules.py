from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.workdays import SHANGHAI, OfficeDay, WorkCalendar
from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import CALLBACKS, REVIEWS, Callback, Review
from requests_app.clock import rework_limit
from requests_app.stages.completion.rules import (
    REVIEW_SAMPLE,
    Draw,
    Drawable,
    Hearing,
    Next,
    Opinion,
    Readiness,
    Verdict,
    decide_hearing,
    draw_person,
    is_drawn,
    is_sampled_call,
    may_reopen,
    needs_review,
    silence_gaps,
    unpaid_fen,
    workday_limit,
)

CATALOGUE = default_catalogue()
CALENDAR = WorkCalendar(confirmed_years=frozenset({2026}), office=OfficeDay())
KEY = b"a key of the tests"
NUMBERS = [f"YQ261123{serial:05d}" for serial in range(2000)]


def at(text: str) -> datetime:
    """Monday 2026-11-23 is day 23 of a plain month; times are local."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


MONDAY = at("23 10:00")


# ---- what stands in the way of a result ----------------------------------------------------


@pytest.mark.parametrize(
    ("readiness", "is_blocked"),
    [
        pytest.param(Readiness(), False, id="nothing"),
        pytest.param(Readiness(unpaid_fen=1), True, id="one-fen-unpaid"),
        pytest.param(Readiness(open_alarms=1), True, id="a-task-of-a-flag"),
        pytest.param(Readiness(has_item=False), True, id="no-item"),
        pytest.param(Readiness(open_steps=9), False, id="steps-may-be-waived-together"),
    ],
)
def test_what_blocks_a_result(readiness: Readiness, is_blocked: bool) -> None:
    assert readiness.is_blocked is is_blocked


@pytest.mark.parametrize(
    ("agreed", "paid", "case_number", "unpaid"),
    [
        (100, 99, "", 1),
        (100, 100, "", 0),
        (0, 0, "", 0),
        (100, 0, "(2026)浙0203民初1号", 0),
        (100, 101, "", 0),  # the database refuses it; nothing negative comes of it
    ],
)
def test_what_the_union_still_watches(
    agreed: int, paid: int, case_number: str, unpaid: int
) -> None:
    assert unpaid_fen(agreed_fen=agreed, paid_fen=paid, case_number=case_number) == unpaid


# ---- samples ---------------------------------------------------------------------------------


@pytest.mark.parametrize("percent", [1, 10, REVIEW_SAMPLE, 50, 90])
def test_the_share_that_is_drawn_is_near_the_per_cent(percent: int) -> None:
    drawn = sum(is_drawn(each, purpose="review", percent=percent, key=KEY) for each in NUMBERS)
    share = percent / 100
    spread = (len(NUMBERS) * share * (1 - share)) ** 0.5
    assert abs(drawn - len(NUMBERS) * share) < 4 * spread


def test_none_is_drawn_at_nought_and_all_at_a_hundred() -> None:
    for each in NUMBERS[:200]:
        assert not is_drawn(each, purpose="review", percent=0, key=KEY)
        assert is_drawn(each, purpose="review", percent=100, key=KEY)


def test_without_the_key_nobody_foresees_the_draw() -> None:
    """Another key, or another purpose, agrees about as often as two coins."""
    drawn = [is_drawn(each, purpose="review", percent=50, key=KEY) for each in NUMBERS]
    for other in (
        [is_drawn(each, purpose="review", percent=50, key=b"another") for each in NUMBERS],
        [is_drawn(each, purpose="callback", percent=50, key=KEY) for each in NUMBERS],
    ):
        agreeing = sum(mine == theirs for mine, theirs in zip(drawn, other, strict=True))
        assert 0.45 < agreeing / len(NUMBERS) < 0.55


@given(st.text(max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_a_draw_is_stable_and_a_larger_sample_holds_the_smaller(
    number: str, less: int, more: int
) -> None:
    less, more = sorted((less, more))
    small, large = (is_drawn(number, purpose="x", percent=each, key=KEY) for each in (less, more))
    assert small == is_drawn(number, purpose="x", percent=less, key=KEY)
    assert large or not small


IN_SAMPLE = next(
    n for n in NUMBERS if is_drawn(n, purpose="review", percent=REVIEW_SAMPLE, key=KEY)
)
NOT_IN_SAMPLE = next(
    n for n in NUMBERS if not is_drawn(n, purpose="review", percent=REVIEW_SAMPLE, key=KEY)
)


@pytest.mark.parametrize(
    ("review", "number", "needed"),
    [
        ("other", NOT_IN_SAMPLE, True),
        ("none", IN_SAMPLE, False),
        ("sample", IN_SAMPLE, True),
        ("sample", NOT_IN_SAMPLE, False),
    ],
)
def test_which_results_are_reviewed(review: Review, number: str, needed: bool) -> None:
    assert review in REVIEWS
    assert needs_review(review, number=number, key=KEY) is needed


@pytest.mark.parametrize(
    ("callback", "percent", "is_called"),
    [("all", 100, False), ("none", 100, False), ("sample", 100, True), ("sample", 0, False)],
)
def test_which_closed_requests_are_called_as_a_sample(
    callback: Callback, percent: int, is_called: bool
) -> None:
    assert callback in CALLBACKS
    assert is_sampled_call(callback, number=NUMBERS[0], percent=percent, key=KEY) is is_called


# ---- who is drawn ----------------------------------------------------------------------------

STATION, STREET, COUNTY = 30, 20, 10
AN, BO, CY, DI = 1, 2, 3, 4


def draw(*people: Drawable, conflicted: set[int] | None = None) -> Draw:
    return draw_person(
        (STATION, STREET, COUNTY), people, conflicted=conflicted or set(), fallback_unit=STREET
    )


@pytest.mark.parametrize(
    ("people", "conflicted", "unit", "account"),
    [
        pytest.param(
            (Drawable(AN, STREET, 0), Drawable(BO, STATION, 9)), set(), STATION, BO, id="nearest"
        ),
        pytest.param(
            (Drawable(AN, STATION, 2), Drawable(BO, STATION, 1)), set(), STATION, BO, id="idlest"
        ),
        pytest.param(
            (Drawable(BO, STATION, 1), Drawable(AN, STATION, 1)), set(), STATION, AN, id="by-id"
        ),
        pytest.param(
            (Drawable(AN, STATION, 0), Drawable(BO, COUNTY, 9)), {AN}, COUNTY, BO, id="conflict"
        ),
        pytest.param((Drawable(AN, STATION, 0),), {AN}, STREET, None, id="nobody-but-the-handler"),
        pytest.param((), set(), STREET, None, id="nobody"),
        pytest.param((Drawable(AN, 99, 0),), set(), STREET, None, id="of-a-unit-not-asked"),
        pytest.param(
            (Drawable(AN, STATION, 0), Drawable(AN, STREET, 0)), {AN}, STREET, None, id="two-roles"
        ),
    ],
)
def test_draws(
    people: tuple[Drawable, ...], conflicted: set[int], unit: int, account: int | None
) -> None:
    drawn = draw(*people, conflicted=conflicted)
    assert (drawn.unit_id, drawn.account_id) == (unit, account)


def test_a_draw_tells_whom_it_passed_over() -> None:
    assert draw(Drawable(AN, STATION, 0), Drawable(BO, COUNTY, 0), conflicted={AN}).because == (
        {"code": "nobody_free", "unit": STATION},
        {"code": "nobody_free", "unit": STREET},
        {"code": "drawn", "unit": COUNTY},
    )
    assert draw().because[-1] == {"code": "fallback", "unit": STREET}


@pytest.mark.parametrize(
    ("people", "account", "notes"),
    [
        pytest.param(
            (Drawable(BO, STATION, 0), Drawable(CY, COUNTY, 9)), CY, 0, id="somebody-else-is-free"
        ),
        pytest.param((Drawable(AN, STATION, 0), Drawable(BO, COUNTY, 9)), BO, 1, id="only-they"),
        pytest.param((Drawable(AN, STATION, 0),), None, 0, id="never-who-handled-it"),
    ],
)
def test_a_last_resort_is_drawn_where_nobody_else_is_left(
    people: tuple[Drawable, ...], account: int | None, notes: int
) -> None:
    drawn = draw_person(
        (STATION, COUNTY), people, conflicted={AN}, last_resort={AN, BO}, fallback_unit=STREET
    )
    assert drawn.account_id == account
    assert drawn.because[:notes] == ({"code": "only_reviewers"},) * notes
    assert sum(each["code"] == "only_reviewers" for each in drawn.because) == notes


people = st.builds(
    Drawable,
    st.sampled_from((AN, BO, CY, DI)),
    st.sampled_from((STATION, STREET, COUNTY)),
    st.integers(0, 3),
)


@given(st.lists(people, max_size=6), st.sets(st.sampled_from((AN, BO, CY, DI))))
def test_whoever_is_drawn_is_free_and_nobody_free_is_nearer_or_idler(
    asked: list[Drawable], conflicted: set[int]
) -> None:
    drawn = draw(*asked, conflicted=conflicted)
    free = [each for each in asked if each.account_id not in conflicted]
    if not free:
        assert (drawn.unit_id, drawn.account_id) == (STREET, None)
        return
    order = (STATION, STREET, COUNTY)
    best = min((order.index(each.unit_id), each.load, each.account_id) for each in free)
    assert (drawn.unit_id, drawn.account_id) == (order[best[0]], best[2])
    assert draw(*reversed(asked), conflicted=conflicted) == drawn


# ---- what follows what the worker says ------------------------------------------------------

PLEASED = Opinion("link", 5, is_solved=True, wants_rework=False)
ANGRY = Opinion("link", 1, is_solved=False, wants_rework=True)
ON_TWO_DAYS = (at("23 10:00"), at("23 15:00"), at("24 10:00"))


def said(source: str, level: int, *, solved: bool = True, again: bool = False) -> Opinion:
    return Opinion(source, level, is_solved=solved, wants_rework=again)


def silent(**changes: object) -> Hearing:
    """Everything that silence needs to close."""
    facts: dict[str, object] = {"tries": ON_TWO_DAYS, "is_told": True, "silence_is_over": True}
    return Hearing(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param(
            Hearing(opinions=(ANGRY,)), Verdict(Next.REWORK, ("not_satisfied",)), id="again"
        ),
        pytest.param(
            Hearing(opinions=(said("call", 2, again=True),)),
            Verdict(Next.REWORK, ("not_satisfied",)),
            id="again-by-call",
        ),
        pytest.param(
            Hearing(opinions=(said("call", 3, solved=False, again=True),)),
            Verdict(Next.REWORK, ("not_satisfied",)),
            id="content-but-not-solved",
        ),
        pytest.param(
            Hearing(opinions=(said("call", 3, again=True),)),
            Verdict(Next.CLOSE_HEARD, ("heard",)),
            id="content-and-solved-is-no-second-round",
        ),
        pytest.param(
            Hearing(opinions=(said("counter", 1, solved=False),)),
            Verdict(Next.CLOSE_HEARD, ("heard",)),
            id="dissatisfied-and-lets-it-be",
        ),
        pytest.param(
            Hearing(opinions=(said("call", 1, solved=False, again=True),), reworks=1),
            Verdict(Next.CLOSE_HEARD, ("not_satisfied_again",)),
            id="no-third-round",
        ),
        pytest.param(
            Hearing(opinions=(ANGRY,), reworks=1),
            Verdict(Next.WAIT, ("period", "told", "tries", "days")),
            id="a-second-time-by-link-waits-for-the-call",
        ),
        pytest.param(
            Hearing(opinions=(PLEASED,)),
            Verdict(Next.WAIT, ("period", "told", "tries", "days")),
            id="a-link-waits-for-the-call",
        ),
        pytest.param(
            Hearing(opinions=(PLEASED,), can_be_called=False),
            Verdict(Next.CLOSE_HEARD, ("heard",)),
            id="a-link-of-whom-nobody-can-call",
        ),
        pytest.param(
            Hearing(opinions=(PLEASED, said("call", 5))),
            Verdict(Next.CLOSE_HEARD, ("heard",)),
            id="link-and-call",
        ),
        pytest.param(
            silent(opinions=(PLEASED,)),
            Verdict(Next.CLOSE_HEARD, ("heard_by_link",)),
            id="a-link-and-nobody-picks-up",
        ),
        pytest.param(silent(), Verdict(Next.CLOSE_UNREACHED, ("silent",)), id="silence"),
        pytest.param(
            Hearing(can_be_called=False, silence_is_over=True),
            Verdict(Next.CLOSE_UNREACHED, ("silent",)),
            id="anonymous-and-the-period-is-over",
        ),
        pytest.param(
            Hearing(), Verdict(Next.WAIT, ("period", "told", "tries", "days")), id="nothing-yet"
        ),
    ],
)
def test_what_follows(facts: Hearing, verdict: Verdict) -> None:
    assert decide_hearing(facts) == verdict


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        pytest.param({}, (), id="nothing-is-missing"),
        pytest.param({"silence_is_over": False}, ("period",), id="period"),
        pytest.param({"is_told": False}, ("told",), id="not-told"),
        pytest.param({"tries": ON_TWO_DAYS[1:]}, ("tries",), id="two-tries"),
        pytest.param({"tries": (MONDAY,) * 3}, ("days",), id="three-tries-on-one-day"),
        pytest.param({"tries": ()}, ("tries", "days"), id="no-tries"),
        pytest.param(
            {"tries": (at("23 07:30"), at("23 23:59"), at("24 00:01"))}, (), id="days-are-local"
        ),
        pytest.param({"can_be_called": False, "tries": (), "is_told": False}, (), id="anonymous"),
        pytest.param(
            {"can_be_called": False, "silence_is_over": False}, ("period",), id="anonymous-too-soon"
        ),
    ],
)
def test_silence_closes_only_when_nothing_is_missing(
    changes: dict[str, object], gaps: tuple[str, ...]
) -> None:
    facts = silent(**changes)
    assert silence_gaps(facts) == gaps
    expected = Next.WAIT if gaps else Next.CLOSE_UNREACHED
    assert decide_hearing(facts).next is expected


opinions = st.builds(
    Opinion,
    st.sampled_from(("link", "call", "counter")),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
)
hearings = st.builds(
    Hearing,
    opinions=st.lists(opinions, max_size=3).map(tuple),
    tries=st.lists(st.integers(0, 60).map(lambda h: MONDAY + timedelta(hours=h)), max_size=5).map(
        tuple
    ),
    is_told=st.booleans(),
    can_be_called=st.booleans(),
    silence_is_over=st.booleans(),
    reworks=st.integers(0, 2),
)


@given(hearings)
def test_nothing_closes_or_begins_again_without_its_reason(facts: Hearing) -> None:
    verdict = decide_hearing(facts)
    assert verdict.because
    if verdict.next is Next.REWORK:
        assert facts.reworks == 0
        assert any(each.wants_rework for each in facts.opinions)
    if verdict.next is Next.CLOSE_HEARD:
        assert facts.opinions
    if verdict.next is Next.CLOSE_UNREACHED:
        assert not facts.opinions
        assert facts.silence_is_over
        if facts.can_be_called:
            assert facts.is_told
            assert len(facts.tries) >= 3
            assert len({each.date() for each in facts.tries}) >= 2


@given(hearings, st.integers(0, 60))
def test_one_more_try_never_opens_a_gap(facts: Hearing, hours: int) -> None:
    tried = (*facts.tries, MONDAY + timedelta(hours=hours))
    more = Hearing(
        tries=tried,
        is_told=facts.is_told,
        can_be_called=facts.can_be_called,
        silence_is_over=facts.silence_is_over,
    )
    assert set(silence_gaps(more)) <= set(silence_gaps(facts))


# ---- taken up again, and by when -------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "days", "reworks", "may"),
    [
        pytest.param("23 17:00", 0, 0, True, id="the-same-day"),
        pytest.param("24 00:01", 0, 0, False, id="the-day-after-none"),
        pytest.param("26 23:59", 3, 0, True, id="the-last-day-to-its-end"),
        pytest.param("27 00:00", 3, 0, False, id="the-day-after-the-last"),
        pytest.param("23 17:00", 30, 1, False, id="only-once"),
    ],
)
def test_a_closed_request_is_taken_up_inside_its_days_and_once(
    now: str, days: int, reworks: int, may: bool
) -> None:
    assert may_reopen(closed_at=MONDAY, now=at(now), reopen_days=days, reworks=reworks) is may


@given(st.integers(0, 90), st.integers(0, 90))
def test_more_days_never_reopen_less(days: int, later: int) -> None:
    now = MONDAY + timedelta(days=later)
    may = may_reopen(closed_at=MONDAY, now=now, reopen_days=days, reworks=0)
    assert may is (later <= days)


@pytest.mark.parametrize(
    ("now", "workdays", "limit"),
    [
        pytest.param("23 10:00", 1, "24 17:30", id="the-next-day"),
        pytest.param("27 18:00", 1, "30 17:30", id="over-a-weekend"),
        pytest.param("28 09:00", 1, "30 17:30", id="said-on-a-saturday"),
    ],
)
def test_limits_of_review_and_call(now: str, workdays: int, limit: str) -> None:
    assert workday_limit(at(now), workdays, CALENDAR) == at(limit)


@pytest.mark.parametrize(
    ("item", "grade", "due"),
    [
        pytest.param(None, "simple", "25 17:30", id="one-day-becomes-two"),
        pytest.param(None, "general", "26 17:30", id="five-days-become-three"),
        pytest.param("ENTP-02", "general", "30 17:30", id="the-items-own-ten-become-five"),
    ],
)
def test_a_second_round_has_half_the_days_and_two_at_least(
    item: str | None, grade: str, due: str
) -> None:
    limit = rework_limit(
        now=MONDAY,
        item=CATALOGUE.item(item) if item else None,
        grade=CATALOGUE.grade(grade),
        calendar=CALENDAR,
    )
    assert limit.due.at == at(due)
    assert MONDAY <= limit.yellow_at < limit.due.at


@pytest.mark.parametrize("grade", [each.code for each in CATALOGUE.grades])
def test_a_second_round_is_never_longer_than_the_first_but_for_the_two_days(grade: str) -> None:
    terms = CATALOGUE.grade(grade)
    limit = rework_limit(now=MONDAY, item=None, grade=terms, calendar=CALENDAR)
    allowed = max(2, (terms.handle_workdays + 1) // 2)
    assert limit.due.at == CALENDAR.due_moment(MONDAY, allowed).at
