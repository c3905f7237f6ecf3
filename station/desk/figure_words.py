"""How the desk names and explains its figures: label, formula, base, window, exclusions.

docs/rules.md, "Figures", says the same in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members.models import Level
from requests_app.catalogue.terms import Catalogue
from requests_app.figures.rules import NOT_YET_DUE, UNREACHED, Code, Spans
from requests_app.figures.tally import HIDDEN, Dimension
from requests_app.figures.window import Period
from requests_app.models.choices import Channel
from station import parts
from station.desk import words

FEN_OF_WAN = 1_000_000  # 万元
SECONDS_OF_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a figure means. ``rows`` heads the list behind it, ``unit`` follows N."""

    label: parts.Words
    rows: parts.Words
    unit: parts.Words
    formula: parts.Words
    base: parts.Words
    window: parts.Words
    left_out: parts.Words = ""


_DUE_BASE = _("办理期限（延长后的）在期内且已经过了的诉求")
_BY_DUE = _("办理期限")
_NOT_DUE = _("期限还没到的")
_BY_OPINION = _("评价时间")
_SPOKE_AFTER = _("按无法回访办结之后才收到的评价")
_OPINIONS = _("条评价")

TERMS: Mapping[Code, Terms] = {
    Code.RECEIVED: Terms(
        label=_("收到"),
        rows=_("期内收到的诉求"),
        unit=_("件收到"),
        formula=_("期内登记的诉求件数"),
        base=_("全部来源"),
        window=_("登记时间"),
    ),
    Code.CLOSED: Terms(
        label=_("办结率"),
        rows=_("期内到期的诉求"),
        unit=_("件到期"),
        formula=_("其中已办结 ÷ 期内到期"),
        base=_DUE_BASE,
        window=_BY_DUE,
        left_out=_NOT_DUE,
    ),
    Code.CLOSED_RECEIVED: Terms(
        label=_("办结率（按收到）"),
        rows=_("期内收到的诉求"),
        unit=_("件收到"),
        formula=_("其中已办结 ÷ 期内收到"),
        base=_("期内登记的诉求，没到期的也算在内"),
        window=_("登记时间"),
    ),
    Code.IN_TIME: Terms(
        label=_("按时答复率"),
        rows=_("期内到期的诉求"),
        unit=_("件到期"),
        formula=_("期限前已答复 ÷ 期内到期"),
        base=_DUE_BASE,
        window=_BY_DUE,
        left_out=_NOT_DUE,
    ),
    Code.IN_FIRST_TIME: Terms(
        label=_("按时答复率（按原定期限）"),
        rows=_("期内到期的诉求"),
        unit=_("件到期"),
        formula=_("原定期限前已答复 ÷ 期内到期"),
        base=_DUE_BASE,
        window=_BY_DUE,
        left_out=_NOT_DUE,
    ),
    Code.ANSWERED: Terms(
        label=_("办理时长"),
        rows=_("期内答复的诉求"),
        unit=_("件答复"),
        formula=_("从登记到答复经过的办公时间；取中位数，以及九成不超过的时长"),
        base=_("期内答复、答复仍有效的诉求"),
        window=_("答复时间"),
    ),
    Code.FIRST_GO: Terms(
        label=_("一次办结率"),
        rows=_("期内办结的诉求"),
        unit=_("件办结"),
        formula=_("没有重办过 ÷ 期内办结；规定天数内仍可能重办，重办的改计"),
        base=_("期内办结、有人答复或评价过的诉求"),
        window=_("办结时间"),
        left_out=_("按无法回访办结的"),
    ),
    Code.UNREACHED: Terms(
        label=_("无法回访办结"),
        rows=_("期内办结的诉求"),
        unit=_("件办结"),
        formula=_("按无法回访办结 ÷ 期内办结；从不算作解决或满意"),
        base=_("期内办结的诉求"),
        window=_("办结时间"),
    ),
    Code.SOLVED: Terms(
        label=_("解决率"),
        rows=_("期内的评价"),
        unit=_OPINIONS,
        formula=_("诉求人认为已解决 ÷ 全部评价"),
        base=_("期内的评价，本人评价、电话回访和窗口代录各算一条"),
        window=_BY_OPINION,
        left_out=_SPOKE_AFTER,
    ),
    Code.SOLVED_OWN: Terms(
        label=_("解决率（本人评价）"),
        rows=_("期内的本人评价"),
        unit=_OPINIONS,
        formula=_("诉求人认为已解决 ÷ 本人评价"),
        base=_("期内由本人通过评价链接给出的评价"),
        window=_BY_OPINION,
        left_out=_SPOKE_AFTER,
    ),
    Code.SOLVED_TOLD: Terms(
        label=_("解决率（电话和窗口）"),
        rows=_("期内的电话和窗口评价"),
        unit=_OPINIONS,
        formula=_("诉求人认为已解决 ÷ 电话和窗口评价"),
        base=_("期内由工作人员在电话回访或窗口代录的评价"),
        window=_BY_OPINION,
        left_out=_SPOKE_AFTER,
    ),
    Code.SATISFIED_OWN: Terms(
        label=_("满意率（本人评价）"),
        rows=_("期内的本人评价"),
        unit=_OPINIONS,
        formula=_("非常满意、满意、基本满意 ÷ 本人评价"),
        base=_("期内由本人通过评价链接给出的评价"),
        window=_BY_OPINION,
        left_out=_SPOKE_AFTER,
    ),
    Code.SATISFIED_TOLD: Terms(
        label=_("满意率（电话和窗口）"),
        rows=_("期内的电话和窗口评价"),
        unit=_OPINIONS,
        formula=_("非常满意、满意、基本满意 ÷ 电话和窗口评价"),
        base=_("期内由工作人员在电话回访或窗口代录的评价"),
        window=_BY_OPINION,
        left_out=_SPOKE_AFTER,
    ),
    Code.REACHED: Terms(
        label=_("回访接通率"),
        rows=_("期内回访过的答复"),
        unit=_("件回访"),
        formula=_("至少接通一次 ÷ 期内拨打过的答复"),
        base=_("期内至少拨打过一次的答复，同一答复打几次都算一件"),
        window=_("拨打时间"),
    ),
    Code.RECOVERED: Terms(
        label=_("追回金额"),
        rows=_("期内有到账的协议"),
        unit=_("份协议"),
        formula=_("期内到账金额之和，作废的不算；涉及人数是这些协议的人数"),
        base=_("期内有到账的协议，不论何时签订"),
        window=_("到账日期"),
    ),
    Code.AGREED: Terms(
        label=_("到账率和到账人数"),
        rows=_("期内签订的协议"),
        unit=_("份协议"),
        formula=_("至今到账 ÷ 协议金额；到账不分到人，协议有到账即计全部人数"),
        base=_("期内签订的协议"),
        window=_("签订日期"),
    ),
}

