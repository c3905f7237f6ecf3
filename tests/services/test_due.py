from datetime import datetime, timedelta

import pytest

from members.due import Job, run_job
from members.models import JobRun, Notice
from requests_app import due
from requests_app.anchors import verify_chains
from requests_app.lifecycle import State, Via
from requests_app.models import Event, Finding, Request, SearchRow, Suggestion, Timer
from requests_app.models.timer import TimerRule
from requests_app.moves import StaleRequest
from requests_app.reading_access import NotAllowed
from requests_app.stages.routing.service import sign_for
from tests.makers import make_platform
from tests.services.test_intake import STORY, register
from tests.town import MONDAY, Town


def run_machine(request_id: int, *, now: datetime = MONDAY) -> int:
    steps = 0
    while due.take_step(request_id, via=Via.SWEEP, now=now):
        steps += 1
    return steps


@pytest.fixture
def wage_case(town: Town) -> Request:
    request_id = register(town).request_id
    assert run_machine(request_id) == 3
    return Request.objects.get(pk=request_id)


def test_the_wage_case_is_read_and_sent_to_the_street(town: Town, wage_case: Request) -> None:
    assert wage_case.state == State.DISPATCHED
    assert wage_case.item is not None
    assert wage_case.item.code == "WAGE-02"
    assert wage_case.headcount == 20
    assert wage_case.amount_fen == 400_000 * 100
    assert wage_case.enterprise == town.restaurant
    assert wage_case.level == "street"
    assert wage_case.holder == town.street
    assert wage_case.urgency == "urgent"
    assert wage_case.needs_recusal is True
    assert wage_case.due_at == datetime.fromisoformat("2026-12-14T17:30+08:00")
    assert wage_case.sign_by == MONDAY + timedelta(hours=2)
    assert wage_case.wake_at is None


def test_every_reason_of_the_level_is_kept(wage_case: Request) -> None:
    triaged = Event.objects.get(request=wage_case, kind="request.triaged")
    codes = {each["code"] for each in triaged.because}
    assert {"WAGE-02", "E01", "E02"} <= codes


def test_findings_keep_places_and_no_words(wage_case: Request) -> None:
    head = Finding.objects.get(request=wage_case, kind="headcount")
    assert STORY[head.start : head.end].startswith("二十个人"[:2])
    rows = str(list(Finding.objects.values_list())) + str(list(Suggestion.objects.values_list()))
    for word in ("二十", "四十多万", "店里"):
        assert word not in rows


def test_only_people_without_a_tie_are_told(town: Town, wage_case: Request) -> None:
    told = Notice.objects.filter(template="request.dispatched").values_list("account", flat=True)
    assert set(told) == {town.street_handler.pk}


def test_a_unit_where_everybody_is_tied_is_passed_over(town: Town) -> None:
    town.street_handler.is_active = False
    town.street_handler.save()
    request_id = register(town).request_id
    run_machine(request_id)
    assert Request.objects.get(pk=request_id).holder == town.county


def test_nobody_counts_on_a_platform_to_sign_nor_tells_it(town: Town) -> None:
    make_platform(town.street)
    request_id = register(town).request_id
    run_machine(request_id)
    told = Notice.objects.filter(template="request.dispatched").values_list("account", flat=True)
    assert set(told) == {town.street_handler.pk}

    town.street_handler.is_active = False
    town.street_handler.save()
    request_id = register(town, form_key="another").request_id
    run_machine(request_id)
    assert Request.objects.get(pk=request_id).holder == town.county


def test_nobody_free_parks_the_request_in_sight(town: Town) -> None:
    for account in (town.street_handler, town.county_handler, town.city_handler):
        account.is_active = False
        account.save()
    request_id = register(town).request_id
    run_machine(request_id)
    request = Request.objects.get(pk=request_id)
    assert request.state == State.TRIAGED
    assert (request.parked_at, request.parked_reason) == (MONDAY, "NobodyFree")
    run_machine(request_id, now=MONDAY + timedelta(hours=2))
    assert Event.objects.filter(request=request, kind="request.parked").count() == 1
    assert list(verify_chains()) == []


def test_flagged_text_gets_no_search_row(town: Town) -> None:
    calm = register(town).request_id
    flagged = register(
        town, form_key="f2", story="车间主任经常碰我的腰和手，性骚扰，我不敢说。"
    ).request_id
    run_machine(calm)
    run_machine(flagged)
    assert list(SearchRow.objects.values_list("request", flat=True)) == [calm]


def test_a_step_taken_twice_does_nothing_the_second_time(town: Town, wage_case: Request) -> None:
    events = Event.objects.count()
    assert due.take_step(wage_case.pk, via=Via.CELERY, now=MONDAY) is False
    assert due.take_step(10**9, via=Via.CELERY, now=MONDAY) is False
    assert Event.objects.count() == events


def test_a_step_before_its_time_does_nothing(town: Town) -> None:
    request_id = register(town).request_id
    early = MONDAY - timedelta(seconds=1)
    assert due.take_step(request_id, via=Via.CELERY, now=early) is False


