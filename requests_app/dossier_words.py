"""The words of a dossier, opened. The caller may read them and has logged it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from requests_app.dossier import Dossier
from requests_app.models import Narrative
from requests_app.parties import Claimant, Person, claimant_of, person_of
from requests_app.sealing import RequestVault


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWords:
    """The opened texts; empty where nothing was written or the key is erased."""

    story: str = ""
    employer: str = ""
    name: str = ""
    phone: str = ""
    override: str = ""  # why the employer was approached against the worker's word
    steps: Mapping[int, str] = field(default_factory=dict)  # note by the step's id
    people: Mapping[int, Person] = field(default_factory=dict)  # by the participant's id
    minutes: Mapping[int, str] = field(default_factory=dict)  # by the session's number
    claimants: Mapping[int, Claimant] = field(default_factory=dict)  # by the claim's line
    terms: str = ""
    replies: Mapping[int, str] = field(default_factory=dict)  # by the result's number
    review_notes: Mapping[int, str] = field(default_factory=dict)  # by the result's number
    opinions: Mapping[tuple[int, str], str] = field(default_factory=dict)  # by result and source
    calls: Mapping[int, str] = field(default_factory=dict)  # by the attempt's id


def open_words(dossier: Dossier) -> OpenWords:
    """Open everything that is sealed under the request's key."""
    if dossier.key is None:
        return OpenWords()
    vault = RequestVault.of(dossier.request.number, dossier.key)
    texts = {each.kind: vault.open_text(each.sealed, each.kind) for each in dossier.texts}
    who, handling, results = dossier.identity, dossier.handling, dossier.completion.results
    terms = handling.settlement.terms_sealed if handling.settlement else b""
    return OpenWords(
        story=texts.get(Narrative.Kind.STORY, ""),
        employer=texts.get(Narrative.Kind.EMPLOYER, ""),
        override=texts.get(Narrative.Kind.OVERRIDE, ""),
        name=vault.open_text(bytes(who.name_sealed), "name") if who and who.name_sealed else "",
        phone=vault.open_text(bytes(who.phone_sealed), "phone") if who and who.phone_sealed else "",
        steps={
            each.id: vault.open_text(each.note_sealed, f"step/{each.id}")
            for each in handling.steps
            if each.note_sealed
        },
        people={each.id: person_of(each.sealed, vault) for each in handling.participants},
        minutes={
            each.number: vault.open_text(each.minutes_sealed, "minutes")
            for each in handling.sessions
        },
        claimants={each.line: claimant_of(each.sealed, vault) for each in handling.claims},
        terms=vault.open_text(terms, "terms") if terms else "",
        replies={each.number: vault.open_text(each.reply_sealed, "reply") for each in results},
        review_notes={
            each.number: vault.open_text(each.review.note_sealed, "review")
            for each in results
            if each.review and each.review.note_sealed
        },
        opinions={
            (result.number, each.source): vault.open_text(each.words_sealed, "rating")
            for result in results
            for each in result.ratings
            if each.words_sealed
        },
        calls={
            each.id: vault.open_text(each.note_sealed, "call")
            for result in results
            for each in result.calls
            if each.note_sealed
        },
    )
