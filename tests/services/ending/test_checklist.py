"""The worker's word on the employer, the steps of the playbook and the tasks of flags."""

from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage

from members.models import Account, Notice
from members.workdays import SHANGHAI
from requests_app.clean_file import CleanFile
from requests_app.lifecycle import State
from requests_app.models import (
    Attachment,
    Event,
    Narrative,
    Playbook,
    PlaybookStep,
    Request,
    Step,
)
from requests_app.models.attachment import Purpose
from requests_app.models.choices import Approach
from requests_app.models.timer import TimerRule
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.handling.approach import (
    ApproachNotAgreed,
    ReasonMissing,
    UnnamedStaysUnnamed,
    agree_approach,
    override_approach,
)
from requests_app.stages.handling.checklist import (
    DocumentMissing,
    complete_step,
    waive_step,
)
from requests_app.stages.sensing.corrections import correct_item
from tests.services.ending.acts import (
    act,
    agree,
    ask,
    fire_due,
    fresh,
    machine,
    sign,
    step_clocks,
    step_titled,
    steps_of,
    timer_of,
    told_to_the_machine,
)
from tests.town import MONDAY, Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = MONDAY + HOUR
PAPER = CleanFile(content_type="application/pdf", content=b"%PDF-1.7 minutes")
SELF_HARM = "我不想活了，工资一直没发。"
TWO_DANGERS = "老板打人，还说要弄死我，我不想活了。"


def kinds(request: Request) -> list[str]:
    return list(
        Event.objects.filter(request=request).order_by("seq").values_list("kind", flat=True)
    )


# ---- how the employer may be approached -----------------------------------------------------


def test_the_workers_word_is_recorded_once(town: Town, wage: Request) -> None:
    assert wage.approach == Approach.NONE
    agreed = agree(wage, town.street_handler, Approach.UNNAMED)
    assert fresh(wage).approach == Approach.UNNAMED
    agree(wage, town.street_handler, Approach.UNNAMED)
    assert fresh(wage).version == agreed.version
    event = Event.objects.get(request=wage, kind="approach.agreed")
    assert event.data == {"from": "none", "to": "unnamed"}
    agree(wage, town.worker, Approach.NONE)  # taken back at the counter
    with pytest.raises(ApproachNotAgreed):
        act(
            complete_step,
            wage,
            step_titled(wage, "当日向企业核实").pk,
            note="核实",
            actor=town.street_handler,
        )


def test_who_has_no_name_cannot_be_named(town: Town) -> None:
    request = told_to_the_machine(town, is_anonymous=True, name="", phone="")
    with pytest.raises(UnnamedStaysUnnamed):
        act(agree_approach, request, Approach.NAMED, actor=town.street_handler)
    agree(request, town.street_handler, Approach.UNNAMED)


def test_only_the_handler_passes_the_workers_word_and_says_why(town: Town, wage: Request) -> None:
    reason = "负责人持刀，须马上联系其家属"
    with pytest.raises(NotAllowed):
        act(override_approach, wage, reason=reason, actor=town.worker)
    with pytest.raises(ReasonMissing):
        act(override_approach, wage, reason="  紧急  ", actor=town.street_handler)
    opened = act(override_approach, wage, reason=reason, actor=town.street_handler)
    assert opened.approach_overridden_at == MONDAY
    again = act(override_approach, wage, reason=reason, actor=town.street_handler, now=LATER)
    assert (again.version, again.approach_overridden_at) == (opened.version, MONDAY)
    kept = Narrative.objects.get(request=wage, kind=Narrative.Kind.OVERRIDE)
    assert RequestVault.of_request(wage).open_text(kept.sealed, kept.kind) == reason
    event = Event.objects.get(request=wage, kind="approach.overridden")
    assert len(event.note_digest) == 64
    step = step_titled(wage, "当日向企业核实")
    act(complete_step, wage, step.pk, note="已核实", actor=town.street_handler)
    assert fresh(wage).approach == Approach.NONE  # it says what the worker agreed to


# ---- steps of the playbook --------------------------------------------------------------------


def test_signing_opens_the_playbook_with_its_clocks(town: Town, wage: Request) -> None:
    steps = steps_of(wage)
    assert [step.order for step in steps] == list(range(101, 111))
    assert {(step.rework, step.flag, step.opened_at) for step in steps} == {(0, None, MONDAY)}
    limits = {101: 24, 102: 24, 103: 26, 104: 24, 106: 30}  # days of November
    in_november = {level: at.day for level, at in step_clocks(wage).items() if at.month == 11}
    assert in_november == limits
    assert step_clocks(wage)[107] == datetime(2026, 12, 7, 17, 30, tzinfo=SHANGHAI)
    assert {step.order: step.due_at for step in steps if step.due_at} == step_clocks(wage)


