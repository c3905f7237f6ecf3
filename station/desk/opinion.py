"""What the worker thinks: calls, opinions taken down at the counter, and that they were told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.lifecycle import State
from requests_app.models.completion import RatingSource, Satisfaction
from requests_app.stages.completion.callback import NOTE_MAX, record_call
from requests_app.stages.completion.feedback import (
    OPEN_FOR_OPINION,
    WAYS_OF_TELLING,
    NotOpenForOpinion,
    may_write_down,
    note_told,
    rate_at_counter,
)
from requests_app.stages.completion.hearing import WORDS_MAX, Answer, may_rework
from requests_app.stages.completion.rules import LEAST_SATISFIED
from station import parts
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_work
from station.desk.entry_fields import choose, words_field
from station.desk.review import assignee_words

YES, NO, DECLINED = "yes", "no", "declined"
# Answers to "did they pick up" that leave nothing to write below.
WITHOUT_OPINION: Mapping[str, parts.Words] = {
    NO: _("没有接通就没有评价，请改选“接通了”或清空下面几项"),
    DECLINED: _("对方不愿评价，请清空下面几项；说了评价的，请改选“接通了”"),
}
WAY_LABELS: Mapping[str, parts.Words] = {
    "phone": _("电话告知"),
    "counter": _("当面告知"),
    "message": _("短信或微信告知"),
    "visit": _("上门告知"),
    "letter": _("书面告知"),
    "link": _("本人在评价页看到"),
    "code": _("本人凭查询码看到"),
}


def _level_field() -> forms.ChoiceField:
    return forms.ChoiceField(  # type: ignore[call-arg]
        label=_("对办理结果"),
        choices=[(str(level.value), level.label) for level in Satisfaction],
        widget=forms.RadioSelect,
        template_name="components/choices.html",
        error_messages=choose(_("请选满意程度")),
    )


def _solved_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("诉求人认为解决了吗"),
        choices=[(YES, _("解决了")), (NO, _("没有解决"))],
        widget=forms.RadioSelect,
        error_messages=choose(_("请选是否解决")),
    )


class OpinionForm(ActForm):
    """What the worker says at the counter."""

    level = _level_field()
    solved = _solved_field()
    wants_rework = forms.BooleanField(
        label=_("诉求人希望重新办理"),
        required=False,
        help_text=_("不满意或没有解决的，会换人重办一次。"),
    )
    words = words_field(
        _("诉求人的原话"), most=WORDS_MAX, required=False, rows=3, help_text=_("照对方说的记。")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_rework(case.row, now=case.now):
            del self.fields["wants_rework"]

    def clean(self) -> dict[str, Any]:
        """Refuse two answers that contradict each other: nobody does again what satisfies."""
        values = super().clean()
        is_satisfied = int(values.get("level") or 0) >= LEAST_SATISFIED
        if values.get("wants_rework") and values.get("solved") == YES and is_satisfied:
            told = gettext("诉求人满意，也认为解决了，就不用重办。要重办，请改选上面的一项。")
            self.add_error("wants_rework", told)
        return values

    def answer(self) -> Answer:
        """Return the cleaned form as an answer."""
        sent = self.cleaned_data
        return Answer(
            level=Satisfaction(int(sent["level"])),
            is_solved=sent["solved"] == YES,
            wants_rework=sent.get("wants_rework", False),
            words=sent["words"],
        )


class CallForm(OpinionForm):
    """One try to reach the worker; what they said when they picked up."""

    field_order = ("reached", "level", "solved", "wants_rework", "words", "note")
    reached = forms.ChoiceField(
        label=_("接通了吗"),
        choices=[
            (YES, _("接通了")),
            (DECLINED, _("接通了，对方不愿评价")),
            (NO, _("没有接通")),
        ],
        widget=forms.RadioSelect,
        error_messages=choose(_("请选是否接通")),
    )
    note = words_field(
        _("回访备注"),
        most=NOTE_MAX,
        required=False,
        rows=2,
        help_text=_(
            "没有接通的，写什么时候再打；不愿评价的，写对方怎么说；接通的，写要转告承办人的。"
        ),
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        is_reached = data is None or data.get("reached") == YES
        for name in ("level", "solved"):
            self.fields[name].required = is_reached

    def clean(self) -> dict[str, Any]:
        """Refuse the opinion of somebody who did not pick up or would not give one."""
        values = super().clean()
        said = ("level", "solved", "wants_rework", "words")
        if values.get("reached") in WITHOUT_OPINION and any(values.get(name) for name in said):
            self.add_error("reached", str(WITHOUT_OPINION[values["reached"]]))
        return values


class ToldForm(ActForm):
    """How the worker was given the reply."""

    way = forms.ChoiceField(
        label=_("怎样告知的"),
        choices=[(code, WAY_LABELS[code]) for code in WAYS_OF_TELLING],
        widget=forms.RadioSelect,
        error_messages=choose(_("请选怎样告知的")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Whether the worker has the reply: since when, else the form to say so, or why not."""

    told: str
    form: ToldForm | None
    action: str
    why: str


def way_words(way: str) -> str:
    """Return how somebody was told."""
    return str(WAY_LABELS.get(way, ""))


