"""A wage matter at one table: parties, a session, claims, an agreement, payments ticked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from members.models import Account
from members.queries import working_calendar
from members.workdays import SHANGHAI
from requests_app.lifecycle import State
from requests_app.models import Claim, Instalment, Request
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.parties import Person
from requests_app.stages.handling.mediation import add_participant, hold_session
from requests_app.stages.handling.rules import ClaimDraft, InstalmentDraft
from requests_app.stages.handling.settlement import (
    SettlementDraft,
    list_claims,
    receive_payment,
    sign_settlement,
)
from station.devkit.demo.names import person_name, phone_number
from station.devkit.demo.wording import BREACH_TERMS, MINUTES, POSTS

PHONES_FROM = 95_000
MANY = 10  # from here on three representatives and three instalments
WORKDAYS_BETWEEN = 3
HUNDRED_YUAN = 10_000

type Act = Callable[[datetime], None]
type Plan = Callable[[datetime, Act], None]


@dataclass(slots=True)
class Settling:
    """One wage matter from the first talk to the last instalment."""

    request_id: int
    handler: Account
    chance: Random
    plan: Plan
    stops_late: bool  # the second instalment does not come in

    def settle(self, now: datetime) -> datetime:
        """Bring everybody to one table, sign, plan the payments; return when all is paid."""
        request = self._request()
        people = max(1, request.headcount or 1)
        total = _round(request.amount_fen or 0)
        there = self._invite(people, now)
        self._hold(there, now)
        claims = self._list(people, total, now)
        days = self._days(now, 3 if people >= MANY else 1)
        parts = _split(total, len(days))
        self._sign(claims, list(zip(days, parts, strict=True)), now)
        for number, (day, fen) in enumerate(zip(days, parts, strict=True), start=1):
            if not (self.stops_late and number > 1):
                self.plan(_afternoon(day), self._pay(number, fen))
        return _afternoon(days[-1]) + timedelta(minutes=40)

    def _invite(self, people: int, now: datetime) -> list[int]:
        roles = [ParticipantRole.REPRESENTATIVE] * (3 if people >= MANY else 1)
        roles += [
            ParticipantRole.ENTERPRISE,
            ParticipantRole.LEGAL_ADVISER,
            ParticipantRole.UNION,
        ]
        there = []
        for role in roles:
            phone = phone_number(PHONES_FROM + self.chance.randint(0, 4_000))
            made = add_participant(
                self.request_id,
                role=role,
                person=Person(name=person_name(self.chance), phone=phone),
                has_authority=role is ParticipantRole.REPRESENTATIVE,
                actor=self.handler,
                version=self._request().version,
                now=now,
            )
            there.append(made.pk)
        return there

    def _hold(self, there: list[int], now: datetime) -> None:
        hold_session(
            self.request_id,
            began_at=now - timedelta(hours=2, minutes=20),
            ended_at=now - timedelta(minutes=15),
            place="服务站调解室",
            outcome=SessionOutcome.AGREED,
            minutes=MINUTES,
            participant_ids=there,
            actor=self.handler,
            version=self._request().version,
            now=now,
        )

    def _list(self, people: int, total: int, now: datetime) -> list[Claim]:
        shares = _split(total, people)
        drafts = [
            ClaimDraft(
                name=person_name(self.chance),
                post=POSTS[line % len(POSTS)],
                months="7–9月",
                claimed_fen=share,
            )
            for line, share in enumerate(shares)
        ]
        version = self._request().version
        return list_claims(self.request_id, drafts, actor=self.handler, version=version, now=now)

    def _sign(self, claims: list[Claim], parts: list[tuple[date, int]], now: datetime) -> None:
        sign_settlement(
            self.request_id,
            SettlementDraft(
                signed_on=now.astimezone(SHANGHAI).date(),
                agreed=tuple(claim.claimed_fen for claim in claims),
                instalments=tuple(InstalmentDraft(day, fen) for day, fen in parts),
                terms=BREACH_TERMS,
                court_offered=True,
            ),
            actor=self.handler,
            version=self._request().version,
            now=now,
        )

    def _pay(self, number: int, fen: int) -> Act:
        def act(now: datetime) -> None:
            request = self._request()
            known = Instalment.objects.filter(settlement__request=request, number=number)
            if request.state != State.SIGNED or not known.exists():
                return
            receive_payment(
                self.request_id,
                instalment=number,
                amount_fen=fen,
                paid_on=now.astimezone(SHANGHAI).date(),
                actor=self.handler,
                version=request.version,
                now=now,
            )

        return act

    def _days(self, now: datetime, count: int) -> list[date]:
        calendar, today = working_calendar(now), now.astimezone(SHANGHAI).date()
        return [
            calendar.add_workdays(today, WORKDAYS_BETWEEN * number - 2)
            for number in range(1, count + 1)
        ]

    def _request(self) -> Request:
        return Request.objects.get(pk=self.request_id)


def _round(fen: int) -> int:
    return max(HUNDRED_YUAN, fen - fen % 100)


def _split(total: int, parts: int) -> list[int]:
    """Split a sum into whole yuan; the last part takes the rest."""
    each = total // parts - total // parts % 100
    return [*(each,) * (parts - 1), total - each * (parts - 1)]


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(15, 20), SHANGHAI)
