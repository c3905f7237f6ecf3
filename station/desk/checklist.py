"""The checklist of a request: every step with its clock, who ended it, and the form to end it."""

from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.privacy import mask_identifiers
from requests_app.clock import light_for
from requests_app.dossier_handling import StepLine
from requests_app.stages.handling.approach import ApproachNotAgreed, ReasonMissing
from requests_app.stages.handling.checklist import (
    NOTE_MAX,
    AlarmStays,
    DocumentMissing,
    complete_step,
    waive_step,
)
from requests_app.stages.handling.rules import may_contact
from station import parts
from station.desk import words
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_work
from station.desk.entry_fields import words_field
from station.fields import PaperField

DONE, WAIVED = "done", "waived"


class StepForm(ActForm):
    """What was done, or why it does not apply; ``end`` is the button that was pressed."""

    end = forms.ChoiceField(
        choices=[(DONE, DONE), (WAIVED, WAIVED)], widget=forms.HiddenInput, required=False
    )
    note = words_field(
        _("说明"),
        most=NOTE_MAX,
        required=False,
        rows=2,
        help_text=_("完成时写做了什么，也可以只附材料；不适用时写为什么。"),
    )
    file = PaperField(label=_("附件"), required=False, help_text=_("照片或PDF，不超过10MB。"))


def tasks(case: Case) -> list[parts.Task]:
    """Return the lines that count now: tasks of flags first, then this round's playbook."""
    steps = [each for each in case.dossier.handling.steps if _counts(each, case)]
    first_open = next((each.id for each in steps if each.is_open and not each.is_alarm), 0)
    return [_task(each, case, is_first=each.id == first_open) for each in steps]


def past_tasks(case: Case) -> list[parts.Task]:
    """Return what fell away with another item or belongs to an earlier round."""
    steps = [each for each in case.dossier.handling.steps if not _counts(each, case)]
    return [_task(each, case, is_first=False) for each in steps]


def progress_words(case: Case) -> str:
    """Return 6/9: how many of the lines that count are over."""
    steps = [each for each in case.dossier.handling.steps if _counts(each, case)]
    return f"{sum(not each.is_open for each in steps)}/{len(steps)}" if steps else ""


def title_of_step(step: StepLine, case: Case) -> str:
    """Return what is to be done, in the reader's language."""
    return step.title_en if case.is_english and step.title_en else step.title


def _counts(step: StepLine, case: Case) -> bool:
    return step.is_alarm or (step.rework == case.row.reworks and not step.is_lapsed)


def _task(step: StepLine, case: Case, *, is_first: bool) -> parts.Task:
    is_mine = step.is_open and case.works
    locked = _locked(step, case)
    return parts.Task(
        id=f"step-{step.id}",
        title=title_of_step(step, case),
        progress=_progress(step, is_first=is_first),
        is_alarm=step.is_alarm and step.is_open,
        light=step_light(step, case),
        notes=_notes(step, case),
        meta=_meta(step, case),
        locked=locked,
        locked_href="#approach" if locked else "",
        form=_form(step) if is_mine and not locked else None,
        action=reverse("desk:step-end", args=[case.number, step.id]) if is_mine else "",
    )


def _progress(step: StepLine, *, is_first: bool) -> parts.TaskProgress:
    if step.done_at is not None:
        return "done"
    if step.waived_at is not None:
        return "waived"
    return "now" if is_first or step.is_alarm else "todo"


def step_light(step: StepLine, case: Case) -> parts.Light | None:
    """Return the light of a step with a limit while it is open."""
    if step.due_at is None or not step.is_open:
        return None
    return words.light_words(
        light_for(
            started_at=step.opened_at, due_at=step.due_at, now=case.now, calendar=case.calendar
        )
    )


def _notes(step: StepLine, case: Case) -> list[str]:
    told = []
    if step.is_open and step.document:
        told.append(gettext("须附：%(document)s") % {"document": step.document})
    if note := case.words.steps.get(step.id, ""):
        told.append(mask_identifiers(note))
    if step.is_lapsed:
        told.append(gettext("随事项更改取消"))
    return told


def _meta(step: StepLine, case: Case) -> str:
    """Return who ended it and when, and that it was late."""
    ended = step.done_at or step.waived_at
    if ended is None or not step.ended_by:
        return ""
    told = f"{step.ended_by} · {words.moment_words(ended, now=case.now)}"
    if step.done_at is None:
        return gettext("不适用 · %(who)s") % {"who": told}
    is_late = step.due_at is not None and step.done_at > step.due_at
    return gettext("%(who)s · 超过时限") % {"who": told} if is_late else told


def _locked(step: StepLine, case: Case) -> str:
    """Return why a step cannot be done before the worker has said something."""
    row = case.row
    is_free = may_contact(row.approach, is_overridden=row.approach_overridden_at is not None)
    if not step.is_open or not step.contacts_enterprise or is_free:
        return ""
    return gettext("诉求人还没有同意联系单位，这一步不能开始")


def _form(step: StepLine, data: QueryDict | None = None, files: Files | None = None) -> StepForm:
    form = StepForm(data, files, auto_id=f"step-{step.id}-%s")
    if step.document:
        form.fields["note"].help_text = gettext(
            "须附“%(document)s”：附上文件，或写明文书放在哪里。不适用时写为什么。"
        ) % {"document": step.document}
    return form


# ---- the act ------------------------------------------------------------------------


def _step(case: Case, step_id: int) -> StepLine:
    found = next((each for each in case.dossier.handling.steps if each.id == step_id), None)
    if found is None or not case.reads:
        raise Http404
    return found


def _why_not(case: Case, step_id: int) -> str:
    step = _step(case, step_id)
    if why := why_not_work(case):
        return why
    if not step.is_open:
        return gettext("这一步已经结束")
    return ""


def _make_form(case: Case, step_id: int, data: QueryDict | None, files: Files | None) -> StepForm:
    return _form(_step(case, step_id), data, files)


def _perform(case: Case, step_id: int, form: StepForm, version: int) -> object:
    sent = form.cleaned_data
    step = _step(case, step_id)
    about: dict[str, Any] = {"actor": case.account, "version": version, "now": case.now}
    try:
        if sent["end"] == WAIVED:
            return waive_step(case.row.pk, step_id, reason=sent["note"], **about)
        return complete_step(case.row.pk, step_id, note=sent["note"], file=sent["file"], **about)
    except ReasonMissing:
        form.add_error("note", gettext("写明为什么不适用，至少2个字"))
    except AlarmStays:
        form.add_error(None, gettext("关系到人身安全的任务不能标为不适用，请完成后写明情况"))
    except ApproachNotAgreed:
        form.add_error(None, _locked(step, case))
    except DocumentMissing:
        told = gettext("这一步要有“%(document)s”：附上文件，或写明文书放在哪里")
        form.add_error("note", told % {"document": step.document})
    return None


def _context(case: Case, step_id: int) -> dict[str, object]:
    step = _step(case, step_id)
    return {
        "lead": title_of_step(step, case),
        "may_waive": not step.is_alarm,
        "may_finish": not _locked(step, case),
        "locked": _locked(step, case),
    }


step_end = page_of(
    Act(
        title=_("办理步骤"),
        button=_("完成"),
        said=_("已记下。"),
        fragment="steps",
        why_not=_why_not,
        make_form=_make_form,
        perform=_perform,
        template="desk/step_end.html",
        context=_context,
    )
)
