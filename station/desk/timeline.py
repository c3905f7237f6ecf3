"""Events, contributions and looks in words. Codes come in, sentences go out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.terms import Catalogue, UnknownCode
from requests_app.dossier import Dossier, EventLine, LookLine
from requests_app.lifecycle import EVENT_LABELS, STATES, State, Via
from requests_app.reading_access import open_reason
from station import parts
from station.desk import tellings, words

PARKED_WORDS: Mapping[str, parts.Words] = {
    "NobodyFree": _("没有可承办的人员：各级人员都须回避或未排班"),
}
ALERTS = frozenset({"request.parked", "timer.fired"})
CUE_LABELS: Mapping[str, parts.Words] = {
    "self_harm": _("自伤自杀表达"),
    "violence": _("暴力威胁"),
    "detained": _("人身自由受限"),
    "harassment": _("性骚扰"),
    "owner_missing": _("负责人失联"),
    "closing": _("停产、转让或倒闭迹象"),
    "gathering_now": _("正在聚集或停工"),
    "danger_now": _("正在发生的危险"),
    "pregnant": _("孕期、产期、哺乳期"),
    "minor_worker": _("未成年工"),
    "minor": _("涉及未成年人"),
    "medical": _("涉及健康信息"),
    "official": _("涉及工会或公职人员"),
    "retaliation": _("担心打击报复"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One reason of the level, and what it asked for ("街道、紧急")."""

    label: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line of "谁看过"."""

    who: str
    did: str
    at: datetime
    reason: str


def cue_label(code: str) -> str:
    """Return the words for a cue; its code when a newer reader knows more cues than we do."""
    return str(CUE_LABELS.get(code, code))


def entries(dossier: Dossier, catalogue: Catalogue, *, reads: bool) -> list[parts.Entry]:
    """Return the timeline, newest first. Without ``reads`` nothing of the matter is told."""
    return [_entry(event, dossier, catalogue, reads=reads) for event in dossier.events]


def why_this_level(dossier: Dossier, catalogue: Catalogue) -> list[Contribution]:
    """Return what triage decided from, each contribution in words."""
    event = next((each for each in dossier.events if each.kind == "request.triaged"), None)
    if event is None:
        return []
    found = (_contribution(each, catalogue) for each in event.because)
    return [each for each in found if each is not None]


def looks(dossier: Dossier) -> list[Look]:
    """Return who looked, newest first, with the reasons that were given.

    Openings of one person in a row make one line, with the newest time and how many.
    """
    lines: list[Look] = []
    for (who, did), same in groupby(dossier.looks, key=lambda look: (look.account, _deed(look))):
        row = list(same)
        reasons = [open_reason(dossier.request, each.reason_sealed) for each in row]
        if any(reasons):
            pairs = zip(row, reasons, strict=True)
            lines += [Look(who=who, did=did, at=each.at, reason=why) for each, why in pairs]
        else:
            times = gettext("%(n)d次") % {"n": len(row)} if len(row) > 1 else ""
            lines.append(Look(who=who, did=f"{did}{times}", at=row[0].at, reason=""))
    return lines


def _deed(look: LookLine) -> str:
    if look.action == "unmask":
        return gettext("查看完整信息")
    return gettext("打开材料") if look.field else gettext("打开")


def _entry(event: EventLine, dossier: Dossier, catalogue: Catalogue, *, reads: bool) -> parts.Entry:
    kind: Any = "key"
    if event.kind in ALERTS:
        kind = "alert"
    elif event.via in {Via.CELERY, Via.SWEEP}:
        kind = "machine"
    move = ""
    if event.from_state and event.from_state != event.to_state:
        move = f"{_state(event.from_state)} → {_state(event.to_state)}"
    because = [_reason(each, event, dossier, catalogue) for each in event.because]
    return parts.Entry(
        title=_title(event, reads=reads),
        at=event.at,
        kind=kind,
        who=_who(event, dossier),
        text=_text(event, dossier, catalogue, reads=reads),
        because=gettext("；").join(each for each in because if each) if reads else "",
        move=move,
    )


def _title(event: EventLine, *, reads: bool) -> str:
    """Return what happened; "协议达成" in a list of its own would tell what it is about."""
    if event.kind in tellings.HANDLING_KINDS and not reads:
        return gettext("办理记录")
    return gettext(EVENT_LABELS.get(event.kind, event.kind))


def _state(code: str) -> str:
    return gettext(STATES[State(code)].label)


def _who(event: EventLine, dossier: Dossier) -> str:
    if event.actor:
        return event.actor
    match event.via:
        case Via.CELERY:
            return gettext("系统")
        case Via.SWEEP:
            return gettext("系统（巡检补办）")
        case Via.API:
            return gettext("平台接口")
    if event.kind == "request.registered":
        return words.channel_label(dossier.request.channel)
    return gettext("诉求人")


type Telling = Callable[[Mapping[str, Any], Dossier, Catalogue], str]


def _tell_registered(data: Mapping[str, Any], _dossier: Dossier, _catalogue: Catalogue) -> str:
    told = gettext("来源：%(channel)s") % {"channel": words.channel_label(data.get("channel", ""))}
    if files := data.get("files"):
        told += gettext("，附件%(n)d份") % {"n": files}
    return told


def _tell_dispatched(data: Mapping[str, Any], dossier: Dossier, _catalogue: Catalogue) -> str:
    unit = dossier.units.get(data.get("holder", 0), "")
    return gettext("承办单位：%(unit)s") % {"unit": unit} if unit else ""


def _tell_parked(data: Mapping[str, Any], _dossier: Dossier, _catalogue: Catalogue) -> str:
    return parked_words(str(data.get("reason", "")))


_TELLINGS: Mapping[str, Telling] = {
    "request.registered": _tell_registered,
    "request.dispatched": _tell_dispatched,
    "request.closed": lambda data, dossier, _catalogue: tellings.tell_closed(data, dossier),
    "request.parked": _tell_parked,
}


def _tell_confirmed(data: Mapping[str, Any], _dossier: Dossier, _catalogue: Catalogue) -> str:
    kind, code = str(data.get("kind", "")), str(data.get("code", ""))
    return f"{finding_label(kind)}：{cue_label(code)}" if kind == "cue" else finding_label(kind)


def _tell_corrected(data: Mapping[str, Any], _dossier: Dossier, catalogue: Catalogue) -> str:
    before, after = data.get("from", ""), data.get("to", "")
    if before == after:
        return gettext("确认为“%(item)s”") % {"item": words.item_label(catalogue, after)}
    return gettext("“%(before)s”改为“%(after)s”") % {
        "before": words.item_label(catalogue, before) if before else gettext("待归类"),
        "after": words.item_label(catalogue, after),
    }


def _tell_linked(data: Mapping[str, Any], dossier: Dossier, _catalogue: Catalogue) -> str:
    before, after = data.get("from"), data.get("enterprise")
    if before is None or before == after:
        return gettext("认定为“%(firm)s”") % {"firm": dossier.firms.get(after or 0, "—")}
    return gettext("“%(before)s”改为“%(after)s”") % {
        "before": dossier.firms.get(before, "—"),
        "after": dossier.firms.get(after or 0, "—"),
    }


# What says something of the matter; only for those who may read the words.
_TELLINGS_OF_WORDS: Mapping[str, Telling] = {
    "request.triaged": lambda _data, _dossier, _catalogue: gettext("理由见“为什么是这一级”"),
    "finding.confirmed": _tell_confirmed,
    "item.corrected": _tell_corrected,
    "employer.linked": _tell_linked,
    "employer.unlisted": lambda _data, _dossier, _catalogue: gettext(
        "名录里没有这家单位，或与单位无关"
    ),
}


def _text(event: EventLine, dossier: Dossier, catalogue: Catalogue, *, reads: bool) -> str:
    if event.kind == "timer.fired":
        return tellings.tell_timer(event.data, dossier, reads=reads)
    if reads and event.kind in tellings.TELLINGS:
        return tellings.TELLINGS[event.kind](event.data, dossier)
    telling = _TELLINGS.get(event.kind)
    if telling is None and reads:
        telling = _TELLINGS_OF_WORDS.get(event.kind)
    return telling(event.data, dossier, catalogue) if telling else ""


def parked_words(reason: str) -> str:
    """Return why the machine gave up, in words where we have any."""
    known = PARKED_WORDS.get(reason)
    if known is not None:
        return str(known)
    return gettext("程序出错（%(code)s），已记入日志") % {"code": reason}


def finding_label(kind: str) -> str:
    """Return what a finding is about."""
    labels: Mapping[str, parts.Words] = {
        "headcount": _("人数"),
        "shared": _("共同诉求"),
        "amount": _("金额"),
        "months": _("欠薪时长"),
        "since": _("欠薪月份"),
        "enterprise": pgettext_lazy("用人单位", "单位"),
        "cue": _("线索"),
    }
    return str(labels.get(kind, kind))


def _reason(
    reason: Mapping[str, Any], event: EventLine, dossier: Dossier, catalogue: Catalogue
) -> str:
    """Return one reason of an event in words; "" for one that says nothing to people."""
    if event.kind == "request.sensed":
        return _sensing_reason(reason, catalogue)
    if event.kind == "request.dispatched":
        return _holder_reason(reason, dossier, catalogue)
    if event.kind in {"request.triaged", "item.corrected"}:  # "why this level", the proposals
        return ""
    return tellings.reason_of(reason, dossier)


def _sensing_reason(reason: Mapping[str, Any], catalogue: Catalogue) -> str:
    if reason.get("code") == "cue":
        return cue_label(reason.get("cue", ""))
    if reason.get("code") == "item":
        label = words.item_label(catalogue, reason.get("item", ""))
        return f"{label} {float(reason.get('score', 0)):.0%}"
    return ""


def _routing_rule(code: str, catalogue: Catalogue) -> str:
    found = (words.term_label(each) for each in catalogue.routing_rules if each.code == code)
    return next(found, code)


def _holder_reason(reason: Mapping[str, Any], dossier: Dossier, catalogue: Catalogue) -> str:
    match reason.get("code"):
        case "level":
            level = words.level_label(reason.get("level", ""))
            return gettext("由%(level)s办理") % {"level": level}
        case "nobody_free":
            unit = dossier.units.get(reason.get("unit", 0), "")
            return gettext("%(unit)s没有可签收的人员") % {"unit": unit}
        case "rule":
            return _routing_rule(str(reason.get("rule", "")), catalogue)
    return ""


def _contribution(reason: Mapping[str, Any], catalogue: Catalogue) -> Contribution | None:
    code = str(reason.get("code", ""))
    asked = _asked(
        reason.get("level", ""), reason.get("urgency", ""), reason.get("flags", ()), catalogue
    )
    if code == "sensed":
        return Contribution(label=gettext("登记与感知时"), asked=asked) if asked else None
    if code == "official_up":
        label = gettext("涉及本级人员，由上一级办理")
        return Contribution(label=label, asked=asked)
    return Contribution(label=_rule_or_item(code, catalogue), asked=asked)


def _rule_or_item(code: str, catalogue: Catalogue) -> str:
    try:
        return words.term_label(catalogue.rule(code))
    except UnknownCode:
        label = words.item_label(catalogue, code)
        return gettext("事项“%(item)s”") % {"item": label}


def _asked(level: str, urgency: str, flags: Sequence[str], catalogue: Catalogue) -> str:
    told = [words.level_label(level)] if level else []
    if urgency and urgency != "normal":
        told.append(words.urgency_label(urgency))
    told += words.flag_labels(catalogue, list(flags))
    return gettext("、").join(told)
