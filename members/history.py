"""Who changed reference data, by which verb: written beside every history row."""

from contextlib import AbstractContextManager
from datetime import datetime

import pghistory

from members.models import Account


def recorded(verb: str, *, actor: Account | None, now: datetime) -> AbstractContextManager[object]:
    """Note verb, actor and moment with every history row that the block writes."""
    context: AbstractContextManager[object] = pghistory.context(
        verb=verb, actor=None if actor is None else actor.pk, at=now.isoformat()
    )
    return context
