"""The fence against floods: it counts without keeping, asks without script, refuses nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from requests_app.models import Request
from station.front.limiter import (
    POSTS_MAX,
    Gate,
    PostCounter,
    check_answer,
    counter,
    decide_gate,
    new_question,
)
from tests.front.conftest import Place
from tests.front.filled import filled, hidden_in, photo
from tests.town import MONDAY

NETWORK = "203.0.113.9"
DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("posts", "is_crisis", "answer", "gate"),
    [
        (1, False, None, Gate.OPEN),
        (POSTS_MAX, False, None, Gate.OPEN),
        (POSTS_MAX + 1, False, None, Gate.ASK),
        (POSTS_MAX + 1, True, None, Gate.OPEN),
        (POSTS_MAX + 1, True, False, Gate.OPEN),
        (POSTS_MAX + 1, False, True, Gate.OPEN),
        (POSTS_MAX + 1, False, False, Gate.HOLD),
        (POSTS_MAX, False, False, Gate.OPEN),
    ],
)
def test_what_happens_to_a_post(
    posts: int, is_crisis: bool, answer: bool | None, gate: Gate
) -> None:
    assert decide_gate(posts, is_crisis=is_crisis, answer=answer) is gate


def test_posts_are_counted_by_network_and_forgotten_after_ten_minutes() -> None:
    counts = PostCounter()

    assert [counts.count("a", now=MONDAY) for _ in range(3)] == [1, 2, 3]
    assert counts.count("b", now=MONDAY) == 1
    assert counts.count("a", now=MONDAY, adds=False) == 3
    assert counts.count("a", now=MONDAY + timedelta(minutes=10)) == 1


def test_a_new_day_forgets_everything() -> None:
    counts = PostCounter()
    counts.count("a", now=MONDAY)

    assert counts.count("a", now=MONDAY + timedelta(days=1)) == 1


def test_the_counter_keeps_no_address() -> None:
    counts = PostCounter()
    counts.count(NETWORK, now=MONDAY)

    assert NETWORK not in repr(vars(counts))


def answer_to(text: str) -> int:
    """Return the sum that a question like 三加四等于几？ asks for."""
    return DIGITS.index(text[0]) + DIGITS.index(text[2])


def test_digits_and_words_answer_the_question() -> None:
    for _ in range(40):
        question = new_question()
        total = answer_to(question.text)
        chinese = DIGITS[total] if total < 10 else "十" + (DIGITS[total - 10] if total > 10 else "")
        assert check_answer(question.token, f" {total} ")
        assert check_answer(question.token, chinese)
        assert not check_answer(question.token, str(total + 1))


def test_english_words_answer_too() -> None:
    with translation.override("en"):
        question = new_question()
    ones = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    words = [*ones.split(), "fifteen", "sixteen", "seventeen", "eighteen"]

    assert sum(check_answer(question.token, word) for word in words) == 1


@pytest.mark.parametrize("answer", ["", "x", "二百", "1" * 100_000, "十十", "²"])
def test_nonsense_is_a_wrong_answer(answer: str) -> None:
    assert not check_answer(new_question().token, answer)


def test_a_made_up_token_is_a_wrong_answer() -> None:
    assert not check_answer("made-up", "7")


def flood(posts: int = POSTS_MAX) -> None:
    for _ in range(posts):
        counter.count(NETWORK, now=MONDAY)


def test_past_the_limit_a_question_is_asked_and_nothing_is_lost(
    visitor: Client, place: Place
) -> None:
    flood()

    response = visitor.post("/report/", filled(photos=[photo()]))

    page = response.content.decode()
    assert Request.objects.count() == 0
    assert response.context["question"].text in page
    assert response.context["form"]["story"].value() == filled()["story"]
    assert "请再选一次" in page


@pytest.mark.parametrize("offset", [0, 1], ids=["right", "wrong"])
def test_right_or_wrong_the_request_is_taken(visitor: Client, place: Place, offset: int) -> None:
    flood()
    question = visitor.post("/report/", filled()).context["question"]
    answer = str(answer_to(question.text) + offset)

    page = visitor.post(
        "/report/", filled(question_token=question.token, answer=answer)
    ).content.decode()

    assert Request.objects.count() == 1
    assert 'class="code"' in page


def test_words_of_danger_pass(visitor: Client, place: Place) -> None:
    flood()

    visitor.post("/report/", filled(story="我不想活了"))

    assert Request.objects.count() == 1


def test_a_busy_network_meets_the_question_on_the_empty_form(visitor: Client, place: Place) -> None:
    flood()

    assert visitor.get("/report/").context["question"] is not None
    assert Client(REMOTE_ADDR="198.51.100.7").get("/report/").context["question"] is None


def test_the_answer_is_carried_over_a_confirm_page(visitor: Client, place: Place) -> None:
    flood()
    question = visitor.get("/report/").context["question"]
    fields = filled(
        is_anonymous="on",
        story="电话13812345678",
        question_token=question.token,
        answer=str(answer_to(question.text)),
    )

    carried = hidden_in(visitor.post("/report/", fields).content.decode())
    visitor.post("/report/", carried)

    assert Request.objects.count() == 1
