"""The page of one request: what to do next, its clocks, the words, who looked."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from members.privacy import mask_name, mask_phone
from requests_app.dossier import Dossier, FileLine
from requests_app.inbox import count_unread
from requests_app.lifecycle import State
from requests_app.models.attachment import Purpose
from requests_app.models.choices import ApplicantKind, Approach
from requests_app.parking import may_resume
from requests_app.reading_access import REASON_MAX, REASON_MIN, Unmasked, may_unmask
from station import parts
from station.desk import clocks, findings, timeline, words
from station.desk.access import Visitor, staff_page
from station.desk.case import Case, meet_case
from station.desk.employer import EmployerSearch, employer_of
from station.desk.forms import APPROACHES
from station.desk.inbox import title_of
from station.desk.next_steps import next_steps
from station.desk.sections import sections, tabs
from station.desk.story import mask_story
from station.templatetags.portal_ui import yuan

FILE_LABELS: dict[str, parts.Words] = {
    Purpose.DOCUMENT: Purpose.DOCUMENT.label,
    Purpose.VOUCHER: Purpose.VOUCHER.label,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One attachment as the page lists it."""

    href: str
    label: str
    what: parts.Words
    by: str
    is_picture: bool
    size: int
    at: Any


@require_safe
@staff_page
def request_detail(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Show a request. Opening its words writes one entry of the access log."""
    return render_request(request, meet_case(visitor, number))


def render_request(
    request: HttpRequest,
    case: Case,
    *,
    shown: Unmasked | None = None,
    reason: str = "",
    bad_reason: str = "",
    search: EmployerSearch | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page. ``shown`` is the identity in clear, ``search`` an employer looked for.

    ``bad_reason`` names the unmasking whose ``reason`` came back: identity or parties.
    """
    row = case.row
    steps = next_steps(case)
    context = {
        "number": row.number,
        "version": row.version,
        "title": title_of(row, case.catalogue, secret=case.is_secret),
        "urgency": row.urgency,
        "light": clocks.worst(case),
        "crumbs": [
            parts.Crumb(label=gettext("收件箱"), href=reverse("desk:inbox")),
            parts.Crumb(label=row.number),
        ],
        "stages": clocks.stages(case.dossier, now=case.now),
        "clocks": clocks.clocks(case),
        "entries": timeline.entries(case.dossier, case.catalogue, reads=case.reads),
        "looks": timeline.looks(case.dossier) if case.reads else [],
        "is_confidential": case.is_secret,
        "reads": case.reads,
        "parked": _parked(case.dossier) if row.is_parked else None,
        "may_resume": may_resume(case.visitor.scope, row),
        "handler": row.handler,
        "holder": row.holder,
        "again": words.round_words(row.reworks),
        "unread": count_unread(case.account.pk),
        "reason": reason,
        "bad_reason": bad_reason,
        "reason_error": words.reason_words() if bad_reason else "",
        "reason_min": REASON_MIN,
        "reason_max": REASON_MAX,
        "action": reverse("desk:request-move", args=[row.number]),
        "moves": steps.moves,
        "blocked": steps.blocked,
        "next_note": steps.note,
        "next_reply": steps.reply,
    }
    if case.reads:
        context |= _matter(case)
        context |= sections(case)
        context["employer"] = employer_of(
            case.dossier, case.words, may_settle=case.settles, search=search
        )
        context["tabs"] = tabs(case)
        context["who"] = _who(case, shown)
    return render(request, "desk/request_detail.html", context, status=status)


def _matter(case: Case) -> dict[str, Any]:
    """Return what the request is about: words, findings, proposals, reasons, facts, files."""
    row, dossier, catalogue = case.row, case.dossier, case.catalogue
    story = mask_story(case.words.story)
    return {
        "story": story.text,
        "findings": findings.finding_lines(
            dossier, story, may_confirm=case.works, may_settle=case.settles
        ),
        "is_unread": case.state is State.REGISTERED,
        "proposals": findings.proposals(dossier, catalogue, case.words.story),
        "item_choices": findings.item_choices(catalogue) if case.handles else [],
        "may_work": case.works,
        "may_choose_item": case.handles,
        "why": timeline.why_this_level(dossier, catalogue),
        "flags": words.flag_labels(catalogue, row.flags),
        "facts": _facts(case),
        "short_facts": _short_facts(dossier),
        "is_unnamed": row.approach != Approach.NAMED,
        "is_erased": dossier.key is None,
        "files": [_picture(row.number, at, each) for at, each in enumerate(dossier.files, 1)],
    }


def _facts(case: Case) -> list[tuple[str, Any]]:
    row, opened = case.row, case.words
    firm = row.enterprise
    return [
        (pgettext("用人单位", "单位"), firm.name if firm else gettext("未对上名录")),
        (gettext("社区"), firm.community.name if firm and firm.community else ""),
        (gettext("所填单位"), opened.employer),
        (gettext("人数"), words.people(row.headcount) if row.headcount else ""),
        (gettext("金额"), yuan(row.amount_fen) if row.amount_fen is not None else ""),
        (gettext("联系单位"), APPROACHES[Approach(row.approach)]),
        (gettext("层级"), words.level_label(row.level)),
        (gettext("片区"), row.station.short_name),
        (gettext("承办单位"), row.holder.short_name if row.holder else ""),
        (gettext("来源"), words.channel_label(row.channel)),
        (gettext("诉求人"), ApplicantKind(row.applicant_kind).label),
        (gettext("登记人"), row.registrar.name if row.registrar else ""),
    ]


def _short_facts(dossier: Dossier) -> list[str]:
    """Return head count and amount for the line under the title."""
    row = dossier.request
    told = []
    if row.headcount:
        told.append(words.people(row.headcount))
    if row.amount_fen is not None:
        told.append(yuan(row.amount_fen))
    return told


def _who(case: Case, shown: Unmasked | None) -> dict[str, Any]:
    """Return who asked, masked unless it was just unmasked."""
    opened = case.words
    return {
        "is_anonymous": case.row.is_anonymous,
        "is_known": bool(opened.name or opened.phone),
        "is_clear": shown is not None,
        "may_unmask": may_unmask(case.visitor.scope, case.row, case.accesses),
        "name": shown.name if shown else mask_name(opened.name) if opened.name else "",
        "phone": shown.phone if shown else mask_phone(opened.phone) if opened.phone else "",
    }


def _picture(number: str, at: int, file: FileLine) -> Picture:
    is_picture = file.content_type.startswith("image/")
    label = gettext("照片%(n)d") if is_picture else gettext("文件%(n)d（PDF）")
    return Picture(
        href=reverse("desk:request-file", args=[number, file.id]),
        label=label % {"n": at},
        what=FILE_LABELS.get(file.purpose, ""),
        by=file.added_by,
        is_picture=is_picture,
        size=file.size,
        at=file.added_at,
    )


def _parked(dossier: Dossier) -> dict[str, Any]:
    row = dossier.request
    return {"at": row.parked_at, "reason": timeline.parked_words(row.parked_reason)}
