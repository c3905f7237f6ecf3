"""What the worker says of the reply, and who may write it down."""

from datetime import datetime, timedelta

import pytest

from members.models import Notice
from members.workdays import SHANGHAI
from requests_app.lifecycle import State, Via
from requests_app.models import Event, PersonalLink, Rating, Request, Timer
from requests_app.models.completion import RatingSource, Satisfaction
from requests_app.models.timer import TimerRule
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import (
    NotOpenForOpinion,
    note_told,
    rate_at_counter,
    rate_by_link,
)
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.sensing.intake import register_report
from tests.services.ending.acts import (
    PLEASED,
    QUESTION,
    act,
    answered,
    call,
    data_of,
    fire_due,
    fresh,
    link_of,
    machine,
    sign,
    submit,
    timer_of,
    tries,
)
from tests.services.test_intake import report
from tests.town import MONDAY, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = MONDAY + DAY
TUESDAY_CLOSE = datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)
GRUMBLING = Answer(level=Satisfaction.DISSATISFIED, is_solved=False, words="钱还没到齐")


@pytest.fixture
def waiting(town: Town, wage: Request) -> Request:
    """The wage case, answered: its worker is to be called."""
    return answered(wage)


# ---- calling back -------------------------------------------------------------------------------


def test_the_call_goes_to_the_station_with_a_clock(town: Town, waiting: Request) -> None:
    assert waiting.assignee in {town.worker, town.head}
    assert waiting.assignee_unit == town.station
    assert timer_of(waiting, TimerRule.CALLBACK).due_at == TUESDAY_CLOSE
    assert Notice.objects.get(template="callback.asked").account == waiting.assignee
    assert fire_due(waiting, now=TUESDAY_CLOSE) == ["callback"]
    assert Notice.objects.get(template="timer.callback").account == waiting.assignee


def test_what_is_said_to_the_caller_closes(town: Town, waiting: Request) -> None:
    caller = waiting.assignee
    closed = call(waiting, PLEASED, now=TUESDAY, note="接通")
    assert (closed.state, closed.closed_as, closed.closed_at) == (State.CLOSED, "heard", TUESDAY)
    assert (closed.told_at, closed.assignee, closed.assignee_unit) == (TUESDAY, None, None)
    rating = Rating.objects.get(result__request=waiting)
    assert (rating.source, rating.level, rating.entered_by) == ("call", 4, caller)
    assert not Timer.objects.filter(request=waiting, done_at=None).exists()
    assert Event.objects.get(request=waiting, kind="request.closed").because == [{"code": "heard"}]
    with pytest.raises(NotAllowed):
        act(record_call, waiting, answer=PLEASED, actor=caller)


def test_an_unanswered_try_is_kept_and_changes_nothing_else(town: Town, waiting: Request) -> None:
    after = call(waiting, note="无人接听")
    assert (after.state, after.told_at, tries(waiting)) == (State.TO_CALL, None, 1)
    assert after.assignee == waiting.assignee
    assert data_of(waiting, "callback.tried") == {"reached": False}


def test_who_picks_up_and_says_nothing_was_told_and_counts_as_a_try(
    town: Town, waiting: Request
) -> None:
    after = call(waiting, has_declined=True, now=TUESDAY, note="说不用评了")
    assert (after.state, after.told_at, tries(waiting)) == (State.TO_CALL, TUESDAY, 1)
    assert data_of(waiting, "callback.tried") == {"reached": True}
    assert not Rating.objects.filter(result__request=waiting).exists()
    for day in (TUESDAY + DAY, TUESDAY + 2 * DAY):
        after = call(waiting, now=day)
    assert after.state == State.TO_CALL, "the period of silence is not over"
    assert "silence" in fire_due(waiting, now=timer_of(waiting, TimerRule.SILENCE).due_at)
    assert (fresh(waiting).state, fresh(waiting).closed_as) == (State.CLOSED, "unreached")


def test_only_whoever_was_drawn_calls(town: Town, waiting: Request) -> None:
    others = {town.worker, town.head, town.street_handler, town.county_handler} - {waiting.assignee}
    for who in others:
        with pytest.raises(NotAllowed):
            act(record_call, waiting, answer=PLEASED, actor=who)
    assert tries(waiting) == 0


def test_whoever_reviewed_does_not_call_where_the_call_lies_with_a_unit(
    town: Town, waiting: Request
) -> None:
    Request.objects.filter(pk=waiting.pk).update(assignee=None, assignee_unit=town.county)
    with pytest.raises(NotAllowed):
        act(record_call, waiting, answer=PLEASED, actor=town.county_handler)


# ---- the personal link ---------------------------------------------------------------------------