PARTS: Mapping[str, parts.Words] = {
    NOT_YET_DUE: _("期限未到，不计入"),
    UNREACHED: _("无法回访，不计入"),
}
HITS: Mapping[Code, tuple[parts.Words, parts.Words]] = {  # what a row of n and of the rest is
    Code.CLOSED: (_("已办结"), _("未办结")),
    Code.CLOSED_RECEIVED: (_("已办结"), _("未办结")),
    Code.IN_TIME: (_("按时答复"), _("未按时答复")),
    Code.IN_FIRST_TIME: (_("按原定期限答复"), _("未按原定期限答复")),
    Code.FIRST_GO: (_("一次办结"), _("重办过")),
    Code.UNREACHED: (_("无法回访"), _("其他方式办结")),
    Code.SOLVED: (_("已解决"), _("未解决")),
    Code.SOLVED_OWN: (_("已解决"), _("未解决")),
    Code.SOLVED_TOLD: (_("已解决"), _("未解决")),
    Code.SATISFIED_OWN: (_("满意"), _("不满意")),
    Code.SATISFIED_TOLD: (_("满意"), _("不满意")),
    Code.REACHED: (_("接通过"), _("没有接通")),
    Code.AGREED: (_("已有到账"), _("还没有到账")),
}
PERIODS: Mapping[Period, parts.Words] = {
    Period.MONTH: _("本月"),
    Period.QUARTER: _("本季"),
    Period.YEAR: _("今年"),
    Period.OWN: _("自选"),
}


def part_label(code: Code, part: str) -> str:
    """Return what the rows of a part are; "" for the whole base."""
    if part in PARTS:
        return str(PARTS[part])
    hit, rest = HITS.get(code, ("", ""))
    return str({"hit": hit, "rest": rest}.get(part, ""))


def key_label(
    dimension: Dimension, key: str, catalogue: Catalogue, stations: Mapping[str, str]
) -> str:
    """Return the name of a group."""
    if key == HIDDEN:
        return gettext("专人办理事项")
    match dimension:
        case Dimension.CLASS:
            return words.topic_label(catalogue, key) or gettext("待归类诉求")
        case Dimension.LEVEL:
            return str(Level(key).label) if key in Level.values else gettext("尚未交办")
        case Dimension.STATION:
            return stations.get(key, key)
        case Dimension.CHANNEL:
            return str(Channel(key).label) if key in Channel.values else key


def number(value: int) -> str:
    """Return 12,345."""
    return f"{value:,}"


def wan(fen: int) -> str:
    """Return 128.64 for 1,286,400 yuan: 万元 with two decimals, rounded half up."""
    hundredths = (fen + FEN_OF_WAN // 200) * 100 // FEN_OF_WAN
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def hours(seconds: float) -> str:
    """Return 12.4: hours with one decimal, rounded half up."""
    tenths = int(seconds * 10 / SECONDS_OF_HOUR + 0.5)
    return f"{tenths // 10:,}.{tenths % 10}"


def middle_hours(spans: Spans) -> str:
    """Return the median in hours; "" where there are too few."""
    return "" if spans.median is None else hours(spans.median)


def people(amount: int) -> str:
    """Return 214人."""
    return ngettext("%(n)s人", "%(n)s人", amount) % {"n": number(amount)}
