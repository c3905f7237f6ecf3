"""Entity tags: which state of a request somebody has read, and in which words.

A tag is ``"version-mark.digest"``. Version and mark name the state: a move compares them, so
a timer that fired or another language does not make a reader stale, and the tag of another
request never fits. The digest is over everything the answer depends on; 304 compares it all.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

_TAG: Final = re.compile(r'(W/)?"([^"]*)"')


def state_of(number: str, version: int) -> str:
    """Return the part of a tag that names a state of a request."""
    return f"{version}-{_digest(f'{number}/{version}')[:12]}"


def etag_of(number: str, version: int, depends_on: Mapping[str, Any]) -> str:
    """Return the strong tag of one representation."""
    text = json.dumps(depends_on, sort_keys=True)
    return f'"{state_of(number, version)}.{_digest(text)[:20]}"'


def is_unchanged(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names this representation (weak comparison, RFC 9110 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return any(f'"{tag}"' == etag for _weak, tag in _TAG.findall(if_none_match))


def names_state(if_match: str, number: str, version: int) -> bool:
    """Whether If-Match names this state. A weak tag names none."""
    wanted = state_of(number, version)
    states = (tag.split(".")[0] for weak, tag in _TAG.findall(if_match) if not weak)
    return wanted in states


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
