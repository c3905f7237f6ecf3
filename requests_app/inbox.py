"""The inbox as read from the database: one statement for the rows, one for every count.

What is in reach comes from ``visible_to``; order and groups are decided by the database, so
that the fiftieth page costs what the first one does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy, Window
from django.db.models.functions import Coalesce, JSONObject, Least

from members.models import Account, Notice
from members.scope import Scope
from requests_app.alarms import RUNNING
from requests_app.conflicts import with_hands
from requests_app.lifecycle import State
from requests_app.models import Request, Timer
from requests_app.models.choices import URGENCY_ORDER, Urgency
from requests_app.models.timer import TimerRule
from requests_app.people import SIGNING_ROLES
from requests_app.queries import Accesses, assigned_to, open_in_lists, visible_to

PAGE_SIZE = 50
AWAY = (State.SUBMITTED, State.IN_REVIEW, State.ANSWERED, State.TO_CALL, State.CLOSED)
LAST_PAGE = 2_000  # deeper pages are a robot's; nobody reads row 100,000


class View(StrEnum):
    """The tabs above the inbox."""

    MINE = "mine"
    OPEN = "open"
    UNSIGNED = "unsigned"
    OVERDUE = "overdue"
    PARKED = "parked"
    CLOSED = "closed"


class Group(IntEnum):
    """The headings of the list, most pressing first."""

    NOW = 0  # critical, past a deadline, or given up by the machine
    SOON = 1  # due by the end of the next working day
    REST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxAsk:
    """What somebody wants to see. Empty means no filter; values are known codes."""

    view: View = View.OPEN
    stage: str = ""
    urgency: str = ""
    class_code: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of rows in order. ``total`` and ``group_totals`` count all pages."""

    rows: tuple[Request, ...]
    groups: tuple[Group, ...]  # of each row
    dues: tuple[datetime | None, ...]  # what comes next, of each row
    total: int = 0
    group_totals: Mapping[Group, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests stand behind each tab, and how many notices are unread."""

    views: Mapping[View, int]
    unread: int


def read_inbox(
    scope: Scope, ask: InboxAsk, *, accesses: Accesses, now: datetime, soon_until: datetime
) -> InboxPage:
    """Return one page of the inbox in one statement.

    ``soon_until`` is the end of the next working day. Order: group, urgency, next deadline;
    of the closed ones, what was closed last.
    """
    first = (ask.page - 1) * PAGE_SIZE
    found = list(
        _filtered(with_hands(visible_to(scope)), scope, ask, accesses, now=now)
        .select_related("holder", "handler", "enterprise__community")
        .only(*_SHOWN)
        .annotate(
            next_due=_next_due(),
            group=_group(ask.view, now, soon_until),
            rank=_urgency_rank(),
        )
        .annotate(
            total=Window(Count("pk")),
            group_total=Window(Count("pk"), partition_by=[F("group")]),
        )
        .order_by(*_order(ask.view))[first : first + PAGE_SIZE]
    )
    notes = [_Notes.of(row) for row in found]
    return InboxPage(
        rows=tuple(found),
        groups=tuple(note.group for note in notes),
        dues=tuple(note.next_due for note in notes),
        total=notes[0].total if notes else 0,
        group_totals={note.group: note.group_total for note in notes},
    )


def count_views(scope: Scope, *, now: datetime) -> Counts:
    """Count every tab and the unread notices of the account in one statement."""
    tally = (
        visible_to(scope)
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(
            tally=JSONObject(
                **{view: Count("pk", filter=_condition(view, scope, now)) for view in View}
            )
        )
        .values("tally")
    )
    unread = (
        Notice.objects.filter(account=scope.account_id, read_at=None)
        .order_by()
        .values("account")
        .annotate(amount=Count("pk"))
        .values("amount")
    )
    counted, waiting = (
        Account.objects.filter(pk=scope.account_id)
        .values_list(Subquery(tally), Coalesce(Subquery(unread), 0))
        .get()
    )
    known = counted or {}
    return Counts(views={view: int(known.get(view, 0)) for view in View}, unread=waiting)


def count_unread(account_id: int) -> int:
    """Count the unread notices, for pages that count nothing else."""
    return Notice.objects.filter(account=account_id, read_at=None).count()


_SHOWN = (
    "number",
    "station_id",
    "holder__short_name",
    "handler__name",
    "enterprise__name",
    "enterprise__community__name",
    "employer_is_settled",
    "item_id",
    "topic",
    "stage",
    "state",
    "channel",
    "urgency",
    "flags",
    "headcount",
    "registered_at",
    "signed_at",
    "dispatched_at",
    "sign_by",
    "due_at",
    "answered_at",
    "parked_at",
    "closed_as",
    "closed_at",
    "needs_recusal",
    "reworks",
    "assignee_id",  # who reviews or calls back may read
    "assignee_unit_id",
    "former_handler_id",
    "registrar_id",
)


@dataclass(frozen=True, slots=True)
class _Notes:
    """What the statement says of a row beside its own columns."""

    group: Group
    total: int
    group_total: int
    next_due: datetime | None

    @classmethod
    def of(cls, row: Request) -> "_Notes":
        values = vars(row)
        return cls(
            Group(values["group"]), values["total"], values["group_total"], values["next_due"]
        )


def _filtered(
    rows: QuerySet[Request], scope: Scope, ask: InboxAsk, accesses: Accesses, *, now: datetime
) -> QuerySet[Request]:
    rows = rows.filter(_condition(ask.view, scope, now))
    if ask.stage:
        rows = rows.filter(stage=ask.stage)
    if ask.urgency:
        rows = rows.filter(urgency=ask.urgency)
    if ask.class_code:
        # A confidential request shown under its class would say what it is about.
        of_class = Q(item__class_code=ask.class_code) | Q(item=None, topic=ask.class_code)
        rows = rows.filter(of_class).filter(open_in_lists(scope, accesses))
    return rows


def _condition(view: View, scope: Scope, now: datetime) -> Q:
    """Return what a tab holds."""
    waiting = Q(state=State.DISPATCHED)
    match view:
        case View.MINE:
            units = [d.unit_id for d in scope.duties if d.role in SIGNING_ROLES]
            mine = ~Q(state__in=AWAY) & Q(handler=scope.account_id)
            return mine | assigned_to(scope) | (waiting & Q(holder__in=units))
        case View.UNSIGNED:
            return waiting
        case View.OVERDUE:
            return Q(state__in=RUNNING, due_at__lt=now) | (waiting & Q(sign_by__lt=now))
        case View.PARKED:
            return Q(parked_at__isnull=False)
        case View.CLOSED:
            return Q(state=State.CLOSED)
        case View.OPEN:
            return ~Q(state=State.CLOSED)


def _order(view: View) -> tuple[str | OrderBy, ...]:
    if view is View.CLOSED:
        return ("-closed_at", "-pk")
    return ("group", "-rank", F("next_due").asc(nulls_last=True), "pk")


def _next_due() -> Case:
    """The deadline that comes next: signing, review or call while they wait, else the reply.

    Only what lies with a reviewer or caller asks for its timer; all others cost nothing.
    """
    return Case(
        When(state=State.DISPATCHED, then=Least("sign_by", "due_at")),
        When(
            Q(assignee_unit__isnull=False, state=State.IN_REVIEW),
            then=Least(_limit(TimerRule.REVIEW), "due_at"),
        ),
        When(assignee_unit__isnull=False, then=_limit(TimerRule.CALLBACK)),
        When(answered_at__isnull=False, then=None),
        default=F("due_at"),
    )


def _limit(rule: TimerRule) -> Subquery:
    """The newest limit of a rule in the request's round, also after its timer has spoken."""
    timers = Timer.objects.filter(request=OuterRef("pk"), rule=rule, round=OuterRef("round"))
    return Subquery(timers.order_by("-due_at").values("due_at")[:1])


def _group(view: View, now: datetime, soon_until: datetime) -> Case | Value:
    if view is View.CLOSED:
        return Value(Group.REST.value)
    return Case(
        When(
            Q(urgency=Urgency.CRITICAL, answered_at=None)
            | Q(parked_at__isnull=False)
            | Q(next_due__lt=now),
            then=Value(Group.NOW.value),
        ),
        When(next_due__lte=soon_until, then=Value(Group.SOON.value)),
        default=Value(Group.REST.value),
        output_field=IntegerField(),
    )


def _urgency_rank() -> Case:
    return Case(
        *(When(urgency=code, then=Value(rank)) for rank, code in enumerate(URGENCY_ORDER)),
        default=Value(0),
        output_field=IntegerField(),
    )
