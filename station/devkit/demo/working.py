"""How the demo's people work a request to its end, by the real verbs at their own pace.

Every act waits in the history's heap until its moment; each reads the request anew, for the
machine and other people have been there in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from members.models import Account
from members.queries import working_calendar
from requests_app.catalogue.snapshot import item_terms
from requests_app.lifecycle import State
from requests_app.models import Request, Settlement, Step
from requests_app.models.choices import Approach
from requests_app.models.completion import Outcome, Satisfaction
from requests_app.people import signer_ids
from requests_app.stages.completion.callback import record_call
from requests_app.stages.completion.feedback import note_told, rate_by_link
from requests_app.stages.completion.hearing import Answer
from requests_app.stages.completion.reviewing import accept_result, return_result
from requests_app.stages.completion.submitting import submit_result
from requests_app.stages.handling.approach import agree_approach
from requests_app.stages.handling.checklist import complete_step, waive_step
from requests_app.stages.routing.service import sign_for
from station.devkit.demo.people import People
from station.devkit.demo.settling import Settling
from station.devkit.demo.stories import Story
from station.devkit.demo.wording import (
    NOT_AGREED,
    NOT_NEEDED,
    NOTES,
    OPINIONS,
    REPLIES,
    REST_NOT_NEEDED,
    RETURN_NOTE,
)

type Act = Callable[[datetime], None]
type Plan = Callable[[datetime, Act], None]

# Stories that go on after the signing.
WORKED = frozenset(
    {"closed", "unreached", "reworked", "to_call", "in_review", "instalments", "submitted",
     "answered", "rework"}
)  # fmt: skip
IN_ONE_SITTING = 3  # steps
LEVELS = (5, 5, 5, 4, 4, 4, 3, 3, 2)
RATES_BY_LINK = 0.55
RETURNED_SHARE = 0.06
AGREES = 0.75


@dataclass(slots=True)
class Working:
    """Plans what follows a signing, as far as the story goes."""

    people: People
    chance: Random
    until: datetime  # when the demo opens
    plan: Plan
    halt: Callable[[int], None]  # the running station's worker makes this request's next step

    def take_on(self, story: Story, request_id: int, moment: datetime) -> None:
        """Plan the first step of the checklist some office hours after the signing."""
        if story.end in WORKED:
            self._later(moment, 0.5, 5, lambda now: self._walk(story, request_id, now))

    def _later(self, moment: datetime, least: float, most: float, act: Act) -> None:
        hours = self.chance.uniform(least, most)
        self.plan(working_calendar(moment).add_working_hours(moment, hours), act)

    def _tomorrow(self, moment: datetime, act: Act) -> None:
        """Try again when somebody may be there who need not stand aside."""
        self._later(moment, 7, 8, act)

    # ---- handling --------------------------------------------------------------------

    def _walk(self, story: Story, request_id: int, now: datetime) -> None:
        """End the next open steps in one sitting; when all are over, settle or submit."""
        request = _fresh(request_id)
        handler = self._handler(request)
        if request.state != State.SIGNED or handler is None:
            return
        steps = _steps_to_take(story, request)
        for place, step in enumerate(steps[:IN_ONE_SITTING]):
            current = _fresh(request_id) if place else request
            self._end_step(story, current, step, handler, now)
        is_over = not steps or (story.is_everyday and len(steps) <= IN_ONE_SITTING)
        go_on = self._finish if is_over else self._walk
        self._later(now, 0.3, 6, lambda at: go_on(story, request_id, at))

    def _end_step(
        self, story: Story, request: Request, step: Step, handler: Account, now: datetime
    ) -> None:
        line = step.playbook_step
        reaches_firm = line is not None and line.contacts_enterprise
        if reaches_firm and request.approach == Approach.NONE:
            if self.chance.random() < AGREES:
                agree_approach(
                    request.pk,
                    Approach.UNNAMED,
                    actor=handler,
                    version=request.version,
                    now=now,
                )
            request = _fresh(request.pk)
        is_shut = reaches_firm and request.approach == Approach.NONE
        may_skip = line is not None and not line.document and not story.is_everyday
        skips = may_skip and self.chance.random() < 0.2
        if is_shut or (skips and step.flag_id is None):
            reason = NOT_AGREED if is_shut else NOT_NEEDED
            waive_step(
                request.pk, step.pk, reason=reason, actor=handler, version=request.version, now=now
            )
            return
        note = self.chance.choice(NOTES)
        complete_step(
            request.pk, step.pk, note=note, actor=handler, version=request.version, now=now
        )

    def _finish(self, story: Story, request_id: int, now: datetime) -> None:
        request = _fresh(request_id)
        handler = self._handler(request)
        if request.state != State.SIGNED or handler is None:
            return
        if _is_to_be_settled(request):
            is_late = story.end == "instalments"
            table = Settling(request_id, handler, self.chance, self.plan, stops_late=is_late)
            paid_at = table.settle(now)
            if not is_late:
                self._submit_later(story, request_id, paid_at)
            return
        self._submit_later(story, request_id, now)

    def _submit_later(self, story: Story, request_id: int, moment: datetime) -> None:
        when = self._last_minutes(story, "submitted", 4) or moment
        self.plan(when, lambda at: self._submit(story, request_id, at))

    def _last_minutes(self, story: Story, end: str, minutes: int) -> datetime | None:
        """Return a moment just before the demo opens for a story that stops there."""
        return self.until - timedelta(minutes=minutes) if story.end == end else None

    def _submit(self, story: Story, request_id: int, now: datetime) -> None:
        request = _fresh(request_id)
        handler = self._handler(request)
        if request.state != State.SIGNED or handler is None:
            return
        if story.end == "submitted":
            self.halt(request_id)
        class_code = story.class_code
        outcome, reply = self.chance.choice(REPLIES.get(class_code, REPLIES["CONS"]))
        submit_result(
            request_id,
            outcome=Outcome(outcome),
            reply=reply,
            actor=handler,
            version=request.version,
            now=now,
            rest_not_applicable=REST_NOT_NEEDED if story.is_everyday else "",
        )
        if story.end in {"submitted", "in_review"}:
            return
        if just_now := self._last_minutes(story, "answered", 3):
            self.plan(just_now, lambda at: self._review(story, request_id, at))
        else:
            self._later(now, 1, 8, lambda at: self._review(story, request_id, at))

    # ---- completion ------------------------------------------------------------------

    def _review(self, story: Story, request_id: int, now: datetime) -> None:
        request = _fresh(request_id)
        if request.state == State.IN_REVIEW:
            reviewer = self._assignee(request, now)
            if reviewer is None:
                self._tomorrow(now, lambda at: self._review(story, request_id, at))
                return
            is_returned = self.chance.random() < RETURNED_SHARE and request.reworks == 0
            if is_returned and story.end != "answered":  # that one has minutes left, not hours
                return_result(
                    request_id,
                    note=RETURN_NOTE,
                    actor=reviewer,
                    version=request.version,
                    now=now,
                )
                self._later(now, 2, 9, lambda at: self._submit(story, request_id, at))
                return
            if story.end == "answered":
                self.halt(request_id)
            accept_result(request_id, actor=reviewer, version=request.version, now=now)
        if story.end in {"answered", "to_call"}:
            return
        if just_now := self._last_minutes(story, "rework", 2):
            self.plan(just_now, lambda at: self._hear(story, request_id, at))
        else:
            self._later(now, 3, 14, lambda at: self._hear(story, request_id, at))

    def _hear(self, story: Story, request_id: int, now: datetime) -> None:
        """Let the worker say something by link, or the caller ask."""
        request = _fresh(request_id)
        if request.state not in {State.TO_CALL, State.CLOSED}:
            return
        if story.end == "unreached":
            self._call_in_vain(request_id, 1, now)
            return
        answer = self._answer(story, request)
        link = request.results.latest("number").links.filter(revoked_at=None).first()
        by_link = story.channel == "form" and self.chance.random() < RATES_BY_LINK
        if story.end == "rework":
            self.halt(request_id)
        if link is not None and (by_link or answer.wants_rework):
            rate_by_link(link.pk, answer, now=now)
        if Request.objects.filter(pk=request_id, assignee_unit__isnull=False).exists():
            self._later(now, 1, 8, lambda at: self._call(story, request_id, answer, at))
        if answer.wants_rework and story.end == "reworked":
            self._later(now, 1, 4, lambda at: self._sign_again(story, request_id, at))

    def _answer(self, story: Story, request: Request) -> Answer:
        if story.end in {"reworked", "rework"} and request.reworks == 0:
            return Answer(
                level=Satisfaction.DISSATISFIED,
                is_solved=False,
                wants_rework=True,
                words="还没有说清楚什么时候能办好。",
            )
        level = self.chance.choice(LEVELS)
        return Answer(
            level=Satisfaction(level),
            is_solved=level >= Satisfaction.FAIRLY_SATISFIED and self.chance.random() < 0.93,
            words=self.chance.choice(OPINIONS) if self.chance.random() < 0.3 else "",
        )

    def _call(self, story: Story, request_id: int, answer: Answer, now: datetime) -> None:
        request = _fresh(request_id)
        is_asked = request.state in {State.TO_CALL, State.CLOSED}
        if not is_asked or request.assignee_unit_id is None:
            return
        caller = self._assignee(request, now)
        if caller is None:
            self._tomorrow(now, lambda at: self._call(story, request_id, answer, at))
            return
        record_call(request_id, answer=answer, actor=caller, version=request.version, now=now)

    def _call_in_vain(self, request_id: int, number: int, now: datetime) -> None:
        """Try three times on two days; then the period of silence does the rest."""
        request = _fresh(request_id)
        if request.state != State.TO_CALL:
            return
        caller = self._assignee(request, now)
        if caller is None:
            self._tomorrow(now, lambda at: self._call_in_vain(request_id, number, at))
            return
        if number == 1 and request.told_at is None:
            handler = self._handler(request)
            if handler is not None:
                note_told(request_id, "message", actor=handler, version=request.version, now=now)
        request = _fresh(request_id)
        record_call(
            request_id,
            answer=None,
            note="无人接听",
            actor=caller,
            version=request.version,
            now=now,
        )
        if number < 3:
            self._later(now, 3, 9, lambda at: self._call_in_vain(request_id, number + 1, at))

    def _sign_again(self, story: Story, request_id: int, now: datetime) -> None:
        """Let somebody else sign for the second round."""
        request = _fresh(request_id)
        if request.state != State.DISPATCHED or request.holder_id is None:
            return
        free = signer_ids(request.holder_id, shunned=request.shunned, now=now)
        others = [one for one in free if one != request.former_handler_id]
        actor = self._account(self.chance.choice(others))
        sign_for(request_id, actor=actor, version=request.version, now=now)
        self.take_on(story, request_id, now)

    # ---- who ---------------------------------------------------------------------------

    def _handler(self, request: Request) -> Account | None:
        return None if request.handler_id is None else self._account(request.handler_id)

    def _assignee(self, request: Request, now: datetime) -> Account | None:
        """Return who was drawn; somebody of the unit where only the unit could be named."""
        if request.assignee_id is not None:
            return self._account(request.assignee_id)
        if request.assignee_unit_id is None:
            return None
        involved = {request.handler_id, request.former_handler_id, request.registrar_id}
        shunned = request.shunned
        free = signer_ids(request.assignee_unit_id, shunned=shunned, now=now)
        return next((self._account(one) for one in free if one not in involved), None)

    def _account(self, account_id: int) -> Account:
        by_id = {account.pk: account for account in self.people.accounts.values()}
        return by_id[account_id]


def _fresh(request_id: int) -> Request:
    return Request.objects.get(pk=request_id)


def _is_to_be_settled(request: Request) -> bool:
    """Whether it is about pay, both sides may talk, and nothing was signed before it came back."""
    item = item_terms(request.item_id)
    is_about_pay = item is not None and item.playbook == "PB-WAGE" and bool(request.amount_fen)
    if not is_about_pay or request.approach == Approach.NONE:
        return False
    return not Settlement.objects.filter(request=request).exists()


def _steps_to_take(story: Story, request: Request) -> list[Step]:
    """Return the open steps in their order; of an everyday matter those that it needs.

    That is the first of its playbook, whatever a document proves, and every task of a flag.
    """
    rows = Step.objects.filter(request=request, done_at=None, waived_at=None)
    steps = list(rows.select_related("playbook_step").order_by("order"))
    return [step for step in steps if not story.is_everyday or _is_needed(step)]


def _is_needed(step: Step) -> bool:
    line = step.playbook_step
    return line is None or line.order == 1 or bool(line.document)
