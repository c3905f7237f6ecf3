"""Everything about one request in one statement: the row and its children as JSON.

The words are read sealed. Whoever opens them (dossier_words.py) writes an access entry first
(reading_access.py); nothing here decides who may.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from members.models import AccessEntry, Enterprise, Unit
from members.scope import Scope
from requests_app.dossier_arrays import MINE, array, as_hex, moment, same, sealed
from requests_app.dossier_completion import (
    CompletionFile,
    completion_arrays,
    completion_file_of,
)
from requests_app.dossier_handling import HandlingFile, handling_arrays, handling_file_of
from requests_app.models import (
    Attachment,
    Event,
    Finding,
    Identity,
    Narrative,
    Request,
    RequestKey,
    Suggestion,
)
from requests_app.queries import visible_to

MOST_LOOKS = 20  # newest entries of the access log shown on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """One narrative as stored."""

    kind: str
    sealed: bytes
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event with who made it (None and "" for the machine)."""

    seq: int
    kind: str
    at: datetime
    actor_id: int | None
    actor: str
    via: str
    from_state: str
    to_state: str
    because: Sequence[Mapping[str, Any]]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding, with the name of who confirmed it ("" for nobody yet)."""

    id: int
    kind: str
    code: str
    value: Mapping[str, Any]
    start: int
    end: int
    reason: str
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLine:
    """One proposed item."""

    rank: int
    item_code: str
    score: float
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One attachment; size in bytes. ``added_by`` is "" for what came with the request."""

    id: int
    content_type: str
    size: int
    purpose: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """One entry of the access log. ``reason_sealed`` is empty where none was asked."""

    account: str
    at: datetime
    action: str
    field: str
    reason_sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One request and everything that hangs on it, texts still sealed."""

    request: Request
    key: RequestKey | None
    identity: Identity | None
    texts: tuple[SealedText, ...]
    events: tuple[EventLine, ...]
    findings: tuple[FindingLine, ...]
    suggestions: tuple[SuggestionLine, ...]
    files: tuple[FileLine, ...]
    looks: tuple[LookLine, ...]
    handling: HandlingFile
    completion: CompletionFile
    units: Mapping[int, str]  # the station and every unit above it: id → short name
    firms: Mapping[int, str]  # every enterprise that a finding or an event names: id → name


def read_dossier(scope: Scope, number: str, *, whole: bool = True) -> Dossier | None:
    """Return the dossier of a visible request in one statement; None for any other number.

    Not ``whole``: the request with its words alone, the other children empty. Putting them into
    the statement costs more than running it.
    """
    if "\x00" in number:  # PostgreSQL refuses it in a text
        return None
    row = (
        visible_to(scope)
        .filter(number=number)
        .select_related(
            "station",
            "holder",
            "handler",
            "former_handler",
            "registrar",
            "assignee",
            "assignee_unit",
            "enterprise__community",
            "key",
            "identity",
        )
        .annotate(**(_children() if whole else _texts()))
        .first()
    )
    return None if row is None else _dossier_of(row)


def _texts() -> dict[str, ArraySubquery]:
    """The sealed words as an array of JSON."""
    return {
        "texts_json": array(
            Narrative.objects.filter(**MINE).order_by("id"),
            kind=F("kind"),
            sealed=as_hex("sealed"),
            written_at=F("written_at"),
        ),
    }


def _children() -> dict[str, ArraySubquery]:
    """The child rows as arrays of JSON, each in its order."""
    return {
        **_texts(),
        **handling_arrays(),
        **completion_arrays(),
        "events_json": array(
            Event.objects.filter(**MINE).order_by("-seq"),
            actor=F("actor__name"),
            **same(
                "seq", "kind", "at", "actor_id", "via", "from_state", "to_state", "because", "data"
            ),
        ),
        "findings_json": array(
            Finding.objects.filter(**MINE).order_by("start", "id"),
            confirmed_by=F("confirmed_by__name"),
            **same("id", "kind", "code", "value", "start", "end", "reason"),
        ),
        "suggestions_json": array(
            Suggestion.objects.filter(**MINE).order_by("rank"),
            **same("rank", "item_code", "score", "reasons"),
        ),
        "files_json": array(
            Attachment.objects.filter(**MINE).order_by("id"),
            added_by=F("added_by__name"),
            **same("id", "content_type", "size", "purpose", "added_at"),
        ),
        "looks_json": array(
            _looks()[:MOST_LOOKS],
            account=F("account__name"),
            reason_sealed=as_hex("reason_sealed"),
            **same("at", "action", "field"),
        ),
        "units_json": array(
            Unit.objects.alias(
                below=ExpressionWrapper(OuterRef("station__path"), output_field=TextField())
            )
            .filter(below__startswith=F("path"))
            .order_by("path"),
            **same("id", "short_name"),
        ),
        "firms_json": array(
            Enterprise.objects.filter(
                Q(pk__in=_proposed_firms()) | Q(pk__in=_settled_firms())
            ).order_by("id"),
            **same("id", "name"),
        ),
    }


def _proposed_firms() -> QuerySet[Finding, Any]:
    """Ids of the enterprises among the findings; two levels below the request's own query."""
    named = Finding.objects.filter(request=OuterRef(OuterRef("pk")), kind="enterprise")
    return named.values(firm=Cast(KT("value__enterprise"), BigIntegerField()))


def _settled_firms() -> QuerySet[Event, Any]:
    """Ids of the enterprises that people settled on; two levels below, like the proposed."""
    linked = Event.objects.filter(request=OuterRef(OuterRef("pk")), kind="employer.linked")
    return linked.values(firm=Cast(KT("data__enterprise"), BigIntegerField()))


def _looks() -> QuerySet[AccessEntry]:
    subject = Concat(Value("request:"), OuterRef("pk"), output_field=TextField())
    return AccessEntry.objects.filter(subject=subject).order_by("-id")


def _dossier_of(row: Request) -> Dossier:
    read = defaultdict(tuple, vars(row))
    return Dossier(
        request=row,
        key=getattr(row, "key", None),
        identity=getattr(row, "identity", None),
        texts=tuple(
            SealedText(
                kind=line["kind"],
                sealed=sealed(line["sealed"]),
                written_at=moment(line["written_at"]),
            )
            for line in read["texts_json"]
        ),
        events=tuple(
            EventLine(**{**line, "at": moment(line["at"]), "actor": line["actor"] or ""})
            for line in read["events_json"]
        ),
        findings=tuple(
            FindingLine(**{**line, "confirmed_by": line["confirmed_by"] or ""})
            for line in read["findings_json"]
        ),
        suggestions=tuple(SuggestionLine(**line) for line in read["suggestions_json"]),
        files=tuple(
            FileLine(
                **{
                    **line,
                    "added_at": moment(line["added_at"]),
                    "added_by": line["added_by"] or "",
                }
            )
            for line in read["files_json"]
        ),
        looks=tuple(
            LookLine(
                **{
                    **line,
                    "at": moment(line["at"]),
                    "reason_sealed": sealed(line["reason_sealed"]),
                }
            )
            for line in read["looks_json"]
        ),
        handling=handling_file_of(read),
        completion=completion_file_of(read),
        units={line["id"]: line["short_name"] for line in read["units_json"]},
        firms={line["id"]: line["name"] for line in read["firms_json"]},
    )
