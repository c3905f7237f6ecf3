"""What people say about the machine's reading: findings, the item, the employer.

Corrections are kept as events; the reader learns from them (architecture.md §4).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from members.models import Account, Enterprise
from members.queries import scope_of
from members.scope import Scope
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue, ItemTerms, needs_recusal
from requests_app.chain import Plain
from requests_app.lifecycle import AFTER_HANDLING, State, Via
from requests_app.models import Finding, Request, Suggestion
from requests_app.moves import Cause, StaleRequest, edit, record
from requests_app.people import are_tied
from requests_app.queries import Accesses, accesses_of, visible_to
from requests_app.reading_access import NotAllowed, may_settle_employer, may_work_on
from requests_app.recusal import whom_to_keep_from_judging
from requests_app.rerouting import footing_of, reroute_if_needed
from requests_app.searching import close_search
from requests_app.stages.sensing.rules import raise_urgency
from requests_app.steps import open_flag_steps, open_playbook_steps


@transaction.atomic
def confirm_finding(request_id: int, finding_id: int, *, actor: Account, now: datetime) -> Finding:
    """Note that a person checked a finding against the words; a confirmed enterprise is linked.

    The newest confirmation of an enterprise counts and settles who the employer is; it may lead
    the request back to triage (``reroute_if_needed``). Who may: see ``may_work_on``, for an
    enterprise ``may_settle_employer``. Confirming twice changes nothing. Raises
    Request.DoesNotExist, Finding.DoesNotExist, NotAllowed.
    """
    is_of_employer = Finding.objects.filter(pk=finding_id, kind="enterprise").exists()
    may = may_settle_employer if is_of_employer else may_work_on
    request = _locked(request_id, actor=actor, may=may, now=now)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id, request=request)
    if finding.confirmed_at is not None:
        return finding
    finding.confirmed_by, finding.confirmed_at = actor, now
    Finding.objects.filter(pk=finding.pk).update(confirmed_by=actor, confirmed_at=now)
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    noted: dict[str, Plain] = {"finding": finding.pk, "kind": finding.kind, "code": finding.code}
    enterprise_id = finding.value["enterprise"] if is_of_employer else None
    if enterprise_id is None or _is_settled(request, enterprise_id):
        record(request, "finding.confirmed", replace(cause, data=noted))
    else:
        _settle(request, "finding.confirmed", replace(cause, data=noted), enterprise_id)
    return finding


@transaction.atomic
def link_enterprise(
    request_id: int, enterprise_id: int, *, actor: Account, version: int, now: datetime
) -> Request:
    """Settle which enterprise of the register is meant, whatever was found or linked before.

    From now on only people tied to it stand aside. Findings that propose it count as
    confirmed; the request may go back to triage (``reroute_if_needed``). Linking it again
    changes nothing. Who may: see ``may_settle_employer``. Raises Request.DoesNotExist,
    Enterprise.DoesNotExist for one not in business, NotAllowed, StaleRequest when ``version``
    is old.
    """
    request = _locked(request_id, actor=actor, may=may_settle_employer, now=now)
    if _is_settled(request, enterprise_id):
        return request
    _check_still_as_read(request, version)
    enterprise = Enterprise.objects.get(pk=enterprise_id, is_active=True)
    Finding.objects.filter(
        request=request, kind="enterprise", value__enterprise=enterprise.pk, confirmed_at=None
    ).update(confirmed_by=actor, confirmed_at=now)
    data: dict[str, Plain] = {"enterprise": enterprise.pk, "from": request.enterprise_id}
    cause = Cause(via=Via.PERSON, now=now, actor=actor, data=data)
    _settle(request, "employer.linked", cause, enterprise.pk)
    return request


@transaction.atomic
def settle_employer_unknown(
    request_id: int, *, actor: Account, version: int, now: datetime
) -> Request:
    """Settle that the register has no such employer, or that the matter is about none.

    A wrong link is taken away; nobody stands aside for a tie any more. Saying it again
    changes nothing. Who may: see ``may_settle_employer``. Raises Request.DoesNotExist,
    NotAllowed, StaleRequest when ``version`` is old.
    """
    request = _locked(request_id, actor=actor, may=may_settle_employer, now=now)
    if _is_settled(request, None):
        return request
    _check_still_as_read(request, version)
    data: dict[str, Plain] = {"from": request.enterprise_id}
    cause = Cause(via=Via.PERSON, now=now, actor=actor, data=data)
    _settle(request, "employer.unlisted", cause, None)
    return request


@transaction.atomic
def correct_item(
    request_id: int, item_code: str, *, actor: Account, version: int, now: datetime
) -> Request:
    """Set the item a person chose instead of, or in agreement with, the machine's.

    Flags and urgency that the item brings are added, never taken away; what a flag closes
    to search leaves the search row at once. Where the item asks for more than the holder was
    chosen for, the request goes back to triage (``reroute_if_needed``).
    Once a result is submitted the item stands: review, call and silence follow from it. Who
    reviews may send the result back.
    Who may: see ``may_work_on``. Raises Request.DoesNotExist, UnknownCode, NotAllowed,
    StaleRequest when ``version`` is old.
    """
    request = _locked(request_id, actor=actor, may=may_work_on, now=now)
    _check_still_as_read(request, version)
    if State(request.state) in AFTER_HANDLING:
        raise NotAllowed(request.number)
    catalogue = current_catalogue(now.astimezone(SHANGHAI).date())
    item = catalogue.item(item_code)
    flags = {*request.flags, *item.flags}
    before, cause = footing_of(request), Cause(via=Via.PERSON, now=now, actor=actor)
    edit(
        request,
        "item.corrected",
        replace(
            cause,
            because=[{"code": "proposed", "item": code} for code in _proposed(request)],
            data={"from": catalogue_code(catalogue, request.item_id), "to": item.code},
        ),
        changes=_changes(request, item, flags, catalogue),
    )
    close_search(request, flags, catalogue)
    open_flag_steps(request, flags - before.flags, now=now)
    is_rerouted = reroute_if_needed(request, before, cause, asked_level=item.level)
    if State(request.state) is State.SIGNED and not is_rerouted:
        open_playbook_steps(request, item.playbook, now=now)
    return request


def catalogue_code(catalogue: Catalogue, row_id: int | None) -> str:
    """Return the code of an item's row; "" for none, and for a row no longer in force."""
    return next((each.code for each in catalogue.items if each.row_id == row_id), "")


