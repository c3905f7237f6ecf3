"""The parties and their sessions at one table (docs/rules.md, "Handling")."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from members.models import Account
from requests_app.lifecycle import State, Via
from requests_app.locking import lock_for_work
from requests_app.models import MediationSession, Participant
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.moves import Cause, edit
from requests_app.parties import Person, seal_person
from requests_app.sealing import RequestVault
from requests_app.stages.handling.approach import require_approach

NAME_MAX = 40
PLACE_MAX = 60
MINUTES_MAX = 4000


class DatesReversed(Exception):
    """A session ends before it begins, or has not taken place yet."""


class NobodyThere(Exception):
    """A session needs people of both sides among those recorded for the request."""


@transaction.atomic
def add_participant(
    request_id: int,
    *,
    role: ParticipantRole,
    person: Person,
    has_authority: bool = False,
    actor: Account,
    version: int,
    now: datetime,
) -> Participant:
    """Record somebody with a role in the request; only the role is in clear.

    Who may: see ``may_work_on``, while it is handled. Raises what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    vault = RequestVault.of_request(request)
    made = Participant.objects.create(
        request=request,
        role=role,
        has_authority=has_authority,
        sealed=seal_person(person, vault),
        added_at=now,
        added_by=actor,
    )
    cause = Cause(
        via=Via.PERSON, now=now, actor=actor, data={"participant": made.pk, "role": role.value}
    )
    edit(request, "party.added", cause, changes={})
    return made


@transaction.atomic
def remove_participant(
    request_id: int, participant_id: int, *, actor: Account, version: int, now: datetime
) -> Participant:
    """Take somebody off the list; the sessions they sat in keep them.

    Who may: see ``may_work_on``, while it is handled. Raises Participant.DoesNotExist, and
    what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    gone = Participant.objects.get(pk=participant_id, request=request)
    if gone.removed_at is not None:
        return gone
    gone.removed_at = now
    gone.save(update_fields=["removed_at"])
    cause = Cause(
        via=Via.PERSON, now=now, actor=actor, data={"participant": gone.pk, "role": gone.role}
    )
    edit(request, "party.removed", cause, changes={})
    return gone


@transaction.atomic
def hold_session(
    request_id: int,
    *,
    began_at: datetime,
    ended_at: datetime,
    place: str,
    outcome: SessionOutcome,
    minutes: str,
    participant_ids: Collection[int],
    actor: Account,
    version: int,
    now: datetime,
) -> MediationSession:
    """Record a session that has taken place, with who was there and its minutes.

    Who may: see ``may_work_on``, while it is handled and the worker has agreed that the
    employer is approached. Raises ApproachNotAgreed, DatesReversed, NobodyThere unless both
    sides were present, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    require_approach(request)
    if not began_at < ended_at <= now:
        raise DatesReversed(request.number)
    there = list(
        Participant.objects.filter(request=request, pk__in=participant_ids, removed_at=None)
    )
    roles = {each.role for each in there}
    if not {ParticipantRole.REPRESENTATIVE, ParticipantRole.ENTERPRISE} <= roles:
        raise NobodyThere(request.number)
    last = MediationSession.objects.filter(request=request).aggregate(n=Max("number"))["n"] or 0
    vault = RequestVault.of_request(request)
    held = MediationSession.objects.create(
        request=request,
        number=last + 1,
        began_at=began_at,
        ended_at=ended_at,
        place=place,
        outcome=outcome,
        minutes_sealed=vault.seal_text(minutes, "minutes"),
        recorded_at=now,
        recorded_by=actor,
    )
    held.participants.set(there)
    edit(
        request,
        "session.held",
        Cause(
            via=Via.PERSON,
            now=now,
            actor=actor,
            data={"session": held.number, "outcome": outcome.value, "people": len(there)},
            note=minutes,
        ),
        changes={},
    )
    return held
