from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from members.models import Account, Role
from members.register import assign_role, open_account
from requests_app.lifecycle import Via
from requests_app.models import CallAttempt, PersonalLink, Rating, Request
from requests_app.models.completion import RatingSource, Satisfaction
from requests_app.moves import Cause
from requests_app.stages.completion.feedback import (
    WAYS_OF_TELLING,
    note_told,
    note_told_by_code,
    rate_by_link,
)
from requests_app.stages.completion.hearing import Answer, take_opinion
from requests_app.stages.completion.standing import read_standing
from station.desk.opinion import WAY_LABELS
from tests.desk.cases import LATE_PAY, dispatched, signed
from tests.desk.handled import (
    HOUR,
    REPLY,
    called,
    closed,
    fresh,
    in_review,
    to_call,
)
from tests.desk.pages import (
    accepted,
    errors_in,
    kinds_of,
    page_of,
    path_of,
    send,
    words_in,
)
from tests.town import MONDAY, PASSWORD, SINCE, Town

type DeskOf = Callable[[Account], Client]
CALL, COUNTER, TOLD = "calls/new/", "opinions/new/", "told/"
REACHED = {"reached": "yes", "level": "4", "solved": "yes"}


def waiting(town: Town) -> Request:
    """Answered an hour ago; the station's worker is to call back."""
    row = to_call(town, now=MONDAY - 3 * HOUR)
    assert row.assignee == town.worker
    return row


def results_of(page: str) -> str:
    return words_in(page.split('id="results"')[1].split('id="timeline"', maxsplit=1)[0])


# ---- calling back -----------------------------------------------------------------------