def why_not_call(case: Case, _target: int) -> str:
    """Return why the visitor cannot call back now; "" when they can."""
    row = case.row
    if case.state not in {State.TO_CALL, State.CLOSED} or row.assignee_unit_id is None:
        return gettext("现在没有要回访的")
    if not case.is_assignee:
        if row.assignee_id is None and case.account.pk in case.dossier.completion.reviewer_ids:
            return gettext("审核过结果的人不能回访")
        return gettext("由%(who)s回访，承办人和登记人不能回访") % {"who": assignee_words(case)}
    if _has_heard(case, RatingSource.CALL):
        return gettext("这次答复已经回访到评价，不用再打")
    return ""


def why_not_rate(case: Case, _target: int) -> str:
    """Return why no opinion can be taken down at the counter; "" when one can."""
    if case.state not in OPEN_FOR_OPINION:
        return gettext("答复之后才能评价")
    if why := why_not_work(case):
        return why
    if not may_write_down(case.row, account_id=case.account.pk):
        return gettext("承办人不能代录评价，请由同事操作")
    if _has_heard(case, RatingSource.COUNTER):
        return gettext("这次答复已经代录过评价")
    return ""


def _has_heard(case: Case, source: RatingSource) -> bool:
    """Whether an opinion of the reply that stands came in this way: the first one stays."""
    standing = case.dossier.completion.standing
    return standing is not None and any(each.source == source for each in standing.ratings)


def why_not_tell(case: Case, _target: int) -> str:
    """Return why it cannot be noted that the worker was told; "" when it can."""
    if case.state not in OPEN_FOR_OPINION:
        return gettext("答复之后才能登记告知")
    if case.row.told_at is not None:
        return gettext("已经登记过告知")
    return why_not_work(case)


def telling(case: Case, told: str) -> Telling:
    """Return the line about telling the worker; ``told`` is when and how it was done."""
    why = "" if told else why_not_tell(case, 0)
    return Telling(
        told=told,
        form=None if told or why else ToldForm(auto_id="told-%s"),
        action=reverse("desk:reply-told", args=[case.number]),
        why=why if case.works else "",
    )


def call_action(case: Case) -> parts.Action | None:
    """Return the button for a call back; None for those whose it is not."""
    if why_not_call(case, 0):
        return None
    return parts.Action(
        label=gettext("记一次回访"), href=reverse("desk:call-new", args=[case.number]), icon="phone"
    )


def rate_action(case: Case) -> parts.Action | None:
    """Return the button for the counter; who may not work here gets none."""
    if not case.works or case.state not in OPEN_FOR_OPINION:
        return None
    return parts.Action(
        label=gettext("窗口代录评价"),
        href=reverse("desk:opinion-new", args=[case.number]),
        icon="message-square-quote",
        why=why_not_rate(case, 0),
    )


# ---- the acts -------------------------------------------------------------------------


def _call_form(case: Case, _target: int, data: QueryDict | None, files: Files | None) -> CallForm:
    return CallForm(data, files, case=case)


def _call(case: Case, _target: int, form: CallForm, version: int) -> object:
    sent = form.cleaned_data
    return record_call(
        case.row.pk,
        answer=form.answer() if sent["reached"] == YES else None,
        has_declined=sent["reached"] == DECLINED,
        note=sent["note"],
        actor=case.account,
        version=version,
        now=case.now,
    )


def _rate_form(
    case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> OpinionForm:
    return OpinionForm(data, files, case=case)


def _rate(case: Case, _target: int, form: OpinionForm, version: int) -> object:
    try:
        return rate_at_counter(
            case.row.pk, form.answer(), actor=case.account, version=version, now=case.now
        )
    except NotOpenForOpinion:
        form.add_error(None, gettext("答复之后才能评价"))
    return None


def _told_form(_case: Case, _target: int, data: QueryDict | None, files: Files | None) -> ToldForm:
    return ToldForm(data, files)


def _tell(case: Case, _target: int, form: ToldForm, version: int) -> object:
    try:
        return note_told(
            case.row.pk,
            form.cleaned_data["way"],
            actor=case.account,
            version=version,
            now=case.now,
        )
    except NotOpenForOpinion:
        form.add_error(None, gettext("答复之后才能登记告知"))
    return None


def _reply_context(case: Case, _target: int) -> Mapping[str, Any]:
    last = case.dossier.completion.standing
    return {"reply": case.words.replies.get(last.number, "") if last else ""}


call_new = page_of(
    Act(
        title=_("记一次回访"),
        button=_("记下"),
        said=_("回访已记下。"),
        fragment="opinions",
        why_not=why_not_call,
        make_form=_call_form,
        perform=_call,
        template="desk/opinion.html",
        context=_reply_context,
    )
)
opinion_new = page_of(
    Act(
        title=_("窗口代录评价"),
        button=_("记下评价"),
        said=_("评价已记下，标为窗口代录，单独统计。"),
        fragment="opinions",
        why_not=why_not_rate,
        make_form=_rate_form,
        perform=_rate,
        template="desk/opinion.html",
        context=_reply_context,
    )
)
reply_told = page_of(
    Act(
        title=_("登记告知"),
        button=_("已告知"),
        said=_("已登记告知。"),
        fragment="opinions",
        why_not=why_not_tell,
        make_form=_told_form,
        perform=_tell,
        template="desk/opinion.html",
        context=_reply_context,
    )
)
