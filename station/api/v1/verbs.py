"""Which moves of the lifecycle a client may make, and the verb behind each: the desk's own."""

from collections.abc import Callable, Mapping
from typing import Final

from requests_app.lifecycle import Via
from requests_app.models import Request
from requests_app.stages.routing.service import sign_for
from station.api.access import Caller

type Verb = Callable[[int, Caller, int], Request]


def _sign_for(request_id: int, caller: Caller, version: int) -> Request:
    return sign_for(request_id, actor=caller.account, version=version, now=caller.now, via=Via.API)


# Code of the move → the verb that makes it. A new move is a line here.
MOVES: Final[Mapping[str, Verb]] = {"sign_for": _sign_for}
