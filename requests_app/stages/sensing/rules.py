"""Decisions of the sensing stage (docs/rules.md, "Sensing"). Pure."""

import unicodedata
from collections.abc import Iterable, Sequence

from requests_app.catalogue.terms import Catalogue

SUGGEST_FLOOR = 0.15  # below this the proposal is noise; the item stays open
CERTAIN_MATCH = 0.95  # a full or a short name of the register, letter by letter

# Words that people must see at once, and the flag each raises inside the intake itself.
CRISIS_CUES = {
    "self_harm": "self_harm",
    "violence": "violence",
    "detained": "violence",
    "danger_now": "safety",
}


def crisis_flags(cues: Iterable[str]) -> frozenset[str]:
    """Return the flags that words of danger raise at once, before any person has read them.

    Negated and quoted words count too: a missed cue is the worst error.
    """
    return frozenset(CRISIS_CUES[cue] for cue in cues if cue in CRISIS_CUES)


def decide_item(ranked: Sequence[tuple[str, float]]) -> str:
    """Return the code of the proposed item, "" when nothing is likely enough.

    ``ranked`` holds (item code, score between 0 and 1), best first.
    """
    if not ranked or ranked[0][1] < SUGGEST_FLOOR:
        return ""
    return ranked[0][0]


def decide_enterprise(ranked: Sequence[tuple[int, float]]) -> int | None:
    """Return the enterprise that is surely meant, None when none is or two are as likely.

    ``ranked`` holds (enterprise id, score between 0 and 1), best first.
    """
    if not ranked or ranked[0][1] < CERTAIN_MATCH:
        return None
    rivals = [pk for pk, score in ranked[1:] if score >= ranked[0][1] and pk != ranked[0][0]]
    return None if rivals else ranked[0][0]


def is_named_by_sender(enterprise_id: int | None, named: Iterable[tuple[int, float]]) -> bool:
    """Whether the sender's own answer, letter by letter, is the enterprise that was decided on.

    ``named`` holds (enterprise id, score) of the employer field alone. A name that only stands
    somewhere in the story may be the neighbour's: it is linked, and a person has to settle it.
    """
    sure = {pk for pk, score in named if score >= CERTAIN_MATCH}
    return enterprise_id in sure


def raise_urgency(current: str, asked: Iterable[str], catalogue: Catalogue) -> str:
    """Return the highest of the current urgency and those asked for; never lower."""
    return catalogue.highest_urgency([current, *asked])


def grams_of(text: str) -> list[str]:
    """Return the distinct single characters and bigrams of ``text``, for Chinese search.

    Case and width are folded; spaces and punctuation separate.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    grams: set[str] = set()
    previous = ""
    for char in folded:
        if not char.isalnum():
            previous = ""
            continue
        grams.add(char)
        if previous:
            grams.add(previous + char)
        previous = char
    return sorted(grams)
