"""Sessions at one table: what was held, and the form that records the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.privacy import mask_identifiers
from members.workdays import SHANGHAI
from requests_app.dossier_handling import SessionLine
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.stages.handling.approach import ApproachNotAgreed
from requests_app.stages.handling.mediation import (
    MINUTES_MAX,
    PLACE_MAX,
    DatesReversed,
    NobodyThere,
    hold_session,
)
from requests_app.stages.handling.rules import may_contact
from station import parts
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_handle
from station.desk.entry_fields import DayField, choose, words_field
from station.desk.parties import label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OUTCOME_TAGS: Mapping[str, str] = {
    SessionOutcome.AGREED: "green",
    SessionOutcome.ADJOURNED: "",
    SessionOutcome.FAILED: "amber",
}
BOTH_SIDES = frozenset({ParticipantRole.REPRESENTATIVE, ParticipantRole.ENTERPRISE})


def _time_field(label: "str | StrPromise", *, missing: "str | StrPromise") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input-narrow"}),
        error_messages={"required": missing, "invalid": _("时间请写成14:00")},
    )


class SessionForm(ActForm):
    """A session that has taken place."""

    on = DayField(label=_("日期"))
    began = _time_field(_("开始"), missing=_("请填开始的时间"))
    ended = _time_field(_("结束"), missing=_("请填结束的时间"))
    place = words_field(_("地点"), most=PLACE_MAX, missing=_("请填写地点"))
    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=SessionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages=choose(_("请选会议的结果")),
    )
    people = forms.MultipleChoiceField(
        label=_("到会人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("请勾选到会的人"),
            "invalid_choice": _("有人已不在当事人里，请重新勾选"),
        },
    )
    minutes = words_field(
        _("纪要"),
        most=MINUTES_MAX,
        rows=9,
        missing=_("请写纪要"),
        help_text=_("谁提出什么，分歧在哪里，怎么定的。"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": case.today}, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        present = case.dossier.handling.present if case.reads else ()
        field.choices = [(str(each.id), label_of(each, case)) for each in present]

    def moment(self, name: str) -> datetime:
        """Return beginning or end as a moment."""
        values = self.cleaned_data
        return datetime.combine(values["on"], values[name], SHANGHAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """One session as the page lists it."""

    title: str
    outcome: parts.Words
    tag: str
    when: str
    place: str
    people: Sequence[str]
    minutes: str
    recorded_by: str


def session_entries(case: Case) -> list[SessionEntry]:
    """Return the sessions, newest first."""
    return [_entry(each, case) for each in case.dossier.handling.sessions]


def add_session(case: Case) -> parts.Action | None:
    """Return the button that records a session; who may not work here gets none."""
    if not case.handles:
        return None
    return parts.Action(
        label=gettext("登记会议"),
        href=reverse("desk:session-new", args=[case.number]),
        icon="users",
        why=why_not_meet(case, 0),
    )


def why_not_meet(case: Case, _target: int) -> str:
    """Return why no session can be recorded now; "" when one can."""
    if why := why_not_handle(case):
        return why
    row = case.row
    if not may_contact(row.approach, is_overridden=row.approach_overridden_at is not None):
        return gettext("诉求人还没有同意联系单位")
    if not {each.role for each in case.dossier.handling.present} >= BOTH_SIDES:
        return gettext("先在“当事人”里登记职工代表和单位负责人")
    return ""


def _entry(line: SessionLine, case: Case) -> SessionEntry:
    known = {each.id: each for each in case.dossier.handling.participants}
    began, ended = timezone.localtime(line.began_at), timezone.localtime(line.ended_at)
    return SessionEntry(
        title=gettext("第%(n)d次调解会议") % {"n": line.number},
        outcome=SessionOutcome(line.outcome).label,
        tag=OUTCOME_TAGS[line.outcome],
        when=f"{began:%Y-%m-%d %H:%M}–{ended:%H:%M}",
        place=line.place,
        people=[label_of(known[each], case) for each in line.people],
        minutes=mask_identifiers(case.words.minutes.get(line.number, "")),
        recorded_by=line.recorded_by,
    )


# ---- the act ------------------------------------------------------------------------


def _make_form(
    case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> SessionForm:
    return SessionForm(data, files, case=case)


def _perform(case: Case, _target: int, form: SessionForm, version: int) -> object:
    sent = form.cleaned_data
    began, ended = form.moment("began"), form.moment("ended")
    try:
        return hold_session(
            case.row.pk,
            began_at=began,
            ended_at=ended,
            place=sent["place"],
            outcome=SessionOutcome(sent["outcome"]),
            minutes=sent["minutes"],
            participant_ids=[int(each) for each in sent["people"]],
            actor=case.account,
            version=version,
            now=case.now,
        )
    except DatesReversed:
        if began >= ended:
            form.add_error("ended", gettext("结束要晚于开始"))
        else:
            form.add_error("ended", gettext("会议还没有结束，开完再登记"))
    except NobodyThere:
        form.add_error("people", gettext("到会的要有职工代表，也要有单位负责人"))
    except ApproachNotAgreed:
        form.add_error(None, gettext("诉求人还没有同意联系单位"))
    return None


session_new = page_of(
    Act(
        title=_("登记调解会议"),
        button=_("登记会议"),
        said=_("会议已登记。"),
        fragment="sessions",
        why_not=why_not_meet,
        make_form=_make_form,
        perform=_perform,
        template="desk/session_new.html",
    )
)
