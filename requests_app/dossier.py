"""Everything about one request in one statement: the row and its children as JSON.

The words are read sealed. Whoever opens them (``open_words``) writes an access entry first
(reading_access.py); nothing here decides who may.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat, JSONObject

from members.models import AccessEntry, Enterprise, Unit
from members.scope import Scope
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
from requests_app.sealing import RequestVault

JUST_TEXTS = frozenset({"texts_json"})
MOST_LOOKS = 20  # newest entries of the access log shown on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """One narrative as stored."""

    kind: str
    sealed: bytes
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event with the name of who made it ("" for the machine)."""

    seq: int
    kind: str
    at: datetime
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
    """One attachment; size in bytes."""

    id: int
    content_type: str
    size: int
    added_at: datetime


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
    units: Mapping[int, str]  # the station and every unit above it: id → short name
    firms: Mapping[int, str]  # every enterprise that a finding or an event names: id → name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWords:
    """The opened texts; empty strings where nothing was written or the key is erased."""

    story: str = ""
    employer: str = ""
    name: str = ""
    phone: str = ""


def read_dossier(
    scope: Scope, number: str, *, children: Collection[str] | None = None
) -> Dossier | None:
    """Return the dossier of a visible request in one statement; None for any other number.

    ``children`` names the child rows to read (``JUST_TEXTS``), all of them when not given:
    putting the statement together costs more than running it.
    """
    if "\x00" in number:  # PostgreSQL refuses it in a text
        return None
    row = (
        visible_to(scope)
        .filter(number=number)
        .select_related(
            "station", "holder", "handler", "registrar", "enterprise__community", "key", "identity"
        )
        .annotate(**_children(children))
        .first()
    )
    return None if row is None else _dossier_of(row)


def open_words(dossier: Dossier) -> OpenWords:
    """Open the narrative and the identity. The caller may read them and has logged it."""
    if dossier.key is None:
        return OpenWords()
    vault = RequestVault.of(dossier.request.number, dossier.key)
    texts = {each.kind: vault.open_text(each.sealed, each.kind) for each in dossier.texts}
    who = dossier.identity
    return OpenWords(
        story=texts.get(Narrative.Kind.STORY, ""),
        employer=texts.get(Narrative.Kind.EMPLOYER, ""),
        name=vault.open_text(bytes(who.name_sealed), "name") if who and who.name_sealed else "",
        phone=vault.open_text(bytes(who.phone_sealed), "phone") if who and who.phone_sealed else "",
    )


def _children(names: Collection[str] | None) -> dict[str, ArraySubquery]:
    """The child rows as arrays of JSON, each in its order."""
    mine: dict[str, Any] = {"request": OuterRef("pk")}
    known = {
        "texts_json": _array(
            Narrative.objects.filter(**mine).order_by("id"),
            kind=F("kind"),
            sealed=_hex("sealed"),
            written_at=F("written_at"),
        ),
        "events_json": _array(
            Event.objects.filter(**mine).order_by("-seq"),
            actor=F("actor__name"),
            **_same("seq", "kind", "at", "via", "from_state", "to_state", "because", "data"),
        ),
        "findings_json": _array(
            Finding.objects.filter(**mine).order_by("start", "id"),
            confirmed_by=F("confirmed_by__name"),
            **_same("id", "kind", "code", "value", "start", "end", "reason"),
        ),
        "suggestions_json": _array(
            Suggestion.objects.filter(**mine).order_by("rank"),
            **_same("rank", "item_code", "score", "reasons"),
        ),
        "files_json": _array(
            Attachment.objects.filter(**mine).order_by("id"),
            **_same("id", "content_type", "size", "added_at"),
        ),
        "looks_json": _array(
            _looks()[:MOST_LOOKS],
            account=F("account__name"),
            reason_sealed=_hex("reason_sealed"),
            **_same("at", "action", "field"),
        ),
        "units_json": _array(
            Unit.objects.alias(
                below=ExpressionWrapper(OuterRef("station__path"), output_field=TextField())
            )
            .filter(below__startswith=F("path"))
            .order_by("path"),
            **_same("id", "short_name"),
        ),
        "firms_json": _array(
            Enterprise.objects.filter(
                Q(pk__in=_proposed_firms()) | Q(pk__in=_settled_firms())
            ).order_by("id"),
            **_same("id", "name"),
        ),
    }
    return {name: rows for name, rows in known.items() if names is None or name in names}


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


def _same(*names: str) -> dict[str, F]:
    return {name: F(name) for name in names}


def _array(rows: QuerySet[Any], **parts: F | Func) -> ArraySubquery:
    return ArraySubquery(rows.values(line=JSONObject(**parts)))


def _hex(column: str) -> Func:
    """A binary column as hex digits, whatever bytea_output says."""
    return Func(F(column), Value("hex"), function="encode", output_field=TextField())


def _dossier_of(row: Request) -> Dossier:
    read = defaultdict(tuple, vars(row))
    return Dossier(
        request=row,
        key=getattr(row, "key", None),
        identity=getattr(row, "identity", None),
        texts=tuple(
            SealedText(
                kind=line["kind"],
                sealed=bytes.fromhex(line["sealed"]),
                written_at=_moment(line["written_at"]),
            )
            for line in read["texts_json"]
        ),
        events=tuple(
            EventLine(**{**line, "at": _moment(line["at"]), "actor": line["actor"] or ""})
            for line in read["events_json"]
        ),
        findings=tuple(
            FindingLine(**{**line, "confirmed_by": line["confirmed_by"] or ""})
            for line in read["findings_json"]
        ),
        suggestions=tuple(SuggestionLine(**line) for line in read["suggestions_json"]),
        files=tuple(
            FileLine(**{**line, "added_at": _moment(line["added_at"])})
            for line in read["files_json"]
        ),
        looks=tuple(
            LookLine(
                **{
                    **line,
                    "at": _moment(line["at"]),
                    "reason_sealed": bytes.fromhex(line["reason_sealed"] or ""),
                }
            )
            for line in read["looks_json"]
        ),
        units={line["id"]: line["short_name"] for line in read["units_json"]},
        firms={line["id"]: line["name"] for line in read["firms_json"]},
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
