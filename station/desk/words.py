"""How the desk says times, lights and codes: short Chinese words, translated for the reader."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from members.models import Level
from members.workdays import WorkCalendar
from requests_app.catalogue.terms import Catalogue, Term, UnknownCode
from requests_app.clock import Light, LightColor, light_for
from requests_app.lifecycle import STAGE_LABELS, Stage, State
from requests_app.models import Request
from requests_app.models.choices import Channel, Urgency
from requests_app.reading_access import REASON_MAX, REASON_MIN
from station import parts

_CODES: dict[LightColor, parts.LightCode] = {
    LightColor.UNSTARTED: "none",
    LightColor.GREEN: "green",
    LightColor.YELLOW: "amber",
    LightColor.RED: "red",
    LightColor.MET: "done",
    LightColor.MISSED: "done",
}
_PRESSING = [
    LightColor.MET,
    LightColor.MISSED,
    LightColor.UNSTARTED,
    LightColor.GREEN,
    LightColor.YELLOW,
    LightColor.RED,
]
STAGES = tuple(Stage)


def light_words(light: Light) -> parts.Light:
    """Return a light as it is drawn: 剩6日, 剩38分钟, 超期2日, 未起算."""
    if light.color is LightColor.UNSTARTED:
        return parts.Light(code="none", word=gettext("未起算"))
    if light.color in {LightColor.MET, LightColor.MISSED}:
        word = gettext("按时答复") if light.color is LightColor.MET else gettext("超期答复")
        return parts.Light(code="done", word=word)
    if light.minutes is None and not light.workdays:  # a weekend lies between
        is_over = light.color is LightColor.RED
        word = gettext("已超期") if is_over else gettext("不足1日")
        return parts.Light(code=_CODES[light.color], word=word)
    distance = _distance(light)
    if light.color is LightColor.RED:
        word = gettext("超期%(distance)s") % {"distance": distance}
    else:
        word = gettext("剩%(distance)s") % {"distance": distance}
    return parts.Light(code=_CODES[light.color], word=word)


def _distance(light: Light) -> str:
    if light.minutes is None:
        return days(light.workdays)
    if light.minutes == 0:
        return gettext("不到1分钟")
    if light.minutes < 60:
        return ngettext("%(n)d分钟", "%(n)d分钟", light.minutes) % {"n": light.minutes}
    hours = light.minutes // 60
    return ngettext("%(n)d小时", "%(n)d小时", hours) % {"n": hours}


def sign_light(request: Request, *, now: datetime, calendar: WorkCalendar) -> Light | None:
    """Return the light of signing while the request waits for it, None otherwise."""
    if request.state != State.DISPATCHED or request.sign_by is None:
        return None
    started = request.dispatched_at or request.registered_at
    return light_for(started_at=started, due_at=request.sign_by, now=now, calendar=calendar)


def due_light(request: Request, *, now: datetime, calendar: WorkCalendar) -> Light:
    """Return the light of the deadline to answer; once answered it says whether in time."""
    if request.answered_at is not None and request.due_at is not None:
        in_time = request.answered_at <= request.due_at
        return Light(LightColor.MET if in_time else LightColor.MISSED)
    return light_for(
        started_at=request.registered_at, due_at=request.due_at, now=now, calendar=calendar
    )


def worst_light(request: Request, *, now: datetime, calendar: WorkCalendar) -> Light:
    """Return the most pressing light of a request; signing goes first when both are alike."""
    signing = sign_light(request, now=now, calendar=calendar)
    due = due_light(request, now=now, calendar=calendar)
    if signing is None or _PRESSING.index(due.color) > _PRESSING.index(signing.color):
        return due
    return signing


def next_light(
    request: Request, due_at: datetime | None, *, now: datetime, calendar: WorkCalendar
) -> Light:
    """Return the light of a line in a list: of review or call while they wait, else the worst."""
    is_asked = request.assignee_unit_id is not None and due_at not in {None, request.due_at}
    if not is_asked:
        return worst_light(request, now=now, calendar=calendar)
    started = request.answered_at or request.signed_at or request.registered_at
    return light_for(started_at=started, due_at=due_at, now=now, calendar=calendar)


def moment_words(moment: datetime | None, *, now: datetime) -> str:
    """Return 今日17:30, 11-25 17:30, with the year when it is not this one; "" for none."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        return gettext("今日%(time)s") % {"time": f"{local:%H:%M}"}
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")


def today_words(now: datetime) -> str:
    """Return 2026年11月20日 星期五."""
    local = timezone.localtime(now)
    return date_format(local, gettext("Y年n月j日 l"))


def span_words(span: timedelta) -> str:
    """Return how long something took: 38分钟, 1小时12分, 3天4小时."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return gettext("不到1分钟")
    if minutes < 60:
        return ngettext("%(n)d分钟", "%(n)d分钟", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return gettext("%(hours)d小时%(minutes)d分") % {"hours": hours, "minutes": rest}
    days, hours = divmod(hours, 24)
    return gettext("%(days)d天%(hours)d小时") % {"days": days, "hours": hours}


def people(number: int) -> str:
    """Return 20人."""
    return ngettext("%(n)d人", "%(n)d人", number) % {"n": number}


def days(number: int) -> str:
    """Return 4日: working days as the lights count them."""
    return ngettext("%(n)d日", "%(n)d日", number) % {"n": number}


def months(number: int) -> str:
    """Return 3个月."""
    return ngettext("%(n)d个月", "%(n)d个月", number) % {"n": number}


def round_words(reworks: int) -> str:
    """Return 第2轮 for a request that is handled again; "" in the first round."""
    return gettext("第%(n)d轮") % {"n": reworks + 1} if reworks else ""


def stage_number(stage: str) -> int:
    """Return the place of a stage on the rail, 1 to 4."""
    return STAGES.index(Stage(stage)) + 1


def stage_label(stage: str) -> str:
    """Return the word for a stage."""
    return gettext(STAGE_LABELS[Stage(stage)])


def channel_label(code: str) -> str:
    """Return where a request came in."""
    return str(Channel(code).label) if code in Channel.values else code


def urgency_label(code: str) -> str:
    """Return the word for an urgency."""
    return str(Urgency(code).label) if code in Urgency.values else code


def level_label(code: str) -> str:
    """Return the word for a level."""
    return str(Level(code).label) if code in Level.values else code


def term_label(term: Term) -> str:
    """Return a term of the catalogue in the reader's language."""
    return term.label_in(get_language() or "zh-hans")


def item_label(catalogue: Catalogue, code: str) -> str:
    """Return the label of an item in force; its code when it is not any more."""
    try:
        return term_label(catalogue.item(code))
    except UnknownCode:
        return code


def topic_label(catalogue: Catalogue, code: str) -> str:
    """Return the label of the class picked on the form; "" for none."""
    try:
        return term_label(catalogue.item_class(code)) if code else ""
    except UnknownCode:
        return code


def flag_labels(catalogue: Catalogue, codes: list[str]) -> list[str]:
    """Return the words for flags, in the catalogue's order."""
    return [term_label(each) for each in catalogue.flags if each.code in codes]


def reason_words() -> str:
    """Return what is wrong with the reason for an unmasking."""
    told = gettext("理由写%(least)d到%(most)d个字，例如“电话核实欠薪月份”")
    return told % {"least": REASON_MIN, "most": REASON_MAX}
