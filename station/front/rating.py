"""The worker's opinion by personal link: the link opens a page, the page takes the opinion.

Whoever reads a message before its owner does (scanners, previews) only ever asks by GET, so
that shows the same neutral page for every token and touches nothing.
"""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from requests_app.disclosure import Follow
from requests_app.models import PersonalLink
from requests_app.models.completion import Outcome, Satisfaction
from requests_app.replies import Sheet, read_sheet
from requests_app.stages.completion.feedback import NotOpenForOpinion, rate_by_link
from requests_app.stages.completion.hearing import WORDS_MAX
from requests_app.stages.completion.links import open_link
from station.address import client_network
from station.fields import without_unsavable
from station.front.forms import RatingForm
from station.front.hotlines import UNION
from station.front.rating_session import open_session, opened_link
from station.front.reporting import View, unstored

FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS = 403, 404, 429


def unreferred[**P](view: View[P]) -> View[P]:
    """Tell no other page, not even our own, which address the reader came from."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@csrf_exempt  # under no-referrer browsers send "Origin: null"; the token is the authority
@unreferred
@unstored
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show one neutral page for every token; on POST open what the token stands for."""
    if request.method != "POST":
        return render(request, "front/link.html")
    if request.user.is_authenticated:
        return _refuse_staff(request)
    opening = open_link(token, network=client_network(request), now=timezone.now())
    if opening.wait_seconds:
        return _ask_to_wait(request, opening.wait_seconds)
    if opening.link_id is None:
        return _say_lapsed(request)
    response = HttpResponseRedirect(reverse("front:rate"), status=303)
    open_session(response, opening.link_id)
    return response


@unstored
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Ask for the opinion, take it once, and say what happens next; sent twice, the same."""
    if request.user.is_authenticated:
        return _refuse_staff(request)
    link_id = opened_link(request)
    sheet = read_sheet(link_id, now=timezone.now()) if link_id is not None else None
    if link_id is None or sheet is None:
        return _say_lapsed(request)
    if sheet.said is not None:
        return render(request, "front/rated.html", words_after(sheet))
    if request.method != "POST":
        return _show_form(request, sheet, RatingForm(may_ask_again=sheet.may_ask_again))
    form = RatingForm(request.POST, may_ask_again=sheet.may_ask_again)
    if not form.is_valid():
        return _show_form(request, sheet, form)
    return _take(request, sheet, form, link_id)


def _take(request: HttpRequest, sheet: Sheet, form: RatingForm, link_id: int) -> HttpResponse:
    """Keep the opinion; whoever was slower than another tab or a caller is told where it stands."""
    try:
        rate_by_link(link_id, form.answer(), now=timezone.now())
    except (PersonalLink.DoesNotExist, NotOpenForOpinion):
        fresh = read_sheet(link_id, now=timezone.now())
        if fresh is not None and fresh.said is None:
            form.add_error(None, _("系统正在处理，请过一分钟再点“提交评价”。您填的都在。"))
            return _show_form(request, sheet, form)
    return HttpResponseRedirect(reverse("front:rate"), status=303)


def _show_form(request: HttpRequest, sheet: Sheet, form: RatingForm) -> HttpResponse:
    context = {
        "form": form,
        "sheet": sheet,
        "outcome": Outcome(sheet.outcome).label if sheet.outcome else "",
    }
    return render(request, "front/rate.html", context)


def _ask_to_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {"minutes": -(-seconds // 60), "is_desk": False}
    response = render(request, "errors/429.html", context, status=TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


def _say_lapsed(request: HttpRequest) -> HttpResponse:
    """Answer alike whatever is wrong with the link; words already written are shown to keep."""
    words, _lost = without_unsavable({"words": request.POST.get("words", "")})
    context = {"words": words["words"][:WORDS_MAX]}
    return render(request, "front/link_lapsed.html", context, status=NOT_FOUND)


def _refuse_staff(request: HttpRequest) -> HttpResponse:
    """An opinion is the worker's own: none comes out of a browser where staff is logged in."""
    return render(request, "front/rate_staff.html", status=FORBIDDEN)


def words_after(sheet: Sheet) -> Mapping[str, Any]:
    """Return what the page says after an opinion: what was chosen, what happens next."""
    said = sheet.said
    assert said is not None  # noqa: S101 - asked by the caller
    solved = _("解决了") if said.is_solved else _("没有解决")
    return {
        "number": sheet.number,
        "chosen": f"{solved} · {Satisfaction(said.level).label}",
        "follows": sheet.follows,
        "is_content": said.is_solved and said.is_satisfied,
        "may_ask_again": sheet.may_ask_again,
        "promise_at": sheet.promise_at if sheet.follows is Follow.AGAIN else None,
        "hotline": UNION,
    }
