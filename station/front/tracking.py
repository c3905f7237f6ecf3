"""Progress by code: the worker's plain words, the four steps and the promised day."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.disclosure import REPLIED, Standing
from requests_app.lifecycle import STATES, Stage, State
from requests_app.lookup import look_up
from requests_app.models.choices import Closure
from requests_app.models.completion import Outcome
from station.address import client_network
from station.front.forms import TrackForm
from station.front.onlookers import looks_of
from station.front.reporting import unstored
from station.front.walk import steps_of

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
        code=form.cleaned_data["code"],
        network=client_network(request),
        now=timezone.now(),
        is_staff=request.user.is_authenticated,
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
    has_reply = standing.state in REPLIED
    return {
        "number": standing.number,
        "status": _(standing.public_label),
        "sentence": _sentence(standing),
        "promise_at": None if has_reply else standing.promise_at,
        "original_at": standing.original_promise_at,
        "because": _why_moved(standing),
        "is_provisional": standing.promise_is_provisional,
        "is_waiting_for_promise": not has_reply and standing.promise_at is None,
        "steps": steps_of(standing),
        "looks": looks_of(standing.looks) if standing.looks is not None else None,
        **_reply_words(standing),
    }


def _reply_words(standing: Standing) -> dict[str, Any]:
    """Return the reply, and the way to judge it while there is one."""
    return {
        "reply": standing.reply,
        "reply_is_hidden": standing.reply_is_hidden,
        "outcome": Outcome(standing.outcome).label if standing.outcome else "",
        "rating_token": standing.rating_token,
        "rate_until": standing.rate_until,
        "may_ask_again": standing.round == 1,
    }


def _why_moved(standing: Standing) -> str:
    if standing.round > 1:
        return _("按您的要求换了人重新办理，从那天起重新算，天数减半。")
    return _("办理中情况有变化，答复的日子跟着改了。")


# ---- one sentence -----------------------------------------------------------------


def _sentence(standing: Standing) -> str:
    """Say in one sentence what is going on and who does it."""
    if standing.ended:
        return _closed_sentence(standing)
    if standing.round > 1 and standing.state not in REPLIED:
        return _again_sentence(standing)
    return _SENTENCES[STATES[standing.state].stage](standing)


def _sensing_sentence(_standing: Standing) -> str:
    return _("我们收到了，正在看您写的内容。")


def _routing_sentence(standing: Standing) -> str:
    if standing.holder:
        return _("已经受理，交给%(unit)s，等他们签收。") % {"unit": standing.holder}
    return _("已经受理，正在安排负责的人。")


def _handling_sentence(standing: Standing) -> str:
    if standing.holder:
        return _("%(unit)s已经签收，正在办理。") % {"unit": standing.holder}
    return _("已有专人负责，正在办理。")


def _completion_sentence(standing: Standing) -> str:
    """Say how far the result is on its way to the worker, and what is asked of them."""
    if standing.state not in REPLIED:
        return _("结果已经写好，核对后答复您。")
    if standing.is_rated:
        return _("您的评价收到了。还会有人打电话回访您，听完就办结。")
    if standing.reply_is_hidden:
        return _("已经有答复了。听过以后，请您评价。")
    return _("已经答复您，请看下面，再评价。")


_SENTENCES: Mapping[Stage, Callable[[Standing], str]] = {
    Stage.SENSING: _sensing_sentence,
    Stage.ROUTING: _routing_sentence,
    Stage.HANDLING: _handling_sentence,
    Stage.COMPLETION: _completion_sentence,
}


def _again_sentence(standing: Standing) -> str:
    """Say how far the second round is."""
    if standing.state is State.REWORK:
        return _("按您的要求，正在换另一个人重新办理。")
    if standing.state is State.DISPATCHED:
        return _("已换人重新办理，等新的承办人签收。")
    if standing.state is State.SIGNED:
        return _("已换人重新办理，新的承办人正在办。")
    return _("已换人重新办理，结果写好了，核对后答复您。")


def _closed_sentence(standing: Standing) -> str:
    """Say how a request ended; nobody is called content who has not said so."""
    if standing.ended == Closure.HEARD:
        return _("答复过，也听了您的意见，这件事办结了。")
    if standing.ended == Closure.UNREACHED:
        return _("答复后一直没有听到您的意见，先办结了。我们不把它算作您满意，也不算作已解决。")
    if standing.is_rated:
        return _("已经答复您，也收到了您的评价，这件事办结了。")
    return _("已经答复您，这件事办结了。")