def test_a_call_that_is_answered_closes_the_request(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    panel = page_of(client, row).split('id="next"')[1].split("</section>")[0]
    assert f'button-main" href="{path_of(row, CALL)}"' in panel
    assert REPLY[:20] in panel
    asked = page_of(client, row, CALL)
    assert REPLY in asked
    sent = {**REACHED, "words": "钱到了，谢谢。我电话13812345678", "note": "语气平和"}
    assert accepted(client, row, CALL, **sent) == path_of(row) + "#opinions"
    assert (fresh(row).state, fresh(row).closed_as) == ("closed", "heard")
    said = results_of(page_of(client, row))
    assert "今日09:00办结：诉求人已评价" in said
    assert "电话回访 满意 · 认为已解决" in said
    assert "钱到了，谢谢。我电话〔电话〕" in said
    assert "第1次回访：接通 周敏" in said
    assert "语气平和" in said
    assert "诉求人已知道答复：今日09:00在回访中告知" in said


def test_a_call_that_is_not_answered_is_a_try(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    accepted(client, row, CALL, reached="no", note="下午再打")
    assert fresh(row).state == "to_call"
    said = results_of(page_of(client, row))
    assert "第1次回访：没有接通" in said
    assert "下午再打" in said
    assert CallAttempt.objects.get().is_reached is False


def test_who_would_not_say_was_reached_all_the_same(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    accepted(client, row, CALL, reached="declined", note="说都好了，不用评")
    assert fresh(row).state == "to_call"
    said = results_of(page_of(client, row))
    assert "第1次回访：接通" in said
    assert "诉求人已知道答复" in said


def test_what_is_wrong_with_a_call_stands_beside_it(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    for sent, told in (
        ({}, {"请选是否接通"}),
        ({"reached": "maybe"}, {"请选是否接通"}),
        ({"reached": "yes"}, {"请选满意程度", "请选是否解决"}),
        ({**REACHED, "level": "6"}, {"请选满意程度"}),
        ({**REACHED, "level": "满意"}, {"请选满意程度"}),
        ({**REACHED, "solved": ""}, {"请选是否解决"}),
        (
            {**REACHED, "reached": "no"},
            {"没有接通就没有评价，请改选“接通了”或清空下面几项"},
        ),
        (
            {**REACHED, "reached": "declined"},
            {"对方不愿评价，请清空下面几项；说了评价的，请改选“接通了”"},
        ),
        (
            {"reached": "no", "words": "谢谢"},
            {"没有接通就没有评价，请改选“接通了”或清空下面几项"},
        ),
        ({**REACHED, "words": "长" * 501}, {"最多500字，现在有501字"}),
        ({**REACHED, "note": "长" * 100_000}, {"最多500字，现在有100000字"}),
        ({**REACHED, "words": "好\x00"}, {"有几个字符无法保存，已经去掉。请看一遍再提交。"}),
    ):
        answer = send(client, row, CALL, **sent)
        assert answer.status_code == 422, sent
        assert set(errors_in(answer.content.decode())) == told, sent
    assert (CallAttempt.objects.count(), Rating.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["street_handler", "head", "county_handler"])
def test_nobody_else_calls_back(town: Town, desk_of: DeskOf, who: str) -> None:
    row = waiting(town)
    client = desk_of(getattr(town, who))
    refused = send(client, row, CALL, **REACHED)
    assert refused.status_code == 403
    assert "由周敏回访，承办人和登记人不能回访" in refused.content.decode()
    assert CALL not in page_of(client, row)
    assert CallAttempt.objects.count() == 0


def test_a_dissatisfied_worker_gets_a_second_round(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    sent = {**REACHED, "level": "2", "solved": "no", "wants_rework": "on", "words": "还差两个月"}
    accepted(client, row, CALL, **sent)
    stored = fresh(row)
    assert (stored.state, stored.reworks, stored.handler_id) == ("rework", 1, None)
    page = page_of(client, row)
    assert "第2轮" in page
    assert "电话回访 不满意 · 认为没有解决 · 希望重新办理" in results_of(page)
    assert "诉求人不满意，要求重办" in page
    again = send(client, row, CALL, **sent)
    assert again.status_code == 403


def test_a_volunteer_who_calls_may_see_the_number(town: Town, desk_of: DeskOf) -> None:
    volunteer = open_account(
        username="huifang", name="回芳", password=PASSWORD, must_change_password=False
    )
    assign_role(
        account=volunteer,
        role=Role.CALLER,
        unit=town.station,
        from_on=SINCE,
        actor=None,
        now=MONDAY,
    )
    row = waiting(town)
    client = desk_of(volunteer)
    sent = {"reason": "回访需要打电话"}
    assert client.post(path_of(row, "unmask/"), sent).status_code == 404
    Request.objects.filter(pk=row.pk).update(assignee=volunteer)
    assert "显示姓名和电话" in page_of(client, row)
    shown = client.post(path_of(row, "unmask/"), sent)
    assert "13812345678" in shown.content.decode()
    answer = send(client, row, CALL, **REACHED)
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    assert Rating.objects.get().entered_by == volunteer
    assert client.get(path_of(row)).status_code == 404


def test_the_time_to_wait_is_said(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    page = page_of(desk_of(town.worker), row)
    assert "等诉求人评价；到12-14 17:30仍没有回应" in results_of(page)
    clocks = words_in(page.split('id="clocks"')[1].split("</section>")[0])
    assert "回访 剩" in clocks
    with time_machine.travel(MONDAY + timedelta(days=25), tick=False):
        late = page_of(desk_of(town.head), row)
    assert "等诉求人评价的期限已过" in results_of(late)
    assert "回访超期" in words_in(late.split('class="req-head"')[1].split("</header>")[0])


# ---- at the counter, by link ------------------------------------------------------------


def test_an_opinion_at_the_counter_is_marked(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.head)
    assert path_of(row, COUNTER) in page_of(client, row)
    accepted(client, row, COUNTER, level="5", solved="yes", words="当面来谢")
    rating = Rating.objects.get()
    assert (rating.source, rating.level, rating.entered_by) == ("counter", 5, town.head)
    assert "窗口代录 非常满意 · 认为已解决 何立" in results_of(page_of(client, row))
    assert kinds_of(row)[-1] == "request.closed"


def test_the_handler_takes_down_no_opinion(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.street_handler)
    assert "“窗口代录评价”暂不可用：承办人不能代录评价，请由同事操作" in page_of(client, row)
    refused = send(client, row, COUNTER, level="5", solved="yes")
    assert refused.status_code == 403
    assert Rating.objects.count() == 0


def test_who_registered_and_handled_it_takes_down_no_opinion(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    Request.objects.filter(pk=row.pk).update(registrar=town.street_handler)
    client = desk_of(town.street_handler)
    assert "“窗口代录评价”暂不可用：承办人不能代录评价，请由同事操作" in page_of(client, row)
    refused = send(client, row, COUNTER, level="5", solved="yes")
    assert refused.status_code == 403
    assert "承办人不能代录评价，请由同事操作" in refused.content.decode()


def test_the_counter_takes_down_one_opinion_a_reply(town: Town, desk_of: DeskOf) -> None:
    row = closed(town, now=MONDAY - 4 * HOUR)
    client = desk_of(town.head)
    accepted(client, row, COUNTER, level="5", solved="yes", words="当面来谢")
    assert "“窗口代录评价”暂不可用：这次答复已经代录过评价" in page_of(client, row)
    again = send(client, row, COUNTER, level="2", solved="no", words="又来说不满意")
    assert again.status_code == 403
    assert "这次答复已经代录过评价" in again.content.decode()
    assert Rating.objects.filter(source=RatingSource.COUNTER).count() == 1


def test_a_call_takes_down_one_opinion_a_reply(town: Town, desk_of: DeskOf) -> None:
    row = closed(town, now=MONDAY - 4 * HOUR)
    Request.objects.filter(pk=row.pk).update(assignee=town.head, assignee_unit=town.station)
    client = desk_of(town.head)
    assert CALL not in page_of(client, row)
    refused = send(client, row, CALL, **{**REACHED, "level": "1"})
    assert refused.status_code == 403
    assert "这次答复已经回访到评价，不用再打" in refused.content.decode()
    assert Rating.objects.get().level == 4


def test_satisfied_and_solved_is_not_done_again(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    told = ["诉求人满意，也认为解决了，就不用重办。要重办，请改选上面的一项。"]
    for who, rest, sent in ((town.head, COUNTER, {}), (town.worker, CALL, {"reached": "yes"})):
        said = {**sent, "level": "4", "solved": "yes", "wants_rework": "on"}
        answer = send(desk_of(who), row, rest, **said)
        assert (answer.status_code, errors_in(answer.content.decode())) == (422, told), rest
    assert Rating.objects.count() == 0


def test_a_second_round_is_offered_only_where_one_can_follow(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    offer = 'name="wants_rework"'
    asked = [(desk_of(town.head), COUNTER), (desk_of(town.worker), CALL)]
    for client, rest in asked:
        assert offer in page_of(client, row, rest), rest
    Request.objects.filter(pk=row.pk).update(reworks=1)
    for client, rest in asked:
        assert offer not in page_of(client, row, rest), rest
    sent = {"level": "1", "solved": "no", "wants_rework": "on"}
    accepted(desk_of(town.head), row, COUNTER, **sent)
    assert Rating.objects.get().wants_rework is False


def test_after_its_days_no_second_round_is_offered(town: Town, desk_of: DeskOf) -> None:
    row = closed(town, now=MONDAY - 4 * HOUR)
    offer = 'name="wants_rework"'
    assert offer in page_of(desk_of(town.head), row, COUNTER)
    with time_machine.travel(MONDAY + timedelta(days=400), tick=False):
        assert offer not in page_of(desk_of(town.head), row, COUNTER)


def test_what_the_counter_leaves_out_is_asked_for(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    answer = send(desk_of(town.head), row, COUNTER)
    told = ["请选满意程度", "请选是否解决"]
    assert (answer.status_code, errors_in(answer.content.decode())) == (422, told)


def test_before_a_reply_there_is_nothing_to_rate(town: Town, desk_of: DeskOf) -> None:
    row = in_review(town, now=MONDAY - 3 * HOUR)
    client = desk_of(town.head)
    for rest, told in ((COUNTER, "答复之后才能评价"), (TOLD, "答复之后才能登记告知")):
        refused = send(client, row, rest, level="5", solved="yes", way="phone")
        assert refused.status_code == 403
        assert told in refused.content.decode()


def test_ratings_stand_with_where_they_came_from(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    said = Answer(level=4, is_solved=True, words="网上评的")  # type: ignore[arg-type]
    standing = read_standing(row, now=MONDAY)
    take_opinion(row, standing, said, RatingSource.LINK, Cause(via=Via.PERSON, now=MONDAY))
    text = results_of(page_of(desk_of(town.worker), row))
    assert "本人评价 满意 · 认为已解决" in text
    assert "网上评的" in text


# ---- told -------------------------------------------------------------------------------


def test_it_is_noted_how_the_worker_was_told(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    client = desk_of(town.worker)
    assert "已告知诉求人…" in page_of(client, row)
    for way in ("", "pigeon", "link"):
        assert send(client, row, TOLD, way=way).status_code == 422
    accepted(client, row, TOLD, way="visit")
    assert fresh(row).told_at == MONDAY
    page = page_of(client, row)
    assert "诉求人已知道答复：今日09:00上门告知（周敏）" in results_of(page)
    assert "已告知诉求人…" not in page
    again = send(client, row, TOLD, way="phone")
    assert again.status_code == 403
    assert "已经登记过告知" in again.content.decode()


def tell_by_code(_town: Town, row: Request) -> None:
    note_told_by_code(row.pk, now=MONDAY)


def tell_by_link(town: Town, row: Request) -> None:
    link = PersonalLink.objects.get(result__request=row)
    told = Answer(level=Satisfaction.SATISFIED, is_solved=True)
    rate_by_link(link.pk, told, now=MONDAY)


def tell_by(way: str) -> Callable[[Town, Request], None]:
    def tell(town: Town, row: Request) -> None:
        note_told(row.pk, way, actor=town.worker, version=row.version, now=MONDAY)

    return tell


@pytest.mark.parametrize(
    ("tell", "told"),
    [
        (tell_by_code, "今日09:00本人凭查询码看到"),
        (tell_by_link, "今日09:00本人在评价页看到"),
        *((tell_by(way), f"今日09:00{WAY_LABELS[way]}（周敏）") for way in WAYS_OF_TELLING),
    ],
)
def test_every_way_of_telling_has_words(
    town: Town, desk_of: DeskOf, tell: Callable[[Town, Request], None], told: str
) -> None:
    row = waiting(town)
    tell(town, row)
    assert f"诉求人已知道答复：{told} " in results_of(page_of(desk_of(town.head), row))


def test_how_an_earlier_reply_was_told_is_not_said_of_this_one(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    tell_by("visit")(town, row)
    Request.objects.filter(pk=row.pk).update(told_at=None)  # as a second round does
    with time_machine.travel(MONDAY + HOUR, tick=False):
        client = desk_of(town.worker)
        accepted(client, row, CALL, reached="declined")
        said = results_of(page_of(client, row))
    assert "诉求人已知道答复：今日10:00在回访中告知" in said
    assert "上门告知" not in said


# ---- samples ----------------------------------------------------------------------------


def test_a_closed_request_may_still_be_called_back(town: Town, desk_of: DeskOf) -> None:
    row = waiting(town)
    accepted(desk_of(town.head), row, COUNTER, level="5", solved="yes")
    client = desk_of(town.worker)
    assert CALL not in page_of(client, row)
    Request.objects.filter(pk=row.pk).update(assignee=town.head, assignee_unit=town.station)
    row = fresh(row)
    page = page_of(desk_of(town.head), row)
    assert path_of(row, CALL) in page
    row = called(row, now=MONDAY, level=None)
    assert "第1次回访：没有接通" in results_of(page_of(client, row))


def test_without_results_there_is_no_such_panel(town: Town, desk_of: DeskOf) -> None:
    for row in (signed(town, town.street_handler), dispatched(town, story=LATE_PAY)):
        assert 'id="results"' not in page_of(desk_of(town.worker), row)
