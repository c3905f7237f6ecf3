"""The figures of a unit and a window: tiles, tables, and what each number means."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from members.queries import working_calendar
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.figures.reading import read_figures
from requests_app.figures.rules import BASE, HIT, REST, Code
from requests_app.figures.tally import Figures
from requests_app.figures.window import Period
from requests_app.queries import accesses_of
from station import parts
from station.desk import figure_words, words
from station.desk.access import Visitor, staff_page
from station.desk.figure_ask import Asked, read_asked
from station.desk.figure_tables import tables
from station.desk.figure_words import TERMS, number


@require_safe
@staff_page
def figures(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show the figures. GET: unit, period, and since and until where the period is "own"."""
    now = visitor.now
    asked = read_asked(request, visitor)
    catalogue = current_catalogue(timezone.localdate(now))
    accesses = accesses_of(catalogue)
    counted = read_figures(
        asked.requests(visitor.scope),
        asked.window,
        scope=visitor.scope,
        accesses=accesses,
        calendar=working_calendar(now),
    )
    context = {
        "asked": asked,
        "unread": asked.choices.unread,
        "periods": _periods(asked),
        "span": span_words(asked, now=now),
        "tiles": _tiles(asked, counted),
        "more": _more(asked, counted),
        "tables": tables(asked, counted, catalogue),
        "received": asked.count(counted.total(Code.RECEIVED).base, Code.RECEIVED, BASE),
        "terms": [(code, terms) for code, terms in TERMS.items()],
        "is_empty": _is_empty(counted),
    }
    return render(request, "desk/figures.html", context)


def span_words(asked: Asked, *, now: datetime) -> str:
    """Return 2026-01-01至2026-11-20，数据截至今日10:00."""
    return gettext("%(first)s至%(last)s，数据截至%(now)s") % {
        "first": asked.window.first.isoformat(),
        "last": asked.window.last.isoformat(),
        "now": words.moment_words(now, now=now),
    }


def _periods(asked: Asked) -> list[parts.View]:
    return [
        parts.View(
            label=label,
            href=asked.address("desk:figures", period=period.value, since="", until=""),
            is_current=asked.period is period,
        )
        for period, label in figure_words.PERIODS.items()
        if period is not Period.OWN
    ]


def _tiles(asked: Asked, counted: Figures) -> list[parts.Figure]:
    """The six values the eye meets first."""
    return [
        _figure(
            asked,
            counted,
            Code.CLOSED,
            _rest(asked, counted, Code.CLOSED),
            _beside(asked, counted, Code.CLOSED_RECEIVED, gettext("按收到")),
        ),
        _figure(
            asked,
            counted,
            Code.IN_TIME,
            _rest(asked, counted, Code.IN_TIME),
            _beside(asked, counted, Code.IN_FIRST_TIME, gettext("按原定期限")),
        ),
        _figure(
            asked,
            counted,
            Code.SOLVED,
            _beside(asked, counted, Code.SOLVED_OWN, gettext("本人评价")),
            _beside(asked, counted, Code.SOLVED_TOLD, gettext("电话和窗口代录")),
            *_left_out(asked, counted, Code.SOLVED),
        ),
        _figure(
            asked,
            counted,
            Code.SATISFIED_OWN,
            _beside(asked, counted, Code.SATISFIED_TOLD, gettext("电话和窗口代录")),
            *_left_out(asked, counted, Code.SATISFIED_OWN),
        ),
        _figure(
            asked,
            counted,
            Code.FIRST_GO,
            _rest(asked, counted, Code.FIRST_GO),
            *_left_out(asked, counted, Code.FIRST_GO),
        ),
        _money(asked, counted),
    ]


def _more(asked: Asked, counted: Figures) -> list[parts.Figure]:
    """Call-backs, matters nobody could be asked about, and how long answers take."""
    return [
        _figure(asked, counted, Code.REACHED, _rest(asked, counted, Code.REACHED)),
        _figure(asked, counted, Code.UNREACHED),
        _spans(asked, counted),
    ]


