"""Review: what a second person found, and the page on which a result is sent back."""

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.lifecycle import State
from requests_app.queries import may_move
from requests_app.stages.completion.reviewing import (
    NOTE_MAX,
    NOTE_MIN,
    NoteTooShort,
    return_result,
)
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case
from station.desk.entry_fields import words_field


class ReturnForm(ActForm):
    """What is missing."""

    note = words_field(
        _("缺什么、要补什么"),
        most=NOTE_MAX,
        rows=4,
        missing=_("写明缺什么，承办人照着补"),
    )


def assignee_words(case: Case) -> str:
    """Return with whom it lies: the person who was drawn, else the unit."""
    row = case.row
    if row.assignee is not None:
        return row.assignee.name
    unit = row.assignee_unit.short_name if row.assignee_unit else ""
    return gettext("%(unit)s的空闲人员") % {"unit": unit} if unit else ""


def why_not_review(case: Case, _target: int) -> str:
    """Return why the visitor cannot decide on the result now; "" when they can."""
    if case.state is not State.IN_REVIEW:
        return gettext("现在没有待审核的结果")
    if not may_move(case.visitor.scope, case.row, "return_result"):
        return gettext("由%(who)s审核，承办人和登记人不能审核") % {"who": assignee_words(case)}
    return ""


def _make_form(
    _case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> ReturnForm:
    return ReturnForm(data, files)


def _perform(case: Case, _target: int, form: ReturnForm, version: int) -> object:
    try:
        return return_result(
            case.row.pk,
            note=form.cleaned_data["note"],
            actor=case.account,
            version=version,
            now=case.now,
        )
    except NoteTooShort:
        told = gettext("写%(least)d到%(most)d个字") % {"least": NOTE_MIN, "most": NOTE_MAX}
        form.add_error("note", told)
    return None


result_return = page_of(
    Act(
        title=_("退回补办"),
        button=_("退回补办"),
        said=_("已退回，承办人会收到通知。期限照常走。"),
        fragment="results",
        why_not=why_not_review,
        make_form=_make_form,
        perform=_perform,
        context=lambda _case, _target: {"lead": gettext("结果回到承办人手里，期限不停。")},
    )
)
