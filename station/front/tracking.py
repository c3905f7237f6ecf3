"""Progress by code: the worker's plain words, the four steps and the promised day."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.disclosure import PublicStep, Standing
from requests_app.lifecycle import STATES, Stage
from requests_app.lookup import look_up
from station.address import client_network
from station.front.forms import TrackForm
from station.front.reporting import unstored
from station.parts import Progress, Step

TOO_MANY_REQUESTS = 429


@unstored
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and answer it on the same address: a code never stands in a URL."""
    if request.method != "POST":
        return render(request, "front/track_form.html", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if not form.is_valid():
        return render(request, "front/track_form.html", {"form": form})
    answer = look_up(
        code=form.cleaned_data["code"], network=client_network(request), now=timezone.now()
    )
    if answer.wait_seconds:
        return _ask_to_wait(request, form, answer.wait_seconds)
    if answer.standing is None:
        form.add_error("code", _("没有查到。请对照纸条或照片，一位一位核对。"))
        return render(request, "front/track_form.html", {"form": form})
    return render(request, "front/track.html", words_of(answer.standing))


def _ask_to_wait(request: HttpRequest, form: TrackForm, seconds: int) -> HttpResponse:
    form.add_error("code", _("试得太快了，请等%(seconds)s秒再查。") % {"seconds": seconds})
    response = render(request, "front/track_form.html", {"form": form}, status=TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def words_of(standing: Standing) -> dict[str, Any]:
    """Return what the page says: status, one sentence, promise, steps, what comes next."""
    return {
        "number": standing.number,
        "status": _(standing.public_label),
        "sentence": _sentence(standing),
        "promise_at": standing.promise_at,
        "original_at": standing.original_promise_at,
        "because": _("办理中情况有变化，答复的日子跟着改了。"),
        "is_provisional": standing.promise_is_provisional,
        "steps": _steps(standing),
    }


def _sentence(standing: Standing) -> str:
    """Say in one sentence what is going on and who does it."""
    stage = STATES[standing.state].stage
    if stage is Stage.SENSING:
        return _("我们收到了，正在看您写的内容。")
    if stage is Stage.ROUTING:
        if standing.holder:
            return _("已经受理，交给%(unit)s，等他们签收。") % {"unit": standing.holder}
        return _("已经受理，正在安排负责的人。")
    if standing.holder:
        return _("%(unit)s已经签收，正在办理。") % {"unit": standing.holder}
    return _("已有专人负责，正在办理。")


def _steps(standing: Standing) -> list[Step]:
    """Return the four steps; those before the current one are done."""
    order = list(PublicStep)
    at = order.index(standing.current)
    titles = {
        PublicStep.SUBMITTED: _("已提交"),
        PublicStep.ACCEPTED: _("已受理") if at > 1 else _("受理"),
        PublicStep.HANDLING: _("办理中") if PublicStep.HANDLING in standing.dates else _("办理"),
        PublicStep.ANSWERED: _("答复，请您评价"),
    }
    return [
        Step(
            title=titles[step],
            progress=_progress(order.index(step), at),
            on=_day(standing.dates.get(step)),
            text=_step_text(step, standing),
        )
        for step in order
    ]


def _progress(place: int, current: int) -> Progress:
    if place < current:
        return "done"
    return "now" if place == current else "todo"


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _step_text(step: PublicStep, standing: Standing) -> str:
    """Say what has happened in a step, what is happening, or what will."""
    reached = step in standing.dates
    if step is PublicStep.SUBMITTED:
        return _("%(station)s收到了。") % {"station": standing.station}
    if step is PublicStep.ACCEPTED:
        if reached:
            return _("按内容的轻重缓急，定了由哪一级办。")
        return _("先看内容，再定由哪一级办；急事先办。")
    if step is PublicStep.HANDLING:
        return _handling_text(standing, is_signed=reached)
    return _("有了结果会答复您，并请您评价办得好不好。")


def _handling_text(standing: Standing, *, is_signed: bool) -> str:
    if standing.holder_is_hidden:
        if is_signed:
            return _("已有专人负责。为了保护您，这里不写是哪个单位。")
        return _("正在交给专人。为了保护您，这里不写是哪个单位。")
    if is_signed:
        return _("%(unit)s负责，需要时会联系您。") % {"unit": standing.holder}
    if standing.holder:
        return _("交给%(unit)s，签收后开始办理。") % {"unit": standing.holder}
    return _("受理后由负责的单位签收办理。")
