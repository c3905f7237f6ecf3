"""What a client does on a request: one move of the lifecycle, by the verb the desk calls."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from members.models import ApiScope
from requests_app.dossier import Dossier
from requests_app.lifecycle import State, moves_from
from requests_app.models import Request
from requests_app.moves import IllegalMove, StaleRequest
from requests_app.reading_access import NotAllowed
from station.api.access import Caller
from station.api.bodies import Body, Choice, read_body
from station.api.endpoint import Endpoint
from station.api.errors import Refusal
from station.api.etags import names_state
from station.api.v1.operations import move_docs
from station.api.v1.requests import dossier_or_refuse
from station.api.v1.sheets import open_sheet, sheet_of
from station.api.v1.verbs import MOVES


class MoveBody(Body):
    """Which move."""

    move = Choice([*MOVES], help_text=_("要办的步骤"))


class RequestMoves(Endpoint):
    """The moves of one request."""

    grants = {"POST": ApiScope.MOVE}

    @move_docs(MoveBody)
    def post(self, request: ApiRequest, number: str) -> Response:
        """Make a move on the state that If-Match names; answer with the request as it is now."""
        caller = self.caller
        code = read_body(MoveBody, request)["move"]
        dossier = dossier_or_refuse(caller, number)
        row = dossier.request
        if_match = request.headers.get("If-Match", "").strip()
        if if_match in {"", "*"}:  # "*" would sign for whatever it has become meanwhile
            raise Refusal("state_unnamed")
        if not names_state(if_match, row.number, row.version):
            raise _stale(dossier, caller)
        # With the version as read the state is as read, too: the verb refuses any other.
        if code not in {each.code for each in moves_from(State(row.state))}:
            raise Refusal("move_illegal")
        try:
            moved = MOVES[code](row.pk, caller, row.version)
        except NotAllowed as error:
            raise Refusal("move_not_allowed") from error
        except Request.DoesNotExist as error:  # out of sight since the look above
            raise Refusal("not_found") from error
        except (StaleRequest, IllegalMove) as error:
            raise _stale(dossier_or_refuse(caller, number), caller) from error
        sheet = sheet_of(_after(dossier, moved), caller)
        return Response(open_sheet(sheet, caller), headers={"ETag": sheet.etag})


def _after(dossier: Dossier, moved: Request) -> Dossier:
    """Return the dossier with the request as the verb left it; its words are the same."""
    before = dossier.request
    for name in ("station", "holder", "enterprise"):
        if getattr(moved, f"{name}_id") == getattr(before, f"{name}_id"):
            setattr(moved, name, getattr(before, name))  # spares reading it again
    return replace(dossier, request=moved)


def _stale(dossier: Dossier, caller: Caller) -> Refusal:
    """Return the refusal with the tag of the request as it is now."""
    return Refusal("state_changed", headers={"ETag": sheet_of(dossier, caller).etag})