def _changes(
    request: Request, item: ItemTerms, flags: set[str], catalogue: Catalogue
) -> dict[str, Any]:
    return {
        "item_id": item.row_id,
        "flags": sorted(flags),
        "urgency": raise_urgency(request.urgency, [item.urgency], catalogue),
        "needs_recusal": needs_recusal(item.kind, flags),
    }


def _proposed(request: Request) -> list[str]:
    rows = Suggestion.objects.filter(request=request).order_by("rank")
    return list(rows.values_list("item_code", flat=True))


def _is_settled(request: Request, enterprise_id: int | None) -> bool:
    return request.employer_is_settled and request.enterprise_id == enterprise_id


def _settle(request: Request, event: str, cause: Cause, enterprise_id: int | None) -> None:
    """Note who the employer is, in the caller's transaction, and reroute where that asks for it."""
    before = footing_of(request)
    changes: dict[str, Any] = {"enterprise_id": enterprise_id, "employer_is_settled": True}
    edit(request, event, cause, changes=_without_tied_assignee(request, changes, now=cause.now))
    reroute_if_needed(request, before, replace(cause, data={}))


def _without_tied_assignee(
    request: Request, changes: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Let go of who was drawn to review or call when the changes make them stand aside.

    The unit keeps the task: its signers without a tie do it.
    """
    shunned = whom_to_keep_from_judging(
        needs_recusal=request.needs_recusal,
        employer_is_settled=changes["employer_is_settled"],
        enterprise_id=changes["enterprise_id"],
    )
    drawn = request.assignee_id
    if drawn is not None and are_tied([drawn], shunned, now=now):
        return {**changes, "assignee_id": None}
    return changes


def _check_still_as_read(request: Request, version: int) -> None:
    """Refuse an edit of an old page, and any before sensing has read the words."""
    if request.version != version:
        raise StaleRequest(request.number)
    if State(request.state) is State.REGISTERED:
        raise NotAllowed(request.number)


def _locked(
    request_id: int,
    *,
    actor: Account,
    may: Callable[[Scope, Request, Accesses], bool],
    now: datetime,
) -> Request:
    today = now.astimezone(SHANGHAI).date()
    scope = scope_of(actor, today)
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if not may(scope, request, accesses_of(current_catalogue(today))):
        raise NotAllowed(request.number)
    return request
