"""What one client may see of a request: neutral, with its matter, or with its words.

The same rules as on the desk (requests_app.queries). Identity is masked for everybody. The
keys are those of the shapes beside; plain values, since a serializer a row cost four times
the rest of the list.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext

from members.models import ApiScope, Unit
from members.privacy import mask_identifiers, mask_name, mask_phone
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.catalogue.terms import Catalogue, Term, UnknownCode
from requests_app.dossier import Dossier
from requests_app.dossier_words import open_words
from requests_app.models import Request
from requests_app.queries import accesses_of, is_confidential, may_read_words, open_moves
from requests_app.reading_access import note_view
from station.api.access import Caller
from station.api.etags import etag_of
from station.api.v1.verbs import MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One request for one client before its words are opened, with the tag of the whole."""

    dossier: Dossier
    facts: dict[str, Any]
    has_words: bool
    etag: str


def row_of(row: Request, caller: Caller) -> dict[str, Any]:
    """Return a row of a list; a confidential one comes without its matter."""
    catalogue = current_catalogue(timezone.localdate(caller.now))
    is_secret = is_confidential(caller.scope, row, accesses_of(catalogue))
    return _facts(row, catalogue, is_secret=is_secret, shows=not is_secret)


def sheet_of(dossier: Dossier, caller: Caller) -> Sheet:
    """Return the sheet of a visible request."""
    row = dossier.request
    catalogue = current_catalogue(timezone.localdate(caller.now))
    accesses = accesses_of(catalogue)
    is_secret = is_confidential(caller.scope, row, accesses)
    has_words = ApiScope.WORDS in caller.grants and may_read_words(caller.scope, row, accesses)
    facts = _facts(row, catalogue, is_secret=is_secret, shows=has_words or not is_secret)
    facts |= {"words": None, "moves": moves_of(row, caller)}
    depends_on = {
        **facts,
        "has_words": has_words,
        "is_erased": dossier.key is None,
        "language": get_language(),
        "grants": sorted(caller.grants),
        "seq": row.seq,
    }
    return Sheet(
        dossier=dossier,
        facts=facts,
        has_words=has_words,
        etag=etag_of(row.number, row.version, depends_on),
    )


def open_sheet(sheet: Sheet, caller: Caller) -> dict[str, Any]:
    """Return the whole answer. Words cost one entry of the access log, or they stay shut."""
    if not sheet.has_words:
        return sheet.facts
    with transaction.atomic():
        note_view(sheet.dossier.request, actor=caller.account, now=caller.now)
        words = _words(sheet.dossier)
    return {**sheet.facts, "words": words}


def moves_of(row: Request, caller: Caller) -> list[str]:
    """Return the moves that the account may make now and that a client can ask for."""
    return [code for code in open_moves(caller.scope, row) if code in MOVES]


def _facts(row: Request, catalogue: Catalogue, *, is_secret: bool, shows: bool) -> dict[str, Any]:
    return {
        "number": row.number,
        "version": row.version,
        "stage": row.stage,
        "state": row.state,
        "state_label": gettext(row.state_label),
        "urgency": row.urgency,
        "channel": row.channel,
        "station": _unit(row.station),
        "registered_at": _moment(row.registered_at),
        "dispatched_at": _moment(row.dispatched_at),
        "signed_at": _moment(row.signed_at),
        "sign_by": _moment(row.sign_by),
        "due_at": _moment(row.due_at),
        "due_is_provisional": row.due_is_provisional,
        "is_parked": row.is_parked,
        "is_confidential": is_secret,
        "matter": _matter(row, catalogue) if shows else None,
    }


def _matter(row: Request, catalogue: Catalogue) -> dict[str, Any]:
    item = item_terms(row.item_id)
    class_code = item.class_code if item else row.topic
    return {
        "item": _term(item) if item else None,
        "item_class": _class(catalogue, class_code) if class_code else None,
        "flags": [_term(each) for each in catalogue.flags if each.code in row.flags],
        "level": row.level or None,
        "enterprise": row.enterprise.name if row.enterprise else None,
        "headcount": row.headcount,
        "amount_fen": row.amount_fen,
        "holder": _unit(row.holder) if row.holder else None,
    }


def _words(dossier: Dossier) -> dict[str, Any]:
    row, opened = dossier.request, open_words(dossier)
    return {
        "story": mask_identifiers(opened.story),
        "employer": mask_identifiers(opened.employer),
        "approach": row.approach,
        "applicant": {
            "kind": row.applicant_kind,
            "is_anonymous": row.is_anonymous,
            "name": mask_name(opened.name),
            "phone": mask_phone(opened.phone),
        },
        "is_erased": dossier.key is None,
    }


def _class(catalogue: Catalogue, code: str) -> dict[str, str]:
    """Return the class of items; its bare code when it is not in force any more."""
    try:
        return _term(catalogue.item_class(code))
    except UnknownCode:
        return {"code": code, "label": code}


def _term(term: Term) -> dict[str, str]:
    return {"code": term.code, "label": term.label_in(get_language() or "zh-hans")}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else timezone.localtime(at).isoformat()


def _unit(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.short_name}
