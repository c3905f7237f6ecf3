"""Claims, the agreement over them, and the money until the last fen."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from members.models import Notice
from members.workdays import SHANGHAI
from requests_app.clean_file import CleanFile
from requests_app.models import (
    Attachment,
    Claim,
    Event,
    Instalment,
    Payment,
    Request,
    Settlement,
)
from requests_app.models.attachment import Purpose
from requests_app.models.timer import TimerRule
from requests_app.parties import Claimant, claimant_of
from requests_app.reading_access import NotAllowed
from requests_app.sealing import RequestVault
from requests_app.stages.completion.submitting import NotReady, read_readiness
from requests_app.stages.handling.approach import ApproachNotAgreed
from requests_app.stages.handling.settlement import (
    CaseNumberMissing,
    DoesNotAddUp,
    late_from,
    list_claims,
    receive_payment,
    record_case_number,
    sign_settlement,
    void_payment,
    withdraw_settlement,
)
from tests.services.ending.acts import (
    TODAY,
    act,
    agree,
    claims,
    data_of,
    draft,
    fire_due,
    fresh,
    settle,
    submit,
    timer_of,
)
from tests.town import MONDAY, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VOUCHER = CleanFile(content_type="image/jpeg", content=b"a picture of a bank slip")


def problems(caught: pytest.ExceptionInfo[DoesNotAddUp]) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.fen) for each in caught.value.problems]


# ---- claims and agreement ---------------------------------------------------------------------


def test_claims_are_listed_sealed_and_listed_anew(town: Town, wage: Request) -> None:
    act(list_claims, wage, claims(*[2_000_000] * 20), actor=town.worker)
    listed = fresh(wage)
    assert (listed.headcount, listed.amount_fen) == (20, 40_000_000)
    assert data_of(wage, "claims.listed") == {"people": 20, "claimed_fen": 40_000_000}
    first = Claim.objects.get(request=wage, line=1)
    opened = claimant_of(first.sealed, RequestVault.of_request(wage))
    assert opened == Claimant("工友0", "服务员", "7月至10月")
    assert json.dumps("工友0").encode() not in first.sealed
    act(list_claims, wage, claims(5, 6), actor=town.street_handler)
    rows = Claim.objects.filter(request=wage).order_by("line")
    assert list(rows.values_list("line", "claimed_fen")) == [(1, 5), (2, 6)]
    assert (fresh(wage).headcount, fresh(wage).amount_fen) == (2, 11)


@pytest.mark.parametrize(
    ("fen", "expected"),
    [((), [("no_claims", 0, 0)]), ((5, 0, -1), [("claim_not_positive", n, 0) for n in (2, 3)])],
)
def test_claims_for_nothing_are_refused(
    town: Town, wage: Request, fen: tuple[int, ...], expected: list[tuple[str, int, int]]
) -> None:
    with pytest.raises(DoesNotAddUp) as caught:
        act(list_claims, wage, claims(*fen), actor=town.worker)
    assert problems(caught) == expected
    assert not Claim.objects.filter(request=wage).exists()


def test_the_agreement_rests_on_the_claims_and_its_clocks_run(town: Town, wage: Request) -> None:
    made = settle(wage, town.street_handler)
    assert (made.people, made.agreed_fen, made.signed_on) == (2, 10_000, TODAY)
    assert made.court_offered is True
    assert made.terms_sealed is not None
    vault = RequestVault.of_request(wage)
    assert vault.open_text(made.terms_sealed, "terms") == "逾期一期，余款一并到期。"
    lines = Claim.objects.filter(request=wage).order_by("line")
    assert list(lines.values_list("agreed_fen", flat=True)) == [6_000, 4_000]
    assert data_of(wage, "settlement.signed") == {
        "people": 2,
        "agreed_fen": 10_000,
        "instalments": 3,
    }
    clocks = {n: timer_of(wage, TimerRule.INSTALMENT, level=n).due_at for n in (1, 2, 3)}
    assert clocks[1] == datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)  # its day is over
    assert clocks == {n: late_from(TODAY + 7 * n * DAY) for n in (1, 2, 3)}


def test_nothing_is_signed_twice_nor_listed_again_under_it(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    with pytest.raises(NotAllowed):
        act(sign_settlement, wage, draft((6_000, 4_000), ((0, 10_000),)), actor=town.street_handler)
    with pytest.raises(NotAllowed):
        act(list_claims, wage, claims(1), actor=town.street_handler)
    assert Claim.objects.filter(request=wage).count() == 2


def test_nothing_is_signed_before_the_worker_has_agreed(town: Town, wage: Request) -> None:
    act(list_claims, wage, claims(100), actor=town.worker)
    with pytest.raises(ApproachNotAgreed):
        act(sign_settlement, wage, draft((100,), ((0, 100),)), actor=town.street_handler)


@pytest.mark.parametrize(
    ("agreed", "parts", "signed_on", "expected"),
    [
        pytest.param((), ((0, 1),), TODAY, [("no_claims", 0, 0)], id="nobody"),
        pytest.param((100,), ((0, 100),), TODAY, [("no_claims", 0, 0)], id="one-line-for-two"),
        pytest.param(
            (110, -10), ((0, 100),), TODAY, [("agreed_negative", 2, 0)], id="negative-share"
        ),
        pytest.param((60, 40), (), TODAY, [("no_instalments", 0, 0)], id="no-instalments"),
        pytest.param(
            (60, 40), ((0, 99),), TODAY, [("instalments_do_not_sum", 0, 1)], id="one-fen-short"
        ),
        pytest.param(
            (60, 40),
            ((9, 50), (8, 50)),
            TODAY,
            [("instalment_dates_reversed", 2, 0)],
            id="reversed",
        ),
        pytest.param(
            (60, 40),
            ((-1, 100),),
            TODAY,
            [("instalment_before_signing", 1, 0)],
            id="before-signing",
        ),
        pytest.param(
            (60, 40), ((1, 100),), TODAY + DAY, [("signed_in_future", 0, 0)], id="tomorrow"
        ),
    ],
)
def test_an_agreement_that_does_not_add_up_is_refused_in_words(
    wage: Request,
    agreed: tuple[int, ...],
    parts: tuple[tuple[int, int], ...],
    signed_on: date,
    expected: list[tuple[str, int, int]],
) -> None:
    handler = wage.handler
    assert handler is not None
    agree(wage, handler)
    act(list_claims, wage, claims(60, 40), actor=handler)
    with pytest.raises(DoesNotAddUp) as caught:
        act(sign_settlement, wage, draft(agreed, parts, signed_on=signed_on), actor=handler)
    assert problems(caught) == expected
    assert not Settlement.objects.exists()
    assert not Claim.objects.exclude(agreed_fen=None).exists()


# ---- the money ----------------------------------------------------------------------------------


def pay(
    request: Request,
    number: int,
    fen: int,
    *,
    now: datetime = MONDAY,
    paid_on: object = None,
    **more: Any,
) -> Payment:
    handler = fresh(request).handler
    assert handler is not None
    return act(
        receive_payment,
        request,
        instalment=number,
        amount_fen=fen,
        paid_on=paid_on or now.date(),
        actor=handler,
        now=now,
        **more,
    )


@pytest.mark.parametrize(
    ("number", "fen", "paid_on", "expected"),
    [
        pytest.param(1, 5_001, TODAY, [("more_than_agreed", 1, 5_000)], id="one-fen-over"),
        pytest.param(1, 0, TODAY, [("not_positive", 0, 0)], id="nothing"),
        pytest.param(1, -5, TODAY, [("not_positive", 0, 0)], id="and-back"),
        pytest.param(1, 5, TODAY + DAY, [("paid_in_future", 0, 0)], id="tomorrow"),
        pytest.param(4, 5, TODAY, [("no_such_instalment", 0, 0)], id="a-fourth"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_in_words(
    wage: Request, number: int, fen: int, paid_on: object, expected: list[tuple[str, int, int]]
) -> None:
    assert wage.handler is not None
    settle(wage, wage.handler)
    with pytest.raises(DoesNotAddUp) as caught:
        pay(wage, number, fen, paid_on=paid_on, voucher=VOUCHER)
    assert problems(caught) == expected
    assert not Payment.objects.exists()
    assert not Attachment.objects.exists()
    assert not default_storage.exists("attachments")


def test_a_payment_keeps_its_voucher_and_the_rest_stays_open(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    part = pay(wage, 1, 2_000, voucher=VOUCHER)
    assert part.voucher is not None
    assert part.voucher.purpose == Purpose.VOUCHER
    assert data_of(wage, "payment.received") == {"instalment": 1, "amount_fen": 2_000}
    with pytest.raises(DoesNotAddUp) as caught:
        pay(wage, 1, 3_001)
    assert problems(caught) == [("more_than_agreed", 1, 3_000)]
    pay(wage, 1, 3_000)
    assert Payment.objects.count() == 2
    assert read_readiness(fresh(wage)).unpaid_fen == 5_000


def test_a_wrong_entry_is_voided_once_and_counts_no_more(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    wrong = pay(wage, 1, 5_000)
    act(void_payment, wage, wrong.pk, actor=town.worker, now=MONDAY + HOUR)
    version = fresh(wage).version
    act(void_payment, wage, wrong.pk, actor=town.street_handler, now=MONDAY + 2 * HOUR)
    assert Payment.objects.get(pk=wrong.pk).voided_at == MONDAY + HOUR
    assert fresh(wage).version == version
    assert read_readiness(fresh(wage)).unpaid_fen == 10_000
    pay(wage, 1, 5_000)
    with pytest.raises(Payment.DoesNotExist):
        act(void_payment, wage, wrong.pk + 99, actor=town.worker)


def test_each_late_instalment_warns_the_handler_once(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    pay(wage, 1, 5_000)
    pay(wage, 2, 2_999)
    warned = Notice.objects.filter(template="timer.instalment")
    fire_due(wage, now=late_from(TODAY + 7 * DAY))
    assert warned.count() == 0  # paid in time
    assert "instalment" not in fire_due(wage, now=late_from(TODAY + 14 * DAY) - HOUR)
    fire_due(wage, now=late_from(TODAY + 14 * DAY))
    assert [each.account for each in warned] == [town.street_handler]  # one fen is missing
    fire_due(wage, now=late_from(TODAY + 15 * DAY))
    assert warned.count() == 1


def test_a_voided_payment_is_watched_again(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    wrong = pay(wage, 1, 5_000)
    late = late_from(TODAY + 7 * DAY)
    fire_due(wage, now=late)
    assert timer_of(wage, TimerRule.INSTALMENT, level=1).done_at == late
    act(void_payment, wage, wrong.pk, actor=town.worker, now=late)
    assert fire_due(wage, now=late + HOUR) == ["instalment"]
    assert Notice.objects.filter(template="timer.instalment").count() == 1
    assert fire_due(wage, now=late + 2 * HOUR) == []


def test_what_is_not_paid_blocks_the_result_until_a_court_has_it(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    pay(wage, 1, 5_000)
    with pytest.raises(NotReady) as caught:
        submit(wage, town.street_handler)
    assert caught.value.readiness.unpaid_fen == 5_000
    with pytest.raises(CaseNumberMissing):
        act(record_case_number, wage, "  ", actor=town.street_handler)
    taken = act(record_case_number, wage, " (2026)劳仲第1号 ", actor=town.street_handler)
    noted = Event.objects.get(request=wage, kind="settlement.taken_to_court")
    assert noted.note_digest, "another number written over it would show in the chain"
    assert taken.case_number == "(2026)劳仲第1号"
    submit(wage, town.street_handler)
    assert Instalment.objects.count() == 3
    pay(wage, 2, 3_000)  # the court's work, and still money that came in


def test_a_case_number_needs_an_agreement(town: Town, wage: Request) -> None:
    with pytest.raises(Settlement.DoesNotExist):
        act(record_case_number, wage, "1号", actor=town.street_handler)


def test_a_wrong_agreement_is_taken_back_and_entered_anew(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    connection.check_constraints()  # what was agreed is committed before it is withdrawn
    act(withdraw_settlement, wage, actor=town.street_handler)
    assert not Settlement.objects.exists()
    assert fire_due(wage, now=MONDAY + 30 * DAY).count("instalment") == 0
    told = {"people": 2, "agreed_fen": 10_000, "instalments": 3}
    assert data_of(wage, "settlement.withdrawn") == told
    again = draft((6_000, 4_000), ((7, 9_000), (14, 1_000)))
    act(sign_settlement, wage, again, actor=town.street_handler)
    due_at = timer_of(wage, TimerRule.INSTALMENT, level=1).due_at
    assert fire_due(wage, now=due_at) == ["instalment"]


def test_an_agreement_under_which_money_came_in_stays(town: Town, wage: Request) -> None:
    settle(wage, town.street_handler)
    paid = pay(wage, 1, 1_000)
    act(void_payment, wage, paid.pk, actor=town.street_handler)
    with pytest.raises(NotAllowed):
        act(withdraw_settlement, wage, actor=town.street_handler)
    assert Instalment.objects.count() == 3
