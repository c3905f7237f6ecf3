"""The verb itself refuses a reply that names somebody, whatever surface it comes from."""

import pytest

from requests_app.models import Result
from requests_app.models.completion import Outcome
from requests_app.stages.completion.leaks import LeakKind
from requests_app.stages.completion.submitting import ReplyNamesSomebody, submit_result
from tests.desk.cases import signed
from tests.desk.handled import HOUR, REPLY, act, with_claims, with_parties
from tests.town import MONDAY, Town


def test_a_reply_that_names_somebody_is_not_submitted(town: Town) -> None:
    row = with_parties(town, signed(town, town.street_handler), now=MONDAY)
    row = with_claims(town, row, now=MONDAY + HOUR)
    facts = {
        "outcome": Outcome.SOLVED,
        "rest_not_applicable": "本件不涉及",
        "actor": town.street_handler,
        "now": MONDAY + HOUR,
    }
    for leak, kind in (
        ("13812345678", LeakKind.IDENTIFIER),
        ("陈大勇", LeakKind.PERSON),
        ("欧阳文静", LeakKind.PERSON),
        ("王秀英", LeakKind.PERSON),
        ("汀禾餐饮", LeakKind.EMPLOYER),
    ):
        with pytest.raises(ReplyNamesSomebody) as caught:
            act(row, submit_result, reply=f"工资已经谈妥分期补发，{leak}。", **facts)
        assert [each.kind for each in caught.value.leaks] == [kind]
    assert Result.objects.count() == 0
    assert act(row, submit_result, reply=REPLY, **facts).state == "submitted"


def test_what_was_typed_for_the_employer_counts_where_none_is_linked(town: Town) -> None:
    row = signed(town, town.street_handler)
    row.enterprise = None
    row.save(update_fields=["enterprise"])
    with pytest.raises(ReplyNamesSomebody):
        act(
            row,
            submit_result,
            outcome=Outcome.SOLVED,
            reply="汀禾餐饮的工资已经谈妥分期补发。",
            rest_not_applicable="本件不涉及",
            actor=town.street_handler,
            now=MONDAY + HOUR,
        )