def test_a_rating_by_link_waits_for_the_call(town: Town, waiting: Request) -> None:
    link = link_of(waiting)
    rated = rate_by_link(link.pk, PLEASED, now=TUESDAY)
    at = fresh(waiting)
    assert (at.state, at.told_at) == (State.TO_CALL, TUESDAY)
    assert (rated.source, rated.entered_by, rated.given_at) == ("link", None, TUESDAY)
    assert data_of(waiting, "reply.told") == {"way": "link"}
    assert data_of(waiting, "rating.given") == {"source": "link", "level": 4, "solved": True}
    again = rate_by_link(link.pk, GRUMBLING, now=TUESDAY + HOUR)
    assert (again.pk, again.level) == (rated.pk, 4)
    assert fresh(waiting).seq == at.seq
    assert PersonalLink.objects.get(pk=link.pk).used_at == TUESDAY
    assert call(waiting, PLEASED, now=TUESDAY + HOUR).closed_as == "heard"
    sources = Rating.objects.filter(result__request=waiting).values_list("source", flat=True)
    assert set(sources) == {"link", "call"}


def test_words_of_a_rating_are_sealed(waiting: Request) -> None:
    rated = rate_by_link(link_of(waiting).pk, GRUMBLING, now=TUESDAY)
    assert rated.words_sealed is not None
    vault = RequestVault.of_request(waiting)
    assert vault.open_text(rated.words_sealed, "rating") == "钱还没到齐"
    event = Event.objects.filter(request=waiting, kind="rating.given").latest("seq")
    assert len(event.note_digest) == 64


def test_a_link_that_is_over_opens_nothing(waiting: Request) -> None:
    link = link_of(waiting)
    with pytest.raises(PersonalLink.DoesNotExist):
        rate_by_link(link.pk, PLEASED, now=link.expires_at)
    PersonalLink.objects.filter(pk=link.pk).update(revoked_at=MONDAY)
    with pytest.raises(PersonalLink.DoesNotExist):
        rate_by_link(link.pk, PLEASED, now=TUESDAY)
    assert fresh(waiting).seq == waiting.seq


def test_a_reply_that_does_not_stand_takes_no_opinion(town: Town, waiting: Request) -> None:
    Request.objects.filter(pk=waiting.pk).update(state=State.SIGNED)
    with pytest.raises(NotOpenForOpinion):
        rate_by_link(link_of(waiting).pk, PLEASED, now=TUESDAY)
    for verb, facts in ((rate_at_counter, {"answer": PLEASED}), (note_told, {"way": "phone"})):
        with pytest.raises(NotOpenForOpinion):
            act(verb, waiting, actor=town.head, **facts)


def test_the_link_is_good_for_as_long_as_the_matter_may_be_taken_up(
    town: Town, waiting: Request
) -> None:
    """Closed late, the days to take it up again count from the close, and the link with them."""
    assert waiting.item is not None
    days = waiting.item.reopen_days
    late = MONDAY + timedelta(days=days - 1)
    call(waiting, PLEASED, now=late)
    last_day = late + timedelta(days=days)
    ends = datetime(last_day.year, last_day.month, last_day.day, tzinfo=SHANGHAI) + DAY
    assert link_of(waiting).expires_at == ends


# ---- at the counter, and what counts as told -------------------------------------------------


def test_what_is_said_at_the_counter_closes_and_says_who_wrote_it(
    town: Town, waiting: Request
) -> None:
    rated = act(rate_at_counter, waiting, PLEASED, actor=town.head, now=TUESDAY)
    assert (rated.source, rated.entered_by) == (RatingSource.COUNTER, town.head)
    assert fresh(waiting).closed_as == "heard"
    version = fresh(waiting).version
    again = act(rate_at_counter, waiting, GRUMBLING, actor=town.worker, now=TUESDAY)
    assert (again.pk, fresh(waiting).version) == (rated.pk, version)


def test_whoever_handled_it_never_writes_the_rating_down(town: Town, waiting: Request) -> None:
    with pytest.raises(NotAllowed):
        act(rate_at_counter, waiting, PLEASED, actor=town.street_handler)


def test_the_handler_does_not_either_when_it_was_also_the_registrar(town: Town) -> None:
    taken = register_report(
        report(town, story=QUESTION, topic="GROW", form_key="by phone", channel="phone"),
        via=Via.PERSON,
        now=MONDAY,
        actor=town.worker,
    )
    asked = sign(machine(Request.objects.get(pk=taken.request_id)), town.worker)
    submit(asked, town.worker)
    assert machine(asked).state == State.CLOSED
    with pytest.raises(NotAllowed):
        act(rate_at_counter, asked, PLEASED, actor=town.worker)
    act(rate_at_counter, asked, PLEASED, actor=town.head)


@pytest.mark.parametrize("way", ["phone", "counter", "message", "visit", "letter"])
def test_telling_the_worker_is_noted_once(town: Town, waiting: Request, way: str) -> None:
    told = act(note_told, waiting, way, actor=town.street_handler, now=TUESDAY)
    assert told.told_at == TUESDAY
    assert data_of(waiting, "reply.told") == {"way": way}
    again = act(note_told, waiting, "visit", actor=town.worker, now=TUESDAY + HOUR)
    assert (again.told_at, again.version) == (TUESDAY, told.version)


def test_a_way_nobody_knows_tells_nobody(town: Town, waiting: Request) -> None:
    with pytest.raises(NotOpenForOpinion):
        act(note_told, waiting, "telepathy", actor=town.worker)
