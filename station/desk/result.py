"""The result: what stands, what is still in its way, and the page on which it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from members.privacy import mask_identifiers
from requests_app.lifecycle import State
from requests_app.models.completion import Outcome
from requests_app.queries import may_move
from requests_app.stages.completion.leaks import Leak, LeakKind, find_leaks
from requests_app.stages.completion.rules import Readiness, unpaid_fen
from requests_app.stages.completion.submitting import (
    REPLY_MAX,
    REPLY_MIN,
    NotReady,
    ReplyNamesSomebody,
    ReplyTooShort,
    StepsOpen,
    submit_result,
)
from station import parts
from station.desk.access import Visitor, staff_page
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, meet_case
from station.desk.checklist import title_of_step
from station.desk.entry_fields import choose, words_field
from station.templatetags.portal_ui import yuan

REST_MAX = 200
HINTED_MAX = 2 * REPLY_MAX  # what is longer is refused for its length anyway
NO_CONTENT = 204
NAMES_SOMEBODY = _("答复里有认得出人或单位的内容，请改掉下面列出的几处")
LEAK_WORDS: Mapping[LeakKind, parts.Words] = {
    LeakKind.IDENTIFIER: _("“%(words)s”是号码或账号"),
    LeakKind.PERSON: _("“%(words)s”是人名"),
    LeakKind.EMPLOYER: _("“%(words)s”是单位名称"),
}


class ResultForm(ActForm):
    """What came of it, and what the worker will read."""

    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("请选办理的结果")),
    )
    reply = words_field(
        _("给诉求人的答复"),
        most=REPLY_MAX,
        rows=6,
        missing=_("请写答复，诉求人凭查询码能看到"),
        help_text=_(
            "诉求人凭查询码就能看到，所以不写姓名、电话和单位名称。写清办了什么、结果怎样。"
        ),
    )
    rest = words_field(
        _("未做的步骤为什么不适用"),
        most=REST_MAX,
        missing=_("还有步骤没做，写明为什么不适用，或先去办理"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not case.dossier.handling.open_steps:
            del self.fields["rest"]
        self.case = case
        self.fields["reply"].widget.attrs |= {
            "hx-post": reverse("desk:reply-check", args=[case.number]),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": "#reply-hint",
            "hx-swap": "outerHTML",
            "hx-sync": "this:replace",
        }

    @property
    def hints(self) -> list[str]:
        """What in the reply as typed must go, a sentence each."""
        text = str(self["reply"].value() or "")[:HINTED_MAX]
        return leak_words(text, leaks_in(text, self.case))

    def clean_reply(self) -> str:
        """Refuse a reply that is too short, or that tells who is meant."""
        text: str = self.cleaned_data["reply"]
        if len(text) < REPLY_MIN:
            told = gettext("答复至少%(least)d个字，现在有%(now)d字")
            raise forms.ValidationError(told % {"least": REPLY_MIN, "now": len(text)})
        if leaks_in(text, self.case):
            raise forms.ValidationError(NAMES_SOMEBODY)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why the result cannot be submitted yet, and where on the page that is mended."""

    text: str
    href: str


def readiness_of(case: Case) -> Readiness:
    """Return what stands in the way of a result, from what the page has read anyway."""
    handling = case.dossier.handling
    settled = handling.settlement
    agreed, paid, number = (
        (settled.agreed_fen, settled.paid_fen, settled.case_number) if settled else (0, 0, "")
    )
    return Readiness(
        unpaid_fen=unpaid_fen(agreed_fen=agreed, paid_fen=paid, case_number=number),
        open_alarms=len(handling.open_alarms),
        open_steps=len(handling.open_steps),
        has_item=case.row.item_id is not None,
    )


def obstacles(readiness: Readiness) -> list[Obstacle]:
    """Return what has to be done first, in words."""
    found = []
    if readiness.open_alarms:
        told = ngettext(
            "还有%(n)d项人身安全任务没有完成",
            "还有%(n)d项人身安全任务没有完成",
            readiness.open_alarms,
        )
        found.append(Obstacle(text=told % {"n": readiness.open_alarms}, href="#steps"))
    if readiness.unpaid_fen:
        told = gettext("还有 %(amount)s 未到账，且无案号") % {"amount": yuan(readiness.unpaid_fen)}
        found.append(Obstacle(text=told, href="#settlement"))
    if not readiness.has_item:
        found.append(Obstacle(text=gettext("还没有确定事项"), href="#item"))
    return found


