"""The handling part of a dossier: steps, parties, sessions, claims, agreement, payments.

Read with the request in its one statement (dossier.py), still sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from requests_app.dossier_arrays import (
    MINE,
    array,
    as_hex,
    day,
    moment,
    moment_or_none,
    same,
    sealed,
)
from requests_app.models import (
    Claim,
    Instalment,
    MediationSession,
    Participant,
    Payment,
    Settlement,
    Step,
)
from requests_app.models.mediation import ParticipantRole


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One line of the checklist: of a playbook, or the task of a flag (``flag`` is its code)."""

    id: int
    order: int
    rework: int
    title: str
    title_en: str
    document: str
    contacts_enterprise: bool
    flag: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    waived_at: datetime | None
    ended_by: str
    note_sealed: bytes

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_at is None and self.waived_at is None

    @property
    def is_alarm(self) -> bool:
        """Whether it is the task of a flag: somebody's safety."""
        return bool(self.flag)

    @property
    def is_lapsed(self) -> bool:
        """Whether it fell away with another item, without anybody's decision."""
        return self.waived_at is not None and not self.ended_by


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLine:
    """Somebody with a role; those taken off the list stay for the sessions they sat in."""

    id: int
    role: str
    has_authority: bool
    sealed: bytes
    is_removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session with the ids of the participants who were there."""

    number: int
    began_at: datetime
    ended_at: datetime
    place: str
    outcome: str
    minutes_sealed: bytes
    recorded_by: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """What one worker claims, and what was agreed for them."""

    line: int
    sealed: bytes
    claimed_fen: int
    agreed_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """Money that came in. ``voucher`` is the id of the file, None without one."""

    id: int
    instalment: int
    amount_fen: int
    paid_on: date
    voucher: int | None
    recorded_by: str
    is_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentLine:
    """One part of the sum, with its payments."""

    number: int
    due_on: date
    amount_fen: int
    payments: tuple[PaymentLine, ...]

    @property
    def paid_fen(self) -> int:
        """What has come in and was not voided."""
        return sum(each.amount_fen for each in self.payments if not each.is_void)

    @property
    def open_fen(self) -> int:
        """What has not come in yet."""
        return self.amount_fen - self.paid_fen

    def is_late(self, today: date) -> bool:
        """Whether its day is over and something is missing."""
        return self.open_fen > 0 and today > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """What both sides signed."""

    signed_on: date
    people: int
    agreed_fen: int
    court_offered: bool
    case_number: str
    terms_sealed: bytes
    recorded_by: str
    instalments: tuple[InstalmentLine, ...]

    @property
    def paid_fen(self) -> int:
        """What has come in altogether."""
        return sum(each.paid_fen for each in self.instalments)

    @property
    def open_fen(self) -> int:
        """What is still missing."""
        return self.agreed_fen - self.paid_fen

    def late(self, today: date) -> tuple[InstalmentLine, ...]:
        """Return the instalments whose day is over and which are not paid in full."""
        return tuple(each for each in self.instalments if each.is_late(today))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingFile:
    """Everything that was written down while the request was handled."""

    steps: tuple[StepLine, ...]
    participants: tuple[ParticipantLine, ...]
    sessions: tuple[SessionLine, ...]
    claims: tuple[ClaimLine, ...]
    settlement: SettlementLine | None

    @property
    def open_alarms(self) -> tuple[StepLine, ...]:
        """Tasks of flags that nobody has done yet."""
        return tuple(each for each in self.steps if each.is_open and each.is_alarm)

    @property
    def open_steps(self) -> tuple[StepLine, ...]:
        """Steps of the playbook that are neither done nor called not applicable."""
        return tuple(each for each in self.steps if each.is_open and not each.is_alarm)

    @property
    def present(self) -> tuple[ParticipantLine, ...]:
        """Those who take part now."""
        return tuple(each for each in self.participants if not each.is_removed)

    @property
    def representatives(self) -> tuple[ParticipantLine, ...]:
        """The workers' representatives now."""
        role = ParticipantRole.REPRESENTATIVE
        return tuple(each for each in self.present if each.role == role)

    @property
    def claimed_fen(self) -> int:
        """The sum of what is claimed."""
        return sum(each.claimed_fen for each in self.claims)


