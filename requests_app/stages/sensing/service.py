"""The sensing step: read the words, propose the item, raise what must be raised."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from members.privacy import mask_identifiers
from members.queries import enterprise_names
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue, needs_recusal
from requests_app.chain import Plain
from requests_app.lifecycle import Via
from requests_app.models import Finding, Narrative, Request, RequestKey, SearchRow, Suggestion
from requests_app.moves import Cause, move
from requests_app.sealing import RequestVault
from requests_app.stages.sensing.rules import (
    crisis_flags,
    decide_enterprise,
    decide_item,
    grams_of,
    is_named_by_sender,
    raise_urgency,
)
from requests_app.stages.sensing.understand.reading import Understanding, understand
from requests_app.steps import open_flag_steps


def sense(request: Request, *, via: Via, now: datetime) -> None:
    """Read the request's words and accept it. Called with the row locked and due.

    Writes suggestions, findings and, for unflagged text, the search row. Urgency and flags
    are only raised. Staff confirm or correct what is proposed here.
    """
    today = now.astimezone(SHANGHAI).date()
    catalogue = current_catalogue(today)
    texts = _open_texts(request)
    story = texts.get(Narrative.Kind.STORY, "")
    reading = understand(
        story,
        employer=texts.get(Narrative.Kind.EMPLOYER, ""),
        topic=request.topic,
        catalogue=catalogue,
        enterprises=enterprise_names(),
        on=today,
    )
    changes = _decide_changes(request, reading, catalogue)
    known_flags = frozenset(request.flags)
    _store_reading(request, reading)
    if catalogue.may_search(changes["flags"]):
        SearchRow.objects.update_or_create(
            request=request, defaults={"grams": grams_of(mask_identifiers(story))}
        )
    move(
        request,
        "sense",
        Cause(via=via, now=now, because=_reasons(reading)),
        changes=changes,
    )
    open_flag_steps(request, set(changes["flags"]) - known_flags, now=now)


def _open_texts(request: Request) -> dict[str, str]:
    """Open the request's narratives: kind → text."""
    vault = RequestVault.of(request.number, RequestKey.objects.get(request=request))
    rows = Narrative.objects.filter(request=request).order_by("id")
    return {row.kind: vault.open_text(row.sealed, row.kind) for row in rows}


def _decide_changes(
    request: Request, reading: Understanding, catalogue: Catalogue
) -> dict[str, Any]:
    """Return the request's fields after reading; never lowers urgency or drops a flag."""
    code = decide_item([(each.item, each.score) for each in reading.suggestions])
    item = catalogue.item(code) if code else None
    flags = {*request.flags, *reading.flags, *(item.flags if item else ())}
    asked = [item.urgency] if item else []
    if crisis_flags(cue.code for cue in reading.cues):
        asked.append("critical")
    enterprise_id = decide_enterprise(
        [(each.enterprise_id, each.score) for each in reading.enterprises]
    )
    return {
        "item_id": item.row_id if item else None,
        "flags": sorted(flags),
        "urgency": raise_urgency(request.urgency, asked, catalogue),
        "headcount": reading.facts.headcount,
        "amount_fen": reading.facts.amount_fen,
        "enterprise_id": enterprise_id,
        "employer_is_settled": is_named_by_sender(
            enterprise_id,
            [
                (each.enterprise_id, each.score)
                for each in reading.enterprises
                if each.source == "employer"
            ],
        ),
        "needs_recusal": item is None or needs_recusal(item.kind, flags),
    }


def _store_reading(request: Request, reading: Understanding) -> None:
    """Keep what was found, as places in the text and codes, never as words."""
    Suggestion.objects.bulk_create(
        Suggestion(
            request=request,
            rank=rank,
            item_code=each.item,
            score=each.score,
            reasons=[{"code": r.code, "start": r.start, "end": r.end} for r in each.reasons],
            reader=each.version,
        )
        for rank, each in enumerate(reading.suggestions, start=1)
    )
    Finding.objects.bulk_create(_finding_rows(request, reading))


def _finding_rows(request: Request, reading: Understanding) -> Iterator[Finding]:
    """Yield one row a fact, cue and enterprise candidate."""
    for fact in reading.findings:
        yield Finding(
            request=request,
            kind=fact.kind,
            value={
                "low": fact.low,
                "high": fact.high,
                "stated": fact.stated,
                "about": fact.about,
            },
            start=fact.start,
            end=fact.end,
            reason=fact.reason,
        )
    for cue in reading.cues:
        yield Finding(
            request=request,
            kind="cue",
            code=cue.code,
            value={"negated": cue.negated, "quoted": cue.quoted},
            start=cue.start,
            end=cue.end,
            reason="cue",
        )
    for named in reading.enterprises:
        yield Finding(
            request=request,
            kind="enterprise",
            code=named.source,
            value={"enterprise": named.enterprise_id, "score": round(named.score, 3)},
            start=named.start,
            end=named.end,
            reason=named.reason,
        )


def _reasons(reading: Understanding) -> list[Plain]:
    """Return codes and scores for the event, no words."""
    proposed: list[Plain] = [
        {"code": "item", "item": each.item, "score": round(each.score, 3)}
        for each in reading.suggestions
    ]
    cues = sorted({cue.code for cue in reading.cues})
    return [*proposed, *({"code": "cue", "cue": cue} for cue in cues)]
