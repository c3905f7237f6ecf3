"""What people say about the machine's reading: confirmed findings, the corrected item.

Corrections are kept as events; the reader learns from them (architecture.md §4).
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from members.models import Account
from members.queries import scope_of
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue, ItemTerms, needs_recusal
from requests_app.chain import Plain
from requests_app.lifecycle import State, Via
from requests_app.models import Finding, Request, Suggestion
from requests_app.moves import Cause, StaleRequest, edit, record
from requests_app.queries import accesses_of, visible_to
from requests_app.reading_access import NotAllowed, may_work_on
from requests_app.rerouting import footing_of, reroute_if_needed
from requests_app.searching import close_search
from requests_app.stages.sensing.rules import raise_urgency
from requests_app.steps import open_flag_steps, open_playbook_steps


@transaction.atomic
def confirm_finding(request_id: int, finding_id: int, *, actor: Account, now: datetime) -> Finding:
    """Note that a person checked a finding against the words; a confirmed enterprise is linked.

    The newest confirmation of an enterprise counts, and may lead the request back to triage
    (``reroute_if_needed``). Who may: see ``may_work_on``. Confirming twice changes nothing. Raises
    Request.DoesNotExist, Finding.DoesNotExist, NotAllowed.
    """
    request = _locked(request_id, actor=actor, now=now)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id, request=request)
    if finding.confirmed_at is not None:
        return finding
    finding.confirmed_by, finding.confirmed_at = actor, now
    Finding.objects.filter(pk=finding.pk).update(confirmed_by=actor, confirmed_at=now)
    cause = Cause(via=Via.PERSON, now=now, actor=actor)
    noted: dict[str, Plain] = {"finding": finding.pk, "kind": finding.kind, "code": finding.code}
    enterprise_id = finding.value["enterprise"] if finding.kind == "enterprise" else None
    if enterprise_id in {None, request.enterprise_id}:
        record(request, "finding.confirmed", replace(cause, data=noted))
        return finding
    before = footing_of(request)
    changes = {"enterprise_id": enterprise_id}
    edit(request, "finding.confirmed", replace(cause, data=noted), changes=changes)
    reroute_if_needed(request, before, cause)
    return finding


@transaction.atomic
def correct_item(
    request_id: int, item_code: str, *, actor: Account, version: int, now: datetime
) -> Request:
    """Set the item a person chose instead of, or in agreement with, the machine's.

    Flags and urgency that the item brings are added, never taken away; what a flag closes
    to search leaves the search row at once. Where the item asks for more than the holder was
    chosen for, the request goes back to triage (``reroute_if_needed``).
    Who may: see ``may_work_on``. Raises Request.DoesNotExist, UnknownCode, NotAllowed,
    StaleRequest when ``version`` is old.
    """
    request = _locked(request_id, actor=actor, now=now)
    if request.version != version:
        raise StaleRequest(request.number)
    if State(request.state) is State.REGISTERED:
        raise NotAllowed(request.number)  # sensing has not read the words yet
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
) -> dict[str, object]:
    return {
        "item_id": item.row_id,
        "flags": sorted(flags),
        "urgency": raise_urgency(request.urgency, [item.urgency], catalogue),
        "needs_recusal": needs_recusal(item.kind, flags),
    }


def _proposed(request: Request) -> list[str]:
    rows = Suggestion.objects.filter(request=request).order_by("rank")
    return list(rows.values_list("item_code", flat=True))


def _locked(request_id: int, *, actor: Account, now: datetime) -> Request:
    today = now.astimezone(SHANGHAI).date()
    scope = scope_of(actor, today)
    request = visible_to(scope).select_for_update(of=("self",)).get(pk=request_id)
    if not may_work_on(scope, request, accesses_of(current_catalogue(today))):
        raise NotAllowed(request.number)
    return request