def test_a_step_is_done_once_with_words_and_a_file(town: Town, wage: Request) -> None:
    step = step_titled(wage, "登记欠薪明细")
    before = fresh(wage).version
    done = act(
        complete_step, wage, step.pk, note="二十人", actor=town.worker, now=LATER, file=PAPER
    )
    assert (done.done_at, done.ended_by, done.waived_at) == (LATER, town.worker, None)
    vault = RequestVault.of_request(wage)
    assert done.note_sealed is not None
    assert vault.open_text(done.note_sealed, f"step/{step.pk}") == "二十人"
    file = Attachment.objects.get(request=wage)
    assert (file.purpose, file.added_by, file.size) == (
        Purpose.DOCUMENT,
        town.worker,
        len(PAPER.content),
    )
    with default_storage.open(file.stored_as) as stored:
        assert PAPER.content not in stored.read()
    assert timer_of(wage, TimerRule.STEP, level=step.order).done_at == LATER
    again = act(complete_step, wage, step.pk, note="三十人", actor=town.street_handler)
    assert (again.ended_by, fresh(wage).version) == (town.worker, before + 1)
    assert Event.objects.get(request=wage, kind="step.done").data == {
        "step": step.pk,
        "order": step.order,
    }


def test_a_step_that_asks_for_a_paper_wants_it_or_a_word_about_it(
    town: Town, wage: Request
) -> None:
    step, actor = step_titled(wage, "登记欠薪明细"), town.street_handler
    with pytest.raises(DocumentMissing):
        act(complete_step, wage, step.pk, note="  ", actor=actor)
    plain = step_titled(wage, "核对工资表")
    act(complete_step, wage, plain.pk, note="", actor=actor)
    assert fresh(wage).version == wage.version + 1


def test_a_file_of_a_refused_step_is_gone(town: Town, wage: Request) -> None:
    step = step_titled(wage, "召开三方沟通会")
    with pytest.raises(ApproachNotAgreed):
        act(complete_step, wage, step.pk, note="", actor=town.street_handler, file=PAPER)
    assert not Attachment.objects.filter(request=wage).exists()
    assert not default_storage.exists("attachments")


def test_a_step_that_reaches_the_employer_waits_for_the_workers_word(
    town: Town, wage: Request
) -> None:
    step, actor = step_titled(wage, "召开三方沟通会"), town.street_handler
    with pytest.raises(ApproachNotAgreed):
        act(complete_step, wage, step.pk, note="见纪要", actor=actor)
    agree(wage, actor, Approach.UNNAMED)
    assert not act(complete_step, wage, step.pk, note="见纪要", actor=actor).is_open


def test_a_step_is_called_not_applicable_with_a_reason(town: Town, wage: Request) -> None:
    step, actor = step_titled(wage, "召开三方沟通会"), town.street_handler
    with pytest.raises(ReasonMissing):
        act(waive_step, wage, step.pk, reason=" 无 ", actor=actor)
    waived = act(waive_step, wage, step.pk, reason="已付清", actor=actor, now=LATER)
    assert (waived.waived_at, waived.ended_by, waived.done_at) == (LATER, actor, None)
    version = fresh(wage).version
    act(waive_step, wage, step.pk, reason="又一次", actor=actor)
    act(complete_step, wage, step.pk, note="又一次", actor=actor)
    assert fresh(wage).version == version
    assert kinds(wage)[-1] == "step.waived"


@pytest.mark.parametrize("verb", [complete_step, waive_step])
def test_steps_of_another_request_are_out_of_reach(town: Town, wage: Request, verb: object) -> None:
    other = steps_of(ask(town))[0]
    facts = {"note": "x"} if verb is complete_step else {"reason": "用不到"}
    with pytest.raises(Step.DoesNotExist):
        act(verb, wage, other.pk, actor=town.street_handler, **facts)  # type: ignore[arg-type]


def test_a_step_past_its_limit_reminds_the_handler_once(town: Town, wage: Request) -> None:
    late = datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)
    assert fire_due(wage, now=late - MINUTE) == []
    first = step_titled(wage, "登记欠薪明细")
    act(complete_step, wage, first.pk, note="列好了", actor=town.worker)
    assert fire_due(wage, now=late) == ["step"] * 2  # of three, one was done in time
    told = Notice.objects.filter(template="timer.step")
    assert set(told.values_list("account", flat=True)) == {town.street_handler.pk}
    assert told.count() == 2
    assert fire_due(wage, now=late + HOUR) == []


