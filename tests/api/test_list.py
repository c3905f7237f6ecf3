"""The list: what an account may see, in pages that new rows do not shift."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import ApiScope
from requests_app.models import Request
from tests.api.cases import many
from tests.api.conftest import MachineOf
from tests.api.machines import REQUESTS, Machine, data_of, problem_of
from tests.desk.cases import HARASSED, LATE_PAY, dispatched, register, signed
from tests.town import Town


def numbers(machine: Machine, query: str = "") -> list[str]:
    return [row["number"] for row in data_of(machine.get(REQUESTS + query))["requests"]]


def test_newest_first_with_what_the_desk_shows(town: Town, machine_of: MachineOf) -> None:
    first, second = dispatched(town), register(town, story=LATE_PAY)
    rows = data_of(machine_of(town.street_handler).get(REQUESTS))["requests"]
    assert [row["number"] for row in rows] == [second.number, first.number]
    assert rows[1]["matter"] == {
        "item": {"code": "WAGE-02", "label": "集体欠薪"},
        "item_class": {"code": "WAGE", "label": "劳动报酬"},
        "flags": [{"code": "mass", "label": "群体性"}],
        "level": "street",
        "enterprise": "汀禾餐饮管理有限公司",
        "headcount": 20,
        "amount_fen": 40_000_000,
        "holder": {"code": "YQJ", "name": "云桥街道总工"},
    }
    assert rows[1]["state_label"] == "待签收"
    assert rows[0]["matter"]["item"] is None


def test_labels_come_in_the_caller_s_language(town: Town, machine_of: MachineOf) -> None:
    dispatched(town)
    answer = machine_of(town.street_handler).get(REQUESTS, **{"Accept-Language": "en"})
    [row] = data_of(answer)["requests"]
    assert row["state_label"] == "To sign for"
    assert row["matter"]["item"]["code"] == "WAGE-02"
    assert row["matter"]["item"]["label"].isascii()


def test_no_list_has_words_or_names(town: Town, machine_of: MachineOf) -> None:
    dispatched(town)
    text = machine_of(town.street_handler).get(REQUESTS).content.decode()
    for told in ("没发过工资", "王秀英", "13812345678", "138****5678", "林一舟", "lookup"):
        assert told not in text


def test_a_confidential_request_is_neutral_for_everybody(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town, story=HARASSED)
    for account in (town.street_handler, town.worker, town.city_handler, town.auditor):
        [told] = data_of(machine_of(account).get(REQUESTS))["requests"]
        assert told["is_confidential"] is True
        assert told["matter"] is None
        text = json.dumps(told, ensure_ascii=False)
        assert "骚扰" not in text
        assert "harassment" not in text
        assert "汀禾" not in text
    assert row.holder is not None


# ---- pages ------------------------------------------------------------------------


def walk(machine: Machine, query: str, *, most: int = 20) -> list[list[str]]:
    """Follow next to the end; return the numbers page by page."""
    address, pages = REQUESTS + query, []
    while address is not None:
        page = data_of(machine.get(address))
        pages.append([row["number"] for row in page["requests"]])
        address = page["next"]
        assert len(pages) <= most
    return pages


def test_pages_hold_every_row_once(town: Town, machine_of: MachineOf) -> None:
    many(dispatched(town), 7)
    machine = machine_of(town.street_handler)
    pages = walk(machine, "?limit=3")
    assert [len(page) for page in pages] == [3, 3, 1]
    expected = list(Request.objects.order_by("-pk").values_list("number", flat=True))
    assert [number for page in pages for number in page] == expected
    assert walk(machine, "?limit=7") == [expected]  # exactly full: no empty page behind


def test_new_rows_shift_no_page(town: Town, machine_of: MachineOf) -> None:
    first = dispatched(town)
    many(first, 6)
    machine = machine_of(town.street_handler)
    before = list(Request.objects.order_by("-pk").values_list("number", flat=True))
    page = data_of(machine.get(f"{REQUESTS}?limit=2"))
    seen = [row["number"] for row in page["requests"]]
    while page["next"]:
        dispatched(town, story=LATE_PAY)  # somebody registers while the client is reading
        page = data_of(machine.get(page["next"]))
        seen += [row["number"] for row in page["requests"]]
    assert seen == before


def test_the_next_page_keeps_filter_and_limit(town: Town, machine_of: MachineOf) -> None:
    many(dispatched(town), 5)
    register(town)
    page = data_of(machine_of(town.street_handler).get(f"{REQUESTS}?limit=2&state=dispatched"))
    query = parse_qs(urlsplit(page["next"]).query)
    assert query["limit"] == ["2"]
    assert query["state"] == ["dispatched"]
    assert urlsplit(page["next"]).netloc == ""  # whoever stands in front keeps its own name


def test_filters_narrow(town: Town, machine_of: MachineOf) -> None:
    waiting, taken, fresh = dispatched(town), signed(town, town.street_handler), register(town)
    machine = machine_of(town.street_handler)
    assert numbers(machine, "?state=dispatched") == [waiting.number]
    assert numbers(machine, "?stage=handling") == [taken.number]
    assert numbers(machine, "?stage=sensing&state=registered") == [fresh.number]
    assert numbers(machine, "?stage=handling&state=registered") == []


def test_wrong_parameters_are_named(town: Town, machine_of: MachineOf) -> None:
    many(dispatched(town), 4)
    machine = machine_of(town.street_handler)
    after = data_of(machine.get(f"{REQUESTS}?limit=2"))["next"]
    cursor = parse_qs(urlsplit(after).query)["cursor"][0]
    made_up = signing.dumps([1, {}], salt="another")
    wrong = {
        "?sate=signed": ("sate", "unknown"),
        "?state=": ("state", "invalid_choice"),
        "?state=SIGNED": ("state", "invalid_choice"),
        "?state=signed&state=dispatched": ("state", "repeated"),
        "?stage=nothing": ("stage", "invalid_choice"),
        "?limit=0": ("limit", "invalid"),
        "?limit=101": ("limit", "invalid"),
        "?limit=-1": ("limit", "invalid"),
        "?limit=１": ("limit", "invalid"),
        "?limit=x": ("limit", "invalid"),
        "?limit=" + "9" * 5000: ("limit", "invalid"),
        "?cursor=": ("cursor", "invalid"),
        "?cursor=%00": ("cursor", "invalid"),
        "?cursor=%zz": ("cursor", "invalid"),
        "?cursor=" + "x" * 5000: ("cursor", "invalid"),
        f"?cursor={made_up}": ("cursor", "invalid"),
        f"?cursor={cursor[:-1]}": ("cursor", "invalid"),
        f"?cursor={cursor}&state=signed": ("cursor", "invalid"),  # of another list
        "?%00=1": ("\x00", "unknown"),
    }
    found = {}
    for query in wrong:
        answer = machine.get(REQUESTS + query)
        assert answer.status_code == 400, (query[:60], answer.content)
        [told] = problem_of(answer, "parameter_invalid")["errors"]
        found[query] = (told["parameter"], told["code"])
    assert found == wrong


# ---- who sees what ----------------------------------------------------------------


def test_an_account_lists_what_it_sees_on_the_desk(town: Town, machine_of: MachineOf) -> None:
    row = dispatched(town)
    assert numbers(machine_of(town.street_handler)) == [row.number]
    assert numbers(machine_of(town.worker)) == [row.number]
    assert numbers(machine_of(town.stranger)) == []
    assert numbers(machine_of(town.street_tied)) == []  # tied to the restaurant
    assert numbers(machine_of(town.system_admin)) == []


def test_the_scope_is_asked_for(town: Town, machine_of: MachineOf) -> None:
    dispatched(town)
    for scopes in ([ApiScope.WRITE], [ApiScope.WORDS], [ApiScope.MOVE, ApiScope.WRITE]):
        machine = machine_of(town.street_handler, *scopes)
        problem_of(machine.get(REQUESTS), "scope_missing")


def test_other_methods_are_refused(town: Town, machine_of: MachineOf) -> None:
    machine = machine_of(town.street_handler)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = machine.call(method, REQUESTS)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, POST"
        problem_of(answer, "method_not_allowed")


# ---- statements -------------------------------------------------------------------


@pytest.mark.parametrize("rows", [5, 50])
def test_the_list_takes_two_statements_for_any_number_of_rows(
    town: Town, machine_of: MachineOf, rows: int
) -> None:
    many(dispatched(town), rows)
    machine = machine_of(town.street_handler)
    numbers(machine)  # what a process remembers is in memory now
    with CaptureQueriesContext(connection) as seen:
        found = numbers(machine)
    assert len(found) == rows
    # the caller (token, client, account, roles), the rows
    assert len(seen) == 2, [each["sql"][:80] for each in seen]
