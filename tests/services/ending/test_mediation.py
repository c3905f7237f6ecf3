"""The parties, and the table they sit at."""

from datetime import timedelta

import pytest

from members.models import Role
from requests_app.models import (
    Event,
    MediationSession,
    Participant,
    Request,
)
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.parties import Person, person_of
from requests_app.reading_access import NotAllowed, unmask, unmask_parties
from requests_app.sealing import RequestVault
from requests_app.stages.handling.approach import ApproachNotAgreed
from requests_app.stages.handling.mediation import (
    DatesReversed,
    NobodyThere,
    add_participant,
    hold_session,
    remove_participant,
)
from tests.makers import make_role
from tests.services.ending.acts import (
    act,
    agree,
    answered,
    both_sides,
    data_of,
    fresh,
    sit_down,
)
from tests.town import MONDAY, Town

HOUR = timedelta(hours=1)


def test_who_only_calls_back_sees_one_number_and_no_list(town: Town, wage: Request) -> None:
    make_role(account=town.stranger, role=Role.CALLER, unit=town.station)
    waiting = answered(wage)
    Request.objects.filter(pk=wage.pk).update(assignee=town.stranger, assignee_unit=town.station)
    about = {"actor": town.stranger, "reason": "回访需要打电话", "now": MONDAY}
    unmask(waiting.pk, **about)
    with pytest.raises(NotAllowed):
        unmask_parties(waiting.pk, **about)


def test_a_party_is_recorded_sealed_and_taken_off_once(town: Town, wage: Request) -> None:
    who = Person(name="王秀英", phone="13812345678", remark="十二号桌")
    made = act(
        add_participant,
        wage,
        role=ParticipantRole.REPRESENTATIVE,
        person=who,
        has_authority=True,
        actor=town.worker,
    )
    assert person_of(made.sealed, RequestVault.of_request(wage)) == who
    assert "王秀英".encode() not in made.sealed
    assert data_of(wage, "party.added") == {"participant": made.pk, "role": "representative"}
    gone = act(remove_participant, wage, made.pk, actor=town.worker, now=MONDAY + HOUR)
    version = fresh(wage).version
    act(remove_participant, wage, made.pk, actor=town.street_handler, now=MONDAY + 2 * HOUR)
    assert Participant.objects.get(pk=made.pk).removed_at == gone.removed_at == MONDAY + HOUR
    assert fresh(wage).version == version
    with pytest.raises(Participant.DoesNotExist):
        act(remove_participant, wage, made.pk + 99, actor=town.worker)


def test_a_session_keeps_who_was_there(town: Town, wage: Request) -> None:
    agree(wage, town.street_handler)
    there = both_sides(wage, town.street_handler)
    sit_down(wage, town.street_handler, there)
    act(remove_participant, wage, there[0], actor=town.street_handler)
    held = MediationSession.objects.get(request=wage)
    assert set(held.participants.values_list("pk", flat=True)) == set(there)
    minutes = RequestVault.of_request(wage).open_text(held.minutes_sealed, "minutes")
    assert minutes == "双方同意分三期付清。"
    assert data_of(wage, "session.held") == {"session": 1, "outcome": "agreed", "people": 3}
    assert len(Event.objects.get(request=wage, kind="session.held").note_digest) == 64
    again = both_sides(wage, town.street_handler)
    sit_down(wage, town.street_handler, again)
    assert set(MediationSession.objects.values_list("number", flat=True)) == {1, 2}


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        pytest.param(-HOUR, -HOUR, id="no-time-at-all"),
        pytest.param(-HOUR, -2 * HOUR, id="reversed"),
        pytest.param(-HOUR, HOUR, id="not-over-yet"),
    ],
)
def test_a_session_has_taken_place(
    town: Town, wage: Request, began: timedelta, ended: timedelta
) -> None:
    agree(wage, town.street_handler)
    there = both_sides(wage, town.street_handler)
    with pytest.raises(DatesReversed):
        act(
            hold_session,
            wage,
            began_at=MONDAY + began,
            ended_at=MONDAY + ended,
            place="调解室",
            outcome=SessionOutcome.AGREED,
            minutes="无",
            participant_ids=there,
            actor=town.street_handler,
        )
    assert not MediationSession.objects.exists()


def test_a_session_needs_both_sides_and_the_workers_word(town: Town, wage: Request) -> None:
    handler = town.street_handler
    there = both_sides(wage, handler)
    with pytest.raises(ApproachNotAgreed):
        sit_down(wage, handler, there)
    agree(wage, handler)
    for missing in (there[0], there[1]):
        with pytest.raises(NobodyThere):
            sit_down(wage, handler, [pk for pk in there if pk != missing])
    act(remove_participant, wage, there[1], actor=handler)
    with pytest.raises(NobodyThere):
        sit_down(wage, handler, there)
    sit_down(wage, handler, [*there, *both_sides(wage, handler)])
