"""The parties of a request: who takes part, masked; adding them and taking them off the list."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.numbers import NumberError, normalise_phone
from members.privacy import mask_identifiers, mask_name, mask_phone
from requests_app.dossier_handling import ParticipantLine
from requests_app.models.mediation import ParticipantRole
from requests_app.parties import Person
from requests_app.stages.handling.mediation import NAME_MAX, add_participant, remove_participant
from requests_app.stages.handling.rules import representatives_wanted
from station import parts
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_handle
from station.desk.entry_fields import choose, words_field

REMARK_MAX = 100
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}", re.ASCII)
_PARTED = re.compile(r"[\s-]+")


class PartyForm(ActForm):
    """Somebody with a role in the matter."""

    role = forms.ChoiceField(
        label=_("角色"),
        choices=ParticipantRole.choices,
        error_messages=choose(_("请选角色")),
    )
    name = words_field(_("姓名"), most=NAME_MAX, missing=_("请填写姓名"))
    phone = words_field(_("电话"), most=40, required=False, help_text=_("手机，或带区号的座机。"))
    remark = words_field(
        _("说明"),
        most=REMARK_MAX,
        required=False,
        help_text=_("所在部门、职务、推选情况。"),
    )
    has_authority = forms.BooleanField(
        label=_("有授权委托书"), required=False, help_text=_("职工代表由其他职工签字授权。")
    )

    def clean_phone(self) -> str:
        """Return the digits of a mobile or of a landline with its area code."""
        text: str = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except NumberError as error:
            if _LANDLINE.fullmatch(digits := _PARTED.sub("", text)):
                return digits
            message = gettext("请填写11位手机号，或带区号的座机，例如0574-55500182")
            raise forms.ValidationError(message) from error


class RemoveForm(ActForm):
    """Nothing to fill in: the button is the question."""


def party_lines(case: Case) -> list[parts.Party]:
    """Return who takes part now, masked unless just unmasked."""
    may_remove = not why_not_handle(case)
    return [_party(each, case, may_remove=may_remove) for each in case.dossier.handling.present]


def label_of(line: ParticipantLine, case: Case) -> str:
    """Return role and name, 职工代表 陈*."""
    return f"{ParticipantRole(line.role).label} {_name(line, case)}"


def representatives_note(case: Case) -> tuple[str, bool]:
    """Return how many representatives the law foresees, and whether the number is off."""
    handling = case.dossier.handling
    people = len(handling.claims) or case.row.headcount or 1
    fewest, most = representatives_wanted(people)
    if people < 2:
        return "", False
    told = {"people": people, "fewest": fewest, "most": most, "now": len(handling.representatives)}
    is_off = not fewest <= len(handling.representatives) <= most
    return (
        gettext("%(people)d人共同提出，推选%(fewest)d至%(most)d名职工代表，现有%(now)d名") % told,
        is_off,
    )


def add_party(case: Case) -> parts.Action | None:
    """Return the button that adds somebody; who may not work here gets none."""
    if not case.handles:
        return None
    return parts.Action(
        label=gettext("添加"),
        href=reverse("desk:party-new", args=[case.number]),
        icon="user-plus",
        why=why_not_handle(case),
    )


def _party(line: ParticipantLine, case: Case, *, may_remove: bool) -> parts.Party:
    person = case.words.people.get(line.id, Person(name=""))
    address = reverse("desk:party-remove", args=[case.number, line.id]) if may_remove else ""
    return parts.Party(
        role=ParticipantRole(line.role).label,
        name=_name(line, case),
        phone=person.phone if case.shows_parties else mask_phone(person.phone),
        remark=person.remark if case.shows_parties else mask_identifiers(person.remark),
        authority=gettext("有授权委托书") if line.has_authority else "",
        remove=address,
        is_clear=case.shows_parties,
    )


def _name(line: ParticipantLine, case: Case) -> str:
    name = case.words.people.get(line.id, Person(name="")).name
    return name if case.shows_parties else mask_name(name)


# ---- the acts -----------------------------------------------------------------------


def _why_not_add(case: Case, _target: int) -> str:
    return why_not_handle(case)


def _add_form(_case: Case, _target: int, data: QueryDict | None, files: Files | None) -> PartyForm:
    return PartyForm(data, files)


def _add(case: Case, _target: int, form: PartyForm, version: int) -> object:
    sent = form.cleaned_data
    return add_participant(
        case.row.pk,
        role=ParticipantRole(sent["role"]),
        person=Person(name=sent["name"], phone=sent["phone"], remark=sent["remark"]),
        has_authority=sent["has_authority"],
        actor=case.account,
        version=version,
        now=case.now,
    )


def _add_context(case: Case, _target: int) -> Mapping[str, Any]:
    told, _is_off = representatives_note(case)
    return {"lead": told}


def _participant(case: Case, participant_id: int) -> ParticipantLine:
    found = (each for each in case.dossier.handling.present if each.id == participant_id)
    line = next(found, None)
    if line is None or not case.reads:
        raise Http404
    return line


def _why_not_remove(case: Case, participant_id: int) -> str:
    _participant(case, participant_id)
    return why_not_handle(case)


def _remove_form(
    _case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> RemoveForm:
    return RemoveForm(data, files)


def _remove(case: Case, participant_id: int, _form: RemoveForm, version: int) -> object:
    return remove_participant(
        case.row.pk, participant_id, actor=case.account, version=version, now=case.now
    )


def _remove_context(case: Case, participant_id: int) -> Mapping[str, Any]:
    who = label_of(_participant(case, participant_id), case)
    told = gettext("把“%(who)s”移出当事人。已经参加过的会议里仍会保留。") % {"who": who}
    return {"lead": told}


party_new = page_of(
    Act(
        title=pgettext_lazy("act", "登记当事人"),
        button=_("登记"),
        said=_("已登记。"),
        fragment="parties",
        why_not=_why_not_add,
        make_form=_add_form,
        perform=_add,
        context=_add_context,
    )
)
party_remove = page_of(
    Act(
        title=pgettext_lazy("act", "移出当事人"),
        button=_("移出"),
        said=_("已移出。"),
        fragment="parties",
        why_not=_why_not_remove,
        make_form=_remove_form,
        perform=_remove,
        context=_remove_context,
    )
)
