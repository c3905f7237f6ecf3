"""How the employer may be approached: what the worker agreed to, and the one way past it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.privacy import mask_identifiers
from requests_app.models.choices import Approach
from requests_app.stages.handling.approach import (
    REASON_MIN,
    ReasonMissing,
    UnnamedStaysUnnamed,
    agree_approach,
    override_approach,
)
from requests_app.stages.handling.rules import FEW_COULD_KNOW, may_contact, warns_of_guessing
from station import parts
from station.desk import words
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_work
from station.desk.entry_fields import choose, words_field
from station.desk.forms import APPROACHES

OVERRIDE_MAX = 300


class AgreeForm(ActForm):
    """What the worker has agreed to since."""

    approach = forms.ChoiceField(
        label=_("诉求人已同意"),
        widget=forms.RadioSelect,
        error_messages=choose(_("请选诉求人同意的方式")),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["approach"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (code.value, label)
            for code, label in APPROACHES.items()
            if code.value != case.row.approach
            and not (case.row.is_anonymous and code is Approach.NAMED)
        ]


class OverrideForm(ActForm):
    """Why a life is in danger."""

    reason = words_field(
        _("什么危险，为什么等不到诉求人同意"),
        most=OVERRIDE_MAX,
        rows=3,
        missing=_("写明危险和理由"),
        help_text=_("只用于人身安全。理由会留存，诉求人和审计人员能看到。"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The panel: what holds now, what warns, and the forms of those who may change it."""

    agreed: parts.Words
    is_free: bool
    warning: str
    overridden: str
    override_reason: str
    agree_form: AgreeForm | None
    agree_action: str
    override: parts.Action | None


def approach_standing(case: Case) -> Standing:
    """Return how things stand with the employer."""
    row = case.row
    at = row.approach_overridden_at
    is_free = may_contact(row.approach, is_overridden=at is not None)
    by = next(
        (e.actor for e in case.dossier.events if e.kind == "approach.overridden"), gettext("承办人")
    )
    told = {"who": by, "at": words.moment_words(at, now=case.now)}
    form = None if why_not_work(case) else AgreeForm(case=case, auto_id="agree-%s")
    return Standing(
        agreed=APPROACHES[Approach(row.approach)],
        is_free=is_free,
        warning=_warning(case),
        overridden=gettext("%(who)s%(at)s因人身危险打开了联系单位的通道") % told if at else "",
        override_reason=mask_identifiers(case.words.override),
        agree_form=form,
        agree_action=reverse("desk:approach-agree", args=[case.number]),
        override=_override_link(case) if not is_free else None,
    )


def _warning(case: Case) -> str:
    if not warns_of_guessing(case.row.approach, case.row.headcount):
        return ""
    told = gettext("可能知情的不到%(few)d人，不提名字单位也可能猜到是谁。联系前先告诉诉求人。")
    return told % {"few": FEW_COULD_KNOW}


def _override_link(case: Case) -> parts.Action | None:
    if why_not_override(case, 0):
        return None
    return parts.Action(
        label=gettext("有人身危险，必须马上联系单位"),
        href=reverse("desk:approach-override", args=[case.number]),
        icon="siren",
    )


# ---- the acts -----------------------------------------------------------------------


def _why_not_agree(case: Case, _target: int) -> str:
    return why_not_work(case)


def why_not_override(case: Case, _target: int) -> str:
    """Return why the visitor may not go past the worker's word; "" when they may."""
    if why := why_not_work(case):
        return why
    if not case.is_handler:
        return gettext("人身危险时由承办人决定是否联系单位")
    if case.row.approach_overridden_at is not None:
        return gettext("联系单位的通道已经打开")
    return ""


def _agree_form(case: Case, _target: int, data: QueryDict | None, files: Files | None) -> AgreeForm:
    return AgreeForm(data, files, case=case)


def _agree(case: Case, _target: int, form: AgreeForm, version: int) -> object:
    chosen = Approach(form.cleaned_data["approach"])
    try:
        return agree_approach(
            case.row.pk, chosen, actor=case.account, version=version, now=case.now
        )
    except UnnamedStaysUnnamed:
        form.add_error("approach", gettext("匿名诉求没有名字可提"))
    return None


def _override_form(
    _case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> OverrideForm:
    return OverrideForm(data, files)


def _override(case: Case, _target: int, form: OverrideForm, version: int) -> object:
    try:
        return override_approach(
            case.row.pk,
            reason=form.cleaned_data["reason"],
            actor=case.account,
            version=version,
            now=case.now,
        )
    except ReasonMissing:
        form.add_error("reason", gettext("至少写%(least)d个字") % {"least": REASON_MIN})
    return None


def _override_context(_case: Case, _target: int) -> Mapping[str, Any]:
    return {
        "lead": gettext("诉求人没有同意联系单位。只有存在现实的人身危险时，才可以不等同意。"),
        "is_danger": True,
    }


approach_agree = page_of(
    Act(
        title=_("联系单位的方式"),
        button=_("记下"),
        said=_("已记下诉求人同意的方式。"),
        fragment="approach",
        why_not=_why_not_agree,
        make_form=_agree_form,
        perform=_agree,
    )
)
approach_override = page_of(
    Act(
        title=_("因人身危险联系单位"),
        button=_("打开联系单位的通道"),
        said=_("已记下。现在可以联系单位，先保护人身安全。"),
        fragment="approach",
        why_not=why_not_override,
        make_form=_override_form,
        perform=_override,
        context=_override_context,
    )
)