def leaks_in(reply: str, case: Case) -> tuple[Leak, ...]:
    """Return what in a reply names somebody known in the request."""
    opened, firm = case.words, case.row.enterprise
    people = [
        opened.name,
        *(each.name for each in opened.people.values()),
        *(each.name for each in opened.claimants.values()),
    ]
    registered = (firm.name, firm.short_name) if firm else ()
    return find_leaks(reply, people=people, registered=registered, typed=[opened.employer])


def leak_words(reply: str, leaks: Sequence[Leak]) -> list[str]:
    """Return one sentence for each piece that must go."""
    told = []
    for leak in leaks:
        sentence = str(LEAK_WORDS[leak.kind]) % {"words": reply[leak.start : leak.end]}
        if sentence not in told:
            told.append(sentence)
    return [gettext("%(what)s，请换个说法") % {"what": each} for each in told]


def why_not_submit(case: Case, _target: int) -> str:
    """Return why the visitor cannot submit a result now; "" when they can."""
    if case.state is not State.SIGNED:
        return gettext("办理中才能提交办结")
    if not may_move(case.visitor.scope, case.row, "submit_result"):
        name = case.row.handler.name if case.row.handler else gettext("承办人")
        return gettext("“提交办结”由承办人%(name)s操作") % {"name": name}
    if found := obstacles(readiness_of(case)):
        reasons = gettext("；").join(each.text for each in found)
        return gettext("“提交办结”暂不可用：%(reasons)s") % {"reasons": reasons}
    return ""


# ---- the act --------------------------------------------------------------------------


def _make_form(case: Case, _target: int, data: QueryDict | None, files: Files | None) -> ResultForm:
    return ResultForm(data, files, case=case)


def _perform(case: Case, _target: int, form: ResultForm, version: int) -> object:
    sent = form.cleaned_data
    try:
        return submit_result(
            case.row.pk,
            outcome=Outcome(sent["outcome"]),
            reply=sent["reply"],
            rest_not_applicable=sent.get("rest", ""),
            actor=case.account,
            version=version,
            now=case.now,
        )
    except ReplyTooShort:
        told = gettext("答复写%(least)d到%(most)d个字") % {"least": REPLY_MIN, "most": REPLY_MAX}
        form.add_error("reply", told)
    except ReplyNamesSomebody:
        form.add_error("reply", NAMES_SOMEBODY)
    except NotReady as error:
        form.add_error(None, [each.text for each in obstacles(error.readiness)])
    except StepsOpen:
        form.add_error("rest" if "rest" in form.fields else None, gettext("至少写2个字的理由"))
    return None


def _context(case: Case, _target: int) -> Mapping[str, Any]:
    return {
        "open_steps": [title_of_step(each, case) for each in case.dossier.handling.open_steps],
        "review_note": _newest_return(case),
    }


def _newest_return(case: Case) -> str:
    """Return what the reviewer found missing, while the result is done again."""
    last = case.dossier.completion.standing
    if last is None or last.review is None or last.review.is_accepted:
        return ""
    return mask_identifiers(case.words.review_notes.get(last.number, ""))


result_new = page_of(
    Act(
        title=_("提交办结"),
        button=_("提交办结"),
        said=_("结果已提交。系统会按事项送审核，或直接答复诉求人。"),
        fragment="results",
        why_not=why_not_submit,
        make_form=_make_form,
        perform=_perform,
        template="desk/result_new.html",
        context=_context,
    )
)


@require_POST
@staff_page
def reply_check(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Say, while the reply is being typed, what in it must go: POST reply. A part of the page.

    Whoever may not submit, or not any more, gets an empty answer: the last question of a
    typing hand often arrives after its form.
    """
    case = meet_case(visitor, number)
    if why_not_submit(case, 0):
        return HttpResponse(status=NO_CONTENT)
    form = ResultForm({"reply": request.POST.get("reply", "")}, case=case)
    return render(request, "desk/reply_hint.html", {"found": form.hints})
