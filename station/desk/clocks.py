"""The clocks of one request: the four stages with what each took, and the running limits."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext

from members.workdays import WorkCalendar
from requests_app.clock import light_for
from requests_app.dossier import Dossier
from requests_app.dossier_handling import InstalmentLine, StepLine
from requests_app.lifecycle import State
from requests_app.models import Request
from requests_app.models.timer import TimerRule
from station import parts
from station.desk import words
from station.desk.case import Case
from station.desk.checklist import step_light, title_of_step
from station.desk.settlement import instalment_light
from station.templatetags.portal_ui import yuan

SENSED = "request.sensed"  # the event that ends sensing; a correction may undo a signing
SUBMITTED = "result.submitted"


def stages(dossier: Dossier, *, now: datetime) -> list[parts.Stage]:
    """Return the four stages of the rail."""
    row = dossier.request
    at = {event.kind: event.at for event in reversed(dossier.events)}
    sensed, signed = at.get(SENSED), row.signed_at
    submitted = at.get(SUBMITTED) if words.stage_number(row.stage) == len(words.STAGES) else None
    current = words.stage_number(row.stage)
    begun = (row.registered_at, sensed, signed, submitted)
    ended = (sensed, signed, submitted, row.closed_at)
    notes = (
        gettext("%(at)s登记") % {"at": words.moment_words(row.registered_at, now=now)},
        _signing_note(row, signed, now=now),
        _handling_note(row),
        _completion_note(row, now=now),
    )
    return [
        parts.Stage(
            label=words.stage_label(stage),
            progress=_progress(number, current),
            took=_took(begun[number - 1], ended[number - 1], now, number == current),
            note=notes[number - 1],
        )
        for number, stage in enumerate(words.STAGES, start=1)
    ]


def clocks(case: Case) -> list[parts.Clock]:
    """Return the running limits, the most pressing things first; those of the matter to readers."""
    row, now, calendar = case.row, case.now, case.calendar
    found = []
    if case.reads:
        found += [_alarm(each, case) for each in case.dossier.handling.open_alarms]
    if (signing := _signing(row, now=now, calendar=calendar)) is not None:
        found.append(signing)
    if case.reads:
        found += [_instalment(each, case) for each in _watched(case)]
    found.append(_handling(row, now=now, calendar=calendar))
    return [*found, *_after_reply(case)]


def worst(case: Case) -> parts.Light:
    """Return the light for the head of the page: a late task or instalment outdoes the rest."""
    pressing = [clock for clock in clocks(case) if clock.light.code == "red"]
    if pressing:
        first = pressing[0]
        told = {"what": first.label, "light": first.light.word}
        return parts.Light(code="red", word=gettext("%(what)s%(light)s") % told)
    light = words.worst_light(case.row, now=case.now, calendar=case.calendar)
    return words.light_words(light)


def _signing(row: Request, *, now: datetime, calendar: WorkCalendar) -> parts.Clock | None:
    signing = words.sign_light(row, now=now, calendar=calendar)
    if signing is None or row.sign_by is None:
        return None
    started = row.dispatched_at or row.registered_at
    return parts.Clock(
        label=gettext("签收"),
        light=words.light_words(signing),
        note=gettext("%(by)s前签收") % {"by": words.moment_words(row.sign_by, now=now)},
        used=_minutes(min(now, row.sign_by) - started),
        limit=_minutes(row.sign_by - started),
    )


def _handling(row: Request, *, now: datetime, calendar: WorkCalendar) -> parts.Clock:
    used = limit = 0
    if row.due_at is not None:
        last = min(row.answered_at or now, row.due_at)
        used = calendar.working_seconds(row.registered_at, last) // 60
        limit = calendar.working_seconds(row.registered_at, row.due_at) // 60
    return parts.Clock(
        label=gettext("办理"),
        light=words.light_words(words.due_light(row, now=now, calendar=calendar)),
        note=_promise_note(row, now=now),
        used=used,
        limit=limit,
    )


def _alarm(step: StepLine, case: Case) -> parts.Clock:
    return parts.Clock(
        label=gettext("人身安全任务"),
        light=step_light(step, case) or parts.Light(code="none", word=gettext("未起算")),
        note=title_of_step(step, case),
    )


def _watched(case: Case) -> list[InstalmentLine]:
    """Return the instalments that are late, or else the one that is due next."""
    settled = case.dossier.handling.settlement
    if settled is None:
        return []
    unpaid = [each for each in settled.instalments if each.open_fen > 0]
    return list(settled.late(case.today)) or unpaid[:1]


def _instalment(line: InstalmentLine, case: Case) -> parts.Clock:
    told = {"day": f"{line.due_on:%Y-%m-%d}", "open": f" {yuan(line.open_fen)}"}
    return parts.Clock(
        label=gettext("第%(n)d期到账") % {"n": line.number},
        light=instalment_light(line, case),
        note=gettext("约定%(day)s，还差%(open)s") % told,
        used=line.paid_fen // 100,
        limit=line.amount_fen // 100,
    )


def _after_reply(case: Case) -> Iterator[parts.Clock]:
    """Return the limits of review, call back and silence that are running."""
    due = case.dossier.completion.due
    for rule, label, runs in (
        (TimerRule.REVIEW, gettext("审核"), case.state is State.IN_REVIEW),
        (TimerRule.CALLBACK, gettext("回访"), case.row.assignee_unit_id is not None),
        (TimerRule.SILENCE, gettext("等诉求人评价"), case.state is State.TO_CALL),
    ):
        limit = due(rule)
        if limit is None or not runs:
            continue
        started = case.row.answered_at or case.row.registered_at
        light = light_for(started_at=started, due_at=limit, now=case.now, calendar=case.calendar)
        yield parts.Clock(
            label=label,
            light=words.light_words(light),
            note=gettext("%(by)s前") % {"by": words.moment_words(limit, now=case.now)},
        )


def _progress(number: int, current: int) -> parts.Progress:
    if number < current:
        return "done"
    return "now" if number == current else "todo"


def _took(begun: datetime | None, ended: datetime | None, now: datetime, is_now: bool) -> str:
    if begun is None or (ended is None and not is_now):
        return ""
    if ended is None and now - begun < timedelta(minutes=1):
        return gettext("刚刚")
    if ended is None:
        return gettext("已%(span)s") % {"span": words.span_words(now - begun)}
    return words.span_words(ended - begun)


def _signing_note(row: Request, signed: datetime | None, *, now: datetime) -> str:
    if signed is not None:
        return gettext("%(at)s签收") % {"at": words.moment_words(signed, now=now)}
    if row.sign_by is None:
        return ""
    return gettext("%(by)s前签收") % {"by": words.moment_words(row.sign_by, now=now)}


def _handling_note(row: Request) -> str:
    if row.signed_at is None:
        return ""
    name = row.handler.name if row.handler else ""
    return gettext("承办人%(name)s") % {"name": name}


def _completion_note(row: Request, *, now: datetime) -> str:
    if row.closed_at is not None:
        return gettext("%(at)s办结") % {"at": words.moment_words(row.closed_at, now=now)}
    if row.answered_at is not None:
        return gettext("%(at)s答复") % {"at": words.moment_words(row.answered_at, now=now)}
    return _promise_note(row, now=now)


def _promise_note(row: Request, *, now: datetime) -> str:
    """Return the promise, with the first one when it moved, and whether it may still move."""
    if row.due_at is None:
        return ""
    told = gettext("%(at)s前办结") % {"at": words.moment_words(row.due_at, now=now)}
    if row.original_due_at and row.original_due_at != row.due_at:
        first = words.moment_words(row.original_due_at, now=now)
        told += gettext(" · 原定%(at)s") % {"at": first}
    if row.due_is_provisional:
        told += gettext(" · 暂定，放假安排未公布")
    return told


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
