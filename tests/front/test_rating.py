"""The personal link and the opinion it brings: one page for every token, one opinion a link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from members.models import Attempt
from requests_app.lifecycle import State
from requests_app.models import Event, PersonalLink, Rating, Request, RequestKey
from requests_app.models.completion import Satisfaction
from requests_app.sealing import RequestVault
from requests_app.stages.completion import links
from requests_app.stages.completion.feedback import rate_by_link
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.links import FREE_TRIES, revoke_links
from station.day_words import day_words
from station.front import rating_session
from tests.answers import REPLY, answer, give_reply, take_steps, token_of_reply
from tests.desk.cases import HARASSED, LATE_PAY, register
from tests.front.conftest import Place
from tests.front.test_track import TRANSACTION_WORDS
from tests.town import MONDAY, Town

TUESDAY = MONDAY + timedelta(days=1)
RATE = "/rate/"
UNKNOWN = "A" * 22
GOOD = {"solved": "yes", "level": "4", "words": "  谢谢。 "}
BAD = {"solved": "no", "level": "1", "again": "on", "words": "钱还没有到账。"}
LEAVE = "想问一下年休假到底有几天，没休完是不是就作废了。"


@dataclass(frozen=True, slots=True)
class Case:
    """An answered request and the way to judge it."""

    request_id: int
    token: str

    @property
    def address(self) -> str:
        return f"/l/{self.token}/"

    @property
    def row(self) -> Request:
        return Request.objects.get(pk=self.request_id)


def answered(town: Town, story: str = LATE_PAY, **changes: object) -> Case:
    receipt = register(town, story=story, **changes)
    answer(receipt.request_id, now=MONDAY + timedelta(hours=1))
    return Case(receipt.request_id, token_of_reply(receipt.request_id))


@pytest.fixture
def case(town: Town) -> Case:
    """One reply that may be shown; its worker has a phone and is called back."""
    return answered(town)


def opened(visitor: Client, case: Case, *, at: datetime = TUESDAY) -> Client:
    with time_machine.travel(at, tick=False):
        response = visitor.post(case.address)
    assert (response.status_code, response["Location"]) == (303, RATE)
    return visitor


def page_of(visitor: Client, *, at: datetime = TUESDAY, status: int = 200) -> str:
    with time_machine.travel(at, tick=False):
        response = visitor.get(RATE)
    assert response.status_code == status
    return response.content.decode()


def rated(visitor: Client, values: dict[str, str], *, at: datetime = TUESDAY) -> HttpResponse:
    with time_machine.travel(at, tick=False):
        return visitor.post(RATE, values)


def rows_of_everything() -> list[object]:
    """Return what an act on a link may touch."""
    return [
        list(Request.objects.order_by("pk").values("version", "seq", "told_at", "state")),
        list(PersonalLink.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values_list("pk", flat=True)),
        Rating.objects.count(),
        Attempt.objects.count(),
    ]


# ---- the link -------------------------------------------------------------------------


def test_a_get_shows_the_same_page_for_every_token_and_asks_no_row(
    visitor: Client, case: Case
) -> None:
    before = rows_of_everything()
    with CaptureQueriesContext(connection) as queries:
        pages = [
            visitor.get(address)
            for address in (case.address, f"/l/{UNKNOWN}/", f"/l/{case.token}", "/l/x/")
        ]
        pages.append(visitor.head(case.address))

    assert [page.status_code for page in pages] == [200] * 5
    assert len({page.content for page in pages[:4]}) == 1
    assert not any(page.cookies for page in pages)
    assert len(queries) == 0
    assert rows_of_everything() == before
    for told in (REPLY, case.row.number, case.token):
        assert told not in pages[0].content.decode()


def test_the_pages_of_a_link_are_kept_nowhere_and_tell_no_one_their_address(
    visitor: Client, case: Case
) -> None:
    answers = [visitor.get(case.address), visitor.post(f"/l/{UNKNOWN}/")]
    with time_machine.travel(TUESDAY, tick=False):
        answers += [visitor.post(case.address), visitor.put(case.address)]

    assert [each.status_code for each in answers] == [200, 404, 303, 405]
    for each in answers:
        assert each["Referrer-Policy"] == "no-referrer"
        assert "no-store" in each["Cache-Control"]


def test_a_page_nobody_knows_tells_no_one_its_address_either(visitor: Client, place: Place) -> None:
    assert visitor.get(f"/l/{UNKNOWN}/more/")["Referrer-Policy"] == "no-referrer"


def test_a_post_opens_half_an_hour_under_its_own_path(visitor: Client, case: Case) -> None:
    strict = Client(REMOTE_ADDR="203.0.113.9", enforce_csrf_checks=True)
    with time_machine.travel(TUESDAY, tick=False):
        response = strict.post(case.address, headers={"origin": "null"})

    cookie = response.cookies["rating"]
    assert (response.status_code, response["Location"]) == (303, RATE)
    assert cookie["path"] == RATE
    assert cookie["max-age"] == 30 * 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["secure"]  # tests run on plain http
    assert case.token not in cookie.value
    assert REPLY in page_of(strict)


def test_where_the_portal_speaks_tls_the_cookie_does_too(visitor: Client, case: Case) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True):
        with time_machine.travel(TUESDAY, tick=False):
            response = visitor.post(case.address)
        assert list(response.cookies) == ["__Secure-rating"]
        assert response.cookies["__Secure-rating"]["secure"]


def test_the_half_hour_ends_and_a_forged_cookie_opens_nothing(visitor: Client, case: Case) -> None:
    opened(visitor, case)

    assert REPLY in page_of(visitor, at=TUESDAY + timedelta(minutes=30))
    late = page_of(visitor, at=TUESDAY + timedelta(minutes=31), status=404)
    assert "链接已失效" in late

    link_id = PersonalLink.objects.get().pk
    for forged in ("", str(link_id), signing.dumps(link_id), signing.dumps("1", salt="x")):
        stranger = Client()
        stranger.cookies["rating"] = forged
        assert page_of(stranger, status=404) == late
    odd = Client()
    odd.cookies["rating"] = signing.dumps("1; DROP", salt=rating_session.SALT)
    assert page_of(odd, status=404) == late


STRANGE = {
    "unknown": UNKNOWN,
    "short": "x",
    "long": "A" * 100_000,
    "chinese": "A" * 21 + "字",
    "nul": "A" * 21 + "%00",
    "half a pair": "A" * 21 + "%ed%a0%80",
    "no utf-8": "A" * 21 + "%ff",
    "quote": "' OR 1=1 --",
}


def test_whatever_is_wrong_with_a_token_answers_alike(visitor: Client, case: Case) -> None:
    answers = {}
    with time_machine.travel(PersonalLink.objects.get().expires_at, tick=False):
        answers["lapsed"] = visitor.post(case.address)
    with time_machine.travel(TUESDAY, tick=False):
        for label, token in STRANGE.items():
            answers[label] = visitor.post(f"/l/{token}/")
        revoke_links(case.row, now=TUESDAY)
        answers["revoked"] = visitor.post(case.address)

    expected = answers["unknown"]
    assert "链接已失效" in expected.content.decode()
    assert "0574-5550 0182" in expected.content.decode()
    for label, each in answers.items():
        assert each.status_code == 404, label
        assert each.content == expected.content, label
        assert dict(each.headers) == dict(expected.headers), label
        assert not each.cookies, label


def test_wrong_tokens_slow_a_network_down_and_the_owner_still_gets_in(
    visitor: Client, case: Case
) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        for _ in range(FREE_TRIES):
            assert visitor.post(f"/l/{UNKNOWN}/").status_code == 404
        refused = visitor.post(case.address)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert refused["Referrer-Policy"] == "no-referrer"
    assert not refused.cookies
    assert Attempt.objects.filter(kind="link").count() == FREE_TRIES
    opened(Client(REMOTE_ADDR="198.51.100.7"), case)
    opened(visitor, case, at=TUESDAY + timedelta(seconds=2))


def test_the_right_token_takes_only_its_own_try_back(visitor: Client, case: Case) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        visitor.post(f"/l/{UNKNOWN}/")
    opened(visitor, case, at=TUESDAY + timedelta(seconds=9))

    assert Attempt.objects.filter(kind="link").count() == 1


def test_with_a_second_proof_asked_for_the_link_alone_opens_nothing(
    visitor: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "asks_second_proof", lambda _link: True)

    with time_machine.travel(TUESDAY, tick=False):
        response = visitor.post(case.address)

    assert (response.status_code, dict(response.cookies)) == (404, {})


# ---- the form -------------------------------------------------------------------------


def test_the_form_shows_the_reply_once_more_and_asks_two_things(
    visitor: Client, case: Case
) -> None:
    before = rows_of_everything()

    page = page_of(opened(visitor, case))

    assert REPLY in page
    assert case.row.number in page
    for label in (
        "解决了",
        "没有解决",
        *map(str, Satisfaction.labels),
        "希望换人重新办理",
        "提交评价",
    ):
        assert label in page
    assert page.count('type="radio"') == 7
    assert case.token not in page
    assert rows_of_everything() == before


def test_the_page_of_an_opinion_is_kept_nowhere(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    with time_machine.travel(TUESDAY, tick=False):
        assert "no-store" in visitor.get(RATE)["Cache-Control"]
    assert "no-store" in Client().get(RATE)["Cache-Control"]


def test_a_delicate_reply_does_not_stand_here_either(visitor: Client, town: Town) -> None:
    page = page_of(opened(visitor, answered(town, HARASSED)))

    assert REPLY not in page
    assert "由负责的人当面或打电话告诉您" in page
    assert "非常满意" in page


def test_an_erased_key_leaves_the_form_standing(visitor: Client, case: Case) -> None:
    RequestKey.objects.all().delete()

    page = page_of(opened(visitor, case))

    assert "给您的答复" not in page
    assert "非常满意" in page


CONTENT = {"solved": "yes", "level": "4"}
REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "有2处需要修改"),
    ({"solved": "yes"}, "请选一个满意程度"),
    ({"level": "4"}, "请选解决了还是没有解决"),
    ({"solved": "yes", "level": "6"}, "请选一个满意程度"),
    ({"solved": "perhaps", "level": "4"}, "请选解决了还是没有解决"),
    ({**CONTENT, "words": "长" * 100_000}, "最多500字，现在有100000字"),
    ({**CONTENT, "words": "谢\x00谢"}, "有几个字符无法保存"),
    ({"solved": "yes", "level": "3", "again": "on"}, "就不用重办"),
)


def test_a_form_that_cannot_be_taken_says_why_and_changes_nothing(
    visitor: Client, case: Case
) -> None:
    opened(visitor, case)
    before = rows_of_everything()

    for values, problem in REFUSED:
        response = rated(visitor, values)
        assert response.status_code == 200, problem
        assert problem in response.content.decode()

    assert rows_of_everything() == before


def test_half_a_character_is_no_reason_to_lose_an_opinion(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    form = "application/x-www-form-urlencoded"

    with time_machine.travel(TUESDAY, tick=False):
        response = visitor.post(RATE, "solved=yes&level=4&words=%ed%a0%80", content_type=form)

    assert response.status_code == 303
    assert Rating.objects.get().level == 4


def test_typed_words_stay_in_a_form_that_came_back(visitor: Client, case: Case) -> None:
    opened(visitor, case)

    page = rated(visitor, {"level": "2", "words": "<b>还差一半</b>"}).content.decode()

    assert escape("<b>还差一半</b>") in page
    assert "<b>还差一半</b>" not in page
    assert 'value="2"' in page.split("checked")[0].rsplit("<input", 1)[1]


# ---- the opinion ----------------------------------------------------------------------


def test_an_opinion_is_kept_sealed_and_thanked_for(visitor: Client, case: Case) -> None:
    opened(visitor, case)

    response = rated(visitor, GOOD)

    assert (response.status_code, response["Location"]) == (303, RATE)
    rating = Rating.objects.get()
    assert (rating.source, rating.level, rating.is_solved, rating.wants_rework) == (
        "link", 4, True, False,
    )  # fmt: skip
    assert rating.entered_by is None
    assert rating.words_sealed is not None
    vault = RequestVault.of_request(case.row)
    assert vault.open_text(rating.words_sealed, "rating") == "谢谢。"
    page = page_of(visitor)
    assert "您的评价：解决了 · 满意" in page
    assert "谢谢。" not in page
    assert REPLY not in page


def test_who_waits_for_a_call_is_told_so(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    rated(visitor, GOOD)

    assert case.row.state == State.TO_CALL
    page = page_of(visitor)
    assert "一位没有经办这件事的同事会打电话回访您" in page
    assert "听完您的话，这件事就办结" in page


def test_who_is_not_content_may_still_ask_the_caller_for_more(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    rated(visitor, {"solved": "no", "level": "3"})

    assert "想换人重新办理，在电话里说也行" in page_of(visitor)


def test_where_nobody_can_be_called_the_opinion_closes(visitor: Client, town: Town) -> None:
    case = answered(town, phone="", name="", is_anonymous=True)
    opened(visitor, case)
    rated(visitor, GOOD)

    assert (case.row.state, case.row.closed_as) == (State.CLOSED, "heard")
    page = page_of(visitor)
    assert "这件事办结了" in page
    assert "换人" not in page


def test_a_closed_request_may_be_judged_and_taken_up_again(visitor: Client, town: Town) -> None:
    case = answered(town, LEAVE)
    assert case.row.state == State.CLOSED
    opened(visitor, case)
    rated(visitor, BAD)

    assert case.row.state == State.REWORK
    assert "换另一个人重新办理，天数减半，至少两天" in page_of(visitor)


def test_a_closed_request_left_unsolved_says_how_to_ask_for_more(
    visitor: Client, town: Town
) -> None:
    opened(visitor, answered(town, LEAVE))
    rated(visitor, {"solved": "no", "level": "2"})

    assert "想换人重新办理，打服务站电话" in page_of(visitor)


def test_a_second_round_shows_its_promise_as_soon_as_there_is_one(
    visitor: Client, case: Case
) -> None:
    opened(visitor, case)
    rated(visitor, BAD)

    page = page_of(visitor)
    assert "很快会定下新的答复日期" in page
    assert "我们承诺在此之前答复您" not in page

    take_steps(case.request_id, now=TUESDAY)
    page = page_of(visitor)
    due = case.row.due_at
    assert due is not None
    assert "我们承诺在此之前答复您" in page
    assert f"{day_words(due)} 周" in page


def test_sent_twice_the_first_stays_and_the_same_is_shown(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    rated(visitor, BAD)
    first = page_of(visitor)
    before = rows_of_everything()

    again = rated(visitor, GOOD)

    assert main_of(again.content.decode()) == main_of(first)
    assert rows_of_everything() == before
    assert Rating.objects.get().level == 1


def main_of(page: str) -> str:
    return page.split("<main")[1].split("</main>", maxsplit=1)[0]


def test_an_opinion_marks_the_reply_as_told_by_link(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    rated(visitor, GOOD)

    assert case.row.told_at == TUESDAY
    assert Event.objects.get(kind="reply.told").data == {"way": "link"}


def test_a_second_round_is_judged_but_not_taken_up_again(visitor: Client, town: Town) -> None:
    case = answered(town)
    bad = Answer(level=Satisfaction.VERY_DISSATISFIED, is_solved=False, wants_rework=True)
    rate_by_link(PersonalLink.objects.get().pk, bad, now=TUESDAY)
    wednesday = TUESDAY + timedelta(days=1)
    answer(case.request_id, now=wednesday)
    second = Case(case.request_id, token_of_reply(case.request_id))

    page = page_of(opened(visitor, second, at=wednesday), at=wednesday)
    assert "希望换人重新办理" not in page
    assert "已经换人重办过一次，不能再重办" in page

    rated(visitor, BAD, at=wednesday)
    assert not Rating.objects.get(result__rework=1).wants_rework
    assert second.row.state == State.TO_CALL
    assert "听完您的话，这件事就办结" in page_of(visitor, at=wednesday)


def test_a_second_round_that_is_closed_names_the_hotline(visitor: Client, town: Town) -> None:
    case = answered(town, phone="", name="", is_anonymous=True)
    Request.objects.filter(pk=case.request_id).update(reworks=1)
    PersonalLink.objects.get().result.ratings.all().delete()
    type(PersonalLink.objects.get().result).objects.update(rework=1)
    opened(visitor, case)
    rated(visitor, BAD)

    assert case.row.state == State.CLOSED
    assert 'href="tel:12351"' in page_of(visitor)


# ---- too early, too late, the wrong hands ------------------------------------------------


def test_before_the_machine_has_asked_the_form_waits_with_what_was_typed(
    visitor: Client, town: Town
) -> None:
    receipt = register(town, story=LATE_PAY)
    assert give_reply(receipt.request_id, now=MONDAY).state == State.ANSWERED
    case = Case(receipt.request_id, token_of_reply(receipt.request_id))
    opened(visitor, case)

    page = rated(visitor, GOOD).content.decode()

    assert "过一分钟再点" in page
    assert "谢谢。" in page
    assert Rating.objects.count() == 0


def test_revoked_meanwhile_the_words_come_back_to_be_kept(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    revoke_links(case.row, now=TUESDAY)

    response = rated(visitor, {**GOOD, "words": "我写的话<i>\x00"})

    assert response.status_code == 404
    page = response.content.decode()
    assert "您刚才写的话没有提交，请先复制下来" in page
    assert escape("我写的话<i>") + "</textarea>" in page
    assert Rating.objects.count() == 0


def test_without_an_open_link_nothing_is_taken(visitor: Client, case: Case) -> None:
    response = rated(visitor, GOOD)

    assert response.status_code == 404
    assert Rating.objects.count() == 0


def test_a_browser_of_staff_is_refused_everywhere(town: Town, case: Case) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        desk = opened(Client(REMOTE_ADDR="203.0.113.9"), case)
        desk.force_login(town.worker)
        before = rows_of_everything()
        answers = [desk.get(RATE), desk.post(RATE, GOOD), desk.post(case.address)]

    assert [each.status_code for each in answers] == [403] * 3
    for each in answers:
        assert "评价要由诉求人自己做" in each.content.decode()
        assert REPLY not in each.content.decode()
    assert rows_of_everything() == before


def test_the_form_is_safe_from_other_sites(case: Case) -> None:
    strict = Client(REMOTE_ADDR="203.0.113.9", enforce_csrf_checks=True)
    opened(strict, case)

    assert rated(strict, GOOD).status_code == 403
    assert Rating.objects.count() == 0


# ---- statements -----------------------------------------------------------------------


def test_the_form_takes_three_statements_and_the_thanks_two(visitor: Client, case: Case) -> None:
    opened(visitor, case)
    assert statements(visitor) == 3
    rated(visitor, GOOD)
    assert statements(visitor) == 2


def statements(visitor: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        page_of(visitor)
    return sum(not query["sql"].startswith(TRANSACTION_WORDS) for query in queries)