def test_a_failing_step_backs_off_and_is_parked_after_eight(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("poison")

    monkeypatch.setattr(due, "STEPS", dict.fromkeys(due.STEPS, broken))
    request_id = register(town).request_id
    now, waits = MONDAY, []
    for _ in range(due.PARK_AFTER - 1):
        assert due.take_step(request_id, via=Via.SWEEP, now=now) is False
        wake_at = Request.objects.get(pk=request_id).wake_at
        assert wake_at is not None
        waits.append((wake_at - now).total_seconds())
        now = wake_at
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    due.take_step(request_id, via=Via.SWEEP, now=now)
    parked = Request.objects.get(pk=request_id)
    assert (parked.is_parked, parked.parked_reason) == (True, "RuntimeError")
    assert due.take_step(request_id, via=Via.SWEEP, now=now + timedelta(days=1)) is False


def test_signing_makes_the_signer_the_handler(town: Town, wage_case: Request) -> None:
    signed = sign_for(
        wage_case.pk, actor=town.street_handler, version=wage_case.version, now=MONDAY
    )
    assert (signed.state, signed.handler) == (State.SIGNED, town.street_handler)
    assert Timer.objects.get(request=signed, rule=TimerRule.SIGN_FOR).done_at == MONDAY
    event = Event.objects.get(request=signed, kind="request.signed")
    assert (event.actor, event.via) == (town.street_handler, "person")


def test_signing_an_old_version_is_refused(town: Town, wage_case: Request) -> None:
    with pytest.raises(StaleRequest):
        sign_for(wage_case.pk, actor=town.street_handler, version=1, now=MONDAY)


def test_signing_twice_is_refused(town: Town, wage_case: Request) -> None:
    sign_for(wage_case.pk, actor=town.street_handler, version=wage_case.version, now=MONDAY)
    with pytest.raises(StaleRequest):
        sign_for(wage_case.pk, actor=town.street_handler, version=wage_case.version, now=MONDAY)
    again = Request.objects.get(pk=wage_case.pk)
    with pytest.raises(NotAllowed):
        sign_for(wage_case.pk, actor=town.street_handler, version=again.version, now=MONDAY)


@pytest.mark.parametrize("who", ["street_tied", "stranger", "system_admin"])
def test_who_cannot_see_it_cannot_sign_for_it(town: Town, wage_case: Request, who: str) -> None:
    with pytest.raises(Request.DoesNotExist):
        sign_for(wage_case.pk, actor=getattr(town, who), version=wage_case.version, now=MONDAY)


@pytest.mark.parametrize("who", ["worker", "head", "auditor", "county_handler"])
def test_who_sees_it_without_holding_it_may_not_sign(
    town: Town, wage_case: Request, who: str
) -> None:
    with pytest.raises(NotAllowed):
        sign_for(wage_case.pk, actor=getattr(town, who), version=wage_case.version, now=MONDAY)


def fire(request: Request, rule: TimerRule, *, now: datetime) -> bool:
    timer = Timer.objects.get(request=request, rule=rule)
    return due.take_timer(timer.pk, via=Via.SWEEP, now=now)


def test_an_unsigned_request_reminds_its_signers_once(town: Town, wage_case: Request) -> None:
    assert wage_case.sign_by is not None
    assert (
        fire(wage_case, TimerRule.SIGN_FOR, now=wage_case.sign_by - timedelta(seconds=1)) is False
    )
    assert fire(wage_case, TimerRule.SIGN_FOR, now=wage_case.sign_by) is True
    assert fire(wage_case, TimerRule.SIGN_FOR, now=wage_case.sign_by) is False
    told = Notice.objects.filter(template="timer.sign_for").values_list("account", flat=True)
    assert list(told) == [town.street_handler.pk]
    after = Request.objects.get(pk=wage_case.pk)
    assert (after.version, after.seq) == (wage_case.version, wage_case.seq + 1)


def test_red_light_tells_the_handler_alone(town: Town, wage_case: Request) -> None:
    sign_for(wage_case.pk, actor=town.street_handler, version=wage_case.version, now=MONDAY)
    assert wage_case.due_at is not None
    assert fire(wage_case, TimerRule.LIGHT_RED, now=wage_case.due_at) is True
    notice = Notice.objects.get(template="timer.light_red")
    assert notice.account == town.street_handler
    assert list(verify_chains()) == []


def test_every_job_runs_once_a_slot(town: Town) -> None:
    for job in due.JOBS:
        assert run_job(job, now=MONDAY) is True
        assert run_job(job, now=MONDAY + timedelta(seconds=1)) is False
        assert run_job(job, now=MONDAY + job.every) is True
    assert JobRun.objects.filter(done_at=None).count() == 0


def test_a_job_that_raises_stays_claimed_and_not_done(town: Town) -> None:
    def broken(_now: datetime) -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        run_job(Job("broken", timedelta(minutes=1), broken), now=MONDAY)
    assert JobRun.objects.get(job="broken").done_at is None
