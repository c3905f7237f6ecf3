"""Reads of requests. Every list, detail, count and export starts at ``visible_to``."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Role
from members.scope import Scope
from requests_app.lifecycle import Mover, State, moves_from
from requests_app.models import Finding, Request
from requests_app.people import SIGNING_ROLES

# Roles that keep the machine running or the keys safe see no case at all.
BLIND_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
NAMED_FLAGS = ("harassment", "self_harm", "whistle")
ABOVE_FLAG = "official"


def visible_to(scope: Scope) -> QuerySet[Request]:
    """Return the requests an account may see in lists and open as rows.

    A unit sees what it or a unit below it holds, and what its own area raised. A complaint
    about union staff is seen only where it is held, never by the station it came from; while
    nobody holds it, by the units above that station.
    Whoever is tied to the enterprise sees nothing of a matter that asks for recusal, nor,
    while none is linked, of one whose text may mean it or has not been read yet.
    """
    paths = {duty.unit_path for duty in scope.duties if duty.role not in BLIND_ROLES}
    if not paths:
        return Request.objects.none()
    held, raised, below = Q(), Q(), Q()
    for path in paths:
        held |= Q(holder__path__startswith=path)
        raised |= Q(station__path__startswith=path)
        below |= Q(station__path__startswith=path) & ~Q(station__path=path)
    is_of_staff = Q(flags__contains=[ABOVE_FLAG])
    rows = Request.objects.filter(held | (raised & ~is_of_staff) | (below & Q(holder=None)))
    if scope.affiliated_enterprise_ids:
        rows = rows.exclude(_is_of_tied(scope.affiliated_enterprise_ids))
    return rows


def _is_of_tied(enterprise_ids: frozenset[int]) -> Q:
    """Return what people tied to these enterprises must stay away from."""
    proposed = Finding.objects.filter(
        request=OuterRef("pk"), kind="enterprise", value__enterprise__in=list(enterprise_ids)
    )
    linked = Q(enterprise__in=enterprise_ids)
    unclear = Q(enterprise=None) & (Q(state=State.REGISTERED) | Q(Exists(proposed)))
    return Q(needs_recusal=True) & (linked | unclear)


def may_read_words(scope: Scope, request: Request) -> bool:
    """Whether the account may read narrative, findings and files of a visible request.

    Flags with named access (harassment, self-harm, whistle): the handler; before anybody
    signed, the holder's own signers; before there is a holder, the station's, who are told
    of words of danger at once.
    """
    if not set(request.flags) & set(NAMED_FLAGS):
        return True
    if request.handler_id is not None:
        return request.handler_id == scope.account_id
    return _is_signer_of(scope, request.holder_id or request.station_id)


def may_move(scope: Scope, request: Request, code: str) -> bool:
    """Whether the account may make this move now; the same answer draws the button."""
    for move in moves_from(State(request.state)):
        if move.code == code and move.mover is Mover.HOLDER:
            return _is_signer_of(scope, request.holder_id) and not _is_tied(scope, request)
    return False


def open_moves(scope: Scope, request: Request) -> list[str]:
    """Return the codes of the moves this account may make, in the table's order."""
    moves = moves_from(State(request.state))
    return [move.code for move in moves if may_move(scope, request, move.code)]


def _is_signer_of(scope: Scope, unit_id: int | None) -> bool:
    return any(duty.unit_id == unit_id and duty.role in SIGNING_ROLES for duty in scope.duties)


def _is_tied(scope: Scope, request: Request) -> bool:
    return request.needs_recusal and request.enterprise_id in scope.affiliated_enterprise_ids


def parked_requests(scope: Scope) -> QuerySet[Request]:
    """Return the visible requests that the machine gave up on."""
    return visible_to(scope).filter(parked_at__isnull=False).order_by("parked_at", "id")
