"""What the machine found, in words: every value with its reason, for a person to decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.terms import Catalogue
from requests_app.dossier import Dossier, FindingLine
from station import parts
from station.desk import words
from station.desk.story import MaskedStory, quote
from station.desk.timeline import cue_label, finding_label
from station.templatetags.portal_ui import yuan

REASONS: Mapping[str, parts.Words] = {
    "counted": _("文中写明人数"),
    "we_count": _("以“我们”和人数一起说"),
    "all_of_them": _("说的是全体"),
    "their_wish": _("提到大家的要求"),
    "one_speaks": _("一人为自己说"),
    "no_grievance": _("人数与诉求无关"),
    "total": _("合计数"),
    "owed": _("写明被拖欠"),
    "per_head": _("按每人数额"),
    "rate": _("工资标准，不是欠款"),
    "cost": _("费用，不是欠款"),
    "stated": _("文中提到"),
    "arrears": _("写明拖欠几个月"),
    "since_month": _("从该月起，按登记日推算"),
    "named_month": _("写明月份"),
    "month_range": _("写明起止月份"),
    "cue": _("与线索词相符"),
    "exact": _("与名录名称一致"),
    "short_name": _("与名录简称一致"),
    "similar": _("与名录名称相近"),
    "sound": _("与名录名称读音相近"),
    "initials": _("是名录名称的拼音首字母"),
    "one_character": _("与名录名称差一个字"),
    "core": _("名录名称里的字号"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One item the machine proposes. ``share`` is its confidence, 0 to 100."""

    code: str
    label: str
    share: int
    reason: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroup:
    """The items of one class, for choosing another one."""

    label: str
    items: Sequence[tuple[str, str]]


def finding_lines(
    dossier: Dossier, masked: MaskedStory, *, may_confirm: bool, may_settle: bool
) -> list[parts.Finding]:
    """Return the findings with their places in the masked text, those without a place last.

    ``may_settle``: a confirmed enterprise settles who stands aside, so fewer may do that.
    """
    lines = []
    for row in dossier.findings:
        start, end = masked.place(row.start, row.end) if _is_in_story(row) else (0, 0)
        lines.append(
            parts.Finding(
                label=finding_label(row.kind),
                value=value_words(row, dossier.firms),
                reason=_reason(row, quote(masked.text, start, end)),
                start=start,
                end=end,
                confirmed_by=row.confirmed_by,
                code=str(row.id)
                if (may_settle if row.kind == "enterprise" else may_confirm)
                else "",
            )
        )
    return sorted(lines, key=lambda line: line.end == 0)


def _is_in_story(row: FindingLine) -> bool:
    """Whether the place is in the story; an employer's name may stand in its own field."""
    return row.end > row.start and not (row.kind == "enterprise" and row.code == "employer")


def proposals(dossier: Dossier, catalogue: Catalogue, story: str) -> list[Proposal]:
    """Return the top three items with score and reasons."""
    current = dossier.request.item_id
    codes = {each.code: each.row_id for each in catalogue.items}
    return [
        Proposal(
            code=line.item_code,
            label=words.item_label(catalogue, line.item_code),
            share=round(line.score * 100),
            reason=_because(line.reasons, story),
            is_current=codes.get(line.item_code) == current and current is not None,
        )
        for line in dossier.suggestions
    ]


def item_choices(catalogue: Catalogue) -> list[ItemGroup]:
    """Return every item by class."""
    return [
        ItemGroup(
            label=words.term_label(each),
            items=[(item.code, words.term_label(item)) for item in catalogue.items_of(each.code)],
        )
        for each in catalogue.classes
    ]


def value_words(row: FindingLine, firms: Mapping[int, str]) -> str:
    """Return the value of a finding: 20人, ¥400,000.00–¥500,000.00, 3个月, 转让迹象."""
    if row.kind == "cue":
        return cue_label(row.code)
    if row.kind == "enterprise":
        return firms.get(row.value.get("enterprise", 0), "—")
    say = _VALUES.get(row.kind)
    return say(row.value) if say else "—"


def _range(value: Mapping[str, Any], say: Callable[[int], str]) -> str:
    """Return a number as said, or its range when the text is inexact."""
    low, high = value.get("low"), value.get("high")
    stated = value.get("stated", value.get("value", low))
    if low is not None and high is not None and low != high:
        return f"{say(int(low))}–{say(int(high))}"
    return say(int(stated)) if stated is not None else "—"


def _month(code: int) -> str:
    return date_format(date(code // 100, code % 100, 1), gettext("Y年n月"))


_VALUES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "headcount": lambda value: _range(value, words.people),
    "shared": lambda value: gettext("是") if value.get("stated", 1) else gettext("否"),
    "amount": lambda value: _range(value, yuan),
    "months": lambda value: _range(value, words.months),
    "since": lambda value: _range(value, _month),
}


def _reason(row: FindingLine, words_found: str) -> str:
    told = str(REASONS.get(row.reason, row.reason))
    if row.kind == "enterprise" and row.code == "employer":
        told = gettext("所填单位%(match)s") % {"match": told}
    if row.value.get("negated"):
        told += gettext("，语气是否定，仍请核对")
    if row.value.get("quoted"):
        told += gettext("，像是转述，仍请核对")
    if not words_found:
        return told
    return gettext("“%(words)s”；%(reason)s") % {"words": words_found, "reason": told}


def _because(reasons: Sequence[Mapping[str, Any]], story: str) -> str:
    """Return the words an item was recognised by."""
    found = []
    for reason in reasons:
        said = quote(story, int(reason.get("start", 0)), int(reason.get("end", 0)))
        if said and said not in found:
            found.append(said)
    return gettext("、").join(gettext("“%(words)s”") % {"words": each} for each in found[:4])
