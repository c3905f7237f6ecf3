"""The parts of the request page after the matter, and the tabs that lead to them."""

from typing import Any

from django.utils.translation import gettext, pgettext

from members.privacy import mask_identifiers
from requests_app.catalogue.snapshot import item_terms
from requests_app.lifecycle import Stage, State
from station import parts
from station.desk import checklist, claims, mediation, opinion, outcomes, parties, settlement
from station.desk.approach import approach_standing
from station.desk.case import Case
from station.desk.payments import case_number_action
from station.desk.withdrawal import withdraw_action

TABLE_KINDS = frozenset({"complaint", "report"})  # matters with another side to sit down with


def sections(case: Case) -> dict[str, Any]:
    """Return everything about handling and completion; for those who may read the words."""
    return {
        **_checklist(case),
        **_table(case),
        **_completion(case),
        "approach": approach_standing(case) if _concerns_employer(case) else None,
    }


def tabs(case: Case) -> list[parts.View]:
    """Return the links to the parts of this page, in their order, with what they hold."""
    handling, completion = case.dossier.handling, case.dossier.completion
    settled = handling.settlement
    late = len(settled.late(case.today)) if settled else 0
    found = [_tab(gettext("诉求"), "narrative")]
    if completion.results:
        found.append(_tab(gettext("结果"), "results"))
    if handling.steps:
        label = pgettext("heading", "办理步骤")
        is_alert = bool(handling.open_alarms)
        found.append(_tab(label, "steps", checklist.progress_words(case), is_alert=is_alert))
    if _has_table(case):
        found.append(_tab(pgettext("heading", "当事人"), "parties", _number(len(handling.present))))
        found.append(_tab(gettext("调解"), "sessions", _number(len(handling.sessions))))
        counted = gettext("%(n)d期超期") % {"n": late} if late else ""
        found.append(_tab(gettext("协议与分期"), "settlement", counted, is_alert=late > 0))
    return [*found, _tab(gettext("经过"), "timeline", _number(len(case.dossier.events)))]


def _tab(
    label: str, fragment: str, count: str | None = None, *, is_alert: bool = False
) -> parts.View:
    return parts.View(label=label, href=f"#{fragment}", count=count or None, is_alert=is_alert)


def _number(amount: int) -> str:
    return str(amount) if amount else ""


def _checklist(case: Case) -> dict[str, Any]:
    return {
        "tasks": checklist.tasks(case),
        "past_tasks": checklist.past_tasks(case),
        "steps_progress": checklist.progress_words(case),
    }


def _table(case: Case) -> dict[str, Any]:
    """Return parties, sessions and money; together they are what was settled at one table."""
    handling = case.dossier.handling
    note, is_off = parties.representatives_note(case)
    return {
        "has_table": _has_table(case),
        "table_actions": _table_actions(case),
        "parties": parties.party_lines(case),
        "party_actions": _shown(parties.add_party(case)),
        "representatives": note if handling.present else "",
        "representatives_off": is_off,
        "may_show_parties": case.works and not case.shows_parties and _has_names(case),
        "shows_parties": case.shows_parties,
        "sessions": mediation.session_entries(case),
        "session_actions": _shown(mediation.add_session(case)),
        "sums": settlement.sums(case),
        "instalments": settlement.instalments(case),
        "claim_table": claims.claim_table(case),
        "money_actions": _money_actions(case),
        "settled": handling.settlement,
        "terms": mask_identifiers(case.words.terms),
    }


def _completion(case: Case) -> dict[str, Any]:
    told = outcomes.told_words(case)
    return {
        "results": outcomes.result_entries(case),
        "telling": opinion.telling(case, told),
        "opinion_actions": _shown(opinion.call_action(case), opinion.rate_action(case)),
        "waiting": outcomes.waiting_words(case),
        "closing": outcomes.closing_words(case),
    }


def _concerns_employer(case: Case) -> bool:
    """Whether the employer may have to be approached; from signing on."""
    return Stage(case.row.stage) in {Stage.HANDLING, Stage.COMPLETION}


def _has_table(case: Case) -> bool:
    """Whether parties, sessions and money have their own panels.

    Where another side is part of the matter, and wherever something has been written down.
    """
    handling = case.dossier.handling
    if handling.participants or handling.sessions or handling.claims:
        return True
    if case.state is not State.SIGNED:
        return False
    item = item_terms(case.row.item_id)
    return item is not None and item.kind in TABLE_KINDS


def _table_actions(case: Case) -> list[parts.Action]:
    """Return the buttons for a matter that turns out to need the table after all."""
    if _has_table(case):
        return []
    found = _shown(parties.add_party(case), claims.list_action(case))
    return [each for each in found if not each.why]


def _money_actions(case: Case) -> list[parts.Action]:
    return _shown(
        claims.list_action(case),
        settlement.settle_action(case),
        withdraw_action(case),
        case_number_action(case),
    )


def _shown(*actions: parts.Action | None) -> list[parts.Action]:
    return [each for each in actions if each is not None]


def _has_names(case: Case) -> bool:
    return bool(case.dossier.handling.present or case.dossier.handling.claims)