def _figure(asked: Asked, counted: Figures, code: Code, *notes: parts.Note) -> parts.Figure:
    terms = TERMS[code]
    return parts.Figure(
        label=terms.label,
        ratio=asked.ratio(counted.total(code), code),
        empty=gettext("没有%(rows)s") % {"rows": terms.rows},
        notes=notes,
        terms=f"#terms-{code}",
    )


def _rest(asked: Asked, counted: Figures, code: Code) -> parts.Note:
    """未办结8件, leading to them."""
    return parts.Note(
        words=figure_words.part_label(code, REST),
        number=asked.count(counted.total(code).rest, code, REST),
    )


def _beside(asked: Asked, counted: Figures, code: Code, label: str) -> parts.Note:
    """The same rate on another base, with its own rows."""
    return parts.Note(words=label, ratio=asked.ratio(counted.total(code), code))


def _left_out(asked: Asked, counted: Figures, code: Code) -> list[parts.Note]:
    return [
        parts.Note(
            words=figure_words.part_label(code, reason), number=asked.count(amount, code, reason)
        )
        for reason, amount in counted.total(code).left_out.items()
        if amount
    ]


def _money(asked: Asked, counted: Figures) -> parts.Figure:
    """Money that came in, the people it concerns, and how far the window's settlements are."""
    money, terms = counted.money, TERMS[Code.RECOVERED]
    paid = gettext("份，协议%(agreed)s万元，已到账%(paid)s万元") % {
        "agreed": figure_words.wan(money.agreed_fen),
        "paid": figure_words.wan(money.paid_fen),
    }
    if money.percent:
        paid += gettext("（%(percent)s%%）") % {"percent": money.percent}
    notes = [
        parts.Note(
            words=gettext("涉及%(people)s，") % {"people": figure_words.people(money.people)},
            number=asked.count(money.settlements, Code.RECOVERED, BASE),
            after=gettext("份协议"),
        ),
        parts.Note(
            words=gettext("期内签订"),
            number=asked.count(money.paid.base, Code.AGREED, BASE),
            after=paid,
        ),
        parts.Note(words=gettext("已有到账的人数"), ratio=_paid_people(asked, counted)),
    ]
    return parts.Figure(
        label=terms.label,
        value=figure_words.wan(money.fen),
        unit=gettext("万元"),
        href=asked.rows(Code.RECOVERED, BASE) if money.settlements else "",
        notes=notes if money.paid.base else notes[:1],
        terms=f"#terms-{Code.RECOVERED}",
    )


def _paid_people(asked: Asked, counted: Figures) -> parts.Ratio:
    """People are counted, settlements are listed: the links lead to the settlements."""
    money = counted.money
    return parts.Ratio(
        hit=parts.Number(
            text=number(money.paid_people.hit),
            href=asked.rows(Code.AGREED, HIT) if money.paid.hit else "",
        ),
        total=parts.Number(
            text=number(money.paid_people.base),
            href=asked.rows(Code.AGREED, BASE) if money.paid.base else "",
        ),
        unit=gettext("人"),
        percent=money.paid_people.percent,
    )


def _spans(asked: Asked, counted: Figures) -> parts.Figure:
    spans, terms = counted.spans(), TERMS[Code.ANSWERED]
    base = parts.Note(number=asked.count(spans.count, Code.ANSWERED, BASE), after=terms.unit)
    if spans.median is None or spans.ninetieth is None:
        few = gettext("不足10件，不算时长") if spans.count else ""
        empty = gettext("没有%(rows)s") % {"rows": terms.rows}
        return parts.Figure(
            label=terms.label,
            value="—",
            base=few or empty,
            notes=[base] if spans.count else [],
            terms=f"#terms-{Code.ANSWERED}",
        )
    ninth = gettext("九成不超过%(hours)s小时") % {"hours": figure_words.hours(spans.ninetieth)}
    return parts.Figure(
        label=terms.label,
        value=figure_words.hours(spans.median),
        unit=gettext("小时"),
        base=gettext("办公时间，中位数"),
        notes=[parts.Note(words=ninth), base],
        terms=f"#terms-{Code.ANSWERED}",
    )


def _is_empty(counted: Figures) -> bool:
    return not counted.groups and not counted.money.settlements and not counted.money.paid.base