def handling_arrays() -> dict[str, ArraySubquery]:
    """Return the child rows of handling, each in its order."""
    return {
        "steps_json": array(
            Step.objects.filter(**MINE).order_by("rework", "order"),
            title=F("playbook_step__title"),
            title_en=F("playbook_step__title_en"),
            document=F("playbook_step__document"),
            contacts_enterprise=F("playbook_step__contacts_enterprise"),
            flag=F("flag__code"),
            task=F("flag__task"),
            task_en=F("flag__task_en"),
            ended_by=F("ended_by__name"),
            note_sealed=as_hex("note_sealed"),
            **same("id", "order", "rework", "opened_at", "due_at", "done_at", "waived_at"),
        ),
        "participants_json": array(
            Participant.objects.filter(**MINE).order_by("id"),
            sealed=as_hex("sealed"),
            **same("id", "role", "has_authority", "removed_at"),
        ),
        "sessions_json": array(
            MediationSession.objects.filter(**MINE).order_by("-number"),
            minutes_sealed=as_hex("minutes_sealed"),
            recorded_by=F("recorded_by__name"),
            people=_people_of_a_session(),
            **same("number", "began_at", "ended_at", "place", "outcome"),
        ),
        "claims_json": array(
            Claim.objects.filter(**MINE).order_by("line"),
            sealed=as_hex("sealed"),
            **same("line", "claimed_fen", "agreed_fen"),
        ),
        **_money_arrays(),
    }


def _money_arrays() -> dict[str, ArraySubquery]:
    return {
        "settlement_json": array(
            Settlement.objects.filter(**MINE),
            terms_sealed=as_hex("terms_sealed"),
            recorded_by=F("recorded_by__name"),
            **same("signed_on", "people", "agreed_fen", "court_offered", "case_number"),
        ),
        "instalments_json": array(
            Instalment.objects.filter(settlement__request=OuterRef("pk")).order_by("number"),
            **same("number", "due_on", "amount_fen"),
        ),
        "payments_json": array(
            Payment.objects.filter(instalment__settlement__request=OuterRef("pk")).order_by(
                "paid_on", "id"
            ),
            instalment=F("instalment__number"),
            voucher=F("voucher_id"),
            recorded_by=F("recorded_by__name"),
            **same("id", "amount_fen", "paid_on", "voided_at"),
        ),
    }


def _people_of_a_session() -> ArraySubquery:
    there = MediationSession.participants.through.objects.filter(mediationsession=OuterRef("pk"))
    return ArraySubquery(there.order_by("participant_id").values("participant_id"))


def handling_file_of(read: Mapping[str, Any]) -> HandlingFile:
    """Build the handling part from the arrays of a row."""
    return HandlingFile(
        steps=tuple(_step(line) for line in read["steps_json"]),
        participants=tuple(
            ParticipantLine(
                id=line["id"],
                role=line["role"],
                has_authority=line["has_authority"],
                sealed=sealed(line["sealed"]),
                is_removed=line["removed_at"] is not None,
            )
            for line in read["participants_json"]
        ),
        sessions=tuple(
            SessionLine(
                number=line["number"],
                began_at=moment(line["began_at"]),
                ended_at=moment(line["ended_at"]),
                place=line["place"],
                outcome=line["outcome"],
                minutes_sealed=sealed(line["minutes_sealed"]),
                recorded_by=line["recorded_by"],
                people=tuple(line["people"]),
            )
            for line in read["sessions_json"]
        ),
        claims=tuple(
            ClaimLine(**{**line, "sealed": sealed(line["sealed"])}) for line in read["claims_json"]
        ),
        settlement=_settlement(read),
    )


def _step(line: Mapping[str, Any]) -> StepLine:
    """A task of a flag has its words in the flag, any other step in its playbook."""
    return StepLine(
        id=line["id"],
        order=line["order"],
        rework=line["rework"],
        title=line["title"] or line["task"] or "",
        title_en=line["title_en"] or line["task_en"] or "",
        document=line["document"] or "",
        contacts_enterprise=bool(line["contacts_enterprise"]),
        flag=line["flag"] or "",
        opened_at=moment(line["opened_at"]),
        due_at=moment_or_none(line["due_at"]),
        done_at=moment_or_none(line["done_at"]),
        waived_at=moment_or_none(line["waived_at"]),
        ended_by=line["ended_by"] or "",
        note_sealed=sealed(line["note_sealed"]),
    )


def _settlement(read: Mapping[str, Any]) -> SettlementLine | None:
    line = next(iter(read["settlement_json"]), None)
    if line is None:
        return None
    payments = [_payment(each) for each in read["payments_json"]]
    return SettlementLine(
        **{
            **line,
            "signed_on": day(line["signed_on"]),
            "terms_sealed": sealed(line["terms_sealed"]),
            "instalments": tuple(
                InstalmentLine(
                    number=each["number"],
                    due_on=day(each["due_on"]),
                    amount_fen=each["amount_fen"],
                    payments=tuple(one for one in payments if one.instalment == each["number"]),
                )
                for each in read["instalments_json"]
            ),
        }
    )


def _payment(line: Mapping[str, Any]) -> PaymentLine:
    return PaymentLine(
        id=line["id"],
        instalment=line["instalment"],
        amount_fen=line["amount_fen"],
        paid_on=day(line["paid_on"]),
        voucher=line["voucher"],
        recorded_by=line["recorded_by"],
        is_void=line["voided_at"] is not None,
    )
