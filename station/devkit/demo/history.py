"""Six weeks at the demo stations, lived through in a moment by the real verbs.

Time is a parameter of every verb, so a queue of moments is all that is needed: people's acts
wait in a heap, machine steps and timers are found in the database as the sweeper finds them.
Their events say ``via`` sweep: no Celery message carried them.
"""

import heapq
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import connection

from members.models import Account, Affiliation, Role
from members.queries import working_calendar
from members.register import assign_role, relieve
from members.workdays import SHANGHAI
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.due import take_step, take_timer
from requests_app.lifecycle import State, Via
from requests_app.models import Finding, Request
from requests_app.models.choices import Urgency
from requests_app.people import signer_ids
from requests_app.reading_access import note_view, unmask
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.corrections import (
    catalogue_code,
    confirm_finding,
    correct_item,
    link_enterprise,
    settle_employer_unknown,
)
from requests_app.stages.sensing.intake import Receipt, confirm_written_down, register_report
from station.devkit.demo.enterprises import Firms
from station.devkit.demo.people import People
from station.devkit.demo.stories import Story
from station.devkit.demo.telling import Teller
from station.devkit.demo.territory import Units
from station.devkit.demo.working import WORKED, Working

STEP_TIME = timedelta(seconds=2)  # what a nudged worker takes
OPEN_FOR = timedelta(days=400)  # how long the station has been there
LOOK_AGAIN = timedelta(minutes=6)  # longer than eight tries with their back-off
STOPPED_AFTER = {"registered": 0, "accepted": 1, "triaged": 2}
SIGNED_ENDS = frozenset({"signed", *WORKED})
SIGNED_WITHIN = 2.6  # working hours
UNMASK_SHARE = 0.2

# Asked thousands of times, so it is plain SQL. The filling is one transaction, whose indexes keep
# every moment that was ever due: without `since` each look would walk through all of them.
NEXT_DUE = """
(SELECT wake_at AS at, false AS is_timer, id FROM requests_app_request
 WHERE wake_at BETWEEN %(since)s AND %(until)s - %(step_time)s AND parked_at IS NULL
   AND NOT id = ANY(%(stopped)s::bigint[])
 ORDER BY wake_at, id LIMIT 1)
UNION ALL
(SELECT due_at, true, id FROM requests_app_timer
 WHERE due_at BETWEEN %(since)s AND %(until)s AND done_at IS NULL
 ORDER BY due_at, id LIMIT 1)
ORDER BY at, is_timer, id LIMIT 1"""
LOOKS_BACK = timedelta(days=3)

type Act = Callable[[datetime], None]


