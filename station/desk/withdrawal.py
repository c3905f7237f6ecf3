"""Taking back an agreement that was entered wrongly, before any money was."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.dossier_handling import SettlementLine
from requests_app.stages.handling.settlement import withdraw_settlement
from station import parts
from station.desk.acts import Act, ActForm, Files, page_of
from station.desk.case import Case, why_not_handle
from station.templatetags.portal_ui import yuan


def withdraw_action(case: Case) -> parts.Action | None:
    """Return the button that takes a wrong agreement back; None once money was entered."""
    settled = case.dossier.handling.settlement
    if not case.handles or settled is None or _has_payments(settled):
        return None
    return parts.Action(
        label=gettext("登错了，撤回"),
        href=reverse("desk:settlement-withdraw", args=[case.number]),
        icon="undo-2",
        why=why_not_handle(case),
    )


def _has_payments(settled: SettlementLine) -> bool:
    """Whether money was ever entered; what was voided counts as well."""
    return any(each.payments for each in settled.instalments)


class WithdrawForm(ActForm):
    """Nothing to fill in: the button is the question."""


def _why_not_withdraw(case: Case, _target: int) -> str:
    settled = case.dossier.handling.settlement
    if settled is None:
        return gettext("还没有登记协议")
    if _has_payments(settled):
        return gettext("已经登记过到账，协议不能撤回")
    return why_not_handle(case)


def _withdraw_form(
    _case: Case, _target: int, data: QueryDict | None, files: Files | None
) -> WithdrawForm:
    return WithdrawForm(data, files)


def _withdraw(case: Case, _target: int, _form: WithdrawForm, version: int) -> object:
    return withdraw_settlement(case.row.pk, actor=case.account, version=version, now=case.now)


def _withdraw_context(case: Case, _target: int) -> Mapping[str, Any]:
    settled = case.dossier.handling.settlement
    agreed = yuan(settled.agreed_fen) if settled else ""
    lead = gettext("协议 %(amount)s 和各期约定会撤回，重新登记。撤回会记入经过。")
    return {"lead": lead % {"amount": agreed}, "is_danger": True}


settlement_withdraw = page_of(
    Act(
        title=_("撤回协议登记"),
        button=_("撤回"),
        said=_("协议登记已撤回，请重新登记。"),
        fragment="claims",
        why_not=_why_not_withdraw,
        make_form=_withdraw_form,
        perform=_withdraw,
        context=_withdraw_context,
    )
)
