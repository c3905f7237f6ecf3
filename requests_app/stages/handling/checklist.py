"""The checklist of a request: a step done, or not applicable here and why."""

from datetime import datetime

from django.db import transaction

from members.models import Account
from requests_app.attaching import attach, files_of_a_commit
from requests_app.chain import Plain
from requests_app.clean_file import CleanFile
from requests_app.lifecycle import Via
from requests_app.locking import lock_for_work
from requests_app.models import Request, Step, Timer
from requests_app.models.attachment import Purpose
from requests_app.models.timer import TimerRule
from requests_app.moves import Cause, edit
from requests_app.sealing import RequestVault
from requests_app.stages.handling.approach import ReasonMissing, require_approach

NOTE_MAX = 500
REASON_MIN = 2


class DocumentMissing(Exception):
    """The step is proved by a document, and there is neither a file nor a word about it."""


class AlarmStays(Exception):
    """The task of a flag is done or not; it cannot be called not applicable."""


def complete_step(
    request_id: int,
    step_id: int,
    *,
    note: str,
    actor: Account,
    version: int,
    now: datetime,
    file: CleanFile | None = None,
) -> Step:
    """Tick one step, with what was done and perhaps a file that proves it.

    Who may: see ``may_work_on``. A step that reaches the employer needs the worker's word
    first. A step that is over stays as it is. Raises ApproachNotAgreed, DocumentMissing where
    the playbook wants a document and neither note nor file says where it is,
    Step.DoesNotExist, and what ``lock_for_work`` raises.
    """
    with files_of_a_commit() as stored, transaction.atomic():
        request = lock_for_work(request_id, actor=actor, version=version, now=now)
        step = _step(request, step_id)
        if not step.is_open:
            return step
        line = step.playbook_step
        if line is not None and line.contacts_enterprise:
            require_approach(request)
        words = note.strip()
        if line is not None and line.document and not words and file is None:
            raise DocumentMissing(request.number)
        vault = RequestVault.of_request(request)
        if file is not None:
            attach(request, file, vault, stored, now=now, purpose=Purpose.DOCUMENT, actor=actor)
        return _end(request, step, "step.done", words, vault, actor=actor, now=now)


@transaction.atomic
def waive_step(
    request_id: int, step_id: int, *, reason: str, actor: Account, version: int, now: datetime
) -> Step:
    """Mark one step as not applicable to this request, with the reason.

    Who may: see ``may_work_on``. Raises ReasonMissing, AlarmStays for the task of a flag,
    Step.DoesNotExist, and what ``lock_for_work`` raises.
    """
    request = lock_for_work(request_id, actor=actor, version=version, now=now)
    step = _step(request, step_id)
    if not step.is_open:
        return step
    if step.flag_id is not None:
        raise AlarmStays(request.number)
    words = reason.strip()
    if len(words) < REASON_MIN:
        raise ReasonMissing(request.number)
    vault = RequestVault.of_request(request)
    return _end(request, step, "step.waived", words, vault, actor=actor, now=now)


def _step(request: Request, step_id: int) -> Step:
    rows = Step.objects.select_related("playbook_step", "flag")
    return rows.get(pk=step_id, request=request)


def _end(
    request: Request,
    step: Step,
    kind: str,
    words: str,
    vault: RequestVault,
    *,
    actor: Account,
    now: datetime,
) -> Step:
    """Write the end of a step, its clock's end and the event."""
    step.ended_by = actor
    step.note_sealed = vault.seal_text(words, f"step/{step.pk}") if words else None
    if kind == "step.done":
        step.done_at = now
    else:
        step.waived_at = now
    step.save(update_fields=["ended_by", "note_sealed", "done_at", "waived_at"])
    if step.due_at is not None:
        Timer.objects.filter(
            request=request, rule=TimerRule.STEP, level=step.order, done_at=None
        ).update(done_at=now)
    data: dict[str, Plain] = {"step": step.pk, "order": step.order}
    edit(
        request,
        kind,
        Cause(via=Via.PERSON, now=now, actor=actor, data=data, note=words),
        changes={},
    )
    return step
