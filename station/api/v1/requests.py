"""Requests: the list, one of them, and a new one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from members.models import ApiScope
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.dossier import Dossier, read_dossier
from requests_app.lifecycle import Stage, State, Via
from requests_app.models import Request
from requests_app.queries import visible_to
from requests_app.stages.sensing.intake import (
    FormKeyLapsed,
    FormKeyReused,
    Receipt,
    register_report,
)
from station.api.access import Caller
from station.api.bodies import read_body
from station.api.cursors import LONGEST, CursorInvalid, cursor_after, row_before
from station.api.endpoint import Endpoint
from station.api.errors import FieldProblem, Refusal
from station.api.etags import is_unchanged
from station.api.v1.new_request import NewRequest, report_of
from station.api.v1.operations import DETAIL_DOCS, LIST_DOCS, POST_DOCS
from station.api.v1.sheets import open_sheet, row_of, sheet_of
from station.stations import stations_of

PAGE_SIZE: Final = 50
PAGE_MAX: Final = 100
IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a list is asked for; empty means no filter."""

    filters: Mapping[str, str]
    limit: int = PAGE_SIZE
    before: int | None = None  # id of the last row of the page before


class RequestList(Endpoint):
    """What the client's account can see, newest first; and the way in for a new request."""

    grants = {"GET": ApiScope.READ, "HEAD": ApiScope.READ, "POST": ApiScope.WRITE}

    @LIST_DOCS
    def get(self, request: ApiRequest) -> Response:
        """Return one page: one statement for any number of rows."""
        ask = ask_of(request)
        found = list(_rows(self.caller, ask)[: ask.limit + 1])
        page = found[: ask.limit]
        rest = _address_after(page[-1].pk, ask) if len(found) > ask.limit else None
        rows = [row_of(each, self.caller) for each in page]
        return Response({"requests": rows, "next": rest})

    @POST_DOCS
    def post(self, request: ApiRequest) -> Response:
        """Register a request by the verb of all channels. The same key answers the same."""
        caller = self.caller
        key = _idempotency_key(request)
        catalogue = current_catalogue(timezone.localdate(caller.now))
        cleaned = read_body(
            NewRequest,
            request,
            stations={unit.code: unit for unit in stations_of(caller.scope)},
            classes={each.code for each in catalogue.classes},
        )
        report = report_of(cleaned, form_key=f"api/{caller.client_id}/{key}")
        try:
            receipt = register_report(report, via=Via.API, now=caller.now, actor=caller.account)
        except FormKeyReused as error:
            raise Refusal("idempotency_key_reused") from error
        except FormKeyLapsed as lapsed:
            return _receipt(lapsed.number, code=None, is_repeat=True)
        return _answer(receipt)


class RequestDetail(Endpoint):
    """One request."""

    grants = {"GET": ApiScope.READ, "HEAD": ApiScope.READ}

    @DETAIL_DOCS
    def get(self, request: ApiRequest, number: str) -> Response:
        """Return the request, or 304 when the client has just this already."""
        sheet = sheet_of(dossier_or_refuse(self.caller, number), self.caller)
        if is_unchanged(request.headers.get("If-None-Match", ""), sheet.etag):
            return Response(status=304, headers={"ETag": sheet.etag})
        if request.method == "HEAD":  # no word leaves, so nobody has read any
            return Response(headers={"ETag": sheet.etag})
        return Response(open_sheet(sheet, self.caller), headers={"ETag": sheet.etag})


def dossier_or_refuse(caller: Caller, number: str) -> Dossier:
    """Return the dossier; an unknown and a forbidden number are refused alike."""
    dossier = read_dossier(caller.scope, number, whole=False)
    if dossier is None:
        raise Refusal("not_found")
    return dossier


# ---- the list ---------------------------------------------------------------------

_FILTERS: Final[Mapping[str, frozenset[str]]] = {
    "state": frozenset(each.value for each in State),
    "stage": frozenset(each.value for each in Stage),
}


def ask_of(request: ApiRequest) -> Ask:
    """Read the query. A misspelt filter is refused: the whole list must not pass for a part."""
    sent = request.query_params
    problems = [
        _wrong(name, "unknown", gettext("没有这个参数"))
        for name in sent
        if name not in {*_FILTERS, "limit", "cursor"}
    ]
    problems += [
        _wrong(name, "repeated", gettext("这个参数只能出现一次"))
        for name in (*_FILTERS, "limit", "cursor")
        if len(sent.getlist(name)) > 1
    ]
    filters = {name: sent[name] for name in _FILTERS if name in sent}
    problems += [
        _wrong(name, "invalid_choice", gettext("不在可选的值里"))
        for name, value in filters.items()
        if value not in _FILTERS[name]
    ]
    limit = _limit(sent.get("limit", str(PAGE_SIZE)))
    if limit is None:
        told = gettext("须是1到%(most)d的整数") % {"most": PAGE_MAX}
        problems.append(_wrong("limit", "invalid", told))
    try:
        before = row_before(sent["cursor"], filters) if "cursor" in sent else None
    except CursorInvalid:
        told = gettext("不是这个列表的游标；请从第一页重新读取")
        problems.append(_wrong("cursor", "invalid", told))
    if problems:
        raise Refusal("parameter_invalid", errors=problems)
    return Ask(filters=filters, limit=limit or PAGE_SIZE, before=before)


def _limit(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= PAGE_MAX
    return int(text) if fits else None


def _wrong(name: str, code: str, words: str) -> FieldProblem:
    return FieldProblem(parameter=name[:LONGEST], code=code, detail=words)


def _rows(caller: Caller, ask: Ask) -> QuerySet[Request]:
    """Return the rows after a place, newest first: a new row shifts no page."""
    rows = visible_to(caller.scope).filter(**ask.filters)
    if ask.before is not None:
        rows = rows.filter(pk__lt=ask.before)
    return rows.select_related("station", "holder", "enterprise").order_by("-pk")


def _address_after(row_id: int, ask: Ask) -> str:
    cursor = cursor_after(row_id, ask.filters)
    query = urlencode({**ask.filters, "limit": str(ask.limit), "cursor": cursor})
    return f"{reverse('api:requests')}?{query}"


# ---- a new request ----------------------------------------------------------------


def _idempotency_key(request: ApiRequest) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise Refusal("idempotency_key_missing")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise Refusal("idempotency_key_invalid")
    return key


def _answer(receipt: Receipt) -> Response:
    return _receipt(receipt.number, code=receipt.code, is_repeat=receipt.is_repeat)


def _receipt(number: str, *, code: str | None, is_repeat: bool) -> Response:
    """Return number and code: 201 the first time, 200 and a header from then on."""
    headers = {"Location": reverse("api:request", args=[number])}
    if is_repeat:
        headers["Idempotent-Replayed"] = "true"
    body = {"number": number, "lookup_code": code}
    return Response(body, status=200 if is_repeat else 201, headers=headers)
