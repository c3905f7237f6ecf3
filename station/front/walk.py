"""The four steps a worker sees, in plain words: what has happened, what happens, what will."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.disclosure import REPLIED, PublicStep, Standing
from requests_app.lifecycle import STATES, Stage, State
from station.day_words import day_words
from station.parts import Progress, Step


def steps_of(standing: Standing) -> list[Step]:
    """Return the four steps; those before the current one are done, all once it is closed."""
    order = list(PublicStep)
    at = len(order) if standing.ended else order.index(standing.current)
    return [
        Step(
            title=_step_title(step, standing),
            progress=_progress(place, at),
            on=_day(_moment(step, standing)),
            text=_step_text(step, standing),
        )
        for place, step in enumerate(order)
    ]


def _progress(place: int, current: int) -> Progress:
    if place < current:
        return "done"
    return "now" if place == current else "todo"


def _moment(step: PublicStep, standing: Standing) -> datetime | None:
    if step is PublicStep.ANSWERED and standing.ended_at:
        return standing.ended_at
    return standing.dates.get(step)


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _step_title(step: PublicStep, standing: Standing) -> str:
    if step is PublicStep.SUBMITTED:
        return _("已提交")
    if step is PublicStep.ACCEPTED:
        return _("受理") if standing.current is PublicStep.ACCEPTED else _("已受理")
    if step is PublicStep.HANDLING:
        return _handling_title(standing)
    if standing.ended:
        return _("已办结")
    if standing.state in REPLIED:
        return _("已答复，您评价过了") if standing.is_rated else _("已答复，请您评价")
    return _("答复，请您评价")


def _handling_title(standing: Standing) -> str:
    if standing.round > 1:
        return _("换人重新办理")
    if standing.state in REPLIED:
        return _("已办理")
    return _("办理中") if _is_signed(standing) else _("办理")


def _is_signed(standing: Standing) -> bool:
    return STATES[standing.state].stage in {Stage.HANDLING, Stage.COMPLETION}


def _step_text(step: PublicStep, standing: Standing) -> str:
    """Say what has happened in a step, what is happening, or what will."""
    if step is PublicStep.SUBMITTED:
        return _("%(station)s收到了。") % {"station": standing.station}
    if step is PublicStep.ACCEPTED:
        if step in standing.dates:
            return _("按内容的轻重缓急，定了由哪一级办。")
        return _("先看内容，再定由哪一级办；急事先办。")
    if step is PublicStep.HANDLING:
        return _handling_text(standing, is_signed=_is_signed(standing))
    return _answered_text(standing)


def _handling_text(standing: Standing, *, is_signed: bool) -> str:
    if standing.holder_is_hidden:
        return _hidden_text(is_signed=is_signed)
    if standing.round > 1:
        return _again_text(standing)
    if is_signed:
        return _("%(unit)s负责，需要时会联系您。") % {"unit": standing.holder}
    if standing.holder:
        return _("交给%(unit)s，签收后开始办理。") % {"unit": standing.holder}
    return _("受理后由负责的单位签收办理。")


def _hidden_text(*, is_signed: bool) -> str:
    if is_signed:
        return _("已有专人负责。为了保护您，这里不写是哪个单位。")
    return _("正在交给专人。为了保护您，这里不写是哪个单位。")


def _again_text(standing: Standing) -> str:
    if standing.holder and standing.state is not State.REWORK:
        return _("%(unit)s负责，换了另一个人办。") % {"unit": standing.holder}
    return _("正在安排另一个人负责。")


def _answered_text(standing: Standing) -> str:
    """Put the promised and the real day side by side; before, say what will come."""
    answered = standing.dates.get(PublicStep.ANSWERED)
    if standing.state not in REPLIED or answered is None:
        return _("有了结果会答复您，并请您评价办得好不好。")
    if standing.promise_at is None:
        return _("%(answered)s答复。") % {"answered": day_words(answered)}
    days = {"promised": day_words(standing.promise_at), "answered": day_words(answered)}
    return _("承诺%(promised)s前答复，%(answered)s答复。") % days
