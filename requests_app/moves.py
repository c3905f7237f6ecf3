"""The only code that changes a stage or a state, and the only writer of events.

One move is one compare-and-set of the request plus one chained event row, inside the
caller's transaction; after the commit the machine step of the new state is nudged.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from members.models import Account
from members.nudge import nudge
from requests_app.chain import GENESIS, EventFacts, Plain, digest_text, link_of
from requests_app.lifecycle import MOVES, OPENING_STATE, STATES, State, Via
from requests_app.models import Event, Request


class IllegalMove(Exception):
    """The lifecycle table has no such move from the request's state."""


class StaleRequest(Exception):
    """Somebody else changed the request first; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who or what makes a change, when, and why. ``note`` is free text, kept as a digest only."""

    via: Via
    now: datetime
    actor: Account | None = None
    because: Sequence[Plain] = ()
    data: Mapping[str, Plain] = field(default_factory=dict)
    note: str = ""


def chain_key() -> bytes:
    """Return the key of the event chain, which lives outside PostgreSQL."""
    return settings.CHAIN_KEY.encode()


def open_request(request: Request, cause: Cause) -> Event:
    """Insert a new request in the opening state with its first event: two statements.

    The caller has filled the request's own fields. Raises IntegrityError when the number or
    the look-up code is taken; the caller draws new ones.
    """
    terms = STATES[OPENING_STATE]
    request.stage, request.state = terms.stage, OPENING_STATE
    request.version = request.seq = 1
    request.wake_at = cause.now if terms.task else None
    event = _event(request, "request.registered", cause, before="", previous=GENESIS)
    request.chain_head = event.link
    request.save(force_insert=True)
    event.request = request
    event.save(force_insert=True)
    _nudge_after_commit(request)
    return event


def move(
    request: Request,
    code: str,
    cause: Cause,
    *,
    changes: Mapping[str, Any] | None = None,
) -> Event:
    """Make one move of the lifecycle table: compare-and-set, event, nudge on commit.

    ``changes`` are other fields that change with the state. ``request`` must be as read in
    this transaction or carry the version its reader saw.

    Raises IllegalMove when the table has no such move from the state, StaleRequest when the
    stored version differs.
    """
    rule = MOVES[code]
    if State(request.state) is not rule.source:
        raise IllegalMove(f"{code} from {request.state}")
    terms = STATES[rule.target]
    before = request.state
    fields = dict(
        changes or {},
        stage=terms.stage,
        state=rule.target,
        version=request.version + 1,
        wake_at=cause.now if terms.task else None,
        attempts=0,
    )
    event = _append(request, rule.event, cause, before=before, fields=fields)
    _nudge_after_commit(request)
    return event


def record(
    request: Request, kind: str, cause: Cause, *, changes: Mapping[str, Any] | None = None
) -> Event:
    """Append an event that changes no state and no version (timers, lights, resumes)."""
    return _append(request, kind, cause, before=request.state, fields=dict(changes or {}))


def edit(request: Request, kind: str, cause: Cause, *, changes: Mapping[str, Any]) -> Event:
    """Append an event with a person's edit: the version rises, the state stays."""
    return record(request, kind, cause, changes={**changes, "version": request.version + 1})


@contextmanager
def together(request: Request) -> Iterator[None]:
    """Write everything appended to one request inside in one go: two statements for all of it.

    The request in memory changes at once, the stored row and the events at the end, where
    StaleRequest is raised when somebody was faster. What fails inside leaves nothing.
    """
    chapter = _Chapter(request, request.version, request.seq)
    outer = _open_chapter.set(chapter)
    try:
        yield
    finally:
        _open_chapter.reset(outer)
    chapter.write()


@dataclass(slots=True)
class _Chapter:
    """Changes of one request with their events, from the version its reader saw."""

    request: Request
    version: int
    seq: int
    fields: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def write(self) -> None:
        """Set the fields on the row if nobody was faster, then write the events."""
        if not self.events:
            return
        link = self.events[-1].link
        hit = Request.objects.filter(pk=self.request.pk, version=self.version, seq=self.seq).update(
            **self.fields, seq=self.request.seq, chain_head=link
        )
        if hit != 1:
            raise StaleRequest(self.request.number)
        if len(self.events) == 1:  # by far most; alone it is inserted in two thirds of the time
            self.events[0].save(force_insert=True)
        else:
            Event.objects.bulk_create(self.events)


_open_chapter: ContextVar[_Chapter | None] = ContextVar("open_chapter", default=None)


def _append(
    request: Request, kind: str, cause: Cause, *, before: str, fields: dict[str, Any]
) -> Event:
    """Set ``fields`` and write the event: at once, or with the rest of an open chapter."""
    chapter = _open_chapter.get()
    if chapter is None or chapter.request is not request:
        chapter = _Chapter(request, request.version, request.seq)
    previous = bytes(request.chain_head)
    for name, value in fields.items():
        setattr(request, name, value)
    request.seq += 1
    event = _event(request, kind, cause, before=before, previous=previous)
    event.request = request
    request.chain_head = event.link
    chapter.fields |= fields
    chapter.events.append(event)
    if chapter is not _open_chapter.get():
        chapter.write()
    return event


def _event(request: Request, kind: str, cause: Cause, *, before: str, previous: bytes) -> Event:
    """Build the event row of the request as it stands now, linked to ``previous``."""
    key = chain_key()
    event = Event(
        seq=request.seq,
        kind=kind,
        at=cause.now,
        actor=cause.actor,
        via=cause.via,
        from_state=before,
        to_state=request.state,
        version=request.version,
        because=list(cause.because),
        data=dict(cause.data),
        note_digest=digest_text(cause.note, key=key) if cause.note else "",
    )
    facts: EventFacts = event.facts(request.number)
    event.link = link_of(previous, facts, key=key)
    return event


def _nudge_after_commit(request: Request) -> None:
    """Tell the worker that the request has a machine step; losing this message is harmless."""
    task, request_id = STATES[State(request.state)].task, request.pk
    if task:
        transaction.on_commit(lambda: nudge(task, request_id))
