"""The handler reports what came of it, and what the worker will read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Aggregate, Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from members.models import Account
from requests_app.alarms import end_timers
from requests_app.chain import Plain
from requests_app.lifecycle import Via
from requests_app.locking import lock_for_move
from requests_app.models import (
    Claim,
    Narrative,
    Participant,
    Payment,
    Request,
    RequestKey,
    Result,
    Step,
)
from requests_app.models.completion import Outcome
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, move
from requests_app.parties import claimant_of, person_of
from requests_app.sealing import RequestVault
from requests_app.stages.completion.leaks import Leak, find_leaks
from requests_app.stages.completion.rules import Readiness, unpaid_fen

REPLY_MIN = 10  # characters: fewer answer nothing
REPLY_MAX = 1000
REASON_MIN = 2


class NotReady(Exception):
    """Something else comes first; ``readiness`` says what."""

    def __init__(self, readiness: Readiness) -> None:
        super().__init__(str(readiness))
        self.readiness = readiness


class ReplyTooShort(Exception):
    """The reply to the worker is missing, too short or too long."""


class ReplyNamesSomebody(Exception):
    """The reply would tell whoever finds the code who is meant; ``leaks`` say where."""

    def __init__(self, leaks: Sequence[Leak]) -> None:
        super().__init__(", ".join(each.kind for each in leaks))
        self.leaks = tuple(leaks)


class StepsOpen(Exception):
    """Steps of the playbook are neither done nor called not applicable, with a reason."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


@transaction.atomic
def submit_result(
    request_id: int,
    *,
    outcome: Outcome,
    reply: str,
    actor: Account,
    version: int,
    now: datetime,
    rest_not_applicable: str = "",
    via: Via = Via.PERSON,
) -> Request:
    """Submit the result with the reply that the worker will read.

    Who may: the handler, who need not stand aside. Open steps of the playbook become
    not applicable for the reason ``rest_not_applicable``. The machine then sends it to
    review or straight to the worker. Raises ReplyTooShort, NotReady, StepsOpen,
    ReplyNamesSomebody, and what ``lock_for_move`` raises.
    """
    request = lock_for_move(request_id, "submit_result", actor=actor, version=version, now=now)
    words, reason = reply.strip(), rest_not_applicable.strip()
    if not REPLY_MIN <= len(words) <= REPLY_MAX:
        raise ReplyTooShort(request.number)
    readiness = read_readiness(request)
    if readiness.is_blocked:
        raise NotReady(readiness)
    if readiness.open_steps and len(reason) < REASON_MIN:
        raise StepsOpen(readiness.open_steps)
    known = _read_known(request)
    if leaks := known.leaks_in(words):
        raise ReplyNamesSomebody(leaks)
    if readiness.open_steps:
        _waive_rest(request, reason, known.vault, actor=actor, now=now)
    Result.objects.create(
        request=request,
        number=known.results + 1,
        rework=request.reworks,
        outcome=outcome,
        reply_sealed=known.vault.seal_text(words, "reply"),
        submitted_at=now,
        submitted_by=actor,
    )
    data: dict[str, Plain] = {"outcome": outcome.value, "result": known.results + 1}
    data["waived"] = readiness.open_steps
    move(request, "submit_result", Cause(via=via, now=now, actor=actor, data=data, note=words))
    return request


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The request's key, how many results it has had, and every name known in it, in clear."""

    vault: RequestVault
    results: int
    people: tuple[str, ...]
    registered: tuple[str, ...]
    typed: tuple[str, ...]

    def leaks_in(self, reply: str) -> tuple[Leak, ...]:
        """Return what a reply would give away."""
        return find_leaks(reply, people=self.people, registered=self.registered, typed=self.typed)


def _read_known(request: Request) -> _Known:
    """Read what the reply is checked against and sealed with: one statement."""
    mine, kind = {"request": OuterRef("pk")}, Narrative.Kind.EMPLOYER
    typed = Narrative.objects.filter(**mine, kind=kind)
    last = Result.objects.filter(**mine).order_by("-number").values("number")[:1]
    wrapped, master, name, firm, short, parties, claims, employers, results = (
        Request.objects.filter(pk=request.pk)
        .values_list(
            "key__wrapped",
            "key__master_id",
            "identity__name_sealed",
            "enterprise__name",
            "enterprise__short_name",
            ArraySubquery(Participant.objects.filter(**mine).values("sealed")),
            ArraySubquery(Claim.objects.filter(**mine).values("sealed")),
            ArraySubquery(typed.values("sealed")),
            Coalesce(Subquery(last), 0),
        )
        .get()
    )
    key = RequestKey(request=request, master_id=master, wrapped=wrapped)
    vault = RequestVault.of(request.number, key)
    people = [vault.open_text(name, "name")] if name else []
    people += [person_of(bytes(each), vault).name for each in parties]
    people += [claimant_of(bytes(each), vault).name for each in claims]
    return _Known(
        vault=vault,
        results=results,
        people=tuple(people),
        registered=tuple(each for each in (firm, short) if each),
        typed=tuple(vault.open_text(bytes(each), kind) for each in employers),
    )


def read_readiness(request: Request) -> Readiness:
    """Return what stands in the way of a result: one statement."""
    still_open = Step.objects.filter(request=OuterRef("pk"), done_at=None, waived_at=None)
    received = Payment.objects.filter(
        instalment__settlement__request=OuterRef("pk"), voided_at=None
    )
    agreed, paid, case_number, alarms, steps = (
        Request.objects.filter(pk=request.pk)
        .values_list(
            Coalesce("settlement__agreed_fen", 0),
            _total(received, "instalment__settlement__request", Sum("amount_fen")),
            Coalesce("settlement__case_number", Value("")),
            _total(still_open.filter(flag__isnull=False), "request", Count("pk")),
            _total(still_open.filter(flag=None), "request", Count("pk")),
        )
        .get()
    )
    return Readiness(
        unpaid_fen=unpaid_fen(agreed_fen=agreed, paid_fen=paid, case_number=case_number),
        open_alarms=alarms,
        open_steps=steps,
        has_item=request.item_id is not None,
    )


def _total(rows: QuerySet[Any], owner: str, what: Aggregate) -> Coalesce:
    """Return one number about the rows of the request outside; 0 where there are none."""
    found = rows.order_by().values(owner).annotate(total=what).values("total")
    return Coalesce(Subquery(found), 0)


def _waive_rest(
    request: Request, reason: str, vault: RequestVault, *, actor: Account, now: datetime
) -> None:
    """Call every open step of the playbook not applicable, and end their clocks."""
    rest = list(Step.objects.filter(request=request, done_at=None, waived_at=None, flag=None))
    for step in rest:
        step.waived_at, step.ended_by = now, actor
        step.note_sealed = vault.seal_text(reason, f"step/{step.pk}")
    Step.objects.bulk_update(rest, ["waived_at", "ended_by", "note_sealed"])
    end_timers(request, TimerRule.STEP, now=now)
