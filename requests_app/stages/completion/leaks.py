"""What must not stand in a reply to the worker. Pure.

The reply is shown to whoever holds the look-up code, and a slip with a code can be found or
taken away (docs/rules.md, "Progress by code").
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from members.privacy import find_identifiers

NAME_MIN = 2  # characters; a surname alone is in half of all sentences
TYPED_MIN = 3  # what was typed as the employer may just be "公司"


class LeakKind(StrEnum):
    """What a piece of the reply gives away."""

    IDENTIFIER = "identifier"  # a phone, an id, an account, "我叫…"
    PERSON = "person"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Leak:
    """One piece of the reply that names somebody: ``reply[start:end]``."""

    kind: LeakKind
    start: int
    end: int


def find_leaks(
    reply: str,
    *,
    people: Collection[str],
    registered: Collection[str],
    typed: Collection[str] = (),
) -> tuple[Leak, ...]:
    """Return what names a person or the employer, in order, without overlaps.

    ``people`` are the names known in the request; ``registered`` the register's names of the
    enterprise, ``typed`` what was written for it. Capital and small letters are alike.
    """
    found = [Leak(LeakKind.IDENTIFIER, hit.start, hit.end) for hit in find_identifiers(reply)]
    for name in people:
        found += _places(reply, name, LeakKind.PERSON, least=NAME_MIN)
    for name in registered:
        found += _places(reply, name, LeakKind.EMPLOYER, least=NAME_MIN)
    for name in typed:
        found += _places(reply, name, LeakKind.EMPLOYER, least=TYPED_MIN)
    taken: list[Leak] = []
    for leak in sorted(found, key=lambda each: (each.start, -each.end)):
        if not taken or leak.start >= taken[-1].end:
            taken.append(leak)
    return tuple(taken)


def _places(text: str, name: str, kind: LeakKind, *, least: int) -> Iterator[Leak]:
    wanted, searched = _lowered(name.strip()), _lowered(text)
    if len(wanted) < least:
        return
    at = searched.find(wanted)
    while at >= 0:
        yield Leak(kind, at, at + len(wanted))
        at = searched.find(wanted, at + len(wanted))


def _lowered(text: str) -> str:
    """Return the text in small letters, each where it stood: a few letters grow when lowered."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
