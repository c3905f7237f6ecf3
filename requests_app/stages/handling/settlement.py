"""Claims, agreement, instalments and payments (docs/rules.md, "Handling"). All money in fen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from members.models import Account
from members.workdays import SHANGHAI
from requests_app.alarms import set_numbered_timers
from requests_app.attaching import attach, files_of_a_commit
from requests_app.clean_file import CleanFile
from requests_app.lifecycle import State, Via
from requests_app.locking import lock_for_work
from requests_app.models import (
    Attachment,
    Claim,
    Instalment,
    Payment,
    Request,
    Settlement,
    Timer,
)
from requests_app.models.attachment import Purpose
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, edit
from requests_app.parties import Claimant, seal_claimant
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.handling.approach import require_approach
from requests_app.stages.handling.rules import (
    ClaimDraft,
    InstalmentDraft,
    InstalmentStanding,
    Problem,
    check_claims,
    check_payment,
    check_settlement,
)

CASE_NUMBER_MAX = 60


class CaseNumberMissing(Exception):
    """A court or an arbitration has a case only under a number."""


class DoesNotAddUp(Exception):
    """The sums or dates are wrong; ``problems`` say where, for the form to show."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(each.code for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementDraft:
    """What both sides signed. ``agreed`` is the sum of each claim line, in the lines' order."""

    signed_on: date
    agreed: tuple[int, ...]
    instalments: tuple[InstalmentDraft, ...]
    terms: str = ""
    court_offered: bool = False


@transaction.atomic
def list_claims(
    request_id: int,
    claims: Sequence[ClaimDraft],
    *,
    actor: Account,
    version: int,
    now: datetime,
) -> list[Claim]:
    """Replace the list of what each worker claims, as long as nothing is signed.

    A sum proposed for a line is kept until the agreement says what holds. Who may: see
    ``may_work_on``, while it is handled. Raises DoesNotAddUp, NotAllowed once a settlement
    rests on the list, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    if problems := check_claims(claims):
        raise DoesNotAddUp(problems)
    if Settlement.objects.filter(request=request).exists():
        raise NotAllowed(request.number)
    Claim.objects.filter(request=request).delete()
    vault = RequestVault.of_request(request)
    made = Claim.objects.bulk_create(
        Claim(
            request=request,
            line=line,
            sealed=seal_claimant(Claimant(each.name, each.post, each.months), vault),
            claimed_fen=each.claimed_fen,
            agreed_fen=each.agreed_fen,
        )
        for line, each in enumerate(claims, start=1)
    )
    total = sum(each.claimed_fen for each in claims)
    cause = _cause(actor, now, people=len(made), claimed_fen=total)
    edit(
        request,
        "claims.listed",
        cause,
        changes={"headcount": len(made), "amount_fen": total},
    )
    return made


@transaction.atomic
def sign_settlement(
    request_id: int, draft: SettlementDraft, *, actor: Account, version: int, now: datetime
) -> Settlement:
    """Record the agreement over the listed claims, with its instalments and their clocks.

    Who may: see ``may_work_on``, while it is handled and the employer may be approached. One
    a request. Each instalment warns the handler when its day is over and money is missing.
    Raises ApproachNotAgreed, DoesNotAddUp, NotAllowed when there is one already, and what
    ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    require_approach(request)
    if Settlement.objects.filter(request=request).exists():
        raise NotAllowed(request.number)
    claims = list(Claim.objects.filter(request=request).order_by("line"))
    _check(draft, claims, today=now.astimezone(SHANGHAI).date())
    for claim, fen in zip(claims, draft.agreed, strict=True):
        claim.agreed_fen = fen
    Claim.objects.bulk_update(claims, ["agreed_fen"])
    terms = draft.terms.strip()
    made = Settlement.objects.create(
        request=request,
        signed_on=draft.signed_on,
        people=len(claims),
        agreed_fen=sum(draft.agreed),
        terms_sealed=RequestVault.of_request(request).seal_text(terms, "terms") if terms else None,
        court_offered=draft.court_offered,
        recorded_at=now,
        recorded_by=actor,
    )
    Instalment.objects.bulk_create(
        Instalment(settlement=made, number=number, due_on=part.due_on, amount_fen=part.amount_fen)
        for number, part in enumerate(draft.instalments, start=1)
    )
    set_numbered_timers(
        request,
        TimerRule.INSTALMENT,
        {number: late_from(part.due_on) for number, part in enumerate(draft.instalments, 1)},
    )
    cause = _cause(
        actor,
        now,
        people=made.people,
        agreed_fen=made.agreed_fen,
        instalments=len(draft.instalments),
    )
    edit(request, "settlement.signed", cause, changes={})
    return made