def test_a_step_called_not_applicable_reminds_nobody(town: Town, wage: Request) -> None:
    step = step_titled(wage, "召开三方沟通会")
    act(waive_step, wage, step.pk, reason="已付清", actor=town.street_handler)
    assert step.order not in step_clocks(wage)


# ---- corrected to another playbook, routed again while signed ----------------------------------


def corrected(request: Request, item: str, actor: Account, *, now: datetime = LATER) -> Request:
    return act(correct_item, request, item, actor=actor, now=now)


def on_list(request: Request) -> dict[int, str]:
    """Return the open steps: number → playbook."""
    rows = Step.objects.filter(request=request, done_at=None, waived_at=None, flag=None)
    return dict(rows.values_list("order", "playbook_step__playbook__code"))


def test_another_playbook_replaces_what_nobody_has_done(town: Town) -> None:
    asked = ask(town)
    old = on_list(asked)
    done = steps_of(asked)[0]
    act(complete_step, asked, done.pk, note="已查看名额", actor=town.worker)
    assert corrected(asked, "GROW-05", town.worker).state == State.SIGNED
    new = on_list(asked)
    assert set(old.values()) == {"PB-CLASS"}
    assert set(new.values()) == {"PB-CONS"}
    assert Step.objects.get(pk=done.pk).done_at == MONDAY
    limits = {
        step.order: step.due_at
        for step in steps_of(asked)
        if step.is_open and step.due_at is not None
    }
    assert limits
    assert step_clocks(asked) == limits  # the new clocks run, and none of the old playbook's


def test_a_playbook_that_comes_back_counts_again(town: Town) -> None:
    asked = ask(town)
    old = on_list(asked)
    done, spared, *_rest = steps_of(asked)
    act(complete_step, asked, done.pk, note="已查看名额", actor=town.worker)
    act(waive_step, asked, spared.pk, reason="用不到", actor=town.worker)
    corrected(asked, "GROW-05", town.worker)
    corrected(asked, "GROW-01", town.worker, now=LATER + HOUR)
    assert on_list(asked) == {n: of for n, of in old.items() if n not in {done.order, spared.order}}
    assert Step.objects.get(pk=spared.pk).waived_at == MONDAY


def test_correcting_within_a_playbook_gives_no_new_time(town: Town, wage: Request) -> None:
    before = step_clocks(wage)
    corrected(wage, "WAGE-01", town.street_handler, now=MONDAY + timedelta(days=1))
    assert (fresh(wage).state, step_clocks(wage)) == (State.SIGNED, before)


def test_routing_stops_the_clocks_and_the_next_signature_starts_them(town: Town) -> None:
    asked = corrected(ask(town), "WAGE-06", town.worker)
    assert asked.state == State.ACCEPTED  # recusal is newly needed
    at_station = sign(machine(asked, now=LATER), town.worker, now=LATER)
    assert set(on_list(at_station).values()) == {"PB-WAGE"}
    done = step_titled(asked, "登记欠薪明细")
    act(complete_step, asked, done.pk, note="一人", actor=town.worker, now=LATER)
    corrected(asked, "WAGE-01", town.worker)
    assert step_clocks(asked) == {}
    assert {step.due_at for step in steps_of(asked) if step.is_open} == {None}
    next_day = MONDAY + timedelta(days=1)
    at_street = sign(machine(asked, now=LATER), town.street_handler, now=next_day)
    assert (at_street.holder, at_street.round) == (town.street, 3)
    assert on_list(asked) == dict.fromkeys(range(102, 111), "PB-WAGE")
    assert {level: at.day for level, at in step_clocks(asked).items() if at.month == 11} == {
        102: 25,
        103: 27,
        104: 25,
    }
    late = step_clocks(asked)[102]
    assert fire_due(asked, now=late).count("step") == 2  # 102 and 104, and nothing of yesterday's


def test_a_running_request_keeps_the_version_of_its_playbook(town: Town) -> None:
    asked = corrected(ask(town), "WAGE-06", town.worker)
    sign(machine(asked, now=LATER), town.worker, now=LATER)
    before = on_list(asked)
    corrected(asked, "WAGE-01", town.worker)
    _new_version("PB-WAGE")
    sign(machine(asked, now=LATER), town.street_handler, now=LATER)
    assert on_list(asked) == before


def _new_version(code: str) -> None:
    """Give a playbook a new version from today on, with a single step."""
    old = Playbook.objects.in_force(MONDAY.date()).get(code=code)
    Playbook.objects.filter(pk=old.pk).update(valid_to=MONDAY.date())
    old.pk, old.version, old.valid_from = None, old.version + 1, MONDAY.date()
    old.save(force_insert=True)
    PlaybookStep.objects.create(playbook=old, order=1, title="只有一步")
