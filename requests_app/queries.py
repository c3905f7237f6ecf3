"""Reads of requests. Every list, detail, count and export starts at ``visible_to``."""

from collections.abc import Collection, Mapping

from django.db.models import F, Q, QuerySet

from members.models import Role
from members.scope import Scope
from requests_app.catalogue.terms import Access, Catalogue
from requests_app.conflicts import conflicted_in, is_conflicted
from requests_app.lifecycle import Mover, State, moves_from
from requests_app.models import Request
from requests_app.people import SIGNING_ROLES

# Roles that keep the machine running or the keys safe see no case at all.
BLIND_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
ABOVE_FLAG = "official"
WORKING_ROLES = frozenset({Role.REGISTRAR, *SIGNING_ROLES})

type Accesses = Mapping[str, Access]  # flag → who may read, as the catalogue says


def visible_to(scope: Scope) -> QuerySet[Request]:
    """Return the requests an account may see in lists and open as rows.

    A unit sees what it or a unit below it holds, and what its own area raised. A complaint
    about union staff is seen only where it is held, never by the station it came from; while
    nobody holds it, by the units above that station. A caller sees what was drawn for them.
    Whoever is tied to the enterprise sees nothing of a matter that asks for recusal; until it
    is settled which one is meant, nobody with any tie does.
    """
    calling = [duty.unit_id for duty in scope.duties if duty.role == Role.CALLER]
    paths = {
        duty.unit_path for duty in scope.duties if duty.role not in BLIND_ROLES | {Role.CALLER}
    }
    if not (paths or calling):
        return Request.objects.none()
    rows = Request.objects.filter(
        _of_the_area(paths) | Q(assignee=scope.account_id, assignee_unit__in=calling)
    )
    if scope.affiliated_enterprise_ids:
        rows = rows.exclude(_shuns(scope.affiliated_enterprise_ids))
    return rows


def _of_the_area(paths: Collection[str]) -> Q:
    """Return what units see by where they stand in the tree; nothing without a unit."""
    held, raised, below = (Q(pk__in=()) for _each in range(3))
    for path in paths:
        held |= Q(holder__path__startswith=path)
        raised |= Q(station__path__startswith=path)
        below |= Q(station__path__startswith=path) & ~Q(station__path=path)
    is_of_staff = Q(flags__contains=[ABOVE_FLAG])
    return held | (raised & ~is_of_staff) | (below & Q(holder=None))


def _shuns(ties: frozenset[int]) -> Q:
    """Return what people with these ties stay away from: ``Request.shunned`` as a condition."""
    is_theirs = Q(employer_is_settled=False) | Q(enterprise__in=ties)
    return Q(needs_recusal=True) & is_theirs


def accesses_of(catalogue: Catalogue) -> Accesses:
    """Return what each flag of the catalogue says about reading."""
    return {each.code: each.access for each in catalogue.flags}


def may_read_words(scope: Scope, request: Request, accesses: Accesses) -> bool:
    """Whether the account may read narrative, findings and files of a visible request.

    Whoever reviews or calls back has to know what about. Otherwise: flags with named access
    (harassment, self-harm, whistle) or unknown to the catalogue: the handler; before anybody
    signed, the holder's own signers; before there is a holder, the station's, who are told of
    words of danger at once. Restricted (violence, minor, medical): signers and registrars of
    holder and station. Above the level: those of the holder, never of the station. The
    strictest flag decides.
    """
    asked = _asked(request.flags, accesses)
    if is_assigned(scope, request):
        return True
    if "named" in asked:
        if request.handler_id is not None:
            return scope.account_id == request.handler_id
        return _is_signer_of(scope, request.holder_id or request.station_id)
    working = working_units(scope)
    if "level_above" in asked:
        return request.holder_id in working - {request.station_id}
    if "restricted" in asked:
        return not working.isdisjoint({request.holder_id, request.station_id})
    return True


def is_confidential(scope: Scope, request: Request, accesses: Accesses) -> bool:
    """Whether lists must show the account neither the matter nor the employer.

    Named access is neutral for everybody: a list stands open on a desk.
    """
    asked = _asked(request.flags, accesses)
    return "named" in asked or not may_read_words(scope, request, accesses)


def open_in_lists(scope: Scope, accesses: Accesses) -> Q:
    """Return the requests that are not confidential to the account, as a condition."""

    def only(*kinds: Access) -> Q:
        return Q(flags__contained_by=[code for code, kind in accesses.items() if kind in kinds])

    working = list(working_units(scope))
    at_holder = Q(holder__in=working)
    staff_of_it = at_holder | Q(station__in=working)
    above = at_holder & ~Q(holder=F("station"))
    return (
        only("normal")
        | (only("normal", "restricted") & staff_of_it)
        | (only("normal", "restricted", "level_above") & (above | assigned_to(scope)))
    )


def working_units(scope: Scope) -> frozenset[int]:
    """Return the units where the account works on requests, not only reads."""
    return frozenset(duty.unit_id for duty in scope.duties if duty.role in WORKING_ROLES)


def _asked(flags: Collection[str], accesses: Accesses) -> set[Access]:
    return {accesses.get(flag, "named") for flag in flags}


def may_move(scope: Scope, request: Request, code: str) -> bool:
    """Whether the account may make this move now; the same answer draws the button."""
    if request.shunned.includes(scope.affiliated_enterprise_ids):
        return False
    movers = {move.mover for move in moves_from(State(request.state)) if move.code == code}
    if Mover.HOLDER in movers:
        is_former = scope.account_id == request.former_handler_id
        return _is_signer_of(scope, request.holder_id) and not is_former
    if Mover.HANDLER in movers:
        return scope.account_id == request.handler_id
    return Mover.ASSIGNEE in movers and is_assigned(scope, request)


def is_assigned(scope: Scope, request: Request) -> bool:
    """Whether it is the account's to review or to call back.

    Who was drawn; where nobody was free, the signers of the unit it lies with, but for those
    who had a hand in the request (``conflicts.py``). Never whoever is tied to the employer.
    """
    if scope.is_affiliated_with(request.enterprise_id):
        return False
    if request.assignee_id is not None:
        return scope.account_id == request.assignee_id
    if not _is_signer_of(scope, request.assignee_unit_id):
        return False
    return scope.account_id not in conflicted_in(request)


def assigned_to(scope: Scope) -> Q:
    """Return the requests that are the account's to review or call back, as a condition."""
    me = scope.account_id
    of_unit = Q(assignee=None, assignee_unit__in=_signing_units(scope))
    mine = Q(assignee=me) | (of_unit & ~is_conflicted(me))
    ties = scope.affiliated_enterprise_ids
    return mine & ~Q(enterprise__in=ties) if ties else mine


def open_moves(scope: Scope, request: Request) -> list[str]:
    """Return the codes of the moves this account may make, in the table's order."""
    moves = moves_from(State(request.state))
    return [move.code for move in moves if may_move(scope, request, move.code)]


def _is_signer_of(scope: Scope, unit_id: int | None) -> bool:
    return unit_id is not None and unit_id in _signing_units(scope)


def _signing_units(scope: Scope) -> frozenset[int]:
    return frozenset(duty.unit_id for duty in scope.duties if duty.role in SIGNING_ROLES)
