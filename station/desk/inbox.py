"""The inbox: what to do now, what is due, what else is open. Fragment and page are one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from members.queries import provisional_years, working_calendar
from members.scope import Scope
from members.workdays import SHANGHAI, WorkCalendar
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.catalogue.terms import Catalogue
from requests_app.inbox import (
    LAST_PAGE,
    PAGE_SIZE,
    Counts,
    Group,
    InboxAsk,
    InboxPage,
    View,
    count_views,
    read_inbox,
)
from requests_app.lifecycle import Stage, State
from requests_app.models import Request
from requests_app.models.choices import Closure, Urgency
from requests_app.queries import accesses_of, is_assigned, is_confidential, may_move
from station import parts
from station.desk import words
from station.desk.access import Visitor, staff_page

VIEW_LABELS: Mapping[View, parts.Words] = {
    View.MINE: _("待我处理"),
    View.OPEN: _("全站在办"),
    View.UNSIGNED: _("待签收"),
    View.OVERDUE: _("超期"),
    View.PARKED: _("停置"),
    View.CLOSED: _("已办结"),
}
ASKED: Mapping[State, parts.Words] = {
    State.DISPATCHED: _("待我签收"),
    State.IN_REVIEW: _("待我审核"),
    State.TO_CALL: _("待我回访"),
    State.CLOSED: _("待我回访"),
}
GROUP_LABELS: Mapping[Group, parts.Words] = {
    Group.NOW: _("立即处理"),
    Group.SOON: _("今明到期"),
    Group.REST: _("其余在办"),
}


@require_safe
@staff_page
def inbox(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show the inbox. With htmx the same list comes alone, every 30 seconds.

    GET: view, stage, urgency, class, page. Unknown values count as not given.
    """
    now = visitor.now
    calendar = working_calendar(now)
    catalogue = current_catalogue(timezone.localdate(now))
    ask = ask_of(request, catalogue)
    found = read_inbox(
        visitor.scope,
        ask,
        accesses=accesses_of(catalogue),
        now=now,
        soon_until=_soon_until(now, calendar),
    )
    counts = count_views(visitor.scope, now=now)
    context = {
        "ask": ask,
        "address": address(ask, page=ask.page),
        "views": _views(ask, counts),
        "chips": _chips(ask, catalogue),
        "groups": _groups(found, ask.view, visitor.scope, catalogue, now=now, calendar=calendar),
        "page": _page(found, ask),
        "view_label": VIEW_LABELS[ask.view],
        "is_filtered": bool(ask.stage or ask.urgency or ask.class_code),
        "start": address(InboxAsk(view=ask.view)),
        "parked": counts.views[View.PARKED],
        "parked_address": address(InboxAsk(view=View.PARKED)),
        "unread": counts.unread,
        "today": words.today_words(now),
        "refreshed_note": gettext("%(time)s刷新，每30秒更新")
        % {"time": f"{timezone.localtime(now):%H:%M}"},
        "is_workday": calendar.is_workday(timezone.localdate(now)),
        "provisional": provisional_years(now),
    }
    whole = "desk/inbox.html" if not request.headers.get("HX-Request") else "desk/inbox.html#list"
    return render(request, whole, context)


def ask_of(request: HttpRequest, catalogue: Catalogue) -> InboxAsk:
    """Read what is asked for; whatever is not known counts as not given."""
    sent = request.GET
    view, page = sent.get("view", ""), sent.get("page", "")
    classes = {each.code for each in catalogue.classes}
    is_page = page.isascii() and page.isdigit() and len(page) <= 4
    return InboxAsk(
        view=View(view) if view in View else View.OPEN,
        stage=_known(sent.get("stage", ""), {each.value for each in Stage}),
        urgency=_known(sent.get("urgency", ""), set(Urgency.values)),
        class_code=_known(sent.get("class", ""), classes),
        page=min(max(int(page), 1), LAST_PAGE) if is_page else 1,
    )


