import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.catalogue.shipped import default_catalogue
from requests_app.clean_file import CleanFile
from requests_app.stages.sensing.report import Report
from requests_app.stages.sensing.rules import (
    crisis_flags,
    decide_enterprise,
    decide_item,
    grams_of,
    is_named_by_sender,
    raise_urgency,
)

CATALOGUE = default_catalogue()


def report(**changes: object) -> Report:
    fields: dict[str, object] = {
        "station_id": 1,
        "station_code": "QY",
        "channel": "form",
        "applicant_kind": "worker",
        "story": "工资没发",
        "form_key": "k1",
    }
    return Report(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ranked", "item"),
    [([], ""), ([("WAGE-01", 0.1)], ""), ([("WAGE-01", 0.15), ("WAGE-02", 0.1)], "WAGE-01")],
)
def test_an_item_is_proposed_only_when_likely(ranked: list[tuple[str, float]], item: str) -> None:
    assert decide_item(ranked) == item


@pytest.mark.parametrize(
    ("ranked", "enterprise"),
    [
        ([], None),
        ([(1, 0.94)], None),
        ([(1, 0.95)], 1),
        ([(1, 1.0), (2, 0.95)], 1),
        ([(1, 1.0), (2, 1.0)], None),
        ([(1, 1.0), (1, 1.0)], 1),
    ],
)
def test_an_enterprise_is_linked_only_when_certain(
    ranked: list[tuple[int, float]], enterprise: int | None
) -> None:
    assert decide_enterprise(ranked) == enterprise


@pytest.mark.parametrize(
    ("enterprise", "named", "is_named"),
    [
        (1, [(1, 0.95)], True),
        (1, [(2, 0.8), (1, 1.0)], True),
        (1, [(1, 0.94)], False),
        (1, [(2, 1.0)], False),
        (1, [], False),  # it stands in the story only
        (None, [(1, 0.8)], False),
        (None, [], False),
    ],
)
def test_only_the_senders_own_answer_settles(
    enterprise: int | None, named: list[tuple[int, float]], is_named: bool
) -> None:
    assert is_named_by_sender(enterprise, named) is is_named


@pytest.mark.parametrize(
    ("cues", "flags"),
    [
        ([], set()),
        (["closing"], set()),
        (["self_harm"], {"self_harm"}),
        (["detained", "violence"], {"violence"}),
        (["danger_now", "pregnant"], {"safety"}),
    ],
)
def test_words_of_danger_raise_their_flag(cues: list[str], flags: set[str]) -> None:
    assert crisis_flags(cues) == flags


@given(
    st.sampled_from(["normal", "priority", "urgent", "critical"]),
    st.sets(st.sampled_from(["normal", "priority", "urgent", "critical"])),
)
def test_urgency_never_falls(current: str, asked: set[str]) -> None:
    rank = {each.code: each.rank for each in CATALOGUE.urgencies}
    assert rank[raise_urgency(current, asked, CATALOGUE)] == max(map(rank.get, {current, *asked}))  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("flags", "open_to_search"),
    [([], True), (["mass"], True), (["harassment"], False), (["mass", "self_harm"], False)],
)
def test_flagged_text_is_not_searchable(flags: list[str], open_to_search: bool) -> None:
    assert CATALOGUE.may_search(flags) is open_to_search


def test_grams_are_characters_and_pairs_within_words() -> None:
    assert grams_of("欠薪，Ａ1") == sorted(["欠", "薪", "欠薪", "a", "1", "a1"])


@given(st.text())
def test_grams_never_hold_more_than_two_characters(text: str) -> None:
    assert all(0 < len(gram) <= 2 for gram in grams_of(text))


@pytest.mark.parametrize(
    "changes",
    [
        {"is_anonymous": True, "phone": "13800000000"},
        {"is_anonymous": True, "name": "王"},
        {"story": "  "},
        {"form_key": ""},
    ],
)
def test_a_report_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="report"):
        report(**changes)


def test_the_digest_changes_with_everything_the_sender_wrote() -> None:
    changes: list[dict[str, object]] = [
        {},
        {"story": "工资没发。"},
        {"employer": "某店"},
        {"topic": "WAGE"},
        {"phone": "13800000000"},
        {"name": "王"},
        {"approach": "named"},
        {"is_anonymous": True},
        {"files": (CleanFile(content_type="image/jpeg", content=b"x"),)},
        {"files": (CleanFile(content_type="image/jpeg", content=b"y"),)},
    ]
    digests = {report(**each).digest(key=b"k") for each in changes}
    assert len(digests) == len(changes)


def test_the_digest_ignores_the_form_key() -> None:
    assert report(form_key="a").digest(key=b"k") == report(form_key="b").digest(key=b"k")


def test_a_printed_report_shows_nobody() -> None:
    text = repr(report(name="王秀英", phone="13800000000", employer="某店"))
    for secret in ("王秀英", "13800000000", "某店", "工资没发", "k1"):
        assert secret not in text
