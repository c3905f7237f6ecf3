"""Who may work on a request, and the log of everybody who looked (docs/rules.md, "Access").

Opening the words writes one entry for ten minutes of reading. Showing name and phone unmasked
is a verb of its own: it needs a reason, and entry and answer stand or fall together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from members.access import ACCESS_PURPOSE, log_access, log_reading
from members.keys import unseal_text
from members.models import AccessAction, Account
from members.queries import scope_of
from members.scope import Scope
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.lifecycle import State
from requests_app.models import Identity, Request, RequestKey
from requests_app.queries import (
    Accesses,
    accesses_of,
    is_assigned,
    may_read_words,
    visible_to,
    working_units,
)
from requests_app.sealing import RequestVault

REASON_MIN = 5  # characters; fewer say nothing an auditor could use
REASON_MAX = 200
# A reload, the page after a form and the files opened meanwhile belong to the same reading.
ONE_READING = timedelta(minutes=10)
UNMASKED = "identity"
PARTIES = "parties"
WHOLE = ("", UNMASKED, PARTIES)  # the fields of entries under which the words were on the screen


class NotAllowed(Exception):
    """The account sees the request but may not do this to it."""


class ReasonTooShort(Exception):
    """The reason is missing, too short or too long to be one."""


@dataclass(frozen=True, slots=True)
class Unmasked:
    """Who asked, in clear. Lives in one response and nowhere else."""

    name: str
    phone: str


def may_work_on(scope: Scope, request: Request, accesses: Accesses) -> bool:
    """Whether the account may confirm, correct and unmask: staff of holder or station.

    Auditors, supervisors and the levels above read; whoever is tied to the enterprise, even
    in a matter without recusal, leaves the work to others.
    """
    if scope.is_affiliated_with(request.enterprise_id):
        return False
    if not may_read_words(scope, request, accesses):
        return False
    return not working_units(scope).isdisjoint({request.holder_id, request.station_id})


def may_settle_employer(scope: Scope, request: Request, accesses: Accesses) -> bool:
    """Whether the account may say which employer is meant, or that the register has none.

    Whoever may work on the request and has no tie at all: the answer decides who may come in.
    """
    return not scope.affiliated_enterprise_ids and may_work_on(scope, request, accesses)


def may_unmask(scope: Scope, request: Request, accesses: Accesses) -> bool:
    """Whether the account may see name and phone in clear: whoever works on it or calls back."""
    if may_work_on(scope, request, accesses):
        return True
    is_call = State(request.state) in {State.TO_CALL, State.CLOSED}
    is_tied = scope.is_affiliated_with(request.enterprise_id)
    return is_call and is_assigned(scope, request) and not is_tied


def note_view(request: Request, *, actor: Account, now: datetime) -> bool:
    """Log that the account opened the words of the request; False within the same reading.

    One statement. A look at a file alone does not cover the words.
    """
    return log_reading(
        account=actor,
        subject=subject_of(request),
        now=now,
        within=ONE_READING,
        covered_by=WHOLE,
    )


def note_file_view(request: Request, file_id: int, *, actor: Account, now: datetime) -> bool:
    """Log a file opened on its own; pictures of a page just opened add no entry."""
    return log_reading(
        account=actor,
        subject=subject_of(request),
        now=now,
        within=ONE_READING,
        field=f"file:{file_id}",
    )


@transaction.atomic
def unmask(request_id: int, *, actor: Account, reason: str, now: datetime) -> Unmasked:
    """Return name and phone in clear and log who asked and why, in one transaction.

    Who may: see ``may_unmask``. The reason is sealed; auditors and the applicant may read
    it. Raises Request.DoesNotExist for what the actor cannot see, NotAllowed,
    ReasonTooShort.
    """
    request = _log_unmasking(request_id, UNMASKED, actor=actor, reason=reason, now=now)
    key = RequestKey.objects.filter(request=request).first()
    who = Identity.objects.filter(request=request).first()
    if key is None or who is None:
        return Unmasked(name="", phone="")
    vault = RequestVault.of(request.number, key)
    return Unmasked(
        name=vault.open_text(bytes(who.name_sealed), "name") if who.name_sealed else "",
        phone=vault.open_text(bytes(who.phone_sealed), "phone") if who.phone_sealed else "",
    )


@transaction.atomic
def unmask_parties(request_id: int, *, actor: Account, reason: str, now: datetime) -> None:
    """Log who is about to see parties and claimants in clear, and why.

    The page shows them in this one answer. Who may: ``may_work_on``; whoever only calls back
    needs one number. Raises what ``unmask`` raises.
    """
    _log_unmasking(request_id, PARTIES, actor=actor, reason=reason, now=now)


def _log_unmasking(
    request_id: int, field: str, *, actor: Account, reason: str, now: datetime
) -> Request:
    """Check that the actor may, and write the entry with its reason."""
    today = now.astimezone(SHANGHAI).date()
    scope = scope_of(actor, today)
    request = visible_to(scope).get(pk=request_id)
    may = may_work_on if field == PARTIES else may_unmask
    if not may(scope, request, accesses_of(current_catalogue(today))):
        raise NotAllowed(request.number)
    words = reason.strip()
    if not REASON_MIN <= len(words) <= REASON_MAX:
        raise ReasonTooShort(request.number)
    log_access(
        account=actor,
        action=AccessAction.UNMASK,
        subject=subject_of(request),
        field=field,
        reason=words,
        now=now,
    )
    return request


def open_reason(request: Request, sealed: bytes) -> str:
    """Open the reason of one entry of the access log; "" where none was given."""
    if not sealed:
        return ""
    return unseal_text(sealed, purpose=ACCESS_PURPOSE, context=subject_of(request))


def subject_of(request: Request) -> str:
    """Return how the access log names a request."""
    return f"request:{request.pk}"