def address(ask: InboxAsk, *, page: int = 1) -> str:
    """Return the address of a list."""
    asked = {
        "view": ask.view.value if ask.view is not View.OPEN else "",
        "stage": ask.stage,
        "urgency": ask.urgency,
        "class": ask.class_code,
        "page": page if page > 1 else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("desk:inbox") + (f"?{query}" if query else "")


def _known(value: str, allowed: set[str]) -> str:
    return value if value in allowed else ""


def _soon_until(now: datetime, calendar: WorkCalendar) -> datetime:
    """Return the end of the next working day."""
    tomorrow = calendar.add_workdays(now.astimezone(SHANGHAI).date(), 1)
    return datetime.combine(tomorrow, datetime.max.time(), SHANGHAI)


def _views(ask: InboxAsk, counts: Counts) -> list[parts.View]:
    """The tabs; 停置 only while something is parked."""
    return [
        parts.View(
            label=label,
            href=address(InboxAsk(view=view)),
            is_current=view is ask.view,
            count=counts.views[view],
            is_alert=view in {View.OVERDUE, View.PARKED} and counts.views[view] > 0,
        )
        for view, label in VIEW_LABELS.items()
        if view is not View.PARKED or counts.views[view] or ask.view is view
    ]


def _chips(ask: InboxAsk, catalogue: Catalogue) -> dict[str, list[parts.Chip]]:
    """The filters: each choice a link that keeps the others; one that is on takes itself off."""

    def chip(label: parts.Words, field: str, value: str) -> parts.Chip:
        is_on = getattr(ask, field) == value
        wanted: dict[str, Any] = {field: "" if is_on else value}
        changed = replace(ask, page=1, **wanted)
        return parts.Chip(label=label, href=address(changed), is_on=is_on)

    return {
        "urgency": [
            chip(Urgency(each).label, "urgency", each) for each in reversed(Urgency.values)
        ],
        "stage": [chip(words.stage_label(each), "stage", each.value) for each in Stage],
        "class": [
            chip(words.term_label(each), "class_code", each.code) for each in catalogue.classes
        ],
    }


def _page(found: InboxPage, ask: InboxAsk) -> Page[Request]:
    """Return the page as Django's pager knows it; the rows are already the right ones."""
    pages: Paginator[Request] = _Counted(found.rows, PAGE_SIZE)
    pages.count = found.total
    return Page(found.rows, min(ask.page, found.pages), pages)


class _Counted(Paginator[Request]):
    """A paginator whose count came with the rows."""

    count = 0  # known from the rows, never asked again


def _groups(
    found: InboxPage,
    view: View,
    scope: Scope,
    catalogue: Catalogue,
    *,
    now: datetime,
    calendar: WorkCalendar,
) -> list[parts.QueueGroup]:
    accesses = accesses_of(catalogue)
    grouped: dict[Group, list[parts.QueueRow]] = {}
    for row, group, due_at in zip(found.rows, found.groups, found.dues, strict=True):
        line = queue_row(
            row,
            catalogue,
            secret=is_confidential(scope, row, accesses),
            asked=asked_of(scope, row),
            due_at=due_at,
            now=now,
            calendar=calendar,
        )
        grouped.setdefault(group, []).append(line)
    return [
        parts.QueueGroup(
            label=VIEW_LABELS[view] if view is View.CLOSED else GROUP_LABELS[group],
            count=found.group_totals[group],
            rows=rows,
            is_now=group is Group.NOW,
        )
        for group, rows in grouped.items()
    ]


def asked_of(scope: Scope, row: Request) -> str:
    """Return what this reader is to do with a row: sign, review, call back; "" for nothing."""
    if row.assignee_unit_id is not None:
        is_mine = is_assigned(scope, row)
    else:
        is_mine = row.state == State.DISPATCHED and may_move(scope, row, "sign_for")
    return str(ASKED.get(State(row.state), "")) if is_mine else ""


def queue_row(
    row: Request,
    catalogue: Catalogue,
    *,
    secret: bool,
    asked: str,
    due_at: datetime | None,
    now: datetime,
    calendar: WorkCalendar,
) -> parts.QueueRow:
    """Return one line of the list. A confidential request shows neither matter nor employer.

    ``due_at`` is what comes next: signing, review, call or reply.
    """
    firm = row.enterprise
    light = words.next_light(row, due_at, now=now, calendar=calendar)
    return parts.QueueRow(
        href=reverse("desk:request-detail", args=[row.number]),
        number=row.number,
        source=words.channel_label(row.channel),
        light=words.light_words(light),
        urgency=row.urgency,
        title=title_of(row, catalogue, secret=secret),
        note=gettext("内容仅指定人员可见") if secret else _note(row, catalogue),
        firm=gettext("已隐去") if secret else (firm.name if firm else ""),
        place=firm.community.name if firm and firm.community and not secret else "",
        headcount=None if secret else row.headcount,
        stage=words.stage_number(row.stage),
        state=_state(row),
        holder=_holder(row, secret=secret),
        holder_note="" if secret or not row.holder or not row.handler else row.holder.short_name,
        due=words.moment_words(row.closed_at or due_at or row.due_at, now=now),
        due_note=_due_note(row, due_at),
        is_seen=row.handler_id is not None and not asked,
        asked=asked,
        again=words.round_words(row.reworks),
    )


def _state(row: Request) -> str:
    """Return the word for where it stands."""
    if row.is_parked:
        return gettext("停置")
    return gettext(row.state_label)


def _due_note(row: Request, due_at: datetime | None) -> str:
    """Return what the moment in the last column is about; for a closed one, how it ended."""
    if row.closed_at is not None:
        return str(Closure(row.closed_as).label) if row.closed_as else gettext("办结于")
    if row.assignee_unit_id is not None and due_at != row.due_at:
        return gettext("审核") if row.state == State.IN_REVIEW else gettext("回访")
    if row.state == State.DISPATCHED and row.sign_by == due_at and due_at is not None:
        return gettext("签收")
    return gettext("办结") if due_at or row.due_at else ""


def title_of(row: Request, catalogue: Catalogue, *, secret: bool) -> str:
    """Return the title of a request: its item, neutral for whom it is confidential to."""
    if secret:
        return gettext("专人办理事项")
    item = item_terms(row.item_id)
    if item is not None:
        return words.term_label(item)
    return words.topic_label(catalogue, row.topic) or gettext("待归类诉求")


def _note(row: Request, catalogue: Catalogue) -> str:
    """Second line: class and flags; nothing that names a person."""
    item = item_terms(row.item_id)
    told = [words.topic_label(catalogue, item.class_code)] if item else []
    return " · ".join([*told, *words.flag_labels(catalogue, row.flags)])


def _holder(row: Request, *, secret: bool) -> str:
    if secret:
        return gettext("专人")
    if row.handler:
        return row.handler.name
    return row.holder.short_name if row.holder else ""
