"""What leaves the house arrives: the promises of architecture.md §3 about deliveries.

Real workers and sweepers, a mail server that is slow or rude, and senders that are killed in
the middle. CI runs small numbers; ``make drills`` runs the large ones.
"""

import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pytest
from django.utils.translation import override

from members.notices.sending import GIVE_UP_AFTER
from members.notices.templates import text_of
from tests.worker.postbox import AFTER, BEFORE, Letter, Postbox
from tests.worker.stack import Stack, kill

pytestmark = pytest.mark.timeout(600)

HEADERS = {
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "Message-ID",
    "MIME-Version",
    "Subject",
    "To",
}
CHILDREN = 2  # of a worker: so many letters are on their way at once
_serials = itertools.count(0, 1_000)


@dataclass
class Post:
    """A station that sends mail, and the server that takes it."""

    station: Stack
    box: Postbox

    def announce(self, count: int) -> list[int]:
        """Queue notices; return the ids of their deliveries."""
        asked = ["queue", str(count), str(next(_serials))]
        return [int(pk) for pk in self.station.run("tests.worker.announce", *asked)]

    def replay(self, ids: Sequence[int]) -> None:
        self.station.run("tests.worker.announce", "replay", *map(str, ids))

    def senders(self, ids: Collection[int]) -> set[str]:
        """Return what has sent these deliveries, as the processes say themselves."""
        said = re.findall(r"delivery sent: id=(\d+) via=(\w+)", self.station.whole_log())
        return {via for pk, via in said if int(pk) in ids}

    def wait_until(self, is_so: Callable[[], bool], *, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"{self.rows()}: {self.station.log()}"
            time.sleep(0.1)

    def wait_until_sent(self, ids: Collection[int], *, seconds: float = 90) -> None:
        self.wait_until(lambda: self._number_of(ids, "sent_at") == len(ids), seconds=seconds)

    def _number_of(self, ids: Collection[int], column: str) -> int:
        sql = f"SELECT count({column}) FROM members_delivery WHERE id = ANY(%s)"  # noqa: S608
        return int(self.station.query(sql, list(ids))[0][0])

    def rows(self) -> list[tuple[object, ...]]:
        """Return what is not sent."""
        return self.station.query(
            "SELECT id, attempts, due_at, lease_until, dead_at, last_error"
            " FROM members_delivery WHERE sent_at IS NULL"
        )

    def crash(self) -> None:
        """Kill every process that may be sending."""
        for processes in (self.station.workers, self.station.sweepers):
            while processes:
                kill(processes.pop())

    def recover(self) -> None:
        """Let the leases of the dead run out, and start new senders."""
        self.station.alter(
            "UPDATE members_delivery SET lease_until = clock_timestamp() WHERE sent_at IS NULL"
        )
        self.station.mend()

    def hurry(self, pk: int, attempts: int = 1) -> None:
        """Let the wait of a refused delivery pass, after so many attempts."""
        self.station.alter(
            "UPDATE members_delivery SET due_at = clock_timestamp(), attempts = %s WHERE id = %s",
            attempts,
            pk,
        )

    def warm_up(self) -> None:
        """Wait until Celery sends by itself; a fresh worker imports for seconds."""
        for _ in range(6):
            ids = self.announce(2)
            self.wait_until_sent(ids)
            if self.senders(ids) == {"celery"}:
                return
        raise AssertionError(f"the worker never came up: {self.station.log()}")

    def faults(self, *, may_repeat: Collection[str] = ()) -> dict[str, list[str]]:
        """Compare what was queued with what the server took; only empty lists will do."""
        rows = self.station.query(
            "SELECT d.id, a.email, d.template, d.params->>'number'"
            " FROM members_delivery d JOIN members_account a ON a.id = d.account_id"
            " WHERE d.dead_at IS NULL"
        )
        right = {id_of(pk): (email, template, number) for pk, email, template, number in rows}
        taken = self.box.count()
        wrong = [letter.id for letter in self.box.letters if is_wrong(letter, right)]
        return {
            "lost": sorted(right.keys() - taken.keys()),
            "twice": sorted(each for each, n in taken.items() if n > 1 and each not in may_repeat),
            "nobody's, or in other words": sorted(wrong),
            "taken and not noted": self.not_noted(),
        }

    def not_noted(self) -> list[str]:
        """Return what the server has taken and the row does not know."""
        rows = self.station.query("SELECT id FROM members_delivery WHERE sent_at IS NULL")
        return sorted({id_of(pk) for (pk,) in rows} & self.box.count().keys())


def id_of(pk: int) -> str:
    return f"<{pk}.delivery@gongqingtong>"


def is_wrong(letter: Letter, right: dict[str, tuple[str, str, str]]) -> bool:
    """Whether it is nobody's, went astray or says more than the number of the request."""
    if letter.id not in right:
        return True
    email, template, number = right[letter.id]
    with override("zh-hans"):
        words = text_of(template, {"number": number})
    return not (
        letter.recipients == (email,)
        and set(letter.message.keys()) == HEADERS
        and letter.message["To"] == email
        and letter.message["Subject"] == "工情通有一条新通知"
        and letter.message.get_content().strip() == words
        and re.fullmatch(r"YQ\d{11}", number) is not None
    )


@pytest.fixture(scope="module")
def whole_post() -> Iterator[Post]:
    with Postbox() as box:
        environ = {
            "NOTICE_CHANNELS": "email",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(box.port),
        }
        with Stack(
            "p",
            log_level="INFO",
            environ={"DJANGO_SETTINGS_MODULE": "tests.worker.mail_settings", **environ},
        ) as station:
            station.alter("UPDATE members_account SET email = username || '@station.example'")
            yield Post(station, box)


@pytest.fixture
def post(whole_post: Post) -> Post:
    """Give each drill a server that takes everything and a station with nothing left to send."""
    whole_post.box.refusals.clear()
    whole_post.box.go_on()
    whole_post.station.mend()
    whole_post.station.alter("DELETE FROM members_delivery")
    whole_post.box.letters.clear()
    whole_post.warm_up()
    return whole_post


CLEAN = {"lost": [], "twice": [], "nobody's, or in other words": [], "taken and not noted": []}


def test_the_notices_of_real_requests_leave_by_celery_once_and_hold_numbers_only(
    post: Post,
) -> None:
    numbers = post.station.submit(6)
    post.station.wait_until_all_dispatched(numbers, seconds=90)
    told = post.station.query(
        "SELECT id FROM members_delivery WHERE params->>'number' = ANY(%s)", numbers
    )
    assert len(told) >= len(numbers)
    post.wait_until_sent([pk for (pk,) in told])
    assert post.faults() == CLEAN


def test_celery_sends_and_without_a_worker_the_sweepers_do(post: Post) -> None:
    ids = post.announce(8)
    post.wait_until_sent(ids)
    assert post.senders(ids) == {"celery"}
    kill(post.station.workers.pop())
    ids = post.announce(8)
    post.wait_until_sent(ids)
    assert post.senders(ids) == {"sweep"}
    assert post.faults() == CLEAN


def kill_in_the_middle(post: Post, place: str) -> tuple[list[int], list[str]]:
    """Kill all senders while letters stand at ``place``.

    Return the deliveries that were queued, and the letters that will have to be repeated.
    """
    post.box.stop_at(place)
    ids = post.announce(2 * CHILDREN)
    post.wait_until(lambda: len(post.box.stopped) >= CHILDREN)
    post.crash()
    post.box.go_on()
    return ids, post.not_noted()


def test_a_sender_killed_before_the_server_took_the_letter_sends_it_once(post: Post) -> None:
    ids, repeated = kill_in_the_middle(post, BEFORE)
    assert repeated == []
    post.recover()
    post.wait_until_sent(ids)
    assert post.faults() == CLEAN


def test_a_sender_killed_after_the_server_took_the_letter_repeats_it_under_the_same_id(
    post: Post,
) -> None:
    ids, repeated = kill_in_the_middle(post, AFTER)
    assert len(repeated) >= CHILDREN  # on a slow machine a sweeper stands there too
    post.recover()
    post.wait_until_sent(ids)
    assert post.faults(may_repeat=repeated) == CLEAN
    assert post.faults()["twice"] == repeated


def test_the_same_kill_loses_letters_of_a_careless_sender(post: Post) -> None:
    """Teeth: who notes the sending before sending fails the check that the station passes."""
    post.crash()
    post.station.app = "tests.worker.careless"
    try:
        post.recover()
        post.warm_up()
        ids, _none = kill_in_the_middle(post, BEFORE)
    finally:
        post.station.app = "station"
    post.recover()  # the station's own senders find nothing to repair
    post.wait_until_sent(ids)
    assert 0 < len(post.faults()["lost"]) <= CHILDREN


# ---- a server that refuses ------------------------------------------------------------


def refusal_climbs_to(post: Post, attempts: int, pk: int) -> None:
    """Let time pass until the delivery has failed so often; it waits twice as long each time."""
    post.hurry(pk, attempts - 1)

    def state() -> tuple[int, float]:
        sql = (
            "SELECT attempts, extract(epoch FROM due_at - clock_timestamp())"
            " FROM members_delivery WHERE id = %s AND lease_until IS NULL"
        )
        rows = post.station.query(sql, pk)
        return (int(rows[0][0]), float(rows[0][1])) if rows else (0, 0.0)

    post.wait_until(lambda: state()[0] == attempts)
    if attempts < GIVE_UP_AFTER:
        wait = 15 * 2**attempts
        assert wait - 15 < state()[1] <= wait


def refuse_until_dead(post: Post, attempts: Sequence[int]) -> None:
    """Let one address be refused for ever, the other only at first; then replay the dead."""
    post.box.refusals[""] = "421 4.3.2 closing down"
    ids = post.announce(2)
    for pk in ids:
        refusal_climbs_to(post, 1, pk)
    victim, other = ids
    address = post.station.query(
        "SELECT a.email FROM members_account a JOIN members_delivery d ON d.account_id = a.id"
        " WHERE d.id = %s",
        victim,
    )[0][0]
    del post.box.refusals[""]
    post.box.refusals[address] = "550 5.1.1 nobody of that name"
    post.station.alter(
        "UPDATE members_delivery SET due_at = clock_timestamp() WHERE id = %s", other
    )
    post.wait_until_sent([other])
    for number in attempts:
        refusal_climbs_to(post, number, victim)
    dead = post.station.query(
        "SELECT id, last_error FROM members_delivery WHERE dead_at IS NOT NULL"
    )
    assert dead == [(victim, "SMTPRecipientsRefused")]
    assert id_of(victim) not in post.box.count()
    del post.box.refusals[address]
    post.replay([victim])
    post.wait_until_sent([victim])
    assert post.faults() == CLEAN


def test_a_refused_delivery_waits_longer_each_time_dies_in_sight_and_is_replayed(
    post: Post,
) -> None:
    refuse_until_dead(post, attempts=(2, 7, GIVE_UP_AFTER))


# ---- large ---------------------------------------------------------------------------


@pytest.mark.drill
def test_every_step_of_the_back_off(post: Post) -> None:
    refuse_until_dead(post, attempts=range(2, GIVE_UP_AFTER + 1))


@pytest.mark.drill
def test_a_storm_of_killed_senders_loses_no_letter(post: Post) -> None:
    """Two hundred letters, ten kills; only what was taken and not noted at a kill comes twice."""
    ids, repeated = post.announce(200), Counter[str]()
    for place in (BEFORE, AFTER) * 5:
        before = len(post.box.letters)
        post.wait_until(lambda before=before: len(post.box.letters) >= before + 10)
        post.box.stop_at(place)
        post.wait_until(lambda: len(post.box.stopped) >= CHILDREN)
        post.crash()
        post.box.go_on()
        repeated.update(post.not_noted())
        post.recover()
    post.wait_until_sent(ids, seconds=300)
    assert post.faults(may_repeat=repeated) == CLEAN
    again = post.box.count() - Counter(post.box.count().keys())
    assert again.keys() == repeated.keys() != set()
    assert again <= repeated  # a letter may wait through several kills before its turn comes