@transaction.atomic
def withdraw_settlement(request_id: int, *, actor: Account, version: int, now: datetime) -> Request:
    """Take back an agreement that was entered wrongly, before any money was.

    Its rows and clocks go; what it said stays in the events, and the claims keep its sums as a
    proposal. Who may: see ``may_work_on``, while it is handled. Raises Settlement.DoesNotExist,
    NotAllowed once a payment was entered, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    wrong = Settlement.objects.get(request=request)
    if Payment.objects.filter(instalment__settlement=wrong).exists():
        raise NotAllowed(request.number)
    parts, _by_model = wrong.instalments.all().delete()
    wrong.delete()
    Timer.objects.filter(request=request, rule=TimerRule.INSTALMENT).delete()
    cause = _cause(actor, now, people=wrong.people, agreed_fen=wrong.agreed_fen, instalments=parts)
    edit(request, "settlement.withdrawn", cause, changes={})
    return request


def _check(draft: SettlementDraft, claims: Sequence[Claim], *, today: date) -> None:
    if len(draft.agreed) != len(claims):
        raise DoesNotAddUp([Problem("no_claims")])
    problems = check_settlement(
        signed_on=draft.signed_on,
        today=today,
        agreed=draft.agreed,
        instalments=draft.instalments,
    )
    if problems:
        raise DoesNotAddUp(problems)


def late_from(due_on: date) -> datetime:
    """Return the moment from which an instalment is late: its day is over."""
    return datetime.combine(due_on + timedelta(days=1), time(), SHANGHAI)


@transaction.atomic
def record_case_number(
    request_id: int, case_number: str, *, actor: Account, version: int, now: datetime
) -> Settlement:
    """Note under which number an arbitration or a court has taken over what is not paid.

    Who may: see ``may_work_on``, while it is handled. Raises Settlement.DoesNotExist,
    CaseNumberMissing, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now, state=State.SIGNED)
    settlement = Settlement.objects.get(request=request)
    settlement.case_number = case_number.strip()
    if not settlement.case_number:
        raise CaseNumberMissing(request.number)
    settlement.save(update_fields=["case_number"])
    noted = replace(_cause(actor, now), note=settlement.case_number)  # its digest joins the chain
    edit(request, "settlement.taken_to_court", noted, changes={})
    return settlement


def receive_payment(
    request_id: int,
    *,
    instalment: int,
    amount_fen: int,
    paid_on: date,
    actor: Account,
    version: int,
    now: datetime,
    voucher: CleanFile | None = None,
) -> Payment:
    """Record money that came in for one instalment (``instalment`` is its number).

    Who may: see ``may_work_on``; also after a result was submitted, for a debt does not end
    with the file. Raises DoesNotAddUp when it is more than what is open, nothing, or dated
    in the future; and what ``lock_for_work`` raises.
    """
    with files_of_a_commit() as stored, transaction.atomic():
        request = lock_for_work(request_id, actor=actor, version=version, now=now)
        today = now.astimezone(SHANGHAI).date()
        row, standing = _standing(request, instalment)
        problems = check_payment(standing, amount_fen=amount_fen, paid_on=paid_on, today=today)
        if problems or row is None:
            raise DoesNotAddUp(problems)
        kept: Attachment | None = None
        if voucher is not None:
            vault = RequestVault.of_request(request)
            kept = attach(
                request, voucher, vault, stored, now=now, purpose=Purpose.VOUCHER, actor=actor
            )
        made = Payment.objects.create(
            instalment=row,
            amount_fen=amount_fen,
            paid_on=paid_on,
            voucher=kept,
            recorded_on=today,
            recorded_at=now,
            recorded_by=actor,
        )
        cause = _cause(actor, now, instalment=instalment, amount_fen=amount_fen)
        edit(request, "payment.received", cause, changes={})
        return made


@transaction.atomic
def void_payment(
    request_id: int, payment_id: int, *, actor: Account, version: int, now: datetime
) -> Payment:
    """Take back a wrong entry; the row stays and no longer counts.

    The instalment is watched again, also when its clock ended because the money seemed there.
    Who may: see ``may_work_on``. Raises Payment.DoesNotExist, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    wrong = Payment.objects.select_related("instalment").get(
        pk=payment_id, instalment__settlement__request=request
    )
    if wrong.voided_at is not None:
        return wrong
    wrong.voided_at = now
    wrong.save(update_fields=["voided_at"])
    number = wrong.instalment.number
    Timer.objects.filter(request=request, rule=TimerRule.INSTALMENT, level=number).update(
        done_at=None
    )
    cause = _cause(actor, now, instalment=number, amount_fen=wrong.amount_fen)
    edit(request, "payment.voided", cause, changes={})
    return wrong


def _standing(request: Request, number: int) -> tuple[Instalment | None, InstalmentStanding | None]:
    paid = Coalesce(Sum("payments__amount_fen", filter=Q(payments__voided_at=None)), 0)
    rows = Instalment.objects.filter(settlement__request=request, number=number)
    row = rows.annotate(paid_fen=paid, signed_on=F("settlement__signed_on")).first()
    if row is None:
        return None, None
    notes = vars(row)
    return row, InstalmentStanding(
        number, row.due_on, row.amount_fen, notes["paid_fen"], notes["signed_on"]
    )


def _cause(actor: Account, now: datetime, **data: int) -> Cause:
    return Cause(via=Via.PERSON, now=now, actor=actor, data=data)
