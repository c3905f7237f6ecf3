"""How long a staff session lasts, and how it ends (docs/rules.md, accounts).

The limits sit in the session row's own expire date: 30 minutes after the last sign of life,
never more than 12 hours after the login. A row past its date is not read any more, so no
page has to remember to ask.
"""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)

BEGUN_AT = "begun_at"  # seconds since 1970, at login
SEEN_AT = "seen_at"  # seconds since 1970, at most one write a minute
SECOND_FACTOR = "second_factor"  # id of the account that gave it in this session


class SessionStore(DatabaseStore):
    """Django's database sessions, with both limits of a staff session in the expire date."""

    def get_expiry_age(self, **kwargs: object) -> int:
        """Return the seconds left; a session without a login keeps Django's rule."""
        if BEGUN_AT not in self:
            return super().get_expiry_age(**kwargs)
        now = timezone.now()  # called by Django's middleware, which passes no clock
        return max(0, int((self._ends_at() - now).total_seconds()))

    def get_expiry_date(self, **kwargs: object) -> datetime:
        """Return the moment from which the session is gone."""
        if BEGUN_AT not in self:
            return super().get_expiry_date(**kwargs)
        return self._ends_at()

    def _ends_at(self) -> datetime:
        idle = datetime.fromtimestamp(self[SEEN_AT], UTC) + IDLE
        absolute = datetime.fromtimestamp(self[BEGUN_AT], UTC) + ABSOLUTE
        return min(idle, absolute)


def begin_session(session: SessionBase, *, account_id: int, passed: bool, now: datetime) -> None:
    """Start both clocks of a session that has just been logged in.

    ``passed``: whether the second factor was given on the way in.
    """
    session[BEGUN_AT] = session[SEEN_AT] = int(now.timestamp())
    session.pop(SECOND_FACTOR, None)
    if passed:
        pass_second_factor(session, account_id=account_id)


def pass_second_factor(session: SessionBase, *, account_id: int) -> None:
    """Note that this session has given the account's second factor."""
    session[SECOND_FACTOR] = account_id


def has_passed(session: SessionBase, *, account_id: int) -> bool:
    """Whether the second factor of this very account was given in this session."""
    return BEGUN_AT in session and session.get(SECOND_FACTOR) == account_id


def touch(session: SessionBase, *, now: datetime) -> None:
    """Keep a used session alive; writes at most once a minute."""
    seen = session.get(SEEN_AT)
    if seen is not None and int(now.timestamp()) - seen >= TOUCH_EVERY.total_seconds():
        session[SEEN_AT] = int(now.timestamp())


def end_sessions(account_id: int, *, except_key: str | None = None, now: datetime) -> int:
    """Delete the account's open sessions, all but one; return how many.

    The owner is inside the signed data, so every open session is read: a few hundred rows
    on a rare occasion (reset, disabling, a new second factor) cost less than a column that
    every session write would carry.
    """
    open_rows = Session.objects.filter(expire_date__gt=now).exclude(session_key=except_key)
    ended = [
        row.session_key
        for row in open_rows
        if row.get_decoded().get(SESSION_KEY) == str(account_id)
    ]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)
