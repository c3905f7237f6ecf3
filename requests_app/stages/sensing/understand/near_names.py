"""Enterprises that an employer's name as typed comes near to, though it is written otherwise.

By sound (亭和餐饮, TINGHE), by initials (thcy), but for one character (汀木餐饮): slips of an
input method and quick typing. Pure. Such a match only proposes; it never links.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from requests_app.stages.sensing.understand.everyday import everyday_words
from requests_app.stages.sensing.understand.firm_names import (
    Match,
    Register,
    distinctive,
    without_kind,
)

# Of the sounds of the distinctive part: one letter in six may differ (dinghe, tinghe).
_SOUND_CUTOFF: Final = 80.0
_SOUND_THRESHOLD: Final = 0.7
# One wrong character of two leaves little: what is told of the trade has to agree.
_WHOLE_CUTOFF: Final = 60.0
_INITIALS_MIN: Final = 3
_PART_OF_INITIALS_MIN: Final = 4
_LETTERS_MIN: Final = 4
_BEGINNING_SCORE: Final = 0.9
_INITIALS_SCORE: Final = 0.75
_ONE_CHARACTER_SCORE: Final = 0.7
_MOST: Final = 20

type Near = Iterator[tuple[int, Match, float]]  # row, how it matches, score


@dataclass(frozen=True, slots=True)
class _Sounds:
    """How the names of the register sound, in the order of its ``wholes``."""

    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    initials: tuple[str, ...]


def near_names(name: str, register: Register) -> Near:
    """Yield what a plain employer's name may mean by sound, initials or one wrong character."""
    if letters := _letters_of(name):
        yield from _by_letters(letters, register)
        return
    whole = without_kind(name)
    part = distinctive(whole)
    if len(part) < 2 or part in everyday_words():
        return
    sounds = _sounds_of(register)
    yield from _by_sound(_spoken(part), _sound_of(whole, part), sounds, register)
    yield from _by_one_character(whole, part, sounds, register)


def _letters_of(name: str) -> str:
    """Return the letters of a name typed in Latin script, "" for any other."""
    bare = unicodedata.normalize("NFD", name)
    letters = re.sub(r"[\W\d_]|[̀-ͯ]", "", bare)
    return letters if letters.isascii() else ""


def _by_letters(letters: str, register: Register) -> Near:
    sounds = _sounds_of(register)
    for index, (whole, part, initials) in enumerate(
        zip(sounds.wholes, sounds.parts, sounds.initials, strict=True)
    ):
        if _are_initials(letters, initials):
            yield register.owners[index], "initials", _INITIALS_SCORE
        elif _begins(letters, whole, part):
            yield register.owners[index], "sound", _BEGINNING_SCORE
    if len(letters) >= _LETTERS_MIN:
        yield from _by_sound(letters, letters, sounds, register)


def _are_initials(letters: str, initials: str) -> bool:
    """Whether letters are the initials of a name, or a good part of them."""
    if len(letters) < _INITIALS_MIN or len(initials) < _INITIALS_MIN:
        return False
    is_part = len(letters) >= _PART_OF_INITIALS_MIN and initials.startswith(letters)
    return letters == initials or is_part


def _begins(letters: str, whole: str, part: str) -> bool:
    """Whether letters spell a name from its beginning, its distinctive part at least."""
    if len(part) < _LETTERS_MIN:
        return False
    return letters.startswith(part) and (whole.startswith(letters) or letters.startswith(whole))


def _by_sound(part: str, whole: str, sounds: _Sounds, register: Register) -> Near:
    close = process.extract(
        part, sounds.parts, scorer=fuzz.ratio, score_cutoff=_SOUND_CUTOFF, limit=_MOST
    )
    for _, likeness, index in close:
        score = (likeness + fuzz.ratio(whole, sounds.wholes[index])) / 200
        if score >= _SOUND_THRESHOLD:
            yield register.owners[index], "sound", min(round(score, 3), 0.94)


def _by_one_character(whole: str, part: str, sounds: _Sounds, register: Register) -> Near:
    """Names whose distinctive part is as long and has one other character; best sound first."""
    names_a_trade = whole != part
    spoken = _spoken(part)
    for index, other in enumerate(register.parts):
        if len(other) != len(part) or _differences(part, other) != 1:
            continue
        likeness = fuzz.ratio(whole, register.wholes[index])
        if names_a_trade and likeness < _WHOLE_CUTOFF:
            continue
        heard = fuzz.ratio(spoken, sounds.parts[index])
        bonus = (likeness + heard) / 2_000  # orders them, a tenth at most
        yield register.owners[index], "one_character", round(_ONE_CHARACTER_SCORE + bonus, 3)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=2)
def _sounds_of(register: Register) -> _Sounds:
    pairs = list(zip(register.wholes, register.parts, strict=True))
    return _Sounds(
        wholes=tuple(_sound_of(whole, part) for whole, part in pairs),
        parts=tuple(_spoken(part) for part in register.parts),
        initials=tuple(_initials_of(whole, part) for whole, part in pairs),
    )


def _sound_of(whole: str, part: str) -> str:
    return _spoken(part) + _spoken(whole.removeprefix(part))


def _initials_of(whole: str, part: str) -> str:
    syllables = (*_syllables(part), *_syllables(whole.removeprefix(part)))
    return "".join(each[0] for each in syllables)


def _spoken(text: str) -> str:
    return "".join(_syllables(text))


@lru_cache(maxsize=8_192)
def _syllables(text: str) -> tuple[str, ...]:
    """Return the pinyin of a short text; few trades and legal forms, so most are remembered."""
    return tuple(each for each in lazy_pinyin(text) if each)
