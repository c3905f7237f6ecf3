"""The frame of everything staff do to a request on a page of its own: one form, one verb.

An act says when it may be done, draws its form and performs it. What comes back wrong keeps
what was typed: 422 with errors beside the fields, 409 when somebody was faster.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from requests_app.inbox import count_unread
from requests_app.moves import IllegalMove, StaleRequest
from requests_app.queries import visible_to
from requests_app.reading_access import NotAllowed
from station import parts
from station.desk import words
from station.desk.access import Visitor, staff_page
from station.desk.case import Case, meet_case
from station.desk.inbox import title_of
from station.desk.second_click import remember_sent, was_sent
from station.desk.typed import typed_in
from station.fields import FILES_GONE, SafeForm, Upload

LONGEST_ID = 18  # digits that fit a bigint

type Files = MultiValueDict[str, Upload]
type MakeForm[F: ActForm] = Callable[[Case, int, QueryDict | None, Files | None], F]
type WhyNot = Callable[[Case, int], str]
type Perform[F: ActForm] = Callable[[Case, int, F, int], object]


class ActForm(SafeForm):
    """A form of the desk: labels without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def ask_again_for_files(self, names: Iterable[str]) -> None:
        """Say beside each chosen file that a page that comes back has lost it."""
        for name in names:
            if name in self.fields and name not in self.errors:
                self.add_error(name, FILES_GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act[F: ActForm]:
    """One thing staff may do to a request.

    ``target`` is the id of what it is about (a step, an instalment), 0 for the request itself.
    ``why_not`` returns "" when it may be done now; it raises Http404 for a target that is not
    the request's. ``perform`` calls the verb with the version that the reader saw; what the
    verb refuses it puts beside the field with ``form.add_error``.
    """

    title: parts.Words
    button: parts.Words
    said: parts.Words
    fragment: str
    why_not: WhyNot
    make_form: MakeForm[F]
    perform: Perform[F]
    template: str = "desk/act.html"
    context: Callable[[Case, int], Mapping[str, Any]] = lambda _case, _target: {}


def page_of[F: ActForm](act: Act[F]) -> Callable[..., HttpResponse]:
    """Return the view of an act: GET draws its form, POST performs it and leads back."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @staff_page
    def page(request: HttpRequest, visitor: Visitor, number: str, target: int = 0) -> HttpResponse:
        case = meet_case(visitor, number)
        if why := act.why_not(case, target):
            if request.method != "POST":
                return refused(request, case, why)
            form = act.make_form(case, target, request.POST, request.FILES)
            if _is_overtaken(request, case):
                return _changed(request, act, case, target, form)
            return refused(request, case, why, kept=typed_in(form))
        if request.method != "POST":
            form = act.make_form(case, target, None, None)
            return draw(request, act, case, target, form, version=case.row.version)
        return _perform(request, act, case, target)

    return page


def _is_overtaken(request: HttpRequest, case: Case) -> bool:
    """Whether the page that was sent is older than what made its act impossible."""
    version = whole(request.POST.get("version", ""))
    return 0 < version < case.row.version and (case.works or case.is_assignee)


def _perform[F: ActForm](
    request: HttpRequest, act: Act[F], case: Case, target: int
) -> HttpResponse:
    version = whole(request.POST.get("version", ""))
    form = act.make_form(case, target, request.POST, request.FILES)
    if form.is_valid():
        try:
            act.perform(case, target, form, version)
        except (StaleRequest, IllegalMove):
            return _changed(request, act, case, target, form)
        except NotAllowed:
            why = act.why_not(case, target) or gettext("现在不能操作")
            return refused(request, case, why, kept=typed_in(form))
    if form.errors:
        form.ask_again_for_files(request.FILES)
        return draw(request, act, case, target, form, version=version, status=422)
    remember_sent(request, case.account.pk)
    messages.success(request, str(act.said))
    return back(case, act.fragment)


def _changed[F: ActForm](
    request: HttpRequest, act: Act[F], case: Case, target: int, form: F
) -> HttpResponse:
    """409: somebody was faster. Show the form again with what was typed, where it still fits.

    Who clicked twice gets no second form: what they wanted is done.
    """
    fresh = meet_case(case.visitor, case.number)
    is_repeat = was_sent(request, case.account.pk)
    if is_repeat or act.why_not(fresh, target):
        return changed_meanwhile(request, fresh, kept=typed_in(form), is_repeat=is_repeat)
    last = fresh.dossier.events[0]
    who = gettext("您") if last.actor_id == case.account.pk else last.actor or gettext("系统")
    told = {"who": who, "ago": words.span_words(case.now - last.at)}
    again = act.make_form(fresh, target, request.POST, None)
    again.ask_again_for_files(request.FILES)
    return draw(
        request,
        act,
        fresh,
        target,
        again,
        version=fresh.row.version,
        status=409,
        conflict=gettext("%(who)s%(ago)s前改过这一件。您的内容还在，看过改动后可以再提交") % told,
    )


def draw[F: ActForm](
    request: HttpRequest,
    act: Act[F],
    case: Case,
    target: int,
    form: F,
    *,
    version: int,
    status: int = 200,
    conflict: str = "",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Draw the page of an act; ``extra`` goes over the act's own context."""
    context = {
        "number": case.number,
        "request_title": title_of(case.row, case.catalogue, secret=case.is_secret),
        "title": act.title,
        "button": act.button,
        "form": form,
        "version": version,
        "conflict": conflict,
        "back": address_of(case, act.fragment),
        "unread": count_unread(case.account.pk),
        "crumbs": [
            parts.Crumb(label=gettext("收件箱"), href=reverse("desk:inbox")),
            parts.Crumb(label=case.number, href=address_of(case)),
            parts.Crumb(label=act.title),
        ],
        "lead": "",
        "action": "",
        "is_danger": False,
        **act.context(case, target),
        **(extra or {}),
    }
    return render(request, act.template, context, status=status)


def changed_meanwhile(
    request: HttpRequest,
    case: Case,
    *,
    kept: list[tuple[str, str]] | None = None,
    is_repeat: bool = False,
) -> HttpResponse:
    """409: somebody was faster; say who and when, and give back what was filled in."""
    last = case.dossier.events[0]
    context = {
        "number": case.number,
        "who": last.actor or gettext("系统"),
        "ago": words.span_words(case.now - last.at),
        "state": gettext(case.row.state_label),
        "kept": kept or [],
        "is_repeat": is_repeat,
    }
    return render(request, "desk/request_changed.html", context, status=409)


def refused(
    request: HttpRequest,
    case: Case,
    why: str,
    *,
    heading: parts.Words = "",
    kept: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """403: the account sees the request but may not do this now; say who may, or when."""
    context = {
        "number": case.number,
        "why": why,
        "heading": heading or gettext("现在不能做这一步"),
        "kept": kept or [],
    }
    return render(request, "desk/request_refused.html", context, status=403)


def back(case: Case, fragment: str = "") -> HttpResponse:
    """Lead back to the request after a POST (303, so a reload asks nothing twice).

    A request that left the visitor's sight leads to the inbox.
    """
    is_seen = visible_to(case.visitor.scope).filter(pk=case.row.pk).exists()
    return see_other(address_of(case, fragment) if is_seen else reverse("desk:inbox"))


def see_other(address: str) -> HttpResponse:
    """Return a 303 to an address of ours."""
    response = redirect(address)
    response.status_code = 303
    return response


def address_of(case: Case, fragment: str = "") -> str:
    """Return the address of the request's page."""
    target = reverse("desk:request-detail", args=[case.number])
    return f"{target}#{fragment}" if fragment else target


def whole(text: str) -> int:
    """Return a number from a form; -1, which matches nothing, for anything else."""
    fits = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
    return int(text) if fits else -1
