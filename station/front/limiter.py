"""A fence against floods that stores nothing and refuses nobody.

Past 60 posts in ten minutes from one network a question in words is asked; it needs no
script. Whoever answers wrong is still heard: the report is taken and marked as held.
Words of danger pass everything. Counts live in this process, under a key that is random
and lasts a day, so no address can be read out of them.
"""

import hmac
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

POSTS_MAX = 60
WINDOW = timedelta(minutes=10)
NETWORKS_MAX = 50_000  # memory: about 10 MB when each has a few posts
QUESTION_SECONDS = 1800
SALT = "station.front.question"


class Gate(StrEnum):
    """What happens to a post."""

    OPEN = "open"
    ASK = "ask"  # show the question, keep what was typed
    HOLD = "hold"  # taken all the same, to be looked at apart


class PostCounter:
    """Posts per network in the last ten minutes, in this process only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day: date | None = None
        self._key = b""
        self._posts: OrderedDict[bytes, deque[datetime]] = OrderedDict()

    def count(self, network: str, *, now: datetime, adds: bool = True) -> int:
        """Return the posts of the network within the window, after adding this one."""
        with self._lock:
            if self._day != now.date():  # a new key: yesterday's digests mean nothing any more
                self._day, self._key = now.date(), secrets.token_bytes(32)
                self._posts.clear()
            bucket = hmac.digest(self._key, network.encode(), sha256)
            posts = self._posts.get(bucket, deque())
            while posts and posts[0] <= now - WINDOW:
                posts.popleft()
            if adds:
                posts.append(now)
                self._posts[bucket] = posts
                self._posts.move_to_end(bucket)
                if len(self._posts) > NETWORKS_MAX:
                    self._posts.popitem(last=False)
            return len(posts)

    def forget(self) -> None:
        """Start from nothing: between tests."""
        with self._lock:
            self._posts.clear()


counter = PostCounter()


def decide_gate(posts: int, *, is_crisis: bool, answer: bool | None) -> Gate:
    """Return what happens to a post.

    ``posts`` counts this one. ``answer``: right, wrong, or None when no question was shown.
    """
    if posts <= POSTS_MAX or is_crisis:
        return Gate.OPEN
    if answer is None:
        return Gate.ASK
    return Gate.OPEN if answer else Gate.HOLD


# ---- the question -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """A small sum in words, and a token that knows the answer without telling it."""

    text: str
    token: str


def new_question() -> Question:
    """Draw a sum of two numbers below ten, written out."""
    first, second = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    words = _number_words()
    text = _("%(first)s加%(second)s等于几？") % {"first": words[first], "second": words[second]}
    nonce = secrets.token_urlsafe(12)
    seal = _seal(nonce, first + second)
    return Question(text=text, token=signing.dumps([nonce, seal], salt=SALT))


def check_answer(token: str, answer: str) -> bool:
    """Whether the answer fits. Digits of any width and number words count."""
    try:
        nonce, seal = signing.loads(token, salt=SALT, max_age=QUESTION_SECONDS)
    except signing.BadSignature:
        return False
    value = _read_number(answer)
    return value is not None and hmac.compare_digest(seal, _seal(nonce, value))


def _seal(nonce: str, value: int) -> str:
    return salted_hmac(SALT, f"{nonce}:{value}", algorithm="sha256").hexdigest()


_CHINESE = "零一二三四五六七八九十"
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
)  # fmt: skip


def _number_words() -> tuple[str, ...]:
    """Return the words for 0 to 9 in the page's language."""
    return (
        _("零"), _("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("七"), _("八"), _("九"),
    )  # fmt: skip


def _read_number(answer: str) -> int | None:
    text = answer.strip().lower().rstrip("。.")
    if text.isdecimal() and len(text) < 4:
        return int(text)
    if text in _ENGLISH:
        return _ENGLISH.index(text)
    tens, found, ones = text.rpartition("十")
    if found and tens in {"", "一"}:
        return 10 + (_CHINESE.index(ones) if ones and ones in _CHINESE else 0)
    return _CHINESE.index(text) if len(text) == 1 and text in _CHINESE else None
