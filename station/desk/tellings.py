"""Events of handling and completion in words: what was done, by their codes and numbers.

All of it says something of the matter, so only those who may read the words are told.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from requests_app.dossier import Dossier
from requests_app.dossier_handling import StepLine
from requests_app.models.choices import Approach, Closure
from requests_app.models.completion import Outcome, RatingSource, Satisfaction
from requests_app.models.mediation import ParticipantRole, SessionOutcome
from requests_app.models.timer import TimerRule
from station import parts
from station.desk import words
from station.desk.forms import APPROACHES
from station.desk.opinion import way_words
from station.templatetags.portal_ui import yuan

type Data = Mapping[str, Any]

# Their very titles would say what a confidential matter is about.
HANDLING_KINDS = frozenset(
    {
        "approach.agreed",
        "approach.overridden",
        "step.done",
        "step.waived",
        "party.added",
        "party.removed",
        "session.held",
        "claims.listed",
        "settlement.signed",
        "settlement.withdrawn",
        "settlement.taken_to_court",
        "payment.received",
        "payment.voided",
    }
)

REASONS: Mapping[str, parts.Words] = {
    "not_satisfied": _("诉求人不满意，要求重办"),
    "not_satisfied_again": _("诉求人仍不满意，已重办过一次"),
    "heard": _("已听取诉求人意见"),
    "heard_by_link": _("诉求人已在网页评价"),
    "silent": _("期满没有回应，已按次数回访"),
    "only_reviewers": _("没有别人可以回访，从审核过的人里抽"),
}


def tell_timer(data: Data, dossier: Dossier, *, reads: bool) -> str:
    """Return what fell due; which step or instalment only for those who may read."""
    rule, level = str(data.get("rule", "")), int(data.get("level", 0))
    if rule not in TimerRule.values:
        return ""
    told = str(TimerRule(rule).label)
    if not reads:
        return told
    if rule == TimerRule.INSTALMENT:
        return gettext("%(what)s：第%(n)d期") % {"what": told, "n": level}
    step = next((each for each in dossier.handling.steps if each.order == level), None)
    if rule == TimerRule.STEP and step is not None:
        return gettext("%(what)s：%(title)s") % {"what": told, "title": _title(step)}
    return told


def tell_closed(data: Data, _dossier: Dossier) -> str:
    """Return how a request was closed."""
    how = str(data.get("closed_as", ""))
    return str(Closure(how).label) if how in Closure.values else ""


def _approach(data: Data, _dossier: Dossier) -> str:
    chosen = str(data.get("to", ""))
    return str(APPROACHES[Approach(chosen)]) if chosen in Approach.values else ""


def _override(_data: Data, _dossier: Dossier) -> str:
    return gettext("理由见“联系单位的方式”")


def _step(data: Data, dossier: Dossier) -> str:
    step = next((each for each in dossier.handling.steps if each.id == data.get("step")), None)
    return _title(step) if step else ""


def _title(step: StepLine) -> str:
    is_english = (get_language() or "").startswith("en")
    return step.title_en if is_english and step.title_en else step.title


def _party(data: Data, _dossier: Dossier) -> str:
    role = str(data.get("role", ""))
    return str(ParticipantRole(role).label) if role in ParticipantRole.values else ""


def _session(data: Data, _dossier: Dossier) -> str:
    outcome = str(data.get("outcome", ""))
    told = {
        "n": data.get("session", 0),
        "outcome": SessionOutcome(outcome).label if outcome in SessionOutcome.values else "",
        "people": words.people(int(data.get("people", 0))),
    }
    return gettext("第%(n)d次，%(outcome)s，%(people)s到会") % told


def _claims(data: Data, _dossier: Dossier) -> str:
    told = {
        "people": words.people(int(data.get("people", 0))),
        "amount": yuan(int(data.get("claimed_fen", 0))),
    }
    return gettext("%(people)s，主张 %(amount)s") % told


def _settlement(data: Data, _dossier: Dossier) -> str:
    parts_count = int(data.get("instalments", 0))
    told = {
        "people": words.people(int(data.get("people", 0))),
        "amount": yuan(int(data.get("agreed_fen", 0))),
        "n": parts_count,
    }
    return (
        ngettext(
            "%(people)s，协议 %(amount)s，分%(n)d期",
            "%(people)s，协议 %(amount)s，分%(n)d期",
            parts_count,
        )
        % told
    )


def _payment(data: Data, _dossier: Dossier) -> str:
    told = {"n": data.get("instalment", 0), "amount": yuan(int(data.get("amount_fen", 0)))}
    return gettext("第%(n)d期 %(amount)s") % told


def _result(data: Data, _dossier: Dossier) -> str:
    outcome = str(data.get("outcome", ""))
    told = str(Outcome(outcome).label) if outcome in Outcome.values else ""
    waived = int(data.get("waived", 0))
    if not waived:
        return told
    rest = ngettext("%(n)d个步骤不适用", "%(n)d个步骤不适用", waived) % {"n": waived}
    return gettext("%(outcome)s；%(rest)s") % {"outcome": told, "rest": rest}


def _drawn(who: str) -> Callable[[Data, Dossier], str]:
    def tell(data: Data, dossier: Dossier) -> str:
        if who not in data:
            return ""
        name = dossier.completion.people.get(data.get(who) or 0, "")
        return (
            gettext("抽到%(who)s") % {"who": name}
            if name
            else gettext("没有抽到人，由单位空闲人员办")
        )

    return tell


def _told(data: Data, _dossier: Dossier) -> str:
    return way_words(str(data.get("way", "")))


def _rating(data: Data, _dossier: Dossier) -> str:
    source, level = str(data.get("source", "")), int(data.get("level", 0))
    if source not in RatingSource.values or level not in Satisfaction.values:
        return ""
    solved = gettext("认为已解决") if data.get("solved") else gettext("认为没有解决")
    told = {
        "source": RatingSource(source).label,
        "level": Satisfaction(level).label,
        "solved": solved,
    }
    return gettext("%(source)s：%(level)s，%(solved)s") % told


def _call(data: Data, _dossier: Dossier) -> str:
    return gettext("接通") if data.get("reached") else gettext("没有接通")


TELLINGS: Mapping[str, Callable[[Data, Dossier], str]] = {
    "approach.agreed": _approach,
    "approach.overridden": _override,
    "step.done": _step,
    "step.waived": _step,
    "party.added": _party,
    "party.removed": _party,
    "session.held": _session,
    "claims.listed": _claims,
    "settlement.signed": _settlement,
    "settlement.withdrawn": _settlement,
    "payment.received": _payment,
    "payment.voided": _payment,
    "result.submitted": _result,
    "review.asked": _drawn("reviewer"),
    "callback.asked": _drawn("caller"),
    "reply.told": _told,
    "rating.given": _rating,
    "callback.tried": _call,
}


def reason_of(reason: Data, dossier: Dossier) -> str:
    """Return one reason of an event of completion; "" for one that says nothing to people."""
    code = str(reason.get("code", ""))
    unit = dossier.units.get(reason.get("unit", 0), "")
    match code:
        case "drawn":
            return gettext("%(unit)s里没有参与过、手上最少的人") % {"unit": unit}
        case "nobody_free":
            return gettext("%(unit)s没有可抽的人") % {"unit": unit}
        case "fallback":
            return gettext("交%(unit)s") % {"unit": unit}
        case "no_review":
            return gettext("事项不要求审核，或没有抽中")
    return str(REASONS.get(code, ""))
