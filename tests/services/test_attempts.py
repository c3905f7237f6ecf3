import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from members.attempts import (
    FREE_TRIES,
    LONGEST_DELAY,
    WINDOW,
    Admission,
    admit_attempt,
    bucket_of,
    drop_old_attempts,
    forgive_attempts,
)
from members.models import Attempt, AttemptKind
from tests.makers import NOW

LOGIN = AttemptKind.LOGIN


def tried(bucket: bytes, now: datetime = NOW) -> Admission:
    return admit_attempt(kind=LOGIN, bucket=bucket, now=now)


@pytest.mark.django_db
def test_the_sixth_try_waits_and_a_refused_try_does_not_prolong_it() -> None:
    bucket = bucket_of("chen", kind=LOGIN)
    admitted = [tried(bucket).is_admitted for _ in range(FREE_TRIES)]
    assert admitted == [True] * FREE_TRIES
    assert tried(bucket) == Admission(False, 1, FREE_TRIES)
    assert tried(bucket, NOW + timedelta(milliseconds=500)) == Admission(False, 1, FREE_TRIES)
    assert tried(bucket, NOW + timedelta(seconds=1)).is_admitted
    assert tried(bucket, NOW + timedelta(seconds=2)) == Admission(False, 1, FREE_TRIES + 1)


@pytest.mark.django_db
def test_the_owner_gets_in_within_the_cap_whoever_guesses() -> None:
    bucket = bucket_of("chen", kind=LOGIN)
    now = NOW
    for _ in range(40):
        now += timedelta(seconds=tried(bucket, now).wait_seconds)
    assert tried(bucket, now + timedelta(seconds=LONGEST_DELAY)).is_admitted


@pytest.mark.django_db
def test_buckets_kinds_and_the_window_are_apart() -> None:
    mine, other = (bucket_of(name, kind=LOGIN) for name in ("chen", "lin"))
    counts = [tried(mine, NOW).wrong_attempts for _ in range(3)]
    assert counts == [0, 1, 2]
    assert tried(other, NOW).wrong_attempts == 0
    assert admit_attempt(kind=AttemptKind.LOOKUP, bucket=mine, now=NOW).wrong_attempts == 0
    assert tried(mine, NOW + WINDOW).wrong_attempts == 0


@pytest.mark.django_db
def test_a_right_try_clears_the_bucket_of_its_kind() -> None:
    bucket = bucket_of("chen", kind=LOGIN)
    tried(bucket, NOW)
    admit_attempt(kind=AttemptKind.LOOKUP, bucket=bucket, now=NOW)
    forgive_attempts(kind=LOGIN, bucket=bucket)
    forgive_attempts(kind=LOGIN, bucket=bucket)
    assert [row.kind for row in Attempt.objects.all()] == ["lookup"]


@pytest.mark.django_db
def test_old_rows_are_dropped() -> None:
    bucket = bucket_of("chen", kind=LOGIN)
    tried(bucket, NOW - 3 * WINDOW)
    tried(bucket, NOW)
    assert [drop_old_attempts(now=NOW), drop_old_attempts(now=NOW)] == [1, 0]


def test_a_bucket_tells_neither_address_nor_case() -> None:
    bucket = bucket_of("Chen ", kind=LOGIN)
    assert bucket == bucket_of("chen", kind=LOGIN)
    assert bucket != bucket_of("chen", kind=AttemptKind.SMS)
    assert b"chen" not in bucket
    assert len(bucket) == 32


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_count_as_many() -> None:
    bucket = bucket_of("chen", kind=LOGIN)
    answers: list[bool] = []

    def run() -> None:
        try:
            answers.append(tried(bucket).is_admitted)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers.count(True) == FREE_TRIES
    assert len(answers) == len(threads)
