"""The words of a request as staff read them: identifiers masked, places of findings kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from members.privacy import PLACEHOLDERS, Identifier, find_identifiers


@dataclass(frozen=True, slots=True)
class MaskedStory:
    """The masked text, and for every place of the original its place here."""

    text: str
    cuts: tuple[tuple[int, int, int, int], ...]  # original start, end → masked start, end

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where text[start:end] of the original stands in the masked text.

        A place inside an identifier widens to the whole placeholder.
        """
        return self._move(start, at_end=False), self._move(end, at_end=True)

    def _move(self, position: int, *, at_end: bool) -> int:
        shift = 0
        for start, end, masked_start, masked_end in self.cuts:
            if position <= start:
                break
            if position < end:
                return masked_end if at_end else masked_start
            shift = masked_end - end
        return position + shift


def mask_story(text: str) -> MaskedStory:
    """Replace every identifier by a word for its kind; see members.privacy."""
    return _cut(text, find_identifiers(text))


def _cut(text: str, found: Iterable[Identifier]) -> MaskedStory:
    pieces: list[str] = []
    cuts: list[tuple[int, int, int, int]] = []
    position = length = 0
    for hit in found:
        word = PLACEHOLDERS[hit.kind]
        pieces += [text[position : hit.start], word]
        length += hit.start - position
        cuts.append((hit.start, hit.end, length, length + len(word)))
        length += len(word)
        position = hit.end
    return MaskedStory("".join([*pieces, text[position:]]), tuple(cuts))


def quote(text: str, start: int, end: int, *, longest: int = 16) -> str:
    """Return the words of a finding for its reason; "" when the place is not in the text."""
    if not 0 <= start < end <= len(text):
        return ""
    words = text[start:end]
    return words if len(words) <= longest else words[: longest - 1] + "…"
