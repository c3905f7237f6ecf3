"""Reads one request: the likely items, findings, cues, flags and the enterprise meant.

Pure; called by the sensing step with everything it needs. The result only proposes and
raises: nothing in it closes, lowers or routes a request (docs/rules.md, Understanding).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from requests_app.catalogue.facts import Facts
from requests_app.catalogue.terms import Catalogue
from requests_app.stages.sensing.understand.cues import Cue, flags_of, scan_cues
from requests_app.stages.sensing.understand.enterprises import (
    EnterpriseCandidate,
    find_enterprises,
)
from requests_app.stages.sensing.understand.finding import Finding
from requests_app.stages.sensing.understand.firm_names import EnterpriseRow
from requests_app.stages.sensing.understand.items import (
    SUGGESTIONS,
    ItemSuggestion,
    SuggestionReason,
    suggester_for,
)
from requests_app.stages.sensing.understand.quantities import (
    amount_of,
    find_quantities,
    headcount_of,
)

# Ten workers with one claim are a collective matter: mediation and arbitration law, article 7.
COLLECTIVE_HEADCOUNT: Final = 10
# Items that have a collective form; other items keep theirs whatever the head count.
COLLECTIVE_ITEMS: Final = {"WAGE-01": "WAGE-02"}
# Findings past this place are not worth the time; cues are looked for in the whole text.
MAX_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What one text seems to say. Places are offsets into the text as given.

    `suggestions` hold three items at most, best first. `facts` has what the text alone tells;
    the caller adds repeats, festivals and limitation dates with `dataclasses.replace`.
    """

    suggestions: tuple[ItemSuggestion, ...]
    findings: tuple[Finding, ...]
    cues: tuple[Cue, ...]
    flags: frozenset[str]
    enterprises: tuple[EnterpriseCandidate, ...]
    facts: Facts


def understand(
    text: str,
    *,
    employer: str,
    topic: str,
    catalogue: Catalogue,
    enterprises: Iterable[EnterpriseRow],
    on: date,
) -> Understanding:
    """Read a request's text with the form's employer field and topic. Never raises.

    `topic` is a class code or "", `enterprises` are (id, name, short name) rows, `on` is the
    day of the request.
    """
    cues = scan_cues(text)
    flags = flags_of(cues)
    findings = find_quantities(text[:MAX_TEXT], on=on)
    headcount, shared = headcount_of(findings)
    suggestions = suggester_for(catalogue).suggest(text, topic=topic)
    if shared and headcount is not None and headcount >= COLLECTIVE_HEADCOUNT:
        suggestions = _collective_first(suggestions, text, findings, catalogue)
    return Understanding(
        suggestions=suggestions,
        findings=findings,
        cues=cues,
        flags=flags,
        enterprises=find_enterprises(text, employer=employer, enterprises=enterprises),
        facts=Facts(
            headcount=headcount,
            shared_demand=shared,
            amount_fen=amount_of(findings, headcount=headcount if shared else None),
            cues=frozenset(cue.code for cue in cues),
            flags=flags,
            class_code=topic or _class_of(suggestions, catalogue),
        ),
    )


def _class_of(suggestions: tuple[ItemSuggestion, ...], catalogue: Catalogue) -> str:
    return catalogue.item(suggestions[0].item).class_code if suggestions else ""


def _collective_first(
    suggestions: tuple[ItemSuggestion, ...],
    text: str,
    findings: tuple[Finding, ...],
    catalogue: Catalogue,
) -> tuple[ItemSuggestion, ...]:
    """The suggestions with a collective item ahead of its single form, and the reason said."""
    known = {item.code for item in catalogue.items}
    reason = _shared_reason(text, findings)
    for single, collective in COLLECTIVE_ITEMS.items():
        by_item = {each.item: each for each in suggestions}
        if collective not in known or not {single, collective} & by_item.keys():
            continue
        own = by_item.get(collective)
        one = by_item.get(single)
        chances = [each.score for each in (own, one) if each]
        proposed = replace(
            own or by_item[single],
            item=collective,
            score=max(chances),
            reasons=(reason, *(own.reasons if own else ())),
        )
        rest = [
            replace(each, score=min(chances)) if each is one and own else each
            for each in suggestions
            if each is not own
        ]
        place = min(suggestions.index(each) for each in (own, one) if each)
        rest.insert(place, proposed)
        ranked = sorted(rest, key=lambda each: -each.score)
        suggestions = tuple(ranked[:SUGGESTIONS])
    return suggestions


def _shared_reason(text: str, findings: tuple[Finding, ...]) -> SuggestionReason:
    shared = next(each for each in findings if each.kind == "shared" and each.low == 1)
    return SuggestionReason(
        code="shared_headcount",
        text=text[shared.start : shared.end],
        start=shared.start,
        end=shared.end,
    )