@dataclass(slots=True)
class History:
    """The stations' past: acts in a heap, and what came of the stories."""

    units: Units
    firms: Firms
    people: People
    chance: Random
    now: datetime
    teller: Teller
    receipts: dict[str, Receipt] = field(default_factory=dict)  # by the story's text
    working: Working = field(init=False)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=count)
    _stopped: set[int] = field(default_factory=set)
    _tied: set[tuple[int, int]] = field(default_factory=set)
    _run_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Let people go on working in the same queue of moments."""
        self._run_until = self.now - OPEN_FOR
        self.working = Working(self.people, self.chance, self.now, self._plan, self._stopped.add)

    def live_through(self, stories: Iterable[Story]) -> None:
        """Let everything that is told happen, in its order, until now."""
        for story in stories:
            self._plan(self._moment_of(story), self._tell(story))
        while self._acts:
            moment, _serial, act = heapq.heappop(self._acts)
            if moment <= self.now:
                self._run_machine(until=moment)
                act(moment)
        self._run_machine(until=self.now)
        self._run_until = self.now - OPEN_FOR
        if late := self._next_due(self.now):
            raise RuntimeError(f"fell due before anybody looked, and was never done: {late}")

    def _plan(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._acts, (moment, next(self._serial), act))

    def _moment_of(self, story: Story) -> datetime:
        """Return when a story is told: office hours, or an evening for some forms."""
        if not story.days:
            return self.now - timedelta(minutes=story.minutes, seconds=self.chance.randint(0, 20))
        today = self.now.astimezone(SHANGHAI).date()
        day = working_calendar(self.now).add_workdays(today, -story.days)
        hour = self.chance.choice((9, 10, 11, 14, 14, 15))
        if story.channel == "form" and story.days > 1 and self.chance.random() < 0.25:
            hour = self.chance.choice((19, 20, 21))
        told_at = time(hour, self.chance.randint(0, 55), self.chance.randint(0, 59))
        return datetime.combine(day, told_at, SHANGHAI)

    # ---- people's acts --------------------------------------------------------------

    def _tell(self, story: Story) -> Act:
        def act(moment: datetime) -> None:
            if story.end == "parked":
                self._leave_city_vacant(moment)
            report = self.teller.report_of(story)
            actor = self.teller.registrar_of(story)
            receipt = register_report(report, via=Via.PERSON, now=moment, actor=actor)
            confirm_written_down(form_key=report.form_key)
            self.receipts[story.text] = receipt
            if story.end in STOPPED_AFTER:
                self._stop_in_the_middle(story, receipt.request_id, moment)
            else:
                self._plan(moment + LOOK_AGAIN, self._follow(story, receipt.request_id))

        return act

    def _stop_in_the_middle(self, story: Story, request_id: int, moment: datetime) -> None:
        """Make only the first steps; the worker of the running station makes the others."""
        self._stopped.add(request_id)
        for number in range(STOPPED_AFTER[story.end]):
            take_step(request_id, via=Via.SWEEP, now=moment + STEP_TIME * (number + 1))

    def _follow(self, story: Story, request_id: int) -> Act:
        """Let somebody sign for the request soon after it has reached their unit."""

        def act(moment: datetime) -> None:
            if story.end not in SIGNED_ENDS:
                return
            known = Request.objects.filter(pk=request_id, state=State.DISPATCHED)
            for urgency in known.values_list("urgency", flat=True):
                self._plan(self._signing_moment(urgency, moment), self._sign(story, request_id))

        return act

    def _signing_moment(self, urgency: str, moment: datetime) -> datetime:
        if urgency in {Urgency.URGENT, Urgency.CRITICAL}:
            return moment + timedelta(minutes=self.chance.randint(4, 35))
        hours = self.chance.uniform(0.2, SIGNED_WITHIN)
        return working_calendar(moment).add_working_hours(moment, hours)

    def _sign(self, story: Story, request_id: int) -> Act:
        def act(moment: datetime) -> None:
            request = Request.objects.get(pk=request_id)
            actor = self._signer(request, moment)
            sign_for(request_id, actor=actor, version=request.version, now=moment)
            self._plan(moment + timedelta(minutes=3), self._read(story, request_id, actor))

        return act

    def _signer(self, request: Request, moment: datetime) -> Account:
        """Choose one of those who may sign: the tied are not among them."""
        if request.holder_id is None:
            raise ValueError(f"{request.number} has no holder")
        free = signer_ids(request.holder_id, shunned=request.shunned, now=moment)
        by_id = {account.pk: account for account in self.people.accounts.values()}
        return by_id[self.chance.choice(free)]

    def _read(self, story: Story, request_id: int, actor: Account) -> Act:
        """Let the handler open the words, check what the machine found, and maybe call back."""

        def act(moment: datetime) -> None:
            request = Request.objects.get(pk=request_id)
            note_view(request, actor=actor, now=moment)
            catalogue = current_catalogue(moment.astimezone(SHANGHAI).date())
            if (actor.pk, request.enterprise_id) in self._ties():
                return
            counted = Finding.objects.filter(request=request_id, kind="headcount").first()
            if counted is not None:
                confirm_finding(request_id, counted.pk, actor=actor, now=moment)
            if not story.anonymous and self.chance.random() < UNMASK_SHARE:
                unmask(request_id, actor=actor, reason="电话联系诉求人核实情况", now=moment)
            if request.needs_recusal and not request.employer_is_settled:
                request = self._settle_employer(story, request, actor, moment)
            if catalogue_code(catalogue, request.item_id) != story.item:
                corrected = correct_item(
                    request_id, story.item, actor=actor, version=request.version, now=moment
                )
                if corrected.state != State.SIGNED:  # graded again: somebody signs again
                    self._plan(moment + LOOK_AGAIN, self._follow(story, request_id))
                    return
            self.working.take_on(story, request_id, moment)

        return act

    def _settle_employer(
        self, story: Story, request: Request, actor: Account, moment: datetime
    ) -> Request:
        """Let the handler say which employer is meant, as far as the register has one."""
        if not story.firm:
            return settle_employer_unknown(
                request.pk, actor=actor, version=request.version, now=moment
            )
        firm = self.firms.cast[story.firm]
        return link_enterprise(
            request.pk, firm.pk, actor=actor, version=request.version, now=moment
        )

    def _ties(self) -> Container[tuple[int, int | None]]:
        """Return who is tied to which enterprise: the same all the time at these stations."""
        if not self._tied:
            self._tied = set(Affiliation.objects.values_list("account_id", "enterprise_id"))
        return self._tied

    def _leave_city_vacant(self, moment: datetime) -> None:
        """The city's only handler is away from the day before until today.

        With the county's tied to the enterprise nobody is free, and the machine parks the
        request. Today somebody is back: one button on the desk sets it going again.
        """
        day = moment.astimezone(SHANGHAI).date()
        relieve(
            assignment=self.people.city_duty,
            last_on=day - timedelta(days=1),
            actor=None,
            now=moment,
        )
        self._plan(self.now, self._fill_city)

    def _fill_city(self, moment: datetime) -> None:
        assign_role(
            account=self.people["chenke"],
            role=Role.HANDLER,
            unit=self.units.city,
            from_on=moment.astimezone(SHANGHAI).date(),
            actor=None,
            now=moment,
        )

    # ---- the machine ----------------------------------------------------------------

    def _run_machine(self, *, until: datetime) -> None:
        """Make every machine step and fire every timer that falls due, in their order."""
        while (due := self._next_due(until)) is not None:
            moment, is_timer, row_id = due
            if is_timer:
                take_timer(row_id, via=Via.SWEEP, now=moment)
            else:
                take_step(row_id, via=Via.SWEEP, now=moment + STEP_TIME)
        self._run_until = until

    def _next_due(self, until: datetime) -> tuple[datetime, bool, int] | None:
        """Return the step or timer that is due first: its moment, which of both, its id."""
        # What an act leaves is due from its moment on; a limit may lie a little before.
        since = self._run_until - LOOKS_BACK
        asked: dict[str, Any] = {
            "since": since,
            "until": until,
            "step_time": STEP_TIME,
            "stopped": list(self._stopped),
        }
        with connection.cursor() as cursor:
            cursor.execute(NEXT_DUE, asked)
            found: tuple[datetime, bool, int] | None = cursor.fetchone()
        return found
