"""The page of one request: what to do next, its clocks, the words, who looked."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from members.privacy import mask_name, mask_phone
from members.queries import working_calendar
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue
from requests_app.dossier import Dossier, FileLine, OpenWords, open_words, read_dossier
from requests_app.inbox import count_unread
from requests_app.lifecycle import STATES, Mover, State, moves_from
from requests_app.models.choices import ApplicantKind, Approach
from requests_app.parking import may_resume
from requests_app.queries import accesses_of, is_confidential, may_read_words, open_moves
from requests_app.reading_access import (
    REASON_MAX,
    REASON_MIN,
    Unmasked,
    may_settle_employer,
    may_work_on,
    note_view,
)
from station import parts
from station.desk import clocks, findings, timeline, words
from station.desk.access import Visitor, staff_page
from station.desk.employer import EmployerSearch, employer_of
from station.desk.forms import APPROACHES
from station.desk.inbox import title_of
from station.desk.story import mask_story
from station.templatetags.portal_ui import yuan

MOVE_ICONS = {"sign_for": "pen-line"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One attachment as the page lists it."""

    href: str
    label: str
    is_picture: bool
    size: int
    at: Any


@require_safe
@staff_page
def request_detail(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """Show a request. Opening its words writes one entry of the access log."""
    return render_request(request, visitor, dossier_or_404(visitor, number))


def dossier_or_404(visitor: Visitor, number: str) -> Dossier:
    """Return the dossier; an unknown and a forbidden number end alike."""
    dossier = read_dossier(visitor.scope, number)
    if dossier is None:
        raise Http404
    return dossier


def render_request(
    request: HttpRequest,
    visitor: Visitor,
    dossier: Dossier,
    *,
    shown: Unmasked | None = None,
    reason: str = "",
    reason_error: str = "",
    search: EmployerSearch | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page. ``shown`` is the identity in clear, ``search`` an employer looked for."""
    row, scope, now = dossier.request, visitor.scope, visitor.now
    catalogue = current_catalogue(timezone.localdate(now))
    calendar = working_calendar(now)
    accesses = accesses_of(catalogue)
    reads = may_read_words(scope, row, accesses)
    secret = is_confidential(scope, row, accesses)
    context = {
        "number": row.number,
        "version": row.version,
        "title": title_of(row, catalogue, secret=secret),
        "urgency": row.urgency,
        "light": words.light_words(words.worst_light(row, now=now, calendar=calendar)),
        "crumbs": [
            parts.Crumb(label=gettext("收件箱"), href=reverse("desk:inbox")),
            parts.Crumb(label=row.number),
        ],
        "stages": clocks.stages(dossier, now=now),
        "clocks": clocks.clocks(row, now=now, calendar=calendar),
        "entries": timeline.entries(dossier, catalogue, reads=reads),
        "looks": timeline.looks(dossier) if reads else [],
        "is_confidential": secret,
        "reads": reads,
        "parked": _parked(dossier) if row.is_parked else None,
        "may_resume": may_resume(scope, row),
        "handler": row.handler,
        "holder": row.holder,
        "unread": count_unread(scope.account_id),
        "reason": reason,
        "reason_error": reason_error,
        "reason_min": REASON_MIN,
        "reason_max": REASON_MAX,
        "action": reverse("desk:request-move", args=[row.number]),
        **_next_steps(visitor, dossier),
    }
    if reads:
        opened = _opened(visitor, dossier, log=shown is None)
        works = may_work_on(scope, row, accesses)
        settles = may_settle_employer(scope, row, accesses)
        context |= _matter(dossier, opened, catalogue, works=works, settles=settles)
        context["employer"] = employer_of(dossier, opened, may_settle=settles, search=search)
        context["who"] = _who(dossier, opened, shown)
    return render(request, "desk/request_detail.html", context, status=status)


def _opened(visitor: Visitor, dossier: Dossier, *, log: bool) -> OpenWords:
    """Open the words; without the entry in the access log nothing is shown."""
    with transaction.atomic():
        if log:  # an unmasking has just written its own entry
            note_view(dossier.request, actor=visitor.account, now=visitor.now)
        return open_words(dossier)


def _matter(
    dossier: Dossier, opened: OpenWords, catalogue: Catalogue, *, works: bool, settles: bool
) -> dict[str, Any]:
    """Return what the request is about: words, findings, proposals, reasons, facts, files."""
    row = dossier.request
    story = mask_story(opened.story)
    return {
        "story": story.text,
        "findings": findings.finding_lines(dossier, story, may_confirm=works, may_settle=settles),
        "is_unread": State(row.state) is State.REGISTERED,
        "proposals": findings.proposals(dossier, catalogue, opened.story),
        "item_choices": findings.item_choices(catalogue) if works else [],
        "may_work": works,
        "why": timeline.why_this_level(dossier, catalogue),
        "flags": words.flag_labels(catalogue, row.flags),
        "facts": _facts(dossier, opened),
        "short_facts": _short_facts(dossier),
        "is_erased": dossier.key is None,
        "files": [_picture(row.number, at, each) for at, each in enumerate(dossier.files, 1)],
    }


def _facts(dossier: Dossier, opened: OpenWords) -> list[tuple[str, Any]]:
    row = dossier.request
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


def _who(dossier: Dossier, opened: OpenWords, shown: Unmasked | None) -> dict[str, Any]:
    """Return who asked, masked unless it was just unmasked."""
    return {
        "is_anonymous": dossier.request.is_anonymous,
        "is_known": bool(opened.name or opened.phone),
        "is_clear": shown is not None,
        "name": shown.name if shown else mask_name(opened.name) if opened.name else "",
        "phone": shown.phone if shown else mask_phone(opened.phone) if opened.phone else "",
    }


def _picture(number: str, at: int, file: FileLine) -> Picture:
    is_picture = file.content_type.startswith("image/")
    label = gettext("照片%(n)d") if is_picture else gettext("文件%(n)d（PDF）")
    return Picture(
        href=reverse("desk:request-file", args=[number, file.id]),
        label=label % {"n": at},
        is_picture=is_picture,
        size=file.size,
        at=file.added_at,
    )


def _parked(dossier: Dossier) -> dict[str, Any]:
    row = dossier.request
    return {"at": row.parked_at, "reason": timeline.parked_words(row.parked_reason)}


def _next_steps(visitor: Visitor, dossier: Dossier) -> dict[str, Any]:
    """Return the buttons, and for each move that this account may not make, why."""
    row = dossier.request
    allowed = open_moves(visitor.scope, row)
    people = [each for each in moves_from(State(row.state)) if each.mover is Mover.HOLDER]
    return {
        "moves": [
            parts.Move(
                code=each.code,
                label=gettext(each.label),
                icon=MOVE_ICONS.get(each.code, "arrow-right"),
                is_main=at == 0,
            )
            for at, each in enumerate(each for each in people if each.code in allowed)
        ],
        "blocked": [
            why_not(visitor, dossier, each.label) for each in people if each.code not in allowed
        ],
        "machine_step": "" if row.is_parked else _machine_step(State(row.state)),
    }


def why_not(visitor: Visitor, dossier: Dossier, label: str) -> str:
    """Return why the account may not make a move, in one sentence."""
    row = dossier.request
    told = {"move": gettext(label), "unit": row.holder.short_name if row.holder else ""}
    if row.shunned.includes(visitor.scope.affiliated_enterprise_ids):
        return gettext("“%(move)s”暂不可用：您与该单位有利害关系，须回避") % told
    if row.holder_id not in visitor.scope.unit_ids:
        return gettext("“%(move)s”由%(unit)s的承办人员操作") % told
    return gettext("“%(move)s”由%(unit)s的站长、专职工作者或承办人操作") % told


def _machine_step(state: State) -> str:
    """Return what the machine is about to do; "" when nothing is due."""
    if not STATES[state].task:
        return ""
    told = {"step": gettext(next(each.label for each in moves_from(state)))}
    return gettext("系统正在%(step)s，通常几秒内完成") % told
