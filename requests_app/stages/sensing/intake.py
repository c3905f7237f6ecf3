"""Intake: the one verb by which every request enters, whatever the channel."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from members.keys import pepper, seal_text, unseal_text
from members.models import Account
from members.notices.notify import NoticeDraft, queue_notices
from members.privacy import blind_index, mask_identifiers
from members.workdays import SHANGHAI
from requests_app.attaching import attach, files_of_a_commit
from requests_app.chain import Plain
from requests_app.lifecycle import Via
from requests_app.models import (
    FormKey,
    Identity,
    Narrative,
    Request,
    RequestKey,
)
from requests_app.moves import Cause, open_request
from requests_app.people import people_on_call
from requests_app.sealing import RequestVault
from requests_app.stages.sensing.report import Report
from requests_app.stages.sensing.rules import crisis_flags
from requests_app.stages.sensing.understand.cues import scan_cues
from requests_app.steps import open_flag_steps

READABLE_FOR = timedelta(minutes=30)  # how long a receipt can be shown again
NUMBER_TRIES = 5


class FormKeyReused(Exception):
    """The form's key was used for another body; the sender confirms under a new key."""


class FormKeyLapsed(Exception):
    """The form was sent before and its code may no longer be shown."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets. ``code`` is 16 digits; only its HMAC is stored."""

    request_id: int
    number: str
    code: str = field(repr=False)
    is_repeat: bool = False


def register_report(
    report: Report, *, via: Via, now: datetime, actor: Account | None = None
) -> Receipt:
    """Turn a report into a committed request and return its number and look-up code.

    Anyone may. Sending the same form again returns the same receipt while its code is
    readable. Words of self-harm, violence or danger alert people in the same transaction.
    The first machine step is nudged after the commit.

    Raises FormKeyReused for another body under a used key, FormKeyLapsed when the code may
    no longer be shown.
    """
    for _attempt in range(NUMBER_TRIES):
        if earlier := _earlier_receipt(report, now=now):
            return earlier
        try:
            with files_of_a_commit() as stored, transaction.atomic():
                return _insert(report, stored, via=via, now=now, actor=actor)
        except IntegrityError as error:
            last = error  # number or code taken, or the same form a moment ago: look again
    raise last


def confirm_written_down(*, form_key: str) -> None:
    """Make the receipt unreadable: the sender says the code is written down. Idempotent."""
    FormKey.objects.filter(key_hash=_form_key_hash(form_key)).update(code_sealed=None)


def forget_lapsed_codes(*, now: datetime) -> int:
    """Erase codes of forms that are older than the readable time; return how many."""
    return FormKey.objects.filter(expires_at__lte=now, code_sealed__isnull=False).update(
        code_sealed=None
    )


def lookup_hash(code: str) -> bytes:
    """Return the stored form of a look-up code."""
    return blind_index(code, pepper=pepper("lookup"), purpose="lookup")


def _form_key_hash(form_key: str) -> bytes:
    return hmac.digest(pepper("form"), form_key.encode(), hashlib.sha256)


def _earlier_receipt(report: Report, *, now: datetime) -> Receipt | None:
    """Return the receipt of the same form if it was sent before."""
    row = (
        FormKey.objects.filter(key_hash=_form_key_hash(report.form_key))
        .select_related("request")
        .only("body_digest", "code_sealed", "expires_at", "request__number")
        .first()
    )
    if row is None:
        return None
    number = row.request.number
    if not hmac.compare_digest(bytes(row.body_digest), report.digest(key=pepper("form"))):
        raise FormKeyReused
    if row.code_sealed is None or row.expires_at <= now:
        raise FormKeyLapsed(number)
    code = unseal_text(bytes(row.code_sealed), purpose="receipt", context=number)
    return Receipt(row.request_id, number, code, is_repeat=True)


def _insert(
    report: Report, stored: list[str], *, via: Via, now: datetime, actor: Account | None
) -> Receipt:
    """Insert all rows of one new request, its files last; their names go to ``stored``."""
    number = _draw_number(report.station_code, now)
    code = f"{secrets.randbelow(10**16):016d}"
    story = mask_identifiers(report.story) if report.is_anonymous else report.story
    flags = crisis_flags(cue.code for cue in scan_cues(story))
    request = Request(
        number=number,
        station_id=report.station_id,
        channel=report.channel,
        applicant_kind=report.applicant_kind,
        approach=report.approach,
        is_anonymous=report.is_anonymous,
        topic=report.topic,
        registrar=actor,
        urgency="critical" if flags else "normal",
        flags=sorted(flags),
        registered_at=now,
        lookup_hash=lookup_hash(code),
    )
    data: dict[str, Plain] = {
        "channel": report.channel,
        "files": len(report.files),
        "flags": sorted(flags),
    }
    open_request(request, Cause(via=via, now=now, actor=actor, data=data))
    vault = RequestVault.fresh(number)
    RequestKey.objects.create(request=request, master_id=vault.master_id, wrapped=vault.wrapped)
    _insert_texts(request, report, story, vault, now=now)
    FormKey.objects.create(
        key_hash=_form_key_hash(report.form_key),
        body_digest=report.digest(key=pepper("form")),
        request=request,
        code_sealed=seal_text(code, purpose="receipt", context=number),
        expires_at=now + READABLE_FOR,
    )
    if flags:
        _alert(request, sorted(flags), now=now)
        open_flag_steps(request, flags, now=now)
    for file in report.files:
        attach(request, file, vault, stored, now=now)
    return Receipt(request.pk, number, code)


def _draw_number(station_code: str, now: datetime) -> str:
    """Return station code, yymmdd and five random digits; uniqueness is the database's."""
    return f"{station_code}{now.astimezone(SHANGHAI):%y%m%d}{secrets.randbelow(10**5):05d}"


def _insert_texts(
    request: Request, report: Report, story: str, vault: RequestVault, *, now: datetime
) -> None:
    """Seal the narrative and, unless anonymous, the identity: two statements at most."""
    texts = [(Narrative.Kind.STORY, story)]
    if report.employer:
        employer = mask_identifiers(report.employer) if report.is_anonymous else report.employer
        texts.append((Narrative.Kind.EMPLOYER, employer))
    Narrative.objects.bulk_create(
        Narrative(request=request, kind=kind, sealed=vault.seal_text(text, kind), written_at=now)
        for kind, text in texts
    )
    if not (report.name or report.phone):
        return
    Identity.objects.create(
        request=request,
        name_sealed=vault.seal_text(report.name, "name") if report.name else None,
        phone_sealed=vault.seal_text(report.phone, "phone") if report.phone else None,
        phone_index=blind_index(report.phone, pepper=pepper("phone"), purpose="request-phone")
        if report.phone
        else None,
    )


def _alert(request: Request, flags: Sequence[str], *, now: datetime) -> None:
    """Tell the station's people at once about words of danger; the notice holds no words."""
    queue_notices(
        [
            NoticeDraft(
                key=f"crisis:{request.number}:{account_id}",
                account_id=account_id,
                template="request.crisis",
                params={"number": request.number, "flags": ",".join(flags)},
                request_id=request.pk,
            )
            for account_id in people_on_call(request.station_id, shunned=request.shunned, now=now)
        ],
        now=now,
    )
